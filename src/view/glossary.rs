//! The words of the screen and what they mean, below the keys.

use crate::text;

/// Columns of a term.
const TERM: usize = 20;

/// Each word once, by what it is about: arrivals, connections, limits, time, the probes,
/// the sources.
const TERMS: [(&str, &str); 29] = [
    ("attempts/s", "everything that arrives: handshakes, refused and dropped together"),
    ("handshakes/s", "the kernel completed the TCP handshake"),
    ("accepted", "a handshake that was not rejected"),
    (
        "rejected",
        "a handshake whose connection the server ended at once: by a close code, an HTTP refusal \
         or a reset",
    ),
    ("refused", "no process listening: the SYN was answered by RST"),
    ("dropped", "lost in the kernel: the accept queue or the SYN queue was full"),
    (
        "open",
        "established and held by a process that serves it; CLOSE_WAIT and the like are counted \
         apart, by TCP state",
    ),
    ("accept queue", "handshakes that no process has taken yet, of the backlog it asked for"),
    ("send queue", "bytes that the client has not acknowledged: it does not keep up"),
    ("receive queue", "bytes that the process has not read: it does not keep up"),
    ("baseline", "the usual rate of that listener; 13× baseline is thirteen times as much"),
    ("herd", "attempts far above the baseline within a second, by clients that come back"),
    ("waves", "clients that back off in step, without jitter, come in waves"),
    ("tightest limit", "the limit with the least room: the one of the gauge"),
    ("room for", "how many more connections a limit admits"),
    ("time to full", "until the tightest limit is reached at this growth; 'stable' without growth"),
    ("~", "an estimate between two socket scans"),
    ("-", "no reading: never a zero"),
    ("socket scan", "one pass over the kernel's table of sockets; the header says how often"),
    ("older than this session", "connections that were there before herdtop was"),
    ("resolved after 42s", "an alert that ended"),
    ("acknowledged", "somebody has seen the alert: it does not shout again until it grows worse"),
    ("fresh probe", "connects, waits whether it is accepted, and closes"),
    ("long-lived probe", "one connection that is held open and pinged"),
    ("event-loop lag", "the p99 of pings less the round trip of TCP"),
    ("browser close code", "what a browser reports: it hides most reasons behind 1006"),
    ("close code 1006", "no Close frame arrived: a crash, a TCP reset, a proxy that cut"),
    ("events lost", "the kernel dropped close events: counts are 'at least'"),
    ("scrub", "move through the past; collecting goes on"),
];

/// One line: a term, on its first line, and a part of what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) term: &'static str,
    pub(super) meaning: String,
}

/// All of it in lines of so many columns; a narrow one has the meaning below the term.
pub(super) fn lines(columns: u16) -> Vec<Line> {
    let columns = usize::from(columns);
    let beside = columns > TERM * 2;
    let room = if beside { columns - indent(columns) } else { columns.saturating_sub(2) };
    let mut lines = Vec::new();
    for (term, meaning) in TERMS {
        let mut parts = text::wrap(meaning, room.max(1)).into_iter();
        let first = if beside { parts.next().unwrap_or_default() } else { String::new() };
        lines.push(Line { term, meaning: first });
        lines.extend(parts.map(|meaning| Line { term: "", meaning }));
    }
    lines
}

/// The column a meaning begins at.
pub(super) const fn indent(columns: usize) -> usize {
    if columns > TERM * 2 { TERM + 4 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_fits_and_every_term_is_there() {
        for columns in [20, 38, 69, 120] {
            let lines = lines(columns);
            let terms = lines.iter().filter(|line| !line.term.is_empty()).count();
            assert_eq!(terms, TERMS.len());
            for line in lines {
                let width = indent(usize::from(columns)) + text::width(&line.meaning);
                assert!(width <= usize::from(columns), "{columns}: {line:?}");
            }
        }
    }
}
