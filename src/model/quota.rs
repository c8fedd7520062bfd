//! How long a cgroup has been out of its share of the CPU.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::sample::HostReading;
use crate::units::{Ratio, float};

/// What is looked back on.
const WINDOW: Duration = Duration::from_secs(10);
/// So much of it has to be known.
const KNOWN: Duration = Duration::from_secs(9);

/// How a cgroup was held back over the last ten seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Throttled {
    /// Share of the readings, one a second, in which it was held back.
    pub readings: Ratio,
    /// Share of its scheduling periods in which it was; none where the kernel
    /// does not count periods.
    pub periods: Option<Ratio>,
}

/// When, throttled so far, periods so far.
type Reading = (Duration, u64, Option<u64>);

/// The cgroups of the watched processes.
#[derive(Debug, Clone, Default)]
pub(super) struct Quotas(BTreeMap<String, VecDeque<Reading>>);

impl Quotas {
    /// Takes the host's readings in.
    pub(super) fn read(&mut self, at: Duration, host: &HostReading) {
        self.0.retain(|path, _| host.cgroups.iter().any(|c| c.path == *path));
        for cgroup in &host.cgroups {
            let Some(&throttled) = cgroup.throttled.seen() else {
                self.0.remove(&cgroup.path);
                continue;
            };
            let readings = self.0.entry(cgroup.path.clone()).or_default();
            // A counter that fell is another cgroup under the same name.
            if readings.back().is_some_and(|(_, before, _)| throttled < *before) {
                readings.clear();
            }
            readings.push_back((at, throttled, cgroup.periods.seen().copied()));
            while readings.len() > 1 && at.saturating_sub(readings[1].0) >= WINDOW {
                readings.pop_front();
            }
        }
    }

    /// What became of it; none until ten seconds are known.
    pub(super) fn of(&self, path: &str) -> Option<Throttled> {
        let readings = self.0.get(path)?;
        let (first, last) = (readings.front()?, readings.back()?);
        if last.0.saturating_sub(first.0) < KNOWN {
            return None;
        }
        let pairs = readings.iter().zip(readings.iter().skip(1));
        let rose = pairs.filter(|(before, after)| after.1 > before.1).count();
        let readings = Ratio::of(rose as u64, readings.len() as u64 - 1)?;
        let periods = last.2.zip(first.2).and_then(|(now, then)| now.checked_sub(then));
        let share = |periods: u64| float(last.1 - first.1) / float(periods);
        let periods = periods.filter(|&n| n > 0).map(|n| Ratio(share(n).min(1.0)));
        Some(Throttled { readings, periods })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::cgroup_host;

    /// Readings of one a second, throttled so far and periods so far.
    fn after(readings: &[(u64, u64)]) -> Option<Throttled> {
        let mut quotas = Quotas::default();
        for (second, &(throttled, periods)) in (0..).zip(readings) {
            quotas.read(Duration::from_secs(second), &cgroup_host("/ws", throttled, periods));
        }
        quotas.of("/ws")
    }

    #[test]
    fn what_is_held_back_in_eight_of_ten_seconds_reads_so() {
        let rising: Vec<(u64, u64)> = (0..11).map(|n| (n.min(8) * 5, n * 10)).collect();
        let told = after(&rising).unwrap();
        assert_eq!((told.readings, told.periods), (Ratio(0.8), Some(Ratio(0.4))));
        assert_eq!(after(&rising[..5]), None, "five seconds are too few");
    }

    #[test]
    fn a_new_cgroup_of_the_same_name_starts_over() {
        let mut readings: Vec<(u64, u64)> = (90..101).map(|n| (n, n * 10)).collect();
        readings.push((0, 3));
        assert_eq!(after(&readings), None);
    }
}
