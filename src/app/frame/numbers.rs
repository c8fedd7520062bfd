//! The big numbers and the limits of the listener in focus.

use std::time::Duration;

use crate::detect::Severity;
use crate::model::{Direction, Limit};
use crate::units::{PerSecond, Ratio};

/// The big numbers. `None` = no reading, drawn as `-`.
#[derive(Debug, Clone, PartialEq)]
pub struct Hero {
    /// The listener in focus: `:8080 gateway`; empty when there is none.
    pub focus: String,
    /// Until the binding limit is reached, if it grows.
    pub full_in: Option<Duration>,
    /// Whether that is from too short a time to be sure.
    pub full_in_estimated: bool,
    /// Severity of the time to full.
    pub full_in_severity: Severity,
    /// Which way it goes, where it is not known when it is full.
    pub direction: Direction,
    /// Open connections.
    pub open: Option<u64>,
    /// Whether `open` and the rates are estimates between two walks (`~`).
    pub estimated: bool,
    /// Severity of the binding limit.
    pub open_severity: Severity,
    /// Connections opened in the last interval.
    pub opened: Option<PerSecond>,
    /// How many times the usual come; in a herd that of its sentence. None while the
    /// usual is not known.
    pub factor: Option<f64>,
    /// Severity of the arrival rate.
    pub opened_severity: Severity,
    /// Connections closed in the last interval.
    pub closed: Option<PerSecond>,
    /// The highest second since the start.
    pub peak_opened: Option<PerSecond>,
    /// Opened and closed since the start.
    pub totals: Option<(u64, u64)>,
    /// The means of the last 1, 5 and 15 minutes, as a load average has them; none where
    /// so much is not kept.
    pub means: [Option<Means>; 3],
}

/// What was usual over some time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Means {
    /// Open connections.
    pub open: f64,
    /// Opened.
    pub opened: PerSecond,
    /// Closed.
    pub closed: PerSecond,
}

impl Means {
    /// Over how many minutes.
    pub const MINUTES: [u64; 3] = [1, 5, 15];
}

/// The binding limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Gauge {
    /// The limit itself.
    pub limit: Limit,
    /// How bad.
    pub severity: Severity,
    /// Where warning and critical begin, drawn into the gauge.
    pub warn: Ratio,
    /// See `warn`.
    pub crit: Ratio,
}

/// A limit that does not bind.
#[derive(Debug, Clone, PartialEq)]
pub struct LimitRow {
    /// The limit.
    pub limit: Limit,
    /// How bad.
    pub severity: Severity,
}

/// The accept queue of the focused listener.
#[derive(Debug, Clone, PartialEq)]
pub struct AcceptQueue {
    /// `:8080`.
    pub scope: String,
    /// Waiting to be accepted.
    pub used: u64,
    /// The backlog; none where the kernel does not tell.
    pub limit: Option<u64>,
    /// How bad.
    pub severity: Severity,
    /// Connections dropped per second because it was full.
    pub drops: Option<PerSecond>,
}
