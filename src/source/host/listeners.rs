//! The listening sockets: accept queue, backlog and drops of each.
//!
//! Listeners live in a hash of their own, so this costs 30 µs whatever the
//! number of connections (`ss -ltn` walks all of them: 40 ms at 100 000).

use std::io;

use netlink_packet_sock_diag::inet::{ExtensionFlags, StateFlags};

use super::diag::{self, Diag, Family, Query};
use crate::sample::Listener;

/// Every socket in `LISTEN` of the namespace, in the kernel's order; so many are expected.
///
/// # Errors
/// When the kernel refuses the query.
pub(super) fn read(diag: &mut Diag, expected: usize) -> io::Result<Vec<Listener>> {
    let mut found = Vec::with_capacity(expected);
    // Both families: the first of one is not told by gauges of a second ago, and to find
    // none takes 13 µs.
    for family in [Family::V4, Family::V6] {
        let extensions = ExtensionFlags::SKMEMINFO;
        let query = Query { family, states: StateFlags::LISTEN, local_port: None, extensions };
        diag.walk(&query, |header, attributes| {
            found.push(Listener {
                local: diag::local(header),
                accept_queue: header.recv_queue,
                backlog: Some(header.send_queue),
                drops: diag::drops(attributes),
                inode: u64::from(header.inode),
                cookie: diag::cookie(header),
            });
        })?;
    }
    Ok(found)
}
