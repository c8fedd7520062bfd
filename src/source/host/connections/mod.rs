//! Single connections, for as long as somebody looks at them.
//!
//! A lane of its own that sleeps until it is asked: nothing is read while nobody looks.
//! The kernel filters by listener and client network (`program`), what it answers is gone
//! through once and all but the first thousand forgotten (`top`). `tcp_info` takes the
//! lock of each socket, some 3 µs: how often it is read again follows what it cost, by
//! the same share of a core as the walks.

mod program;
mod row;
mod top;

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use netlink_packet_sock_diag::inet::{ExtensionFlags, InetResponseHeader, StateFlags, Timer};

use super::budget::Budget;
use super::diag::{self, Diag, Family, Query};
use super::direction::is_outgoing;
use super::holders::Holders;
use super::lanes::Lanes;
use super::processes::Identity;
use super::seen::WalkMemory;
use super::{own, sockets};
use crate::sample::{
    ConnectionList, ConnectionOrder, ConnectionQuery, MOST_CONNECTIONS, OpenConnection, Reading,
    Sample,
};
use crate::source::privilege::{self, OTHER_USERS};
use top::Top;

/// Another question is answered at once, but what the last answer cost is rested for so
/// many times: a twentieth of a core while somebody types.
const REST: u32 = 19;
/// More addresses than this are counted together: a /48 has more than anybody can hold.
const MOST_ADDRESSES: usize = 4096;

/// The lane's socket and what it knows.
pub(super) struct ConnectionLane {
    /// Or why there is none.
    pub(super) diag: io::Result<Diag>,
    pub(super) budget: Budget,
    pub(super) memory: Arc<RwLock<WalkMemory>>,
    pub(super) holders: Holders,
    pub(super) asked: Receiver<Option<ConnectionQuery>>,
}

impl ConnectionLane {
    pub(super) fn new(
        diag: io::Result<Diag>,
        budget: Budget,
        memory: Arc<RwLock<WalkMemory>>,
        asked: Receiver<Option<ConnectionQuery>>,
    ) -> Self {
        Self { diag, budget, memory, holders: Holders::new(Path::new("/proc")), asked }
    }

    /// Answers until nobody can ask any more.
    pub(super) fn run(mut self, lanes: &Lanes) {
        let mut query: Option<ConnectionQuery> = None;
        let (mut next, mut rested) = (Duration::ZERO, Duration::ZERO);
        while !lanes.stopped() {
            let now = lanes.clock.now().mono;
            let asked = match query {
                None => self.asked.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(_) => self.asked.recv_timeout(next.saturating_sub(now)),
            };
            match asked {
                Ok(asked) => {
                    // Of what was asked meanwhile the last counts.
                    query = self.asked.try_iter().last().unwrap_or(asked);
                    next = rested;
                }
                Err(RecvTimeoutError::Timeout) => {
                    let Some(query) = &query else { continue };
                    let (cpu, period) = self.answer(lanes, query);
                    let now = lanes.clock.now().mono;
                    (next, rested) = (now + period, now + cpu * REST);
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// One answer: what it cost, and how long until the next.
    fn answer(&mut self, lanes: &Lanes, query: &ConnectionQuery) -> (Duration, Duration) {
        let before = own::thread_cpu();
        let at = lanes.clock.now();
        let list = self.read(lanes, query, at.mono);
        let cpu = own::thread_cpu().saturating_sub(before);
        let period = self.budget.spent(cpu);
        let list = list.map(|list| ConnectionList { cpu, period, ..list });
        let connections = Some(Reading::from_io("single connections", list));
        lanes.deliver(Sample { connections, ..Sample::at(at) });
        (cpu, period)
    }

    fn read(
        &mut self,
        lanes: &Lanes,
        query: &ConnectionQuery,
        now: Duration,
    ) -> io::Result<ConnectionList> {
        let diag = match &mut self.diag {
            Ok(diag) => diag,
            Err(error) => return Err(io::Error::new(error.kind(), error.to_string())),
        };
        if query.scope.by_address {
            return by_address(diag, lanes, query, &self.memory);
        }
        let mut list = listed(diag, lanes, query, &self.memory, now)?;
        let behind = lanes.followed();
        let behind: Vec<Identity> =
            behind.into_iter().filter(|(pid, _)| query.pids.contains(pid)).collect();
        list.worker_unknown = self.find_workers(&mut list.rows, &behind, now);
        let order = query.order;
        list.rows.sort_by(|a, b| in_order(order, query.reversed, a, b));
        Ok(list)
    }

    /// Puts the process to each row; why that is not known of some.
    fn find_workers(
        &mut self,
        rows: &mut [OpenConnection],
        behind: &[Identity],
        now: Duration,
    ) -> Option<String> {
        let accepted = rows.iter().map(|row| row.inode).filter(|inode| *inode != 0);
        let inodes: Vec<u64> = accepted.collect();
        let holders = &mut self.holders;
        let workers = privilege::with(OTHER_USERS, || holders.walked(now, &inodes, behind));
        for row in rows.iter_mut() {
            row.worker = holders.holder(row.inode);
        }
        let missing = rows.iter().any(|row| row.inode != 0 && row.worker.is_none());
        let refused = workers.iter().find_map(|worker| worker.held.denied());
        match (missing, refused) {
            (false, _) => None,
            (true, Some(why)) => Some(why.to_owned()),
            (true, None) if behind.is_empty() => {
                Some("the process is another user's: run as root to see it".to_owned())
            }
            (true, None) if workers.iter().any(|worker| !worker.whole) => {
                Some("not all looked up yet".to_owned())
            }
            (true, None) => Some("held by a process that does not listen itself".to_owned()),
        }
    }
}

fn in_order(
    order: ConnectionOrder,
    reversed: bool,
    a: &OpenConnection,
    b: &OpenConnection,
) -> std::cmp::Ordering {
    let found = order.compare(a, b);
    if reversed { found.reverse() } else { found }
}

/// Which families can have such connections at all.
fn families(lanes: &Lanes) -> impl Iterator<Item = Family> {
    let exist = lanes.families();
    let all = [(Family::V4, exist.v4), (Family::V6, exist.v6)];
    all.into_iter().filter(|(_, exists)| *exists).map(|(family, _)| family)
}

/// What the kernel cannot tell: a port that services share, a mapped client.
fn is_meant(query: &ConnectionQuery, header: &InetResponseHeader) -> bool {
    query.belongs.holds(&diag::local(header)) && query.scope.admits(diag::peer(header).ip())
}

/// The first of them in order, and how many there are.
fn listed(
    diag: &mut Diag,
    lanes: &Lanes,
    query: &ConnectionQuery,
    memory: &RwLock<WalkMemory>,
    now: Duration,
) -> io::Result<ConnectionList> {
    let program = program::of(&query.scope);
    let (order, reversed) = (query.order, query.reversed);
    let compare = move |a: &OpenConnection, b: &OpenConnection| in_order(order, reversed, a, b);
    let mut top = Top::new(MOST_CONNECTIONS, compare);
    let (mut all, mut shown) = (0, 0);
    let known = memory.read().unwrap_or_else(PoisonError::into_inner);
    for family in families(lanes) {
        let extensions = ExtensionFlags::INFO | ExtensionFlags::SKMEMINFO;
        let states = sockets::open_states();
        let asked = Query { family, states, local_port: None, extensions };
        diag.walk_where(&asked, &program, |header, more| {
            // FIN_WAIT2 minisockets come along with the full ones.
            let is_full = header.timer != Some(Timer::TimeWait);
            // What this host opened itself is nobody's client.
            let is_ours =
                known.opened_here.holds(diag::cookie(header)) || is_outgoing(header.state, more);
            if !is_full || is_ours || !is_meant(query, header) {
                return;
            }
            all += 1;
            let row = row::read(header, more, &known.ages, now);
            if query.shows.holds(&row) {
                shown += 1;
                top.add(row);
            }
        })?;
    }
    drop(known);
    Ok(ConnectionList {
        scope: query.scope.clone(),
        all,
        shown,
        rows: top.finish(),
        addresses: Vec::new(),
        other_addresses: 0,
        worker_unknown: None,
        cpu: Duration::ZERO,
        period: Duration::ZERO,
    })
}

/// How many are open by address: no `tcp_info` is asked for.
fn by_address(
    diag: &mut Diag,
    lanes: &Lanes,
    query: &ConnectionQuery,
    memory: &RwLock<WalkMemory>,
) -> io::Result<ConnectionList> {
    let program = program::of(&query.scope);
    let known = memory.read().unwrap_or_else(PoisonError::into_inner);
    let mut open: HashMap<IpAddr, u64> = HashMap::new();
    let (mut all, mut others) = (0, 0);
    for family in families(lanes) {
        let (states, extensions) = (StateFlags::ESTABLISHED, ExtensionFlags::empty());
        let asked = Query { family, states, local_port: None, extensions };
        diag.walk_where(&asked, &program, |header, _| {
            if known.opened_here.holds(diag::cookie(header)) || !is_meant(query, header) {
                return;
            }
            all += 1;
            let address = diag::peer(header).ip().to_canonical();
            if open.len() < MOST_ADDRESSES || open.contains_key(&address) {
                *open.entry(address).or_default() += 1;
            } else {
                others += 1;
            }
        })?;
    }
    let mut addresses: Vec<_> = open.into_iter().collect();
    addresses.sort_unstable_by_key(|&(address, open)| (std::cmp::Reverse(open), address));
    let rest: u64 = addresses.iter().skip(MOST_CONNECTIONS).map(|&(_, open)| open).sum();
    addresses.truncate(MOST_CONNECTIONS);
    Ok(ConnectionList {
        scope: query.scope.clone(),
        all,
        shown: all,
        rows: Vec::new(),
        addresses,
        other_addresses: others + rest,
        worker_unknown: None,
        cpu: Duration::ZERO,
        period: Duration::ZERO,
    })
}
