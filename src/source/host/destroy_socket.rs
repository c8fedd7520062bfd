//! The socket on which the kernel tells which TCP sockets die.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use netlink_sys::{Socket, SocketAddr as NetlinkAddr, protocols::NETLINK_SOCK_DIAG};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::net::sockopt::{set_socket_recv_buffer_size, set_socket_recv_buffer_size_force};
use rustix::thread::CapabilitySet;
use socket2::{SockFilter, SockRef};

use crate::source::privilege;

/// Group numbers 1 and 3 as a bind mask.
const DESTROY_GROUPS: u32 = 0b101;
const GROUP_NUMBERS: [u32; 2] = [1, 3];
/// About 1.3 KiB are charged per event: 64 MiB hold 50 000, a whole server
/// killed at once. Needs `CAP_NET_ADMIN`.
const BIG_BUFFER: usize = 64 << 20;
/// Without the privilege: whatever `net.core.rmem_max` cuts this to.
const SMALL_BUFFER: usize = 8 << 20;
/// More ports than this are not filtered in the kernel: a jump offset of the
/// filter is one byte.
const MAX_FILTERED_PORTS: usize = 200;

/// The joined socket alone: shared by the lane that waits on it and the one that
/// changes what it lets through.
#[derive(Debug, Clone)]
pub(super) struct DestroySocket(Arc<Socket>);

impl DestroySocket {
    /// Joins the groups of the current network namespace for these local ports, and
    /// whether the buffer holds a burst.
    ///
    /// # Errors
    /// When the kernel lacks the groups (before 4.2) or a sandbox refuses.
    pub(super) fn open(ports: &[u16]) -> io::Result<(Self, bool)> {
        let mut socket = Socket::new(NETLINK_SOCK_DIAG)?;
        // Before joining: what is queued is not filtered any more.
        SockRef::from(&socket).attach_filter(&program(ports))?;
        let force = || set_socket_recv_buffer_size_force(&socket, BIG_BUFFER);
        let roomy = privilege::with(CapabilitySet::NET_ADMIN, force).is_ok();
        if !roomy {
            set_socket_recv_buffer_size(&socket, SMALL_BUFFER)?;
        }
        socket.bind(&NetlinkAddr::new(0, DESTROY_GROUPS))?;
        Ok((Self(Arc::new(socket)), roomy))
    }

    /// The next message that is queued.
    ///
    /// # Errors
    /// `EWOULDBLOCK` where there is none, `ENOBUFS` where some were lost.
    pub(super) fn recv(&self, message: &mut Vec<u8>) -> io::Result<usize> {
        let flags = (rustix::net::RecvFlags::DONTWAIT | rustix::net::RecvFlags::TRUNC).bits();
        self.0.recv(message, flags.cast_signed())
    }

    /// Lets only these local ports through from now on, in the kernel: on
    /// loopback that drops the clients' halves before they are queued.
    ///
    /// # Errors
    /// When the kernel refuses the filter.
    pub(super) fn filter(&self, ports: &[u16]) -> io::Result<()> {
        SockRef::from(self.0.as_ref()).attach_filter(&program(ports))
    }

    /// Waits for events, at most that long; true when there are some.
    ///
    /// # Errors
    /// When the socket broke.
    pub(super) fn wait(&self, longest: Duration) -> io::Result<bool> {
        let timeout = Timespec::try_from(longest).map_err(io::Error::other)?;
        let mut fds = [PollFd::new(self.0.as_ref(), PollFlags::IN)];
        match rustix::event::poll(&mut fds, Some(&timeout)) {
            Ok(ready) => Ok(ready > 0),
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Leaves the groups: the kernel stops paying 3.5 to 6 µs for each death.
    ///
    /// # Errors
    /// When the socket broke.
    pub(super) fn leave(&self) -> io::Result<()> {
        GROUP_NUMBERS.iter().try_for_each(|&group| self.0.drop_membership(group))
    }

    /// Joins again.
    ///
    /// # Errors
    /// When the socket broke.
    pub(super) fn join(&self) -> io::Result<()> {
        GROUP_NUMBERS.iter().try_for_each(|&group| self.0.add_membership(group))
    }
}

/// `ENOBUFS`: the queue was full and the kernel threw events away.
pub(super) fn lost(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::NOBUFS.raw_os_error())
}

/// Classic BPF over the netlink message: load the local port, which stands 4
/// bytes behind the 16 of `nlmsghdr`, and pass the wanted ones.
fn program(ports: &[u16]) -> Vec<SockFilter> {
    const LOAD_HALF: u16 = 0x28;
    const JUMP_EQUAL: u16 = 0x15;
    const RETURN: u16 = 0x06;
    if ports.is_empty() || ports.len() > MAX_FILTERED_PORTS {
        return vec![SockFilter::new(RETURN, 0, 0, u32::MAX)];
    }
    let mut program = vec![SockFilter::new(LOAD_HALF, 0, 0, 20)];
    for (at, &port) in ports.iter().enumerate() {
        let to_accept = u8::try_from(ports.len() - at).unwrap_or(0);
        program.push(SockFilter::new(JUMP_EQUAL, to_accept, 0, u32::from(port)));
    }
    program.push(SockFilter::new(RETURN, 0, 0, 0));
    program.push(SockFilter::new(RETURN, 0, 0, u32::MAX));
    program
}
