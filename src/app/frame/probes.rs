//! What the probes see, as the picture has it.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::chart::Mark;
use crate::close::{Outcome, Phase};
use crate::detect::Severity;
use crate::model::{Attempt, ProberSnapshot, TargetSnapshot};
use crate::units::Ratio;

/// All targets. Without one nothing here means anything.
#[derive(Debug, Clone, PartialEq)]
pub struct Probes {
    /// One row a target, in the order given.
    pub rows: Vec<TargetRow>,
    /// How many there are without the filter.
    pub total: usize,
    /// The filter in force.
    pub filter: String,
    /// The chosen one; none = all of them together.
    pub selected: Option<usize>,
    /// The target that is worst off, by its place: the big number is of that one. None
    /// without targets.
    pub worst: Option<usize>,
    /// Its 99th percentile; none before a first 101.
    pub handshake_p99: Option<Duration>,
    /// Share of its last sixty attempts that failed; none before one has ended.
    pub failing: Option<Ratio>,
    /// The worst of the targets.
    pub severity: Severity,
    /// How the failed of those attempts ended, most frequent first; of the
    /// chosen target, else of all.
    pub failures: Vec<Failure>,
    /// How many attempts these are out of.
    pub attempts: u64,
    /// What the prober costs the network.
    pub load: Option<ProberSnapshot>,
    /// The handshakes of the chosen target, else of all.
    pub handshakes: Handshakes,
}

/// One target.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetRow {
    /// What is known of it.
    pub target: TargetSnapshot,
    /// The worst alert about it, or a failed last attempt.
    pub severity: Severity,
}

impl TargetRow {
    /// Share of the last sixty attempts that were let in, those we spoilt left out.
    #[must_use]
    pub fn ok(&self) -> Option<Ratio> {
        Seen::let_in(&self.target.strip)
    }

    /// How the last sixty attempts went, oldest first.
    #[must_use]
    pub fn strip(&self) -> Vec<Seen> {
        self.target.strip.iter().map(Seen::of).collect()
    }
}

/// How an attempt went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Let in.
    Accepted,
    /// Let in after more than [`crate::model::SLOW`].
    Slow,
    /// Not let in, or thrown out at once.
    Failed,
    /// We ourselves could not: says nothing about the server.
    Ours,
}

impl Seen {
    /// That of an attempt. Our own shortage is not the server's failure.
    #[must_use]
    pub const fn of(attempt: &Attempt) -> Self {
        match attempt.outcome {
            Outcome::OpenOk if attempt.slow => Self::Slow,
            Outcome::OpenOk => Self::Accepted,
            Outcome::LocalEmfile | Outcome::LocalEaddrnotavail | Outcome::LocalError(_) => {
                Self::Ours
            }
            _ => Self::Failed,
        }
    }

    /// Share of the attempts that were let in, leaving out those we spoilt.
    #[must_use]
    pub fn let_in<'a>(attempts: impl IntoIterator<Item = &'a Attempt>) -> Option<Ratio> {
        let (mut accepted, mut counted) = (0, 0);
        for attempt in attempts {
            match Self::of(attempt) {
                Self::Accepted | Self::Slow => {
                    accepted += 1;
                    counted += 1;
                }
                Self::Failed => counted += 1,
                Self::Ours => {}
            }
        }
        Ratio::of(accepted, counted)
    }
}

/// One way in which attempts failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// In words, those of the latest.
    pub words: String,
    /// How often.
    pub count: u64,
}

/// Handshakes over the window.
#[derive(Debug, Clone, PartialEq)]
pub struct Handshakes {
    /// Whose: a URL, or `worst of 3 targets`.
    pub scope: String,
    /// How far back.
    pub window: Duration,
    /// The right end.
    pub end: DateTime<Utc>,
    /// Ended attempts, in no order.
    pub points: Vec<HandshakePoint>,
    /// Letters of the events above.
    pub marks: Vec<Mark>,
}

/// One ended attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HandshakePoint {
    /// Of which target, by its place among those shown.
    pub target: usize,
    /// When it ended.
    pub at: DateTime<Utc>,
    /// TCP, TLS and upgrade together, if it got a 101.
    pub took: Option<Duration>,
    /// Whether it was turned away.
    pub failed: bool,
}

/// One target in detail.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetDetails {
    /// As in the table.
    pub row: TargetRow,
    /// How the last held connection was lost.
    pub last_loss: Option<LastFailure>,
    /// The last failure.
    pub last_failure: Option<LastFailure>,
    /// Its handshakes.
    pub handshakes: Handshakes,
}

/// The last failure of a target, or the end of a connection it held.
#[derive(Debug, Clone, PartialEq)]
pub struct LastFailure {
    /// In full.
    pub words: String,
    /// How far it got.
    pub phase: Phase,
    /// When.
    pub at: DateTime<Utc>,
}
