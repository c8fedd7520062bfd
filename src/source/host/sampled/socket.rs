//! What the kernel tells of one connection that matters here.

use super::super::attributes::{INFO, SKMEMINFO, attribute, memory, number, wide};

/// Offsets in `struct tcp_info` (`linux/tcp.h`).
const LAST_DATA_RECEIVED: usize = 52;
const NOT_SENT: usize = 144;
const DATA_SEGMENTS_IN: usize = 152;
const BUSY: usize = 168;
const WINDOW_LIMITED: usize = 176;

/// Less than this that waits is on its way.
const WAITS: u64 = 4_096;
/// Held back for less than so many microseconds in all it may have been one large message.
const HELD_BACK: u64 = 1_000_000;
/// A handshake of TLS and a request are four segments with data at the most, and what a
/// client says when it comes a few more.
const TALKS: u32 = 8;

/// One connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LookedAt {
    /// Memory that the kernel holds for it, bytes.
    pub(super) memory: u64,
    /// Never sent, bytes.
    pub(super) unsent: u64,
    /// Its client does not keep up.
    pub(super) is_slow: bool,
    /// Since the last data of the client, milliseconds.
    pub(super) heard_ago: u32,
    /// The client has gone on talking after its handshake.
    pub(super) talks: bool,
}

/// None where the kernel's record is too short (before Linux 4.10).
pub(super) fn read(attributes: &[u8]) -> Option<LookedAt> {
    let info = attribute(attributes, INFO)?;
    let unsent = u64::from(number(info, NOT_SENT)?);
    let (busy, limited) = (wide(info, BUSY)?, wide(info, WINDOW_LIMITED)?);
    let is_slow = unsent >= WAITS && limited >= HELD_BACK && limited.saturating_mul(2) >= busy;
    Some(LookedAt {
        memory: attribute(attributes, SKMEMINFO).map_or(0, memory),
        unsent,
        is_slow,
        heard_ago: number(info, LAST_DATA_RECEIVED)?,
        talks: number(info, DATA_SEGMENTS_IN)? >= TALKS,
    })
}
