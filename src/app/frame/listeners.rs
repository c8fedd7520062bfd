//! The table of listeners, frozen.

use std::time::Duration;

use crate::detect::Severity;
use crate::units::{Bytes, PerSecond, Ratio};

/// The table of listeners.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Rows after filter, in order.
    pub rows: Vec<ListenerRow>,
    /// How many there are without the filter, and with those that are only summed.
    pub total: usize,
    /// The filter in force.
    pub filter: String,
    /// Index of the selected row.
    pub selected: usize,
    /// Column it is sorted by.
    pub sort: SortColumn,
    /// Largest last instead of first.
    pub reversed: bool,
    /// What would fill an empty table, as a sentence.
    pub empty: String,
    /// How far back the sparklines go.
    pub spark_window: Duration,
}

impl Table {
    /// How many listeners have a row of their own.
    #[must_use]
    pub fn listed(&self) -> usize {
        let is_one = |row: &&ListenerRow| matches!(row.kind, RowKind::Alone | RowKind::Part);
        self.rows.iter().filter(is_one).count()
    }
}

/// Columns the table can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortColumn {
    /// Open connections.
    #[default]
    Open,
    /// Opened per second.
    Opened,
    /// Share of the accept queue.
    AcceptQueue,
    /// Drops per second.
    Drops,
    /// Address and port.
    Address,
    /// Process name.
    Process,
}

/// What a row is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// A listener that is a service by itself.
    Alone,
    /// A service over all its addresses, which stand beneath it.
    Whole,
    /// One of these addresses.
    Part,
    /// The sum of the listeners that are not listed.
    Others,
}

/// One listener.
#[derive(Debug, Clone, PartialEq)]
pub struct ListenerRow {
    /// `0.0.0.0:8080`, `[::]:9090`; `:8080` of a service, `9 936 others`.
    pub address: String,
    /// What it is of.
    pub kind: RowKind,
    /// `gateway 2143`; `3× gunicorn` for several; none = hidden from us.
    pub process: Option<String>,
    /// Open connections.
    pub open: Option<u64>,
    /// Whether `open` and `opened` are estimates.
    pub estimated: bool,
    /// Opened per second.
    pub opened: Option<PerSecond>,
    /// Waiting in the accept queue.
    pub queue: Option<u64>,
    /// Its limit.
    pub backlog: Option<u64>,
    /// Dropped per second.
    pub drops: Option<PerSecond>,
    /// Closed per second.
    pub closed: Option<PerSecond>,
    /// The highest second of opening since the start.
    pub peak: Option<PerSecond>,
    /// How old half of the open connections are at the most.
    pub age: Option<Age>,
    /// Memory a connection takes, where it was measured.
    pub memory: Option<Bytes>,
    /// The client network with most of the open connections, and its share.
    pub busiest: Option<(String, Ratio)>,
    /// Opened per second, oldest first, for the sparkline; `None` = gap.
    pub spark: Vec<Option<f64>>,
    /// The worst of its limits.
    pub severity: Severity,
    /// Whether anybody listens there now (a watched port may have nobody).
    pub present: bool,
    /// Whether it is the one the big numbers are of.
    pub focused: bool,
}

/// An age as far as walks can tell: its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// Below this.
    Below(Duration),
    /// At least this.
    AtLeast(Duration),
}
