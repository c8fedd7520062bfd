//! What clients are told, at one moment: targets of the probes and close codes.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::spread::Spread;
use crate::close::{CloseCode, Outcome};
use crate::sample::{Lane, Phases};
use crate::units::PerSecond;

/// One target of the probes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetSnapshot {
    /// Its number, in the order given.
    pub id: u32,
    /// The URL, clean and without secrets.
    pub url: String,
    /// With `--each-address`: which one.
    pub address: Option<IpAddr>,
    /// Attempts that have ended, on both connections.
    pub attempts: u64,
    /// Of these, past their dwell.
    pub accepted: u64,
    /// Ended attempts and lost held connections by name: their sum is
    /// `attempts` + `lost`.
    pub outcomes: BTreeMap<String, u64>,
    /// The last sixty attempts, oldest first.
    pub strip: Vec<Attempt>,
    /// Medians of the phases of the last sixty attempts, each of those that
    /// came through it.
    pub phases: Phases,
    /// Median of TCP, TLS and upgrade together, of the last sixty that got a 101.
    pub handshake_p50: Option<Duration>,
    /// 99th percentile of the same.
    pub handshake_p99: Option<Duration>,
    /// Median and 99th percentile of the last sixty pings.
    pub ping_p50: Option<Duration>,
    /// See `ping_p50`.
    pub ping_p99: Option<Duration>,
    /// The kernel's least TCP round trip of the held connection.
    pub tcp_round_trip: Option<Duration>,
    /// `ping_p99` less `tcp_round_trip`: the lag of the event loop seen from
    /// outside. None while one of the two is not known.
    pub lag: Option<Duration>,
    /// The held connection.
    pub held: Held,
    /// Held connections that ended once past their dwell.
    pub lost: u64,
    /// How the last of these ended, and when (`Stamp::mono`).
    pub last_loss: Option<(Outcome, Duration)>,
    /// The last failure, and when (`Stamp::mono`).
    pub last_failure: Option<(Outcome, Duration)>,
    /// Until the next attempt of either connection, and why then.
    pub next: Option<(Duration, String)>,
    /// What the last 101 agreed on, clean.
    pub agreed: Option<String>,
    /// Whether it sends more than is read of it: what its pings measure then is
    /// not its event loop.
    pub is_flooding: bool,
    /// Attempts since the start that the server had no room for: a Close, a status or a
    /// reset at once.
    #[serde(default)]
    pub rejected: u64,
    /// TCP, TLS and upgrade together, of every attempt that got a 101.
    #[serde(default)]
    pub handshakes: Spread,
    /// Every ping.
    #[serde(default)]
    pub pings: Spread,
}

impl TargetSnapshot {
    /// The URL; with `--each-address` the address behind it.
    #[must_use]
    pub fn label(&self) -> String {
        match self.address {
            Some(address) => format!("{} at {address}", self.url),
            None => self.url.clone(),
        }
    }

    /// A target that nothing is known of yet.
    #[cfg(test)]
    pub(crate) fn nothing(id: u32, url: &str) -> Self {
        Self {
            id,
            url: url.to_owned(),
            address: None,
            attempts: 0,
            accepted: 0,
            outcomes: BTreeMap::new(),
            strip: Vec::new(),
            phases: Phases::default(),
            handshake_p50: None,
            handshake_p99: None,
            ping_p50: None,
            ping_p99: None,
            tcp_round_trip: None,
            lag: None,
            held: Held::Closed,
            lost: 0,
            last_loss: None,
            last_failure: None,
            next: None,
            agreed: None,
            is_flooding: false,
            rejected: 0,
            handshakes: Spread::default(),
            pings: Spread::default(),
        }
    }
}

/// One ended attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it ended (`Stamp::mono`).
    pub at: Duration,
    /// On which connection.
    pub lane: Lane,
    /// What became of it.
    pub outcome: Outcome,
    /// TCP, TLS and upgrade together, if it got a 101.
    pub handshake: Option<Duration>,
    /// Accepted, but its handshake took over a second.
    pub slow: bool,
}

/// The held connection of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Held {
    /// None is kept (`--held 0`).
    Off,
    /// None is open at the moment.
    Closed,
    /// Open and past its dwell, for so long.
    Open(Duration),
}

/// Where a close code was seen.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum CodeSource {
    /// Told to our own probes.
    Probe,
    /// Told to real clients, by the application's log.
    Log,
}

impl CodeSource {
    /// Its word on the screen.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::Log => "log",
        }
    }
}

/// One close code from one source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodeSnapshot {
    /// The code, as on the wire.
    pub code: CloseCode,
    /// Who was told.
    pub source: CodeSource,
    /// Over the last ten seconds.
    pub per_second: PerSecond,
    /// The minute before the last ten seconds, per second: where it comes from.
    pub before: PerSecond,
    /// In the last minute.
    pub last_minute: u64,
    /// In the last five minutes.
    pub five_minutes: u64,
    /// Since the start.
    pub total: u64,
    /// The last five minutes in thirty steps of ten seconds, oldest first; none
    /// = before we watched.
    pub spark: Vec<Option<f64>>,
}

/// The codes seen and what a browser would have shown instead.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Codes {
    /// By code and source, most in the last five minutes first.
    pub wire: Vec<CodeSnapshot>,
    /// What a browser would report, by code: total since the start.
    pub browser: BTreeMap<u16, u64>,
    /// The sources that are listened to.
    pub sources: Vec<CodeSource>,
}

/// What the prober itself costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProberSnapshot {
    /// Attempts of the last minute, over all targets.
    pub attempts_last_minute: u64,
    /// Bytes sent and received in the last minute.
    pub bytes_last_minute: u64,
}
