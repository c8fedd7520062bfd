//! The listening sockets: accept queue, backlog and drops of each.
//!
//! Listeners live in a hash of their own, so this costs 30 µs whatever the
//! number of connections (`ss -ltn` walks all of them: 40 ms at 100 000).

use std::io;

use netlink_packet_sock_diag::inet::StateFlags;

use super::diag::{self, Diag, Family, Query};
use super::sockets::Families;
use crate::sample::Listener;

/// Every socket in `LISTEN` of the namespace, in the kernel's order.
///
/// # Errors
/// When the kernel refuses the query.
pub(super) fn read(diag: &mut Diag, families: Families) -> io::Result<Vec<Listener>> {
    let mut found = Vec::new();
    let walked = [(Family::V4, families.v4), (Family::V6, families.v6)];
    for (family, _) in walked.into_iter().filter(|(_, exists)| *exists) {
        let query = Query { family, states: StateFlags::LISTEN, local_port: None, meminfo: true };
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
