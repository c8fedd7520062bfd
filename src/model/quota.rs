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

/// How a cgroup was held back between the last two readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Throttling {
    /// The time between them.
    pub over: Duration,
    /// Scheduling periods in which it was.
    pub throttled: u64,
    /// Scheduling periods in which it wanted to run; none where the kernel does not
    /// count them.
    pub periods: Option<u64>,
    /// For how long its tasks were kept from running; none where the kernel does not
    /// tell. Two tasks that wait at once count once.
    pub held: Option<Duration>,
}

/// What one reading counts, so far.
#[derive(Debug, Clone, Copy)]
struct QuotaReading {
    at: Duration,
    throttled: u64,
    periods: Option<u64>,
    held: Option<Duration>,
}

/// The cgroups of the watched processes.
#[derive(Debug, Clone, Default)]
pub(super) struct Quotas(BTreeMap<String, VecDeque<QuotaReading>>);

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
            if readings.back().is_some_and(|before| throttled < before.throttled) {
                readings.clear();
            }
            let periods = cgroup.periods.seen().copied();
            let held = cgroup.throttled_for.seen().copied();
            readings.push_back(QuotaReading { at, throttled, periods, held });
            while readings.len() > 1 && at.saturating_sub(readings[1].at) >= WINDOW {
                readings.pop_front();
            }
        }
    }

    /// What became of it; none until ten seconds are known.
    pub(super) fn of(&self, path: &str) -> Option<Throttled> {
        let readings = self.0.get(path)?;
        let (first, last) = (readings.front()?, readings.back()?);
        if last.at.saturating_sub(first.at) < KNOWN {
            return None;
        }
        let pairs = readings.iter().zip(readings.iter().skip(1));
        let rose = pairs.filter(|(before, after)| after.throttled > before.throttled).count();
        let readings = Ratio::of(rose as u64, readings.len() as u64 - 1)?;
        let periods = last.periods.zip(first.periods);
        let periods = periods.and_then(|(now, then)| now.checked_sub(then));
        let share = |periods: u64| float(last.throttled - first.throttled) / float(periods);
        let periods = periods.filter(|&n| n > 0).map(|n| Ratio(share(n).min(1.0)));
        Some(Throttled { readings, periods })
    }

    /// What became of it between the last two readings.
    pub(super) fn last(&self, path: &str) -> Option<Throttling> {
        let readings = self.0.get(path)?;
        let now = readings.back()?;
        let then = readings.get(readings.len().checked_sub(2)?)?;
        Some(Throttling {
            over: now.at.saturating_sub(then.at),
            throttled: now.throttled - then.throttled,
            periods: now.periods.zip(then.periods).and_then(|(now, then)| now.checked_sub(then)),
            held: now.held.zip(then.held).and_then(|(now, then)| now.checked_sub(then)),
        })
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
    fn the_last_second_is_told_from_the_second_reading_on() {
        let mut quotas = Quotas::default();
        let mut read = |second: u64, throttled, periods| {
            let mut host = cgroup_host("/ws", throttled, periods);
            let held = Duration::from_millis(throttled * 40);
            host.cgroups[0].throttled_for = crate::sample::Reading::Seen(held);
            quotas.read(Duration::from_secs(second), &host);
            quotas.last("/ws")
        };
        assert_eq!(read(1, 7, 100), None);
        let told = read(2, 16, 110).unwrap();
        assert_eq!((told.throttled, told.periods), (9, Some(10)));
        assert_eq!((told.over.as_secs(), told.held), (1, Some(Duration::from_millis(360))));
        assert_eq!(read(3, 2, 111), None, "another one of that name");
    }

    #[test]
    fn a_new_cgroup_of_the_same_name_starts_over() {
        let mut readings: Vec<(u64, u64)> = (90..101).map(|n| (n, n * 10)).collect();
        readings.push((0, 3));
        assert_eq!(after(&readings), None);
    }
}
