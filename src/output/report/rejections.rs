//! What probes were turned away with in the time of a report.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::detect::causes::ended_since;
use crate::fmt;
use crate::model::Snapshot;

/// Kinds of rejection that are named, the most frequent first.
const NAMED: usize = 3;

/// Attempts of the probes, and those that were rejected by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Rejections {
    attempts: u64,
    by_name: BTreeMap<String, u64>,
}

impl Rejections {
    /// Takes in the attempts that ended since that moment.
    pub(super) fn note(&mut self, snapshot: &Snapshot, since: Option<Duration>) {
        for (attempt, is_rejected) in ended_since(snapshot, since) {
            self.attempts += 1;
            if is_rejected {
                let name = attempt.outcome.name().into_owned();
                *self.by_name.entry(name).or_default() += 1;
            }
        }
    }

    /// `5 of 12 probes rejected (http_503 ×4, close_1013 ×1)`; none without an attempt.
    pub(super) fn words(&self) -> Option<String> {
        let rejected = fmt::exact(self.by_name.values().sum());
        let mut reasons: Vec<_> = self.by_name.iter().collect();
        reasons.sort_by_key(|(_, times)| std::cmp::Reverse(**times));
        let more = if reasons.len() > NAMED { " and others" } else { "" };
        let most = reasons.iter().take(NAMED);
        let most = most.map(|(name, times)| format!("{name} ×{}", fmt::exact(**times)));
        let most = most.collect::<Vec<_>>().join(", ");
        let by = if most.is_empty() { String::new() } else { format!(" ({most}{more})") };
        let of = fmt::exact(self.attempts);
        (self.attempts > 0).then(|| format!("{rejected} of {of} probes rejected{by}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::Outcome;
    use crate::model::{Attempt, TargetSnapshot};
    use crate::sample::{Lane, Stamp};

    fn status(status: u16) -> Outcome {
        let (retry_after, server, body, hint) = (None, None, String::new(), None);
        Outcome::Http { status, retry_after, server, body, hint }
    }

    fn at(seconds: u64, outcome: Outcome) -> Attempt {
        let at = Duration::from_secs(seconds);
        Attempt { at, lane: Lane::Fresh, outcome, handshake: None, slow: false }
    }

    #[test]
    fn statuses_and_codes_that_turn_away_are_counted_once() {
        let stamp = Stamp { mono: Duration::from_secs(9), wall: chrono::DateTime::UNIX_EPOCH };
        let mut snapshot = Snapshot::nothing(stamp);
        let mut target = TargetSnapshot::nothing(0, "ws://a/");
        let outcomes = [
            (1, status(503)),
            (2, Outcome::OpenOk),
            (3, status(503)),
            (4, status(429)),
            (5, status(404)),
            (6, Outcome::TcpRefused),
        ];
        target.strip =
            outcomes.into_iter().map(|(seconds, outcome)| at(seconds, outcome)).collect();
        snapshot.targets = vec![target];
        let words = |since: &[Option<u64>]| {
            let mut told = Rejections::default();
            for since in since {
                told.note(&snapshot, since.map(Duration::from_secs));
            }
            told.words()
        };
        let all = "3 of 6 probes rejected (http_503 ×2, http_429 ×1)";
        assert_eq!(words(&[None]).as_deref(), Some(all));
        assert_eq!(words(&[None, Some(6)]).as_deref(), Some(all), "none is counted twice");
        assert_eq!(words(&[Some(4)]).as_deref(), Some("0 of 2 probes rejected"));
        assert_eq!(words(&[Some(6)]), None);
    }
}
