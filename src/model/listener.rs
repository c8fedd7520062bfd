//! One listener: its sockets, its account, its peak.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use super::account::{Account, Settled};
use super::growth::Growth;
use super::history::Second;
use super::slope::Slope;
use super::timeline::Timeline;
use crate::sample::{Endings, Group, Listener};
use crate::units::float;

/// The state of one address and port; a `SO_REUSEPORT` group is one.
#[derive(Debug, Clone)]
pub(super) struct ListenerState {
    pub(super) address: SocketAddr,
    /// The listening sockets now.
    pub(super) sockets: Vec<Listener>,
    /// When it was last listening; none = never seen.
    pub(super) seen: Option<Duration>,
    /// Pids behind it as far as known; kept when the listener is gone.
    pub(super) pids: Vec<u32>,
    /// A process could not be found because it is not ours to look into.
    pub(super) hidden: bool,
    pub(super) account: Account,
    /// What the last walk found here, groups of the same listener merged.
    pub(super) group: Option<Group>,
    pub(super) peak_opened: Option<f64>,
    /// The second under way and what was opened in it.
    running: (u64, f64),
    drops_seen: HashMap<u64, u32>,
    /// Dropped since the last derivation, and in all.
    pub(super) drops_fresh: u64,
    pub(super) drops_total: u64,
    /// How connections ended since the last derivation.
    pub(super) endings: Endings,
    pub(super) growth: Growth,
    pub(super) rss: Slope,
    pub(super) tcp: Slope,
    pub(super) threads: Slope,
}

impl ListenerState {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            sockets: Vec::new(),
            seen: None,
            pids: Vec::new(),
            hidden: false,
            account: Account::default(),
            group: None,
            peak_opened: None,
            running: (0, 0.0),
            drops_seen: HashMap::new(),
            drops_fresh: 0,
            drops_total: 0,
            endings: Endings::none(address),
            growth: Growth::default(),
            rss: Slope::default(),
            tcp: Slope::default(),
            threads: Slope::default(),
        }
    }

    /// Takes the listening sockets of this address in; none = nobody listens.
    pub(super) fn listen(&mut self, at: Duration, sockets: Vec<Listener>) {
        if !sockets.is_empty() {
            self.seen = Some(at);
        }
        for socket in &sockets {
            let Some(drops) = socket.drops else { continue };
            // A socket seen for the first time brings drops of before our time.
            let before = self.drops_seen.insert(socket.inode, drops).unwrap_or(drops);
            let fresh = u64::from(drops.saturating_sub(before));
            self.drops_fresh += fresh;
            self.drops_total += fresh;
        }
        self.drops_seen.retain(|inode, _| sockets.iter().any(|s| s.inode == *inode));
        self.sockets = sockets;
    }

    /// Takes a walk's count in; the seconds since the one before, the last of
    /// them being that of this walk. None after the first.
    pub(super) fn walked(
        &mut self,
        at: Duration,
        group: Option<Group>,
        timeline: &Timeline,
    ) -> Vec<Second> {
        let (live, established) =
            group.as_ref().map_or((0, 0), |g| (g.states.live(), g.states.established));
        self.group = group;
        let settled = self.account.walked(at, live, established);
        settled.map(|settled| self.seconds(&settled, timeline)).unwrap_or_default()
    }

    /// A settled interval second by second.
    fn seconds(&mut self, settled: &Settled, timeline: &Timeline) -> Vec<Second> {
        let to = timeline.second(settled.to);
        // Across a jump of the clock only the seconds that ran are known.
        let ran = settled.to.saturating_sub(settled.from).as_secs() + 1;
        let from = timeline.second(settled.from).max(to.saturating_sub(ran));
        let mut live = float(settled.live_before);
        let mut slots = settled.slots.iter().peekable();
        let mut seconds = Vec::new();
        for second in from..=to {
            let (mut opened, mut closed) = (0.0, 0.0);
            while let Some(slot) = slots.next_if(|s| timeline.second(s.at) <= second) {
                opened += slot.opened;
                closed += float(slot.closed);
            }
            live = (live + opened - closed).max(0.0);
            self.note_second(second, opened);
            seconds.push(Second { opened, closed, open: live });
        }
        seconds
    }

    /// The peak is that of whole seconds, once they are over.
    fn note_second(&mut self, second: u64, opened: f64) {
        if second == self.running.0 {
            self.running.1 += opened;
        } else {
            if self.running.0 > 0 {
                self.peak_opened = Some(self.peak_opened.unwrap_or(0.0).max(self.running.1));
            }
            self.running = (second, opened);
        }
    }

    /// The highest whole second, the one under way included once it is higher.
    pub(super) fn peak(&self) -> Option<f64> {
        self.peak_opened.map(|peak| peak.max(self.running.1))
    }

    /// Accept queue and backlog, summed over the group.
    pub(super) fn accept_queue(&self) -> (Option<u64>, Option<u64>) {
        if self.sockets.is_empty() {
            return (None, None);
        }
        let used = self.sockets.iter().map(|s| u64::from(s.accept_queue)).sum();
        let limit = self.sockets.iter().map(|s| s.backlog.map(u64::from)).sum::<Option<u64>>();
        (Some(used), limit)
    }

    /// Share of the fullest queue of the group: one full worker refuses clients
    /// while the others idle. 1.0 is the backlog, full is above it.
    pub(super) fn fullest_queue(&self) -> Option<f64> {
        let share = |s: &Listener| Some(f64::from(s.accept_queue) / f64::from(s.backlog?.max(1)));
        self.sockets.iter().filter_map(share).max_by(f64::total_cmp)
    }
}

/// Two groups of the same listener as one: `0.0.0.0` has one for every local
/// address a client came in by.
pub(super) fn merge(mut sum: Group, other: Group) -> Group {
    sum.states = sum.states.plus(&other.states);
    sum.unaccepted += other.unaccepted;
    sum.other_networks += other.other_networks;
    sum.from_this_host = sum.from_this_host.max(other.from_this_host);
    sum.ages.before_watch += other.ages.before_watch;
    for (class, more) in sum.ages.classes.iter_mut().zip(other.ages.classes) {
        *class += more;
    }
    for (network, open) in other.networks {
        match sum.networks.iter_mut().find(|(known, _)| *known == network) {
            Some((_, sum)) => *sum += open,
            None => sum.networks.push((network, open)),
        }
    }
    sum.networks.sort_by_key(|&(network, open)| (std::cmp::Reverse(open), network));
    sum
}
