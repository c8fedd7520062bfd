//! Which format a log has, and which of several ways of telling counts.
//!
//! Of the first lines with a stamp those that fit some format vote; tracebacks and
//! lines of words do not. One wrong format is worse than none: where the best has
//! fewer than 95 of 100, it is not decided.

use super::event::{LineEvents, PATTERNS, Pattern};
use super::format::{FORMATS, Fit, Line, LineFormat};

/// Lines with a stamp after which the format is known.
pub(super) const ENOUGH: u32 = 1_000;
/// Of a hundred lines the format has to fit so many.
const SURE: u32 = 95;

/// The votes for a format.
#[derive(Debug, Clone, Default)]
pub(super) struct FormatVote {
    fits: [u32; FORMATS.len()],
    sure: [u32; FORMATS.len()],
    /// Lines that fit some format.
    lines: u32,
    /// Lines with a stamp.
    pub(super) stamped: u32,
}

impl FormatVote {
    /// Takes the vote of a line with a stamp.
    pub(super) fn vote(&mut self, line: &Line<'_>) {
        self.stamped += 1;
        let mut any = false;
        for (at, format) in FORMATS.iter().enumerate() {
            let fit = (format.fits)(line);
            self.fits[at] += u32::from(fit != Fit::No);
            self.sure[at] += u32::from(fit == Fit::Sure);
            any |= fit != Fit::No;
        }
        self.lines += u32::from(any);
    }

    /// Whether further lines could change the result.
    pub(super) const fn is_open(&self) -> bool {
        self.stamped < ENOUGH
    }

    /// The format; none where no line fits one.
    ///
    /// # Errors
    /// The candidates, where it is not decided.
    pub(super) fn format(&self) -> Result<Option<&'static LineFormat>, String> {
        if self.lines == 0 {
            return Ok(None);
        }
        let best = (0..FORMATS.len())
            .filter(|at| self.fits[*at] * 100 >= self.lines * SURE)
            // Of equals the first one.
            .max_by_key(|at| (self.sure[*at], self.fits[*at], std::cmp::Reverse(*at)));
        best.map(|at| Some(FORMATS[at])).ok_or_else(|| self.candidates())
    }

    /// `nginx 60 %, pino 40 %`.
    fn candidates(&self) -> String {
        let mut order: Vec<usize> =
            (0..FORMATS.len()).filter(|at| self.sure[*at].max(self.fits[*at]) > 0).collect();
        order.sort_by_key(|at| std::cmp::Reverse((self.fits[*at], self.sure[*at])));
        let share = |at: &usize| {
            let share = self.fits[*at] * 100 / self.lines.max(1);
            format!("{} {share} %", FORMATS[*at].name)
        };
        order.iter().take(4).map(share).collect::<Vec<_>>().join(", ")
    }
}

/// The votes for a pattern: uvicorn writes `"WebSocket /ws" [accepted]` and
/// `connection open` for the same connection, and the application may print a line
/// of its own: counting all of them would show three. The most frequent one counts,
/// and of closings one with a code weighs double.
#[derive(Debug, Clone, Default)]
pub(super) struct PatternVote {
    opened: [u32; PATTERNS.len()],
    closed: [u32; PATTERNS.len()],
    votes: u32,
    elected: (Option<Pattern>, Option<Pattern>),
}

impl PatternVote {
    /// One that is over.
    pub(super) fn of(pattern: Pattern) -> Self {
        Self { votes: ENOUGH, elected: (Some(pattern), Some(pattern)), ..Self::default() }
    }

    /// Whether further lines could change the result.
    pub(super) const fn is_open(&self) -> bool {
        self.votes < ENOUGH
    }

    /// Takes a line's vote.
    pub(super) fn vote(&mut self, events: &LineEvents<'_>) {
        if let Some(opened) = events.opened {
            self.opened[opened.pattern as usize] += 2;
        }
        if let Some(closed) = events.closed {
            self.closed[closed.pattern as usize] += 2 + 2 * u32::from(closed.code.is_some());
        }
        let leader = |votes: &[u32; PATTERNS.len()], of: Pattern, now: Option<Pattern>| match now {
            Some(best) if votes[best as usize] >= votes[of as usize] => Some(best),
            _ => Some(of),
        };
        if let Some(opened) = events.opened {
            self.elected.0 = leader(&self.opened, opened.pattern, self.elected.0);
        }
        if let Some(closed) = events.closed {
            self.elected.1 = leader(&self.closed, closed.pattern, self.elected.1);
        }
        self.votes += u32::from(events.is_some());
    }

    /// Whether this one is elected, for opens or closes.
    pub(super) fn has(&self, pattern: Pattern) -> bool {
        self.elected.0 == Some(pattern) || self.elected.1 == Some(pattern)
    }

    /// What of the line counts.
    pub(super) fn keep_elected<'a>(&self, events: LineEvents<'a>) -> LineEvents<'a> {
        LineEvents {
            opened: events.opened.filter(|o| Some(o.pattern) == self.elected.0),
            closed: events.closed.filter(|c| Some(c.pattern) == self.elected.1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::phrases;
    use super::*;

    #[test]
    fn a_connection_told_twice_counts_once() {
        let lines = [
            "INFO: Connected to postgres, client ready",
            "INFO: 10.0.0.7:1 - \"WebSocket /ws\" [accepted]",
            "INFO: connection open",
            "INFO: connection closed",
            "INFO: 10.0.0.7:2 - \"WebSocket /ws\" [accepted]",
            "INFO: connection open",
            "INFO: client disconnected (1001)",
        ];
        let mut vote = PatternVote::default();
        let events = lines.iter().map(|line| {
            let accepted = line.contains("[accepted]").then(|| LineEvents::open(Pattern::Accepted));
            accepted.unwrap_or_else(|| phrases::events(line.as_bytes()))
        });
        let events: Vec<_> = events.collect();
        for events in &events {
            vote.vote(events);
        }
        let count = |of: fn(&LineEvents<'_>) -> bool| {
            events.iter().filter(|events| of(&vote.keep_elected(**events))).count()
        };
        assert_eq!(count(|t| t.opened.is_some()), 2);
        assert_eq!(count(|t| t.closed.is_some()), 1, "the one with a code");
    }

    #[test]
    fn a_mixture_of_formats_is_not_decided() {
        let nginx = br#"10.8.0.1 - - [20/Nov/2026:14:00:50 +0000] "GET /ws HTTP/1.1" 101 812 "-" "x" 1.000"#;
        let pino = br#"{"level":30,"time":1795183200291,"pid":7,"msg":"x"}"#;
        let vote = |lines: &[(&[u8], u32)]| {
            let mut vote = FormatVote::default();
            for (line, times) in lines {
                (0..*times).for_each(|_| vote.vote(&Line::of(line)));
            }
            vote.format().map(|format| format.map(|format| format.name))
        };
        assert_eq!(vote(&[(nginx, 95), (pino, 5)]), Ok(Some("nginx")));
        assert_eq!(vote(&[(pino, 10), (b"Traceback (most recent", 90)]), Ok(Some("pino")));
        assert_eq!(vote(&[(b"client connected", 3)]), Ok(None));
        let candidates = vote(&[(nginx, 60), (pino, 40)]).unwrap_err();
        assert!(candidates.starts_with("nginx 60 %"), "{candidates}");
        assert!(candidates.contains("pino 40 %"), "{candidates}");
    }
}
