//! The slow lane: counts the connections by one walk over the socket table.
//!
//! Adds up while the kernel answers and keeps no socket. What a walk costs is
//! the kernel's own work (cache misses of its hash table), about 0.8 µs a
//! connection; its period follows from that, see `lanes`.

use std::io;
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};
use std::time::Duration;

use netlink_packet_sock_diag::inet::{ExtensionFlags, StateFlags, Timer};

use super::bytecode::not_of_port;
use super::diag::{Diag, Family, Query};
use super::outgoing_sums::{Destination, OutgoingSums};
use super::seen::WalkMemory;
use super::table_entry::Connection;
use super::walk_sums::{Counted, Ports, WalkSums, Walked};
use crate::sample::{OutgoingRest, WalkScope};

/// Which families a walk can skip because they have no socket at all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Families {
    /// IPv4 sockets exist, or it is not known.
    pub(super) v4: bool,
    /// IPv6 sockets exist, or it is not known.
    pub(super) v6: bool,
}

impl Families {
    /// Both, where nothing is known yet.
    #[cfg(test)]
    pub(super) const BOTH: Self = Self { v4: true, v6: true };
}

/// All connections of `ports`, which must hold the port of a one-port scope.
///
/// # Errors
/// When the kernel refuses the query or an answer came truncated.
pub(super) fn count(
    diag: &mut Diag,
    scope: WalkScope,
    ports: Ports<'_>,
    families: Families,
    memory: &RwLock<WalkMemory>,
    now: Duration,
) -> io::Result<Counted> {
    change(memory).seen.begin();
    let walked = walk(diag, scope, ports, families, memory, now);
    let Walked { mut counted, highest, sightings, opened_here, sockets } =
        walked.inspect_err(|_| change(memory).seen.give_up())?;
    let mut memory = change(memory);
    memory.ages.close(now, highest);
    memory.opened_here.close(opened_here, sockets);
    // A first walk cannot tell what is new. Where a screen opens behind what the ring
    // has kept, 32 connections known to it were opened a second time ("62, 32 closed").
    let tells = memory.seen.has_walked();
    let fresh = memory.seen.close(sightings, counted.groups.len());
    drop(memory);
    for (group, fresh) in counted.groups.iter_mut().zip(fresh) {
        group.fresh = tells.then_some(fresh);
    }
    Ok(counted)
}

/// The connections of all ports but this one, where only it is counted: those that were
/// opened from here, by destination.
///
/// # Errors
/// When the kernel refuses the query or an answer came truncated.
pub(super) fn count_outgoing(
    diag: &mut Diag,
    but: u16,
    listening: &[u16],
    families: Families,
) -> io::Result<(Vec<Destination>, OutgoingRest)> {
    let mut sums = OutgoingSums::default();
    let program = not_of_port(but);
    for (family, wanted) in [(Family::V4, families.v4), (Family::V6, families.v6)] {
        if wanted {
            let (states, extensions) = (counted_states(), ExtensionFlags::empty());
            let query = Query { family, states, local_port: None, extensions };
            diag.walk_where(&query, &program, |header, _| {
                let entry = Connection::of(header);
                let left = header.timer == Some(Timer::TimeWait);
                if !left && listening.binary_search(&entry.local.port()).is_err() {
                    sums.add(&entry);
                }
            })?;
        }
    }
    Ok(sums.finish())
}

fn change(memory: &RwLock<WalkMemory>) -> RwLockWriteGuard<'_, WalkMemory> {
    memory.write().unwrap_or_else(PoisonError::into_inner)
}

fn walk(
    diag: &mut Diag,
    scope: WalkScope,
    ports: Ports<'_>,
    families: Families,
    memory: &RwLock<WalkMemory>,
    now: Duration,
) -> io::Result<Walked> {
    let before = memory.read().unwrap_or_else(PoisonError::into_inner);
    let mut sums = WalkSums::new(ports, before.ages.walk(now), &before.opened_here);
    let extensions = before.opened_here.wanted();
    for (family, wanted) in [(Family::V4, families.v4), (Family::V6, families.v6)] {
        if wanted {
            let local_port = match scope {
                WalkScope::OnePort(port) => Some(port),
                WalkScope::Everything => None,
            };
            let extensions = extensions.clone();
            let query = Query { family, states: counted_states(), local_port, extensions };
            diag.walk(&query, |header, more| sums.add(header, more))?;
        }
    }
    Ok(sums.finish())
}

/// With those that wait for an answer from elsewhere.
fn counted_states() -> StateFlags {
    open_states() | StateFlags::SYN_SENT
}

/// Every full socket, and the handshakes under way: free in the same walk.
pub(super) fn open_states() -> StateFlags {
    StateFlags::ESTABLISHED
        | StateFlags::SYN_RECV
        | StateFlags::FIN_WAIT1
        | StateFlags::FIN_WAIT2
        | StateFlags::CLOSE_WAIT
        | StateFlags::LAST_ACK
        | StateFlags::CLOSING
}
