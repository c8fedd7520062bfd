//! How connections ended, summed as their sockets die.
//!
//! The kernel sends a dead socket's `tcp_info` along. One event does not say
//! which side closed first: whether the last byte received was a FIN cannot be
//! seen. The socket that is left behind in `TIME_WAIT` does: it stands on the side
//! that closed first, so some of the dead are looked up there.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// The ends of one local address's connections within one interval.
///
/// Each connection is in exactly one of `orderly`, `unread`, `cut`, `reset`,
/// `silent`, `aborted` and `untold`. What one costs is constant, and the record
/// holds some three hundred pairs at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endings {
    /// Local address and port.
    pub local: SocketAddr,
    /// Our FIN was acknowledged: one side closed and the other followed.
    #[serde(default)]
    pub orderly: u64,
    /// Of the orderly ones so many were looked up in `TIME_WAIT` ...
    #[serde(default)]
    pub asked: u64,
    /// ... and of these so many stood there: this side closed first. Exact for a
    /// connection that was asked for, but where both closed within a round trip, and
    /// where the table of `TIME_WAIT` is full (`tcp_max_tw_buckets`), which reads as
    /// closed by the peer. What the others did follows by their share.
    #[serde(default)]
    pub closed_here: u64,
    /// This side closed with data unread, which is answered with a reset. A peer's
    /// reset that came before the data was read looks the same.
    #[serde(default)]
    pub unread: u64,
    /// The peer reset while something of ours was not acknowledged: this side had
    /// closed, or was sending.
    #[serde(default)]
    pub cut: u64,
    /// The peer reset, and nothing of ours was under way.
    #[serde(default)]
    pub reset: u64,
    /// The peer did not answer any more: retransmits or probes without an
    /// acknowledgement for five seconds and more.
    #[serde(default)]
    pub silent: u64,
    /// This side reset at once (`SO_LINGER` 0): the kernel has cleared everything
    /// else. In a sample they stand in [`super::Destroyed::peerless`]; who knows the
    /// listening sockets among them counts them here.
    #[serde(default)]
    pub aborted: u64,
    /// The kernel's record was too short to tell (before Linux 4.19).
    #[serde(default)]
    pub untold: u64,
    /// Neither side sent more than [`Endings::BRIEF`].
    #[serde(default)]
    pub brief: u64,
    /// Were not there at the last walk: lived no longer than since then.
    #[serde(default)]
    pub fresh: u64,
    /// Both fresh and brief.
    #[serde(default)]
    pub fresh_brief: u64,
    /// Were there at the last walk.
    #[serde(default)]
    pub standing: u64,
    /// Since the last data either way, in seconds of two significant digits, and how
    /// many; the aborted apart. Shortest first.
    #[serde(default)]
    pub idle: Vec<(u32, u64)>,
}

impl Endings {
    /// Bytes within which an upgrade and a Close fit, over TLS too (1.4 KB).
    pub const BRIEF: u64 = 4096;

    /// Whether none ended.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.total() == 0 && self.idle.is_empty()
    }

    /// None ended yet.
    #[must_use]
    pub const fn none(local: SocketAddr) -> Self {
        Self {
            local,
            orderly: 0,
            asked: 0,
            closed_here: 0,
            unread: 0,
            cut: 0,
            reset: 0,
            silent: 0,
            aborted: 0,
            untold: 0,
            brief: 0,
            fresh: 0,
            fresh_brief: 0,
            standing: 0,
            idle: Vec::new(),
        }
    }

    /// Adds the ends of another interval or address.
    pub fn add(&mut self, other: &Self) {
        for (sum, more) in [
            (&mut self.orderly, other.orderly),
            (&mut self.asked, other.asked),
            (&mut self.closed_here, other.closed_here),
            (&mut self.unread, other.unread),
            (&mut self.cut, other.cut),
            (&mut self.reset, other.reset),
            (&mut self.silent, other.silent),
            (&mut self.aborted, other.aborted),
            (&mut self.untold, other.untold),
            (&mut self.brief, other.brief),
            (&mut self.fresh, other.fresh),
            (&mut self.fresh_brief, other.fresh_brief),
            (&mut self.standing, other.standing),
        ] {
            *sum = sum.saturating_add(more);
        }
        for &(seconds, more) in &other.idle {
            self.add_idle(seconds, more);
        }
    }

    /// Adds connections that were idle so long. Two significant digits keep the list
    /// short and tell 60 s from 55 s, 350 s from 300 s.
    pub fn add_idle(&mut self, seconds: u32, more: u64) {
        add_class(&mut self.idle, two_digits(seconds), more);
    }

    /// All of them.
    #[must_use]
    pub const fn total(&self) -> u64 {
        let told = self.orderly.saturating_add(self.unread).saturating_add(self.cut);
        let lost = self.reset.saturating_add(self.silent).saturating_add(self.aborted);
        told.saturating_add(lost).saturating_add(self.untold)
    }
}

/// The number to two significant digits.
pub(super) const fn two_digits(number: u32) -> u32 {
    below(number, 100)
}

/// The number with as many digits as are below this power of ten.
pub(super) const fn below(number: u32, power: u32) -> u32 {
    let mut step = 1;
    while number / step >= power {
        step *= 10;
    }
    number.saturating_add(step / 2) / step * step
}

/// Adds to a class of a list that is in order.
pub(super) fn add_class(list: &mut Vec<(u32, u64)>, class: u32, more: u64) {
    match list.binary_search_by_key(&class, |&(class, _)| class) {
        Ok(at) => list[at].1 = list[at].1.saturating_add(more),
        Err(at) => list.insert(at, (class, more)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none() -> Endings {
        Endings::none(([127, 0, 0, 1], 80).into())
    }

    #[test]
    fn idle_times_keep_two_digits_and_few_classes() {
        let mut endings = none();
        for (seconds, class) in [(0, 0), (7, 7), (60, 60), (99, 99), (100, 100), (354, 350)] {
            endings.idle.clear();
            endings.add_idle(seconds, 2);
            assert_eq!(endings.idle, [(class, 2)], "{seconds}");
        }
        endings.idle.clear();
        (0..100_000).for_each(|seconds| endings.add_idle(seconds, 1));
        assert!(endings.idle.len() < 380, "{}", endings.idle.len());
        assert!(endings.idle.is_sorted());
        endings.add_idle(u32::MAX, 1);
    }

    #[test]
    fn sums_of_two_intervals_hold_what_both_held() {
        let mut one = none();
        (one.orderly, one.silent) = (3, 1);
        one.add_idle(60, 4);
        let mut other = one.clone();
        other.add_idle(61, 1);
        one.add(&other);
        assert_eq!((one.total(), one.idle), (8, vec![(60, 8), (61, 1)]));
    }
}
