//! What stands where there is no data: a dash, or what would bring it.

use std::borrow::Cow;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, Utc};

use crate::app::{Frame, Header, TargetRow};
use crate::fmt;
use crate::model::Held;
use crate::sample::LogLine;
use crate::units::Ratio;

/// No reading.
pub(super) const NONE: &str = "-";
/// The probes' place.
pub(super) const NO_PROBES: &str = "no probes: give a URL";
/// The same where there is room to say which.
pub(super) const NO_TARGETS: &str = "no probes: start herdtop with a URL, such as \
    'herdtop ws://127.0.0.1:8080/chat'; it is tried every few seconds, and one connection to it \
    is held open and pinged";
/// The big number of the probes.
pub(super) const NO_PROBE_HERO: &str = "no URL";
/// The events' place.
pub(super) const NO_EVENTS: &str = "no events yet";
/// The alerts' place.
pub(super) const NO_ALERTS: &str = "no alert since herdtop started: 'herdtop check --list-rules' tells \
    what would raise one";
/// Nobody listens on a watched port.
pub(super) const NOBODY: &str = "no process";
/// The owner of a socket cannot be seen.
pub(super) const HIDDEN: &str = "hidden";

/// A filter behind a heading, none where there is none.
pub(super) fn filter(typed: &str) -> String {
    if typed.is_empty() { String::new() } else { format!("  /{typed}") }
}

/// A value, marked `~` where it is an estimate, or a dash.
pub(super) fn value<T>(value: Option<T>, estimated: bool, write: impl Fn(T) -> String) -> String {
    match value {
        Some(value) if estimated => format!("~{}", write(value)),
        Some(value) => write(value),
        None => NONE.to_owned(),
    }
}

/// `14:05:23 UTC`, with its date where it is not of today.
pub(super) fn clock(header: &Header) -> String {
    let clock = fmt::clock(&header.clock);
    if header.is_past_day {
        format!("{} {clock} {}", fmt::day(&header.clock), header.zone)
    } else {
        format!("{clock} {}", header.zone)
    }
}

/// A picture that stands: `‖ PAUSED`, `‖ PAUSED 3m ago`, `‖ PAUSED 2d ago`.
pub(super) fn paused(header: &Header) -> String {
    match header.ago {
        Some(ago) => format!("‖ PAUSED {}", fmt::ago(ago)),
        None => "‖ PAUSED".to_owned(),
    }
}

/// Cuts the front of an address so that its port stays: `…8::1]:8080`.
pub(super) fn address(address: &str, width: usize) -> Cow<'_, str> {
    if crate::text::width(address) <= width {
        return address.into();
    }
    let mut kept = Vec::new();
    let mut used = 1;
    for c in address.chars().rev() {
        used += crate::text::width(c.encode_utf8(&mut [0; 4]));
        if used > width {
            break;
        }
        kept.push(c);
    }
    std::iter::once('…').chain(kept.into_iter().rev()).take(width).collect::<String>().into()
}

/// Cuts a URL: first goes its scheme, then an empty path, then its front.
pub(super) fn url(url: &str, width: usize) -> Cow<'_, str> {
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
    let fits = |text: &&str| crate::text::width(text) <= width;
    match [url, bare].into_iter().find(fits) {
        Some(whole) => whole.into(),
        None => address(bare.trim_end_matches('/'), width),
    }
}

/// Milliseconds in at most five columns: `0.4`, `388`, `12041`.
pub(super) fn millis(value: Option<Duration>) -> String {
    let Some(value) = value else { return NONE.to_owned() };
    match value.as_secs_f64() * 1e3 {
        ms if ms < 0.05 => "<0.1".to_owned(),
        ms if ms < 9.95 => {
            let text = format!("{ms:.1}");
            text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
        }
        ms => format!("{ms:.0}"),
    }
}

/// A wait in whole seconds, a begun one counted: `3s`, `1m04s`.
pub(super) fn wait(value: Duration) -> String {
    let begun = u64::from(value.subsec_nanos() > 0);
    let whole = Duration::from_secs(value.as_secs().saturating_add(begun));
    fmt::span(whole)
}

/// A share of failures: what is there is never shown as none.
pub(super) fn failing(share: Ratio) -> String {
    let percent = fmt::percent(share);
    if share.0 > 0.0 && percent == "0 %" { "<1 %".to_owned() } else { percent }
}

/// A share of successes: 100 % only where all were.
pub(super) fn succeeding(share: Ratio) -> String {
    let percent = fmt::percent(share);
    if share.0 < 1.0 && percent == "100 %" { "99 %".to_owned() } else { percent }
}

/// Cuts a process so that its number stays: `redis-… 1033`.
pub(super) fn process(process: &str, width: usize) -> Cow<'_, str> {
    let number = process.rsplit_once(' ').filter(|(_, pid)| pid.parse::<u32>().is_ok());
    match number {
        Some((name, pid)) if crate::text::width(process) > width && width > pid.len() + 4 => {
            let name = crate::text::cut(name, width - pid.len() - 1);
            format!("{name} {pid}").into()
        }
        Some((name, _)) if crate::text::width(process) > width => crate::text::cut(name, width),
        _ => crate::text::cut(process, width),
    }
}

/// How long the held connection has been open; that the server sends more than
/// is read of it goes before.
pub(super) fn held(row: &TargetRow) -> String {
    match row.target.held {
        _ if row.target.is_flooding => "flooding".to_owned(),
        Held::Off => "off".to_owned(),
        Held::Closed => NONE.to_owned(),
        Held::Open(age) => fmt::span(age),
    }
}

/// A moment on the clock of the frame.
pub(super) fn local(frame: &Frame, at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(frame.header.clock.offset())
}

/// What a log said: `14:02:11 KeyError: 'room'`.
pub(super) fn logged(frame: &Frame, line: &LogLine) -> String {
    format!("{} {}", fmt::clock(&local(frame, line.at)), line.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_its_front_and_keeps_its_port() {
        assert_eq!(address("[2001:db8::1]:8080", 11), "…8::1]:8080");
        assert_eq!(address("[::]:9090", 12), "[::]:9090");
        assert_eq!(address("0.0.0.0:8080", 0), "");
        assert_eq!(address("0.0.0.0:8080", 1), "…");
    }

    #[test]
    fn a_url_loses_its_scheme_before_its_path() {
        assert_eq!(url("wss://edge-07/ws", 16), "wss://edge-07/ws");
        assert_eq!(url("wss://edge-07/ws", 12), "edge-07/ws");
        assert_eq!(url("wss://edge-07/ws", 6), "…07/ws");
        assert_eq!(url("ws://127.0.0.1:8080/", 14), "127.0.0.1:8080");
    }

    #[test]
    fn little_is_not_nothing_and_nearly_all_is_not_all() {
        let ms = |us| millis(Some(Duration::from_micros(us)));
        assert_eq!([ms(20), ms(400), ms(4_000), ms(388_400)], ["<0.1", "0.4", "4", "388"]);
        assert_eq!([failing(Ratio(0.002)), failing(Ratio(0.0))], ["<1 %", "0 %"]);
        assert_eq!([succeeding(Ratio(0.998)), succeeding(Ratio(1.0))], ["99 %", "100 %"]);
        assert_eq!(wait(Duration::from_millis(2_100)), "3s");
    }

    #[test]
    fn a_process_keeps_its_number_while_there_is_room() {
        assert_eq!(process("redis-server 1033", 12), "redis-… 1033");
        assert_eq!(process("gateway 2143", 7), "gateway");
        assert_eq!(process("3× gunicorn", 7), "3× gun…");
    }

    #[test]
    fn an_estimate_is_marked_and_no_reading_is_a_dash() {
        assert_eq!(value(Some(5_u64), true, crate::fmt::count), "~5");
        assert_eq!(value(None, true, crate::fmt::count), "-");
    }
}
