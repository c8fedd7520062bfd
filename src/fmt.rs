//! Numbers as text; the only formatter.
//!
//! Values carry three to five digits and their unit; thousands are grouped by a
//! space, which reads the same in every locale. Nothing here knows a screen.

mod zone;

use std::fmt::Display;
use std::time::Duration;

use chrono::{DateTime, TimeZone};

pub use zone::Zone;

use crate::units::{Bytes, PerSecond, Ratio, float, whole};

/// `57 038`; from six digits on three of them are enough: `123k`, `1.2M`.
#[must_use]
pub fn count(value: u64) -> String {
    if value >= 100_000 { rounded(float(value)) } else { exact(value) }
}

/// `259 148`: every digit, for a document that is read later and added up.
#[must_use]
pub fn exact(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// `123k`, `1.2M`, `12M`.
fn rounded(value: f64) -> String {
    let (v, unit) = in_thousands(value, &["k", "M", "G", "T", "P"]);
    if v < 9.95 { format!("{v:.1}{unit}") } else { format!("{v:.0}{unit}") }
}

/// In thousands or a larger unit, the last for all above. A value that would round up to
/// 1000 belongs to the next one: 999 960 is 1.00M, never 1000k.
fn in_thousands(value: f64, units: &[&'static str]) -> (f64, &'static str) {
    let mut units = units.iter().copied();
    let (mut v, mut unit) = (value / 1e3, units.next().unwrap_or_default());
    while v >= 999.5 {
        let Some(next) = units.next() else { break };
        (v, unit) = (v / 1e3, next);
    }
    (v, unit)
}

/// At most four columns: `412`, `9.41k`, `57.0k`; what axes and cramped rows use.
#[must_use]
pub fn tight(value: u64) -> String {
    if value < 1000 { value.to_string() } else { scaled(float(value)) }
}

/// An axis label: `7k`, `1.5k`, `500`.
#[must_use]
pub fn axis(value: f64) -> String {
    let (scaled, unit) = match value {
        v if v >= 1e9 => (v / 1e9, "G"),
        v if v >= 1e6 => (v / 1e6, "M"),
        v if v >= 1e3 => (v / 1e3, "k"),
        v => (v, ""),
    };
    // A tenth is worth a column only where there is one digit: 1.5k, but 58.
    let text = if scaled < 9.95 { format!("{scaled:.1}") } else { format!("{scaled:.0}") };
    format!("{}{unit}", text.strip_suffix(".0").unwrap_or(&text))
}

/// `9.41k`, `57.0k`, `123k`.
fn scaled(value: f64) -> String {
    let (v, unit) = in_thousands(value, &["k", "M", "G", "T"]);
    match v {
        v if v >= 99.95 => format!("{v:.0}{unit}"),
        v if v >= 9.995 => format!("{v:.1}{unit}"),
        v => format!("{v:.2}{unit}"),
    }
}

/// A rate without its unit: `0`, `0.4`, `44`, `4 812`. Below 10 a tenth is
/// shown, since 0.4/s is not 0.
#[must_use]
pub fn rate(value: PerSecond) -> String {
    let v = value.0;
    if v > 0.0 && v < 9.95 {
        let text = format!("{v:.1}");
        return text.strip_suffix(".0").map_or(text.clone(), str::to_owned);
    }
    count(whole(v))
}

/// A rate for a cramped row: `4.81k`.
#[must_use]
pub fn rate_tight(value: PerSecond) -> String {
    if value.0 < 999.5 { rate(value) } else { tight(whole(value.0)) }
}

/// `+207/s`, `-3/s`, `±0/s`.
#[must_use]
pub fn net_rate(value: f64) -> String {
    let size = rate(PerSecond(value.abs()));
    match value {
        v if size == "0" || v == 0.0 => "±0/s".to_owned(),
        v if v > 0.0 => format!("+{size}/s"),
        _ => format!("-{size}/s"),
    }
}

/// `87 %`.
#[must_use]
pub fn percent(value: Ratio) -> String {
    format!("{:.0} %", value.0 * 100.0)
}

/// `87.0 %`.
#[must_use]
pub fn percent_fine(value: Ratio) -> String {
    format!("{:.1} %", value.0 * 100.0)
}

/// `5.1 GiB`, `812 MiB`, `40 KiB`, `12 B`.
#[must_use]
pub fn bytes(value: Bytes) -> String {
    let (number, unit) = bytes_in(value, value);
    format!("{number} {unit}")
}

/// `5.1 of 16 GiB`: both in the unit of the limit.
#[must_use]
pub fn bytes_of(used: Bytes, limit: Bytes) -> String {
    let (of, unit) = bytes_in(limit, limit);
    let (number, _) = bytes_in(used, limit);
    format!("{number} of {of} {unit}")
}

fn bytes_in(value: Bytes, scale: Bytes) -> (String, &'static str) {
    let mut v = float(value.0);
    let mut s = float(scale.0);
    let mut unit = "B";
    for next in ["KiB", "MiB", "GiB", "TiB", "PiB"] {
        if s < 999.5 {
            break;
        }
        s /= 1024.0;
        v /= 1024.0;
        unit = next;
    }
    let text = if unit == "B" || v >= 99.5 { format!("{v:.0}") } else { format!("{v:.1}") };
    (text.strip_suffix(".0").map_or(text.clone(), str::to_owned), unit)
}

/// A span: `850ms`, `31s`, `2m03s`, `1h04m`, `3d02h`. A clock of minutes (`2:03`) reads
/// as a time of day.
#[must_use]
pub fn span(value: Duration) -> String {
    let s = value.as_secs();
    match s {
        0 if !value.is_zero() => format!("{}ms", value.as_millis().max(1)),
        0..60 => format!("{s}s"),
        60..3600 => format!("{}m{:02}s", s / 60, s % 60),
        3600..86_400 => format!("{}h{:02}m", s / 3600, s / 60 % 60),
        _ => format!("{}d{:02}h", s / 86_400, s / 3600 % 24),
    }
}

/// A range of spans: `3m40s to 4m50s`, or `at the earliest 3m40s`.
#[must_use]
pub fn range(soonest: Duration, latest: Option<Duration>) -> String {
    latest.map_or_else(
        || format!("at the earliest {}", span(soonest)),
        |latest| format!("{} to {}", span(soonest), span(latest)),
    )
}

/// A span in words that fit a title: `2 min`, `1 h`, `14 d`, `30 s`.
#[must_use]
pub fn window(value: Duration) -> String {
    let s = value.as_secs();
    match s {
        s if s >= 86_400 && s.is_multiple_of(86_400) => format!("{} d", s / 86_400),
        s if s >= 3600 && s.is_multiple_of(3600) => format!("{} h", s / 3600),
        s if s >= 60 && s.is_multiple_of(60) => format!("{} min", s / 60),
        s => format!("{s} s"),
    }
}

/// How long ago, in one unit: `40s ago`, `3m ago`, `2h ago`, `5d ago`.
#[must_use]
pub fn ago(value: Duration) -> String {
    match value.as_secs() {
        s @ 0..60 => format!("{s}s ago"),
        s @ 60..3_600 => format!("{}m ago", s / 60),
        s @ 3_600..86_400 => format!("{}h ago", s / 3_600),
        s => format!("{}d ago", s / 86_400),
    }
}

/// A time of day: `14:05:23`.
#[must_use]
pub fn clock<Z: TimeZone<Offset: Display>>(at: &DateTime<Z>) -> String {
    at.format("%H:%M:%S").to_string()
}

/// A time of day without seconds: `14:05`.
#[must_use]
pub fn clock_short<Z: TimeZone<Offset: Display>>(at: &DateTime<Z>) -> String {
    at.format("%H:%M").to_string()
}

/// A day: `Nov 21`.
#[must_use]
pub fn day<Z: TimeZone<Offset: Display>>(at: &DateTime<Z>) -> String {
    at.format("%b %d").to_string()
}

/// How often something is done: `1 s`, `2.50 s`, `250 ms`.
#[must_use]
pub fn period(value: Duration) -> String {
    if value.subsec_nanos() == 0 { window(value) } else { elapsed(value) }
}

/// A measured time: `4 ms`, `812 µs`, `2.41 s`.
#[must_use]
pub fn elapsed(value: Duration) -> String {
    let us = value.as_secs_f64() * 1e6;
    match us {
        v if v < 999.5 => format!("{v:.0} µs"),
        v if v < 9_995.0 => format!("{:.1} ms", v / 1e3),
        v if v < 999_500.0 => format!("{:.0} ms", v / 1e3),
        v => format!("{:.2} s", v / 1e6),
    }
}

/// As many whole words as fit in `columns`: plain text only.
#[must_use]
pub fn first_words(text: &str, columns: usize) -> String {
    let mut kept = String::new();
    for word in text.split(' ') {
        if kept.chars().count() + 1 + word.chars().count() > columns && !kept.is_empty() {
            break;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(word);
    }
    kept
}

/// How many times the baseline: `38×`, `1.4×`.
#[must_use]
pub fn factor(value: f64) -> String {
    if value < 9.95 {
        let text = format!("{value:.1}");
        format!("{}×", text.strip_suffix(".0").unwrap_or(&text))
    } else {
        format!("{}×", count(whole(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_by_a_space() {
        assert_eq!(count(0), "0");
        assert_eq!(count(412), "412");
        assert_eq!(count(57_038), "57 038");
        assert_eq!(count(99_999), "99 999");
        assert_eq!([count(123_456), count(999_960), count(1_048_576)], ["123k", "1.0M", "1.0M"]);
    }

    #[test]
    fn an_exact_number_keeps_its_last_digit() {
        assert_eq!([exact(412), exact(259_148)], ["412", "259 148"]);
        assert_eq!(exact(u64::MAX), "18 446 744 073 709 551 615");
    }

    #[test]
    fn short_numbers_change_unit_before_they_reach_a_thousand() {
        assert_eq!(tight(999_960), "1.00M");
        assert_eq!(tight(4_812), "4.81k");
    }

    #[test]
    fn a_small_rate_is_not_shown_as_none() {
        assert_eq!(rate(PerSecond(0.0)), "0");
        assert_eq!(rate(PerSecond(0.4)), "0.4");
        assert_eq!(rate(PerSecond(3.0)), "3");
        assert_eq!(rate(PerSecond(4_812.3)), "4 812");
        assert_eq!(net_rate(-0.01), "±0/s");
        assert_eq!(net_rate(207.0), "+207/s");
    }

    #[test]
    fn memory_used_and_limit_share_the_unit_of_the_limit() {
        let gib = 1 << 30;
        assert_eq!(bytes_of(Bytes(5 * gib + gib / 10), Bytes(16 * gib)), "5.1 of 16 GiB");
        assert_eq!(bytes_of(Bytes(gib / 4), Bytes(16 * gib)), "0.2 of 16 GiB");
        assert_eq!(bytes(Bytes(812 << 20)), "812 MiB");
        assert_eq!(bytes(Bytes(12)), "12 B");
    }

    #[test]
    fn spans_name_their_units() {
        let of = |ms| span(Duration::from_millis(ms));
        assert_eq!([of(0), of(850), of(31_000), of(123_000)], ["0s", "850ms", "31s", "2m03s"]);
        assert_eq!([of(3_840_000), of(266_400_000)], ["1h04m", "3d02h"]);
        assert_eq!(window(Duration::from_mins(10)), "10 min");
        assert_eq!(elapsed(Duration::from_millis(2_410)), "2.41 s");
    }
}
