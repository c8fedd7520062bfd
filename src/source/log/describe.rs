//! What is said of how a log was read: its format, wrapper, stamp, duration, zone
//! and patterns; what could not be told, and why.

use super::event::{PATTERNS, Pattern};
use super::format::StampIs;
use super::reader::ReadAs;
use super::stamp::Stamps;
use super::tally::Tally;
use crate::sample::{LogField, LogMatches, LogSource};

/// How this log was read.
pub(super) fn source(name: &str, read_as: &ReadAs, stamps: &Stamps, tally: &Tally) -> LogSource {
    let ended = [Pattern::Access, Pattern::Session].map(|p| tally.matched[0][p as usize]);
    let access = ended.iter().sum::<u64>() > 0 || read_as.is_access();
    let format = match (&read_as.undecided, read_as.format) {
        (Some(candidates), _) => LogField::unknown(format!("not decided: {candidates}")),
        (None, Some(format)) => LogField::known(format.name),
        (None, None) => LogField::unknown("no known format; its words tell"),
    };
    let wrapper = read_as.wrappers.clone();
    let wrapper = wrapper.map_or_else(|| LogField::unknown("none"), LogField::known);
    let stamp = if read_as.layout.began {
        LogField::known("start and end")
    } else if access && read_as.layout.stamp == StampIs::Start {
        LogField::known("start")
    } else if access {
        LogField::known("end")
    } else {
        LogField::known("event")
    };
    let duration = match &read_as.layout.duration {
        Some(duration) => LogField::known(duration.name()),
        None if read_as.layout.began => LogField::unknown("both moments are told"),
        None if access => {
            LogField::unknown(read_as.layout.why.unwrap_or("the lines have no duration"))
        }
        None => LogField::unknown("each event has its own line"),
    };
    let zone = stamps.zone();
    let zone = zone.map_or_else(|| LogField::unknown("no stamp was read"), LogField::known);
    LogSource {
        name: name.to_owned(),
        format,
        wrapper,
        stamp,
        duration,
        zone,
        patterns: matches(tally),
    }
}

/// How many lines matched which pattern.
fn matches(tally: &Tally) -> Vec<LogMatches> {
    let mut all = Vec::new();
    for pattern in PATTERNS {
        let (open, close) = pattern.names();
        for (which, name) in [(0, open), (1, close)] {
            let counted = tally.matched[which][pattern as usize];
            let passed = tally.passed[which][pattern as usize];
            if counted + passed > 0 {
                all.push(LogMatches {
                    pattern: name.to_owned(),
                    opens: which == 0,
                    lines: counted,
                    passed_over: passed,
                });
            }
        }
    }
    all
}

/// Why no opens, and why no closes can be counted; the lines that would have told.
pub(super) fn unknown(read_as: &ReadAs, tally: &Tally) -> (Option<String>, Option<String>) {
    let why = |count: u64, what: &str| {
        let lines = if count == 1 { "1 access line tells" } else { "access lines tell" };
        let many = if count == 1 { String::new() } else { format!("{count} ") };
        (count > 0).then(|| format!("{many}{lines} no duration, so that no {what} is known"))
    };
    let advice = match read_as.format.map(|format| format.name) {
        Some("apache") => "add %D to Apache's LogFormat",
        Some("gunicorn") => "add %(L)s to gunicorn's access log format",
        Some("haproxy") => "leave out HAProxy's option logasap",
        Some("nginx") | None => "add $request_time to nginx's log_format",
        Some(_) => "let it log how long each request took, with its unit",
    };
    let add = |why: String| format!("{why}; {advice}");
    (why(tally.unbegun, "opening").map(add), why(tally.unended, "end").map(add))
}
