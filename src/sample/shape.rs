//! Endings alike, put together as they come.
//!
//! A server that says the same before it closes sends the same bytes each time: over
//! TLS 1 393 to 1 395 with 1013 and its reason, 1 379 with 1012, 1 329 where it was
//! killed (Node, server side). So endings that are alike to the byte have one cause, and
//! whoever knows the cause of one of them, a probe of ours, knows that of all.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::endings::{add_class, below};

/// The sign a connection ended with; what each means stands with [`super::Endings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndSign {
    /// Our FIN was acknowledged.
    Orderly,
    /// Closed by this side with data unread.
    Unread,
    /// Reset by the peer with something of ours under way.
    Cut,
    /// Reset by the peer.
    Reset,
    /// The peer did not answer any more.
    Silent,
    /// Reset by this side: the kernel has cleared everything else.
    Aborted,
}

/// How long a connection lived, as far as the walks saw it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, JsonSchema, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Lifetime {
    /// Opened and closed between two socket scans.
    Short,
    /// Seen by a socket scan, and under 30 s.
    Under30s,
    /// 30 s to 5 min.
    Under5m,
    /// 5 min and more.
    Over5m,
    /// Opened before the first socket scan.
    Unknown,
}

impl Lifetime {
    /// Whether so little was said in it, as a rule, that each byte counts.
    #[must_use]
    pub const fn is_brief(self) -> bool {
        matches!(self, Self::Short | Self::Under30s)
    }
}

/// Endings that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndingShape {
    /// The sign they ended with.
    pub end: EndSign,
    /// How long they lived.
    pub life: Lifetime,
    /// Bytes this side sent, the least and the most; what was sent again counts once.
    pub sent: (u64, u64),
    /// Bytes received; a FIN counts as one.
    pub received: (u64, u64),
    /// Since the last data either way, milliseconds.
    pub idle: (u32, u32),
    /// How many.
    pub count: u64,
    /// Of these so many were looked up in `TIME_WAIT` ...
    #[serde(default, skip_serializing_if = "is_none")]
    pub asked: u64,
    /// ... and so many stood there: this side closed first.
    #[serde(default, skip_serializing_if = "is_none")]
    pub closed_here: u64,
    /// How old they were, seconds of three significant digits, and how many: those of
    /// which the walks saw it to a twentieth.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ages: Vec<(u32, u64)>,
    /// The ports of our own probes among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<u16>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

/// Without TLS an answer is the same to the byte. Within the handshake of TLS a signature
/// of ECDSA is of 70 to 72 bytes; 101 and Close frames without TLS are shorter than this.
const EXACT_BELOW: u64 = 600;
const SIGNATURE: u64 = 2;

impl EndingShape {
    /// Shapes of one local address, and of one service: more are summed.
    pub const MOST: usize = 32;
    /// Ages of one shape within an interval.
    const AGES: usize = 64;
    /// Silences under this are one: what was said last was said just before the end.
    /// daphne closes up to a second after its Close frame.
    pub const JUST_BEFORE: u32 = 2_000;

    /// One that this side reset at once: nothing else is known of it.
    #[must_use]
    pub const fn aborted() -> Self {
        Self {
            end: EndSign::Aborted,
            life: Lifetime::Unknown,
            sent: (0, 0),
            received: (0, 0),
            idle: (0, 0),
            count: 1,
            asked: 0,
            closed_here: 0,
            ages: Vec::new(),
            probes: Vec::new(),
        }
    }

    /// Whether the peer sent anything but its FIN. Of TLS a handshake is enough.
    #[must_use]
    pub const fn has_request(&self) -> bool {
        self.received.1 > 1
    }

    /// Whether the other ones are alike to these. Those that lived long have said each
    /// something else: of them the sign and the silence before the end count.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        self.end == other.end
            && self.life == other.life
            && self.has_request() == other.has_request()
            && (!self.life.is_brief() || is_same_answer(join(self.sent, other.sent)))
            && is_same_silence(join(self.idle, other.idle))
    }

    /// Adds so many that lived so many seconds; where there are too many ages of one
    /// interval, the others say the same.
    pub fn add_age(&mut self, seconds: u32, more: u64) {
        let class = below(seconds, 1_000);
        let is_known = |ages: &[(u32, u64)]| ages.iter().any(|(age, _)| *age == class);
        if self.ages.len() < Self::AGES || is_known(&self.ages) {
            add_class(&mut self.ages, class, more);
        }
    }

    /// Whether this side sent both the same, to those that had asked alike.
    #[must_use]
    pub fn said_the_same(&self, other: &Self) -> bool {
        self.has_request() == other.has_request() && is_same_answer(join(self.sent, other.sent))
    }

    /// Takes them in.
    pub fn add(&mut self, other: &Self) {
        self.sent = join(self.sent, other.sent);
        self.received = join(self.received, other.received);
        self.idle = join(self.idle, other.idle);
        self.count = self.count.saturating_add(other.count);
        self.asked = self.asked.saturating_add(other.asked);
        self.closed_here = self.closed_here.saturating_add(other.closed_here);
        for &(age, more) in &other.ages {
            self.add_age(age, more);
        }
        self.probes.extend_from_slice(&other.probes);
    }
}

fn join<T: Ord + Copy>(a: (T, T), b: (T, T)) -> (T, T) {
    (a.0.min(b.0), a.1.max(b.1))
}

const fn is_same_answer((least, most): (u64, u64)) -> bool {
    let span = most - least;
    span == 0 || least >= EXACT_BELOW && span <= SIGNATURE
}

/// Within a tenth and a second: timers of servers go off at whole seconds.
const fn is_same_silence((least, most): (u32, u32)) -> bool {
    most < EndingShape::JUST_BEFORE
        || least >= EndingShape::JUST_BEFORE && most - least <= least / 10 + 1_000
}

/// The shapes of one local address within one interval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndingShapes {
    /// Local address and port.
    pub local: SocketAddr,
    /// The shapes, at most [`EndingShape::MOST`].
    #[serde(default)]
    pub shapes: Vec<EndingShape>,
    /// Endings that are in none of them.
    #[serde(default)]
    pub other: u64,
}

impl EndingShapes {
    /// None yet.
    #[must_use]
    pub const fn none(local: SocketAddr) -> Self {
        Self { local, shapes: Vec::new(), other: 0 }
    }

    /// Puts one ending where it belongs. Where there is no room the rarest shape makes
    /// place: one that a part of 1 in 32 has is among them, whatever else comes.
    pub fn add(&mut self, one: EndingShape) {
        if let Some(shape) = self.shapes.iter_mut().find(|shape| shape.is_like(&one)) {
            return shape.add(&one);
        }
        if self.shapes.len() < EndingShape::MOST {
            return self.shapes.push(one);
        }
        // Those of our probes stay: they are what tells of the others.
        let rarest = self.shapes.iter_mut().min_by_key(|s| (!s.probes.is_empty(), s.count));
        if let Some(rarest) = rarest {
            self.other = self.other.saturating_add(rarest.count);
            *rarest = one;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(sent: u64, idle: u32, life: Lifetime) -> EndingShape {
        let (sent, idle) = ((sent, sent), (idle, idle));
        EndingShape {
            end: EndSign::Orderly,
            life,
            sent,
            received: (200, 200),
            idle,
            ..EndingShape::aborted()
        }
    }

    fn shapes(of: &[(u64, u32)], life: Lifetime) -> Vec<(u64, u64)> {
        let mut all = EndingShapes::none(([127, 0, 0, 1], 80).into());
        for &(sent, idle) in of {
            all.add(ended(sent, idle, life));
        }
        all.shapes.iter().map(|shape| shape.sent).collect()
    }

    #[test]
    fn answers_are_told_apart_to_the_byte_and_over_tls_by_more_than_a_signature() {
        let short = |sent: &[u64]| {
            let each: Vec<_> = sent.iter().map(|&sent| (sent, 0)).collect();
            shapes(&each, Lifetime::Short)
        };
        assert_eq!(short(&[129, 131, 133, 133]), [(129, 129), (131, 131), (133, 133)]);
        let tls = [1394, 1379, 1329, 1393, 1330, 1395, 1353, 1355];
        let told = [(1393, 1395), (1379, 1379), (1329, 1330), (1353, 1355)];
        assert_eq!(short(&tls), told);
    }

    #[test]
    fn those_that_lived_long_are_told_apart_by_their_silence() {
        let of = [(900, 60_010), (70_000, 61_200), (10, 0), (4, 990), (80, 30_000)];
        let told = shapes(&of, Lifetime::Over5m);
        assert_eq!(told, [(900, 70_000), (4, 10), (80, 80)]);
    }

    #[test]
    fn a_frequent_shape_stays_whatever_else_comes_and_none_is_lost() {
        let mut all = EndingShapes::none(([127, 0, 0, 1], 80).into());
        for n in 0..10_000_u64 {
            all.add(ended(if n % 8 == 0 { 148 } else { 600 + n * 5 }, 0, Lifetime::Short));
        }
        assert_eq!(all.shapes.len(), EndingShape::MOST);
        let seen = all.shapes.iter().find(|shape| shape.sent == (148, 148)).unwrap().count;
        assert!(seen >= 1_240, "{seen} of 1 250");
        let sum: u64 = all.shapes.iter().map(|shape| shape.count).sum();
        assert_eq!(sum + all.other, 10_000);
    }
}
