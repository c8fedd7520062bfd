//! Connections per second over time.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::detect::Severity;
use crate::units::PerSecond;

/// Connections per second over the window.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Whose: `:8080 gateway`, or `all listeners`.
    pub scope: String,
    /// How far back.
    pub window: Duration,
    /// How far back was asked for: further, while there is not so much.
    pub asked: Duration,
    /// Time of the newest point's end.
    pub end: DateTime<Utc>,
    /// Seconds one point covers.
    pub step: Duration,
    /// The moment looked at, where the chart goes on beyond it.
    pub cursor: Option<DateTime<Utc>>,
    /// Oldest first, ending at `end`; `None` = gap, drawn as nothing.
    pub points: Vec<Option<ChartPoint>>,
    /// From which rate on a herd is suspected; none while the usual rate is
    /// not known.
    pub threshold: Option<PerSecond>,
    /// Highest value the axis has to show above zero: grows at once, shrinks
    /// after 60 s. A threshold far above the data does not flatten it.
    pub top: f64,
    /// The same below zero, for closed connections.
    pub bottom: f64,
    /// The highest second in the window.
    pub peak: Option<PerSecond>,
    /// The highest second of error lines in the window; none where no log is read.
    pub errors: Option<PerSecond>,
    /// Letters above the chart.
    pub marks: Vec<Mark>,
}

/// One step of the chart: the highest second in it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ChartPoint {
    /// Opened per second.
    pub opened: f64,
    /// Closed per second.
    pub closed: f64,
    /// Open at its end; none where it was not counted.
    pub open: Option<f64>,
    /// Error lines per second of the application's log; none where none is read.
    pub errors: Option<f64>,
}

/// A letter over the chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// The letter of the event, `*` for a mark of the user's own.
    pub letter: char,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// How bad.
    pub severity: Severity,
}
