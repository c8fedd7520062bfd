//! The ends of connections, summed by local address as their events come.

mod sign;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use netlink_packet_sock_diag::inet::{ExtensionFlags, InetResponseHeader};

use super::diag::{self, Diag};
use crate::sample::{EndSign, EndingShape, EndingShapes, Endings, Lifetime};
use crate::source::own_ports;
use sign::Ending;

/// Sums for so many local addresses; where the events are not filtered every
/// client of this host is one of its own.
const MOST_ADDRESSES: usize = 256;
/// A look-up takes 10 µs: so many between two takes, ten takes a second, are 0.3 %
/// of a core while connections close, and nothing while none does.
const MOST_ASKED: u64 = 32;
/// Of each address the first so many are asked for, then every second of as many,
/// then every fourth: a burst is seen from its begin to its end.
const ASKED_ALL: u64 = 4;
/// What is left of a connection stands in `TIME_WAIT` for a minute. Of events that
/// waited (we were stopped) it may be gone, and they are not asked for.
const TIMELY: Duration = Duration::from_secs(10);

/// The sums since the last take.
#[derive(Debug)]
pub(super) struct EndingTally {
    sums: HashMap<SocketAddr, LocalSum>,
    asked: u64,
    /// Ports of our own probes.
    own: Vec<u16>,
    /// None where a sandbox lets only the events through.
    look_ups: Option<Diag>,
    begun: Option<Duration>,
    timely: bool,
}

/// How long a connection lived, as far as the walks saw it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lived {
    /// Whether it came since the last walk, where that is known.
    pub(super) fresh: Option<bool>,
    pub(super) life: Lifetime,
    /// Seconds, where they are known.
    pub(super) age: Option<u32>,
}

/// What there is of one local address.
#[derive(Debug)]
struct LocalSum {
    endings: Endings,
    shapes: EndingShapes,
}

impl LocalSum {
    fn none(local: SocketAddr) -> Self {
        Self { endings: Endings::none(local), shapes: EndingShapes::none(local) }
    }
}

impl EndingTally {
    /// Looks sockets up in the current network namespace.
    pub(super) fn new() -> Self {
        Self {
            sums: HashMap::new(),
            asked: 0,
            own: Vec::new(),
            look_ups: Diag::open().ok(),
            begun: None,
            timely: false,
        }
    }

    /// The events that were queued up to this monotonic time follow.
    pub(super) fn begin(&mut self, now: Duration) {
        let before = self.begun.replace(now).unwrap_or(now);
        self.timely = now.saturating_sub(before) < TIMELY;
        own_ports::read(&mut self.own);
    }

    /// Whether there is room for the sum of this local address.
    fn has(&self, local: SocketAddr) -> bool {
        self.sums.len() < MOST_ADDRESSES || self.sums.contains_key(&local)
    }

    /// Adds a connection that this side reset at once.
    pub(super) fn add_aborted(&mut self, local: SocketAddr) {
        if self.has(local) {
            let sum = self.sums.entry(local).or_insert_with(|| LocalSum::none(local));
            sum.endings.aborted += 1;
            sum.shapes.add(EndingShape::aborted());
        }
    }

    /// Adds one event with its attributes.
    pub(super) fn add(&mut self, header: &InetResponseHeader, attributes: &[u8], lived: Lived) {
        let local = diag::local(header);
        if !self.has(local) {
            return;
        }
        let LocalSum { endings: sum, shapes } =
            self.sums.entry(local).or_insert_with(|| LocalSum::none(local));
        let Some(ending) = Ending::of(header, attributes) else {
            sum.untold += 1;
            shapes.other += 1;
            return;
        };
        ending.add(lived.fresh, sum);
        let mut shape = ending.shape(lived.life);
        if let Some(age) = lived.age {
            shape.add_age(age, 1);
        }
        let peer = diag::peer(header);
        if self.own.contains(&peer.port()) {
            shape.probes.push(peer.port());
        }
        if ending.end == EndSign::Orderly
            && self.timely
            && self.asked < MOST_ASKED
            && is_asked(sum.orderly)
            && let Some(look_ups) = &mut self.look_ups
        {
            self.asked += 1;
            if let Some(here) = closed_here(look_ups, local, peer) {
                sum.asked += 1;
                sum.closed_here += u64::from(here);
                shape.asked = 1;
                shape.closed_here = u64::from(here);
            }
        }
        shapes.add(shape);
    }

    /// The sums so far, starting over.
    pub(super) fn take(&mut self) -> (Vec<Endings>, Vec<EndingShapes>) {
        self.asked = 0;
        let mut sums: Vec<_> = self.sums.drain().map(|(_, sum)| sum).collect();
        sums.sort_unstable_by_key(|sum| sum.endings.local);
        sums.into_iter().map(|sum| (sum.endings, sum.shapes)).unzip()
    }
}

/// Whether the orderly end of this number is asked for.
const fn is_asked(number: u64) -> bool {
    let every = (number / ASKED_ALL + 1).next_power_of_two() / 2;
    every == 0 || number.is_multiple_of(every)
}

/// Whether what is left of the connection stands on this side. With nothing there
/// the kernel answers with the listening socket, or that there is none.
fn closed_here(look_ups: &mut Diag, local: SocketAddr, peer: SocketAddr) -> Option<bool> {
    const FIN_WAIT2: u8 = 5;
    const TIME_WAIT: u8 = 6;
    const LISTEN: u8 = 10;
    let state = |header: &InetResponseHeader, _: &[u8]| Some(header.state);
    match look_ups.look_up(local, peer, ExtensionFlags::empty(), state) {
        Ok(Some(FIN_WAIT2 | TIME_WAIT)) => Some(true),
        Ok(Some(LISTEN)) => Some(false),
        // The client is back on the same port already.
        Ok(_) => None,
        Err(error) => (error.kind() == std::io::ErrorKind::NotFound).then_some(false),
    }
}
