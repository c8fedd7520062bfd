//! Who comes, by the kernel: attempts by client of the last minute.

use std::collections::VecDeque;
use std::time::Duration;

use super::Model;
use super::snapshot::{AttemptsSnapshot, add_clients};
use crate::sample::Attempts;
use std::net::SocketAddr;

/// Seconds of a part, and of all.
const PART: u64 = 5;
const MINUTE: u64 = 60;
/// What comes now is that of so many seconds.
const NOW: u64 = 10;
/// Clients of each kind that a part keeps.
const KEPT: usize = 64;
/// Clients of each kind that are shown.
const SHOWN: usize = 16;

/// The last minute of one listener, in parts.
#[derive(Debug, Clone, Default)]
pub(super) struct AttemptTable(VecDeque<(u64, Attempts)>);

impl AttemptTable {
    /// Takes attempts in.
    pub(super) fn add(&mut self, at: Duration, more: &Attempts) {
        let part = at.as_secs() / PART * PART;
        if self.0.back().is_none_or(|(last, _)| *last < part) {
            self.0.push_back((part, Attempts::default()));
        }
        while self.0.front().is_some_and(|(from, _)| from + MINUTE <= part) {
            self.0.pop_front();
        }
        if let Some((_, known)) = self.0.back_mut() {
            add(known, more, KEPT);
        }
    }

    /// All within so many seconds.
    fn within(&self, now: Duration, seconds: u64) -> Attempts {
        let mut sum = Attempts::default();
        let young = |from: u64| from + seconds > now.as_secs();
        let parts = self.0.iter().filter(|(from, _)| young(*from));
        parts.for_each(|(_, part)| add(&mut sum, part, KEPT));
        sum
    }
}

fn add(sum: &mut Attempts, more: &Attempts, kept: usize) {
    sum.total = sum.total.saturating_add(more.total);
    add_clients(&mut sum.addresses, &more.addresses);
    add_clients(&mut sum.networks, &more.networks);
    sum.addresses.truncate(kept);
    sum.networks.truncate(kept);
}

impl Model {
    /// Takes in who came to a local address.
    pub(super) fn read_attempts(&mut self, at: Duration, local: SocketAddr, came: &Attempts) {
        if let Some(state) = self.routed(local) {
            state.attempts.get_or_insert_default().add(at, came);
        }
    }

    /// Who came to the service at these addresses; none where nobody did.
    pub(super) fn attempts_of(
        &self,
        now: Duration,
        addresses: &[SocketAddr],
    ) -> Option<AttemptsSnapshot> {
        let of = |seconds| {
            let mut sum = Attempts::default();
            let states = addresses.iter().filter_map(|at| self.listeners.get(at));
            for table in states.filter_map(|state| state.attempts.as_deref()) {
                add(&mut sum, &table.within(now, seconds), SHOWN);
            }
            sum
        };
        let minute = of(MINUTE);
        (minute.total > 0).then(|| AttemptsSnapshot { now: of(NOW), minute })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_kept_and_what_comes_now_is_told_apart() {
        let mut table = AttemptTable::default();
        let came = |host: u8, n: u64| Attempts {
            total: n,
            addresses: vec![([10, 0, 0, host].into(), n)],
            networks: Vec::new(),
        };
        for second in 0..200 {
            table.add(Duration::from_secs(second), &came(if second < 190 { 1 } else { 2 }, 3));
        }
        let now = Duration::from_secs(199);
        let minute = table.within(now, MINUTE);
        assert_eq!((minute.total, table.0.len()), (180, 12));
        assert_eq!(minute.addresses, [([10, 0, 0, 1].into(), 150), ([10, 0, 0, 2].into(), 30)]);
        assert_eq!(table.within(now, NOW).addresses, [([10, 0, 0, 2].into(), 30)]);
        assert_eq!(table.within(Duration::from_secs(400), MINUTE).total, 0);
    }
}
