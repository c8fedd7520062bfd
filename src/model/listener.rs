//! One listener: its sockets, its account, its peak.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use super::account::{Account, Settled, WalkedConnections};
use super::attempts::AttemptTable;
use super::growth::Growth;
use super::peak::Peak;
use super::prices::PriceEstimator;
use super::recent_rate::RecentRate;
use super::sampled::SampledState;
use super::shapes::ShapeTable;
use super::snapshot::{Presence, add_clients, join};
use crate::sample::{Endings, Group, Listener, Queues};
use crate::units::{PerSecond, float};

/// Processes are read once a second, so what they hold is held against the least that
/// was open in this time.
const LATELY: Duration = Duration::from_secs(3);

/// The state of one address and port; a `SO_REUSEPORT` group is one.
#[derive(Debug, Clone)]
pub(super) struct ListenerState {
    pub(super) address: SocketAddr,
    /// The listening sockets now.
    pub(super) sockets: Vec<Listener>,
    /// When it was last listening; none = never seen.
    pub(super) seen: Option<Duration>,
    /// When one of its listening sockets was gone: so is the process that had it alone.
    pub(super) lost_socket: Option<Duration>,
    /// Pids behind it as far as known; kept when the listener is gone.
    pub(super) pids: Vec<u32>,
    /// A process could not be found because it is not ours to look into.
    pub(super) hidden: bool,
    pub(super) account: Account,
    /// What the last walk found here, groups of the same listener merged.
    pub(super) group: Option<Box<Group>>,
    /// What came lately. Boxed like what follows the next: of ten thousand listeners hardly
    /// any needs it, and it is two thirds of each.
    recent: Option<Box<Recent>>,
    /// The highest share of a queue since the start.
    pub(super) worst_queue: Option<f64>,
    /// Dropped since the first reading; none while no socket tells it.
    pub(super) drops_total: Option<u64>,
    /// How connections ended since the last derivation.
    pub(super) endings: Option<Box<Endings>>,
    /// The same since the start, those together that are alike.
    pub(super) shapes: Option<Box<ShapeTable>>,
    /// Who came in the last minute.
    pub(super) attempts: Option<Box<AttemptTable>>,
    /// The last look at its connections one by one.
    pub(super) sampled: Option<Box<SampledState>>,
    pub(super) growth: Option<Box<Growth>>,
    pub(super) prices: Option<Box<PriceEstimator>>,
}

/// What came lately to a listener where something does.
#[derive(Debug, Clone, Default)]
pub(super) struct Recent {
    /// Taken from the queue, at the walks of the last seconds.
    taken: VecDeque<(Duration, u64)>,
    /// The most that were opened in a second.
    pub(super) peak: Peak,
    pub(super) dropped: RecentRate,
}

impl ListenerState {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            sockets: Vec::new(),
            seen: None,
            lost_socket: None,
            pids: Vec::new(),
            hidden: false,
            account: Account::default(),
            group: None,
            recent: None,
            worst_queue: None,
            drops_total: None,
            endings: None,
            shapes: None,
            attempts: None,
            sampled: None,
            growth: None,
            prices: None,
        }
    }

    /// Takes the listening sockets of this address in; none = nobody listens.
    pub(super) fn listen(&mut self, at: Duration, sockets: &[Listener]) {
        if !sockets.is_empty() {
            self.seen = Some(at);
        }
        if self.sockets == sockets {
            return;
        }
        let stays = |known: &Listener| sockets.iter().any(|now| now.inode == known.inode);
        if !self.sockets.iter().all(stays) {
            self.lost_socket = Some(at);
        }
        for socket in sockets {
            let Some(drops) = socket.drops else { continue };
            // A socket seen for the first time brings drops of before our time.
            let known = self.sockets.iter().find(|known| known.inode == socket.inode);
            let before = known.and_then(|known| known.drops).unwrap_or(drops);
            let fresh = u64::from(drops.saturating_sub(before));
            self.drops_total = Some(self.drops_total.unwrap_or(0).saturating_add(fresh));
        }
        self.sockets = sockets.to_vec();
        let now = self.fullest_queue();
        self.worst_queue = self.worst_queue.into_iter().chain(now).max_by(f64::total_cmp);
    }

    /// How connections ended, to be added to.
    pub(super) fn endings(&mut self) -> &mut Endings {
        self.endings.get_or_insert_with(|| Box::new(Endings::none(self.address)))
    }

    /// What came lately, to be added to.
    pub(super) fn recent(&mut self) -> &mut Recent {
        self.recent.get_or_insert_default()
    }

    /// The most that were opened in a second.
    pub(super) fn peak(&self) -> Option<f64> {
        self.recent.as_ref()?.peak.highest()
    }

    /// Dropped a second: lately, and since the first reading.
    pub(super) fn drop_rate(&self) -> Option<PerSecond> {
        self.recent.as_ref()?.dropped.rate()
    }

    pub(super) fn drop_mean(&self) -> Option<PerSecond> {
        self.recent.as_ref()?.dropped.mean()
    }

    /// Taken from the queue, at the walks of the last seconds.
    fn taken(&self) -> impl Iterator<Item = u64> {
        self.recent.iter().flat_map(|recent| &recent.taken).map(|(_, taken)| *taken)
    }

    /// The same by shape.
    pub(super) fn shapes(&mut self) -> &mut ShapeTable {
        self.shapes.get_or_insert_default()
    }

    /// Whether somebody listens there.
    pub(super) const fn presence(&self) -> Presence {
        match self.seen {
            _ if !self.sockets.is_empty() => Presence::Listening,
            Some(_) => Presence::Gone,
            None => Presence::Never,
        }
    }

    /// Connections that a process has taken from the queue, at the last walk.
    pub(super) fn accepted(&self) -> u64 {
        let taken = |g: &Group| g.states.established.saturating_sub(g.unaccepted);
        self.group.as_deref().map_or(0, taken)
    }

    /// Established connections: as walked while that is current, else carried on.
    pub(super) fn open(&self, current: bool) -> Option<u64> {
        if current { self.account.established_at_walk() } else { self.account.established() }
    }

    /// Open now, which is also a point of its slope: there is one for each second.
    pub(super) fn observe_open(&mut self, second: u64, current: bool) -> Option<u64> {
        let open = self.open(current);
        if let Some(open) = open {
            self.growth.get_or_insert_default().observe(second, float(open));
        }
        open
    }

    /// Connections that processes have held throughout the last seconds.
    pub(super) fn taken_lately(&self) -> u64 {
        let least = self.taken().min();
        least.zip(self.account.established()).map_or(0, |(taken, now)| taken.min(now))
    }

    /// Whether a process has held one in the last seconds.
    pub(super) fn held_lately(&self) -> bool {
        self.group.is_some() || self.taken().any(|taken| taken > 0)
    }

    fn note_taken(&mut self, at: Duration) {
        if self.group.is_none() && self.taken().next().is_none() {
            return;
        }
        let accepted = self.accepted();
        let taken = &mut self.recent().taken;
        taken.push_back((at, accepted));
        while taken.len() > 1
            && taken.front().is_some_and(|(then, _)| at.saturating_sub(*then) > LATELY)
        {
            taken.pop_front();
        }
    }

    /// Takes a walk's count in; what is settled since the one before, none after the
    /// first.
    pub(super) fn walked(
        &mut self,
        at: Duration,
        (accepted_to, accepted): (Duration, Option<u64>),
        group: Option<Group>,
    ) -> Option<Settled> {
        let states = group.as_ref().map(|g| g.states).unwrap_or_default();
        let (live, established) = (states.live(), states.established);
        // Of a listener without a connection every one is known.
        let fresh = group.as_ref().map_or(Some(0), |g| g.fresh);
        self.group = group.map(Box::new);
        self.note_taken(at);
        let walk = WalkedConnections { at, live, established, fresh, accepted_to, accepted };
        self.account.walked(walk)
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
pub(super) fn merge(mut sum: Group, other: &Group) -> Group {
    sum.states = sum.states.plus(&other.states);
    sum.unaccepted += other.unaccepted;
    sum.other_networks += other.other_networks;
    sum.other_addresses += other.other_addresses;
    join(&mut sum.queues, other.queues, Queues::plus);
    sum.from_this_host = sum.from_this_host.max(other.from_this_host);
    sum.ages = sum.ages.plus(other.ages);
    add_clients(&mut sum.networks, &other.networks);
    add_clients(&mut sum.addresses, &other.addresses);
    sum
}
