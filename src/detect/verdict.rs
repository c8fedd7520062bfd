//! The words of a judgement: severity, kind, cause.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::ServiceId;

/// How bad it is. The order is the order of urgency.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "severity")]
pub enum Severity {
    /// Nothing to do.
    Ok,
    /// Not enough is known to judge.
    Unknown,
    /// Look at it today.
    Warning,
    /// Clients are turned away, or will be within minutes.
    Critical,
}

impl Severity {
    /// The word of the banner; severity is never told by colour alone.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Unknown => "UNKNOWN",
            Self::Warning => "WARN",
            Self::Critical => "CRIT",
        }
    }

    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }

    /// The exit code of `check`.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Warning => 1,
            Self::Critical => 2,
            Self::Unknown => 3,
        }
    }
}

/// What it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Kind {
    /// All well.
    Ok,
    /// A limit will be reached.
    Filling,
    /// A limit is reached, or nearly.
    Overloaded,
    /// Many clients connect at once.
    Herd,
    /// The server answers, but late.
    Stalled,
    /// Clients come back after a mass drop.
    Recovering,
    /// Going away to come back.
    Restarting,
    /// Breaks down while serving.
    Crashing,
    /// Nobody answers.
    Down,
    /// Refuses for a reason that only a change removes.
    Misconfigured,
    /// Clients go, and the server is fine.
    Leaving,
    /// Not enough data.
    Unknown,
}

/// What the evidence says about the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Cause {
    /// Nothing is wrong.
    None,
    /// At this growth a limit is reached soon.
    TimeToFull,
    /// The admission limit (`--capacity`), or one that counts connections.
    ConnectionLimit,
    /// `RLIMIT_NOFILE` or the host's file handles.
    Descriptors,
    /// The process does not accept fast enough.
    AcceptQueue,
    /// Nothing is taken from the accept queue.
    AcceptorStuck,
    /// Memory of host, cgroup or TCP.
    Memory,
    /// Memory grows with what clients do not read.
    SlowConsumers,
    /// One process has far more than its share.
    Uneven,
    /// Connections arrive far above the usual rate, for a reason not yet known.
    Unknown,
    /// They come back after a mass drop.
    AfterOutage,
    /// Their clients wait, but all alike.
    NoJitter,
    /// Their clients do not wait at all.
    NoBackoff,
    /// They come back, and ever more of them.
    HerdHealing,
    /// Processes behind the listener ended.
    WorkerLost,
    /// The kernel killed for memory.
    Oom,
    /// A thread uses a whole core.
    Cpu,
    /// The CPU quota is used up.
    CpuThrottled,
    /// Nobody listens on the watched port.
    Refused,
    /// A proxy answers for a server that does not.
    Upstream,
    /// New clients are turned away.
    RefusingNew,
    /// Pings take far longer than the path.
    EventLoop,
    /// A process is stopped (state T).
    Stopped,
    /// Neither pings nor upgrades are answered.
    NoAnswer,
    /// The server said so itself (1012, 1001).
    Planned,
    /// Again and again.
    CrashLoop,
    /// Certificate, credentials, path, protocol.
    Handshake,
    /// The server demands a certificate of the client.
    TlsClientCert,
    /// Clients closed, at once and by themselves.
    ClientsLeft,
    /// A timer between cut connections that carried nothing.
    IdleTimeout,
    /// Too little was seen so far.
    NotEnoughData,
}

/// A cause that was thought of.
#[derive(Debug, Clone, Copy, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Candidate {
    /// What it looks like.
    pub kind: Kind,
    /// Why.
    pub cause: Cause,
    /// How sure, 0 to 1.
    pub confidence: f64,
}

/// The one line on top.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// How bad.
    pub severity: Severity,
    /// What it looks like.
    pub kind: Kind,
    /// Why.
    pub cause: Cause,
    /// The complete sentence with number, limit and duration.
    pub sentence: String,
    /// The same in at most about 24 columns, for a small pane.
    pub brief: String,
    /// Since when it has been so.
    pub since: DateTime<Utc>,
    /// How sure, 0 to 1: below one half the verdict is `unknown`.
    pub confidence: f64,
    /// The causes that were thought of, the leading one first.
    pub candidates: Vec<Candidate>,
    /// The alert it leads with, by its number; none where it goes without one.
    pub alert: Option<u64>,
    /// The other alerts that it names.
    pub also: Vec<u64>,
    /// The service it is about; none where it is about the host, or about several.
    #[serde(default)]
    pub service: Option<ServiceId>,
}

impl Verdict {
    /// Whether it says something of this alert.
    #[must_use]
    pub fn names(&self, alert: u64) -> bool {
        self.alert == Some(alert) || self.also.contains(&alert)
    }

    /// Before the first judgement.
    #[must_use]
    pub fn waiting(since: DateTime<Utc>) -> Self {
        Self {
            severity: Severity::Unknown,
            kind: Kind::Unknown,
            cause: Cause::NotEnoughData,
            sentence: "measuring: counting the connections for the first time".to_owned(),
            brief: "measuring".to_owned(),
            since,
            confidence: 0.0,
            candidates: Vec::new(),
            alert: None,
            also: Vec::new(),
            service: None,
        }
    }
}
