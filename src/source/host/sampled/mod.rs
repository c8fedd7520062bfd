//! Connections looked at one by one, a slice of them with each sampled walk.
//!
//! Made by the slow lane behind its own walk, and paid from the same share of a core: one
//! walk then waits a little longer for the next.

mod slice;
mod socket;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use netlink_packet_sock_diag::inet::{ExtensionFlags, StateFlags};

use super::budget::Pacer;
use super::diag::{self, Diag, Family, Query};
use super::direction::is_outgoing;
use super::own;
use super::seen::WalkMemory;
use super::sockets::Families;
use crate::sample::{Group, SampledGroup, SampledWalk, SlowClient};
use slice::Slice;

/// Never more often, and after it so many times as long as it took: 0.05 % of a core.
const EVERY: Duration = Duration::from_secs(2);
const REST: u32 = 2_000;
/// Local addresses that are told apart.
const MOST_ADDRESSES: usize = 256;

/// What is looked at next.
#[derive(Debug, Default)]
pub(super) struct SampledWalks {
    slice: Option<Slice>,
    pacer: Pacer,
}

/// Which sockets are meant.
#[derive(Clone, Copy)]
pub(super) struct Meant<'a> {
    /// Watched ports, sorted.
    pub(super) ports: &'a [u16],
    pub(super) families: Families,
    pub(super) memory: &'a RwLock<WalkMemory>,
}

impl SampledWalks {
    /// Looks at the next slice, where it is time to and anything is open.
    pub(super) fn look(
        &mut self,
        diag: &mut Diag,
        now: Duration,
        walked: &[Group],
        meant: Meant<'_>,
    ) -> Option<io::Result<SampledWalk>> {
        let open = walked.iter().map(|group| group.states.established).sum();
        if open == 0 || !self.pacer.is_due(now, EVERY) {
            return None;
        }
        let slice = Slice::next(self.slice, open);
        let before = own::thread_cpu();
        let groups = read(diag, slice, meant);
        let cpu = own::thread_cpu().saturating_sub(before);
        self.slice = Some(slice);
        self.pacer.done(now, cpu * REST);
        let period = (cpu * REST).max(EVERY);
        Some(groups.map(|groups| SampledWalk { slices: slice.of, cpu, period, groups }))
    }
}

fn read(diag: &mut Diag, slice: Slice, meant: Meant<'_>) -> io::Result<Vec<SampledGroup>> {
    let Meant { ports, families, memory } = meant;
    let mut groups: HashMap<SocketAddr, SampledGroup> = HashMap::new();
    let known = memory.read().unwrap_or_else(PoisonError::into_inner);
    let program = slice.program();
    let local_port = if let [port] = ports { Some(*port) } else { None };
    for (family, exists) in [(Family::V4, families.v4), (Family::V6, families.v6)] {
        if !exists {
            continue;
        }
        let extensions = ExtensionFlags::INFO | ExtensionFlags::SKMEMINFO;
        let query = Query { family, states: StateFlags::ESTABLISHED, local_port, extensions };
        diag.walk_where(&query, &program, |header, more| {
            let local = diag::local(header);
            // What this host opened itself is nobody's client.
            if ports.binary_search(&local.port()).is_err()
                || known.opened_here.holds(diag::cookie(header))
                || is_outgoing(header.state, more)
                || groups.len() >= MOST_ADDRESSES && !groups.contains_key(&local)
            {
                return;
            }
            let Some(found) = socket::read(more) else { return };
            let group = groups.entry(local).or_insert_with(|| SampledGroup::none(local));
            group.found += 1;
            group.memory = group.memory.saturating_add(found.memory);
            group.add_heard(found.heard_ago, found.talks);
            if found.is_slow {
                group.add_slow(SlowClient { peer: diag::peer(header), unsent: found.unsent });
            }
        })?;
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_unstable_by_key(|group| group.local);
    Ok(groups)
}
