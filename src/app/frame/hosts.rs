//! The table of hosts, frozen.

use std::sync::Arc;
use std::time::Duration;

use crate::fleet::{FleetHost, FleetTotals};

/// One host and its past.
#[derive(Debug, Clone, PartialEq)]
pub struct HostRow {
    /// What is known of it.
    pub host: Arc<FleetHost>,
    /// Attempts per second, oldest first, for the sparkline; `None` = gap.
    pub spark: Vec<Option<f64>>,
}

/// All hosts of a moment, the worst first, as they are handed in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HostsPage {
    /// The hosts.
    pub rows: Vec<HostRow>,
    /// Their sums.
    pub totals: FleetTotals,
    /// What is to be said beside the verdict.
    pub notes: Vec<String>,
    /// How far back the sparklines go.
    pub spark_window: Duration,
    /// How long the server took for it.
    pub took: Duration,
}

/// What the hosts are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HostSort {
    /// The worst first.
    #[default]
    Worst,
    /// By open connections.
    Open,
    /// By attempts per second.
    Attempts,
    /// By rejected per second.
    Rejected,
    /// By name.
    Name,
}

impl HostSort {
    /// Its name in the title.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Worst => "worst",
            Self::Open => "open",
            Self::Attempts => "attempts/s",
            Self::Rejected => "rejected/s",
            Self::Name => "name",
        }
    }

    /// The next one, round and round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Worst => Self::Open,
            Self::Open => Self::Attempts,
            Self::Attempts => Self::Rejected,
            Self::Rejected => Self::Name,
            Self::Name => Self::Worst,
        }
    }
}

/// The table as it is to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct HostTable {
    /// Rows after filter, in order.
    pub rows: Vec<HostRow>,
    /// How many there are without the filter.
    pub total: usize,
    /// The filter in force.
    pub filter: String,
    /// Index of the selected row.
    pub selected: usize,
    /// What it is sorted by.
    pub sort: HostSort,
    /// The other way round.
    pub reversed: bool,
    /// Sums over all hosts.
    pub totals: FleetTotals,
    /// How far back the sparklines go.
    pub spark_window: Duration,
    /// How long the server took for it.
    pub took: Duration,
    /// What stands in an empty table.
    pub empty: String,
}
