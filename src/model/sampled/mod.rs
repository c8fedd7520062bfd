//! What connections looked at one by one say of all: whose clients do not read, and who
//! is silent for longer than anybody who lives.

mod period;
mod silence;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use super::Model;
use super::endings::Estimate;
use super::snapshot::{SampledSnapshot, SilentClients};
use crate::sample::{SampledGroup, SampledWalk};
use crate::units::float;
use period::PingPeriod;

/// A look that is older says nothing of now.
const CURRENT: Duration = Duration::from_mins(5);

/// The last look at the connections of one listener.
#[derive(Debug, Clone)]
pub(super) struct SampledState {
    at: Duration,
    /// All were looked at.
    whole: bool,
    group: SampledGroup,
    /// Open at that time.
    open: u64,
    period: PingPeriod,
}

impl Model {
    /// Takes a look in.
    pub(super) fn read_sampled(&mut self, at: Duration, walk: SampledWalk) {
        let mut groups: BTreeMap<SocketAddr, SampledGroup> = BTreeMap::new();
        for group in walk.groups {
            let Some(address) = self.ports.route(group.local) else { continue };
            let known = groups.entry(address).or_insert_with(|| SampledGroup::none(address));
            known.add(&group);
        }
        let given = self.config.ping_period;
        for (address, group) in groups {
            let Some(state) = self.listeners.get_mut(&address) else { continue };
            let open = state.account.established_at_walk().unwrap_or(0).max(group.found);
            let before = state.sampled.take();
            let mut period = before.map(|before| before.period).unwrap_or_default();
            if given.is_none() {
                period.observe(at, &group);
            }
            let whole = walk.slices == 1;
            state.sampled = Some(Box::new(SampledState { at, whole, group, open, period }));
        }
    }

    /// What is known by it of the service at these addresses; none where nothing is.
    pub(super) fn sampled_of(
        &self,
        now: Duration,
        addresses: &[SocketAddr],
    ) -> Option<SampledSnapshot> {
        let states = addresses.iter().filter_map(|at| self.listeners.get(at)?.sampled.as_deref());
        let mut states = states.filter(|state| now.saturating_sub(state.at) <= CURRENT);
        let mut sum = states.next()?.clone();
        for more in states {
            sum.group.add(&more.group);
            sum.whole &= more.whole;
            sum.open = sum.open.saturating_add(more.open);
            sum.period = sum.period.or(&more.period);
        }
        Some(sum.snapshot(self.config.ping_period))
    }
}

impl SampledState {
    fn snapshot(&self, given: Option<Duration>) -> SampledSnapshot {
        let group = &self.group;
        SampledSnapshot {
            at: self.at,
            looked_at: group.found,
            open: self.open,
            slow: self.share_of(group.slow),
            unsent: self.sum_of(group.unsent, group.unsent_squares),
            memory: float(group.memory) * self.scale(),
            slowest: group.slowest.clone(),
            silence: self.silence(given),
        }
    }

    /// How many each that was looked at stands for.
    fn scale(&self) -> f64 {
        if self.whole { 1.0 } else { float(self.open) / float(self.group.found.max(1)) }
    }

    /// So many of those that were looked at, in all.
    fn share_of(&self, count: u64) -> Estimate {
        if self.whole {
            return Estimate { count: float(count), off_by: 0.0 };
        }
        let found = float(self.group.found.max(1));
        let share = float(count) / found;
        // Of n that were looked at, 3 in n of the others may differ.
        let spread = (2.0 * (share * (1.0 - share) / found).sqrt()).max(3.0 / found).min(1.0);
        let others = float(self.open.saturating_sub(self.group.found));
        Estimate { count: share * float(self.open), off_by: spread * others }
    }

    /// The sum of something over all, of which these have so much, and the squares of it
    /// in KiB.
    fn sum_of(&self, bytes: u64, squares: u64) -> Estimate {
        if self.whole {
            return Estimate { count: float(bytes), off_by: 0.0 };
        }
        let (found, open) = (float(self.group.found.max(1)), float(self.open));
        let mean = float(bytes) / 1_024.0 / found;
        let variance = mean.mul_add(-mean, float(squares) / found).max(0.0);
        let unseen = (1.0 - found / open.max(found)).max(0.0);
        let off_by = 2.0 * (variance / found * unseen).sqrt() * open;
        Estimate { count: mean * open * 1_024.0, off_by: off_by * 1_024.0 }
    }

    fn silence(&self, given: Option<Duration>) -> Option<SilentClients> {
        let (period, talks) = match (given, self.period.seen()) {
            (Some(given), _) => (given, false),
            (None, Some(seen)) => (seen, true),
            (None, None) => return None,
        };
        let (of, silent) = silence::count(&self.group, period, talks);
        // Those of which it is not known whether they ever talk are none that are silent.
        let all = self.share_of(silent);
        Some(SilentClients { period, is_given: given.is_some(), of, silent: all, open: self.open })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(found: u64, open: u64, whole: bool) -> SampledState {
        let local = ([127, 0, 0, 1], 80).into();
        let group = SampledGroup { found, ..SampledGroup::none(local) };
        SampledState { at: Duration::ZERO, whole, group, open, period: PingPeriod::default() }
    }

    #[test]
    fn a_part_stands_for_all_with_its_error() {
        let all = state(200, 200, true);
        assert_eq!(all.share_of(7), Estimate { count: 7.0, off_by: 0.0 });
        let part = state(1_500, 96_000, false);
        let slow = part.share_of(15);
        assert!((slow.count - 960.0).abs() < 0.1, "{slow:?}");
        assert!((480.0..490.0).contains(&slow.off_by), "{slow:?}");
        // Fifteen that have 1 MiB each.
        let sum = part.sum_of(15 << 20, 15 * 1_024 * 1_024);
        let mib = |bytes: f64| bytes / 1_048_576.0;
        assert!((mib(sum.count) - 960.0).abs() < 1.0, "{sum:?}");
        assert!((450.0..530.0).contains(&mib(sum.off_by)), "{sum:?}");
        assert!(part.share_of(0).count < 1e-9);
    }
}
