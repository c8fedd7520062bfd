//! Which way of telling counts, where a log has several.
//!
//! uvicorn writes `"WebSocket /ws" [accepted]` and `connection open` for the same
//! connection, and the application may print a line of its own: counting all of
//! them would show three. The most frequent one counts, and of closings one with
//! a code weighs double.

use super::told::{Told, VOICES, Voice};

/// After so many it is decided: what a log is written like does not change.
const ENOUGH: u32 = 1_000;

/// The votes so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Election {
    opened: [u32; VOICES],
    closed: [u32; VOICES],
    votes: u32,
    elected: (Option<Voice>, Option<Voice>),
}

impl Election {
    /// One that is over.
    pub(super) fn of(voice: Voice) -> Self {
        Self { votes: ENOUGH, elected: (Some(voice), Some(voice)), ..Self::default() }
    }

    /// Whether further lines could change the result.
    pub(super) const fn is_open(&self) -> bool {
        self.votes < ENOUGH
    }

    /// Takes a line's vote.
    pub(super) fn vote(&mut self, told: &Told<'_>) {
        if let Some(opened) = told.opened {
            self.opened[opened.voice as usize] += 2;
        }
        if let Some(closed) = told.closed {
            self.closed[closed.voice as usize] += 2 + 2 * u32::from(closed.code.is_some());
        }
        let leader = |votes: &[u32; VOICES], voice: Voice, now: Option<Voice>| match now {
            Some(best) if votes[best as usize] >= votes[voice as usize] => Some(best),
            _ => Some(voice),
        };
        if let Some(opened) = told.opened {
            self.elected.0 = leader(&self.opened, opened.voice, self.elected.0);
        }
        if let Some(closed) = told.closed {
            self.elected.1 = leader(&self.closed, closed.voice, self.elected.1);
        }
        self.votes += u32::from(told.is_some());
    }

    /// Whether one of these is elected.
    pub(super) fn hears(&self, voices: &[Voice]) -> bool {
        let elected = [self.elected.0, self.elected.1];
        elected.into_iter().flatten().any(|voice| voices.contains(&voice))
    }

    /// What of the line counts.
    pub(super) fn heed<'a>(&self, told: Told<'a>) -> Told<'a> {
        Told {
            opened: told.opened.filter(|o| Some(o.voice) == self.elected.0),
            closed: told.closed.filter(|c| Some(c.voice) == self.elected.1),
            time: told.time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::words;
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
        let mut election = Election::default();
        let told = lines.iter().map(|line| {
            let accepted = line.contains("[accepted]").then(|| Told::open(Voice::Accepted));
            accepted.unwrap_or_else(|| words::told(line.as_bytes()))
        });
        let told: Vec<_> = told.collect();
        for told in &told {
            election.vote(told);
        }
        let count = |of: fn(&Told<'_>) -> bool| {
            told.iter().filter(|told| of(&election.heed(**told))).count()
        };
        assert_eq!(count(|t| t.opened.is_some()), 2);
        assert_eq!(count(|t| t.closed.is_some()), 1, "the one with a code");
    }
}
