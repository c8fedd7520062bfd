//! The table of listeners, frozen.

use std::time::Duration;

use crate::detect::Severity;
use crate::fmt;
use crate::model::{Limit, LimitKind, ListenerSnapshot};
use crate::sample::{AGE_BOUNDS, Ages, Network};
use crate::units::{Bytes, Ratio};

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
    /// Closed per second.
    Closed,
    /// The highest second so far.
    Peak,
    /// Share of the accept queue.
    AcceptQueue,
    /// Drops per second.
    Drops,
    /// Address and port.
    Address,
    /// Process name.
    Process,
}

impl SortColumn {
    const NAMES: [(Self, &'static str); 8] = [
        (Self::Open, "open"),
        (Self::Opened, "handsh/s"),
        (Self::Closed, "closed/s"),
        (Self::Peak, "peak/s"),
        (Self::AcceptQueue, "accept-q"),
        (Self::Drops, "drops/s"),
        (Self::Address, "address"),
        (Self::Process, "process"),
    ];

    /// Its name where columns are chosen.
    #[must_use]
    pub fn key(self) -> &'static str {
        Self::NAMES.iter().find(|(column, _)| *column == self).map_or("open", |(_, name)| *name)
    }

    /// The column of such a name.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, name)| *name == key).map(|(column, _)| *column)
    }
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
    /// The sum of so many listeners that are not listed.
    Others(u64),
}

/// One listener.
#[derive(Debug, Clone, PartialEq)]
pub struct ListenerRow {
    /// What is known of it; its peak is no lower than what is charted of it.
    pub listener: ListenerSnapshot,
    /// What it is of.
    pub kind: RowKind,
    /// Opened per second, oldest first, for the sparkline; `None` = gap.
    pub spark: Vec<Option<f64>>,
    /// The worst of its limits and alerts.
    pub severity: Severity,
    /// Whether it is the one the big numbers are of.
    pub focused: bool,
}

impl ListenerRow {
    /// `0.0.0.0:8080`, `[::]:9090`; `:8080` of a service, `9 936 others`.
    #[must_use]
    pub fn name(&self) -> String {
        match self.kind {
            RowKind::Alone | RowKind::Part => self.listener.address.to_string(),
            RowKind::Whole => self.listener.port(),
            RowKind::Others(count) => format!("{} others", fmt::count(count)),
        }
    }

    /// `gateway 2143`; `3× gunicorn` for several; `-` for one that nothing is known of;
    /// none when it is not ours to see.
    #[must_use]
    pub fn process(&self) -> Option<String> {
        let Some(name) = self.listener.process.as_deref() else {
            return (!self.listener.hidden).then(|| "-".to_owned());
        };
        match self.listener.pids.as_slice() {
            [pid] => Some(format!("{name} {pid}")),
            pids => Some(format!("{}× {name}", pids.len())),
        }
    }

    /// How old half of the open connections are at the most.
    #[must_use]
    pub fn age(&self) -> Option<Age> {
        self.listener.ages.as_ref().and_then(median)
    }

    /// What a connection takes, from the limit of memory whose headroom was counted
    /// with it.
    #[must_use]
    pub fn memory(&self) -> Option<Bytes> {
        let of_memory =
            |l: &&Limit| matches!(l.kind, LimitKind::CgroupMemory | LimitKind::HostMemory);
        let limits = self.listener.limits.iter().filter(of_memory);
        let limit = limits.max_by_key(|l| l.headroom)?;
        let room = limit.headroom.filter(|&room| room > 0)?;
        Some(Bytes(limit.limit.saturating_sub(limit.used) / room))
    }

    /// The client network with most of the open connections, and its share.
    #[must_use]
    pub fn busiest(&self) -> Option<(Network, Ratio)> {
        let networks = &self.listener.networks;
        let (network, most) = networks.first()?;
        let named = networks.iter().fold(0_u64, |sum, (_, n)| sum.saturating_add(*n));
        let share = Ratio::of(*most, named.saturating_add(self.listener.other_networks))?;
        Some((*network, share))
    }
}

/// An age as far as walks can tell: its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// Below this.
    Below(Duration),
    /// At least this.
    AtLeast(Duration),
}

/// The class in which the median connection is. Those that were there before us
/// are older than all we saw come.
fn median(ages: &Ages) -> Option<Age> {
    let all = ages.classes.iter().fold(ages.before_watch, |sum, n| sum.saturating_add(*n));
    let half = all.checked_sub(1)? / 2;
    let mut younger = 0_u64;
    for (bound, count) in AGE_BOUNDS.into_iter().zip(ages.classes) {
        younger = younger.saturating_add(count);
        if half < younger {
            return Some(Age::Below(Duration::from_secs(bound)));
        }
    }
    let [.., longest] = AGE_BOUNDS;
    let [.., old] = ages.classes;
    let least = if half < younger.saturating_add(old) {
        Duration::from_secs(longest)
    } else {
        ages.watched_for
    };
    Some(Age::AtLeast(least))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_age_is_a_class_and_never_younger_than_our_watch_allows() {
        let of = |classes, before_watch| {
            median(&Ages { classes, before_watch, watched_for: Duration::from_secs(40) })
        };
        assert_eq!(of([0; 5], 0), None, "nobody has no age");
        assert_eq!(of([6, 3, 0, 0, 0], 2), Some(Age::Below(Duration::from_secs(1))));
        assert_eq!(of([1, 1, 1, 0, 0], 0), Some(Age::Below(Duration::from_secs(5))));
        assert_eq!(of([0, 0, 0, 1, 9], 0), Some(Age::AtLeast(Duration::from_mins(5))));
        assert_eq!(of([1, 0, 0, 0, 0], 9), Some(Age::AtLeast(Duration::from_secs(40))));
    }
}
