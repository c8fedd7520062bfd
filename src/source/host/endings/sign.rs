//! How one connection ended, from the `tcp_info` of its destroy event.
//!
//! What the signs are worth was measured on Linux 6.18 (loopback, both sides at
//! hand). A FIN counts as one byte acknowledged, and `bytes_sent` does not hold it:
//! acknowledged = sent + 1 is an orderly end. Who closed first no field tells; the
//! socket in `TIME_WAIT` does, see `endings`.

use netlink_packet_sock_diag::inet::InetResponseHeader;

use super::super::attributes::{INFO, attribute, number, wide};
use crate::sample::{EndSign, EndingShape, Endings, Lifetime};

/// Offsets in `struct tcp_info` (`linux/tcp.h`).
const RETRANSMITS: usize = 2;
const PROBES: usize = 3;
const LAST_DATA_SENT: usize = 44;
const LAST_DATA_RECEIVED: usize = 52;
const LAST_ACK_RECEIVED: usize = 56;
const BYTES_ACKED: usize = 120;
const BYTES_RECEIVED: usize = 128;
const BYTES_SENT: usize = 200;
const BYTES_RETRANSMITTED: usize = 208;
/// A peer that answered within this time was not gone.
const SILENCE: u32 = 5_000;

/// What one event tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) end: EndSign,
    /// Bytes sent, without those that were sent again, and received.
    sent: u64,
    received: u64,
    /// Since the last data either way, milliseconds.
    idle: u32,
}

impl Ending {
    /// None where the kernel's record is too short (before Linux 4.19).
    pub(super) fn of(header: &InetResponseHeader, attributes: &[u8]) -> Option<Self> {
        let info = attribute(attributes, INFO)?;
        let (int, long) = (|at| number(info, at), |at| wide(info, at));
        let sent = long(BYTES_SENT)?.saturating_sub(long(BYTES_RETRANSMITTED)?);
        let received = long(BYTES_RECEIVED)?;
        let waits = *info.get(RETRANSMITS)? > 0 || *info.get(PROBES)? > 0;
        let idle = int(LAST_DATA_SENT)?.min(int(LAST_DATA_RECEIVED)?);
        let end = if long(BYTES_ACKED)? > sent {
            EndSign::Orderly
        } else if waits && int(LAST_ACK_RECEIVED)? >= SILENCE {
            EndSign::Silent
        } else if header.recv_queue > 0 {
            EndSign::Unread
        } else if header.send_queue > 0 {
            EndSign::Cut
        } else {
            EndSign::Reset
        };
        Some(Self { end, sent, received, idle })
    }

    /// The same as a shape of its own.
    pub(super) fn shape(self, life: Lifetime) -> EndingShape {
        let Self { end, sent, received, idle } = self;
        let (sent, received, idle) = ((sent, sent), (received, received), (idle, idle));
        EndingShape { end, life, sent, received, idle, ..EndingShape::aborted() }
    }

    /// Adds it; whether it was there at the last walk where that is known.
    pub(super) fn add(self, fresh: Option<bool>, sum: &mut Endings) {
        match self.end {
            EndSign::Orderly => sum.orderly += 1,
            EndSign::Unread => sum.unread += 1,
            EndSign::Cut => sum.cut += 1,
            EndSign::Reset => sum.reset += 1,
            EndSign::Silent => sum.silent += 1,
            EndSign::Aborted => sum.aborted += 1,
        }
        let fresh_now = fresh == Some(true);
        let brief = self.sent.max(self.received) <= Endings::BRIEF;
        sum.brief += u64::from(brief);
        sum.fresh += u64::from(fresh_now);
        sum.fresh_brief += u64::from(fresh_now && brief);
        sum.standing += u64::from(fresh == Some(false));
        sum.add_idle(self.idle / 1_000, 1);
    }
}
