//! One connection of the kernel's table, wherever it was read from.

use std::net::SocketAddr;

use netlink_packet_sock_diag::inet::{InetResponseHeader, Timer};

use super::diag;

/// One connection as either source gives it.
pub(super) struct Connection {
    pub(super) local: SocketAddr,
    pub(super) remote: SocketAddr,
    /// State number of `net/tcp_states.h`.
    pub(super) state: u8,
    pub(super) inode: u64,
    /// Absent on `/proc/net/tcp`.
    pub(super) cookie: Option<u64>,
    /// Bytes sent and not acknowledged, or not sent yet.
    pub(super) send_queue: u32,
    /// Bytes received that the process has not read.
    pub(super) receive_queue: u32,
    /// What it sent was sent again; never on `/proc/net/tcp`.
    pub(super) asked_again: bool,
}

impl Connection {
    /// As `sock_diag` tells it.
    pub(super) fn of(header: &InetResponseHeader) -> Self {
        Self {
            local: diag::local(header),
            remote: diag::peer(header),
            state: header.state,
            inode: u64::from(header.inode),
            cookie: Some(diag::cookie(header)),
            send_queue: header.send_queue,
            receive_queue: header.recv_queue,
            asked_again: matches!(header.timer, Some(Timer::Retransmit(_, 1..))),
        }
    }
}
