//! What the probes see, as the picture has it.

use std::time::Duration;

use chrono::{DateTime, Local, Utc};

use super::chart::Mark;
use crate::close::Phase;
use crate::detect::Severity;
use crate::model::{Held, ProberSnapshot};
use crate::sample::Phases;
use crate::units::Ratio;

/// All targets. Without one nothing here means anything.
#[derive(Debug, Clone, PartialEq)]
pub struct Probes {
    /// One row a target, in the order given.
    pub rows: Vec<TargetRow>,
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
    /// The URL, and the address where each has its row.
    pub label: String,
    /// The worst alert about it, or a failed last attempt.
    pub severity: Severity,
    /// Medians of the phases.
    pub phases: Phases,
    /// Median of the pings.
    pub ping: Option<Duration>,
    /// Lag of the server's event loop, seen from here.
    pub lag: Option<Duration>,
    /// 99th percentile of TCP, TLS and upgrade together.
    pub p99: Option<Duration>,
    /// Share of the last sixty attempts that were let in.
    pub ok: Option<Ratio>,
    /// The last sixty attempts, oldest first.
    pub strip: Vec<Seen>,
    /// The held connection.
    pub held: Held,
    /// Held connections lost so far.
    pub lost: u64,
    /// What the last 101 agreed on.
    pub agreed: Option<String>,
    /// Whether it sends more than is read of it.
    pub is_flooding: bool,
    /// Until the next attempt, and why then.
    pub next: Option<(Duration, String)>,
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
    /// Attempts that have ended, and of these let in.
    pub attempts: (u64, u64),
    /// By name as in the status document, most frequent first.
    pub outcomes: Vec<(String, u64)>,
    /// Median of the handshakes.
    pub handshake_p50: Option<Duration>,
    /// 99th percentile of the pings.
    pub ping_p99: Option<Duration>,
    /// Least round trip of TCP on the held connection.
    pub tcp_round_trip: Option<Duration>,
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
    pub at: DateTime<Local>,
}
