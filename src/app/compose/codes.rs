//! The close codes of the last five minutes.

use std::cmp::Reverse;

use super::super::frame::{CodeRow, CodeTable, TableName, Trend};
use super::super::state::App;
use super::scene::{Scene, cap};
use crate::close::{CloseCode, registry};
use crate::detect::Severity;
use crate::model::{CodeSnapshot, CodeSource, ListenerSnapshot};
use crate::units::{PerSecond, Ratio};

/// The interval of [`CodeSnapshot::per_second`], seconds.
const LATELY: f64 = 10.0;

/// The table; a code that several sources tell of is one row.
pub(super) fn table(app: &App, scene: Scene<'_>, focus: Option<&ListenerSnapshot>) -> CodeTable {
    let codes = &scene.snapshot.codes;
    let minute: u64 = codes.wire.iter().map(|code| code.last_minute).sum();
    let cap = cap(scene);
    let mut merged: Vec<CodeSnapshot> = Vec::new();
    for seen in codes.wire.iter().filter(|code| code.five_minutes > 0) {
        match merged.iter_mut().find(|code| code.code == seen.code) {
            Some(code) => add(code, seen),
            None => merged.push(seen.clone()),
        }
    }
    let mut rows: Vec<CodeRow> = merged
        .into_iter()
        .map(|code| CodeRow {
            code: code.code,
            name: registry::name(code.code, &app.names),
            severity: severity(code.code, code.last_minute, cap),
            per_second: code.per_second,
            trend: trend(code.per_second, code.before),
            share: Ratio::of(code.last_minute, minute),
            last_minute: code.last_minute,
            five_minutes: code.five_minutes,
            total: code.total,
            spark: code.spark,
        })
        .collect();
    let mut browser: Vec<(CloseCode, u64)> =
        codes.browser.iter().map(|(code, total)| (CloseCode(*code), *total)).collect();
    browser.sort_by_key(|(_, total)| Reverse(*total));
    let listening = !codes.sources.is_empty();
    let reading = reading(&rows);
    sort(app, &mut rows);
    CodeTable {
        endings: focus.map(|service| service.shapes.clone()).unwrap_or_default(),
        accepted: focus.and_then(|service| service.accepted),
        reading,
        per_second: listening.then(|| PerSecond(rows.iter().map(|row| row.per_second.0).sum())),
        rows,
        sources: codes.sources.iter().copied().map(CodeSource::word).collect(),
        browser,
        empty: if codes.sources.contains(&CodeSource::Log) {
            "none in the last 5 min"
        } else if listening {
            "no close code received by probes in the last 5 min; --log FILE adds those of real clients"
        } else {
            "no close codes: give a ws:// URL, and those received by its probes are counted here; --log FILE adds those of real clients"
        },
    }
}

/// In the order that was chosen, else the most frequent first.
fn sort(app: &App, rows: &mut [CodeRow]) {
    let Some((by, reversed)) = app.columns.of(TableName::Codes).sort else { return };
    rows.sort_by(|a, b| match by {
        "now/s" => b.per_second.0.total_cmp(&a.per_second.0),
        "minute" => b.last_minute.cmp(&a.last_minute),
        "count" => b.five_minutes.cmp(&a.five_minutes),
        "total" => b.total.cmp(&a.total),
        _ => a.code.cmp(&b.code),
    });
    if reversed {
        rows.reverse();
    }
}

fn add(code: &mut CodeSnapshot, more: &CodeSnapshot) {
    code.per_second.0 += more.per_second.0;
    code.before.0 += more.before.0;
    code.last_minute += more.last_minute;
    code.five_minutes += more.five_minutes;
    code.total += more.total;
    for (sum, value) in code.spark.iter_mut().zip(&more.spark) {
        *sum = match (*sum, *value) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
    }
}

/// How bad a code is that was told in the last minute. A client that leaves
/// with 1006 now and then is everyday; in trouble the same code is the trouble.
pub(super) fn severity(code: CloseCode, last_minute: u64, cap: Severity) -> Severity {
    let nature = match code {
        _ if last_minute == 0 => Severity::Ok,
        CloseCode::ABNORMAL | CloseCode::INTERNAL_ERROR => Severity::Critical,
        // Ordinary ends, and what an application means by its own codes it
        // alone knows; 3000 and 3003 are registered refusals.
        CloseCode(1000 | 1001 | 1005 | 3001..=3002 | 3004..=4999) => Severity::Ok,
        _ => Severity::Warning,
    };
    nature.min(cap)
}

/// Up or down when it is more than chance: beyond one and the square root of
/// what the minute before lets expect in ten seconds, and beyond a tenth.
fn trend(now: PerSecond, before: PerSecond) -> Trend {
    let (seen, expected) = (now.0 * LATELY, before.0 * LATELY);
    let usual = (1.0 + expected.max(0.0).sqrt()).max(expected / 10.0);
    match seen - expected {
        change if change > usual => Trend::Up,
        change if change < -usual => Trend::Down,
        _ => Trend::Level,
    }
}

/// What the worst code says, of equals the most frequent.
fn reading(rows: &[CodeRow]) -> Option<String> {
    let weight = |row: &&CodeRow| (row.severity, Reverse(row.last_minute == 0));
    let worst = rows.iter().rev().max_by_key(weight)?;
    let entry = registry::entry(worst.code);
    let reads_as = entry.map_or("a code that must not be sent", |entry| entry.reads_as);
    Some(format!("{} {} = {reads_as}", worst.code, worst.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(now: f64, before: f64) -> Trend {
        trend(PerSecond(now), PerSecond(before))
    }

    #[test]
    fn one_close_more_is_chance_and_a_storm_is_not() {
        assert_eq!([of(0.1, 0.0), of(0.2, 0.1), of(0.0, 0.1)], [Trend::Level; 3]);
        assert_eq!([of(0.3, 0.0), of(875.0, 600.0)], [Trend::Up; 2]);
        assert_eq!([of(0.0, 0.5), of(553.0, 900.0)], [Trend::Down; 2]);
        assert_eq!(of(2_900.0, 2_809.0), Trend::Level);
    }

    #[test]
    fn a_code_is_never_worse_than_the_verdict() {
        let of = |code, cap| severity(CloseCode(code), 5, cap);
        assert_eq!(of(1006, Severity::Ok), Severity::Ok);
        assert_eq!(of(1006, Severity::Warning), Severity::Warning);
        assert_eq!(of(1006, Severity::Critical), Severity::Critical);
        assert_eq!(of(1013, Severity::Critical), Severity::Warning);
        assert_eq!([1000, 1001, 1005, 4408].map(|c| of(c, Severity::Critical)), [Severity::Ok; 4]);
        assert_eq!(severity(CloseCode(1006), 0, Severity::Critical), Severity::Ok, "none lately");
    }
}
