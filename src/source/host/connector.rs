//! The process connector: with which status processes end.
//!
//! The kernel sends one message per thread that ends (`NETLINK_CONNECTOR`,
//! `linux/cn_proc.h`), to root everywhere and to every user since Linux 6.6, in the
//! initial namespaces only: another network namespace refuses the request, another
//! pid or user namespace gives no answer at all. A filter in the kernel lets the ends
//! of whole processes through and nothing else, so each costs us what an exit costs.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_CONNECTOR};
use rustix::event::{PollFd, PollFlags, Timespec};
use socket2::{SockFilter, SockRef};

use super::attributes::number;
use super::diag;
use crate::sample::ExitStatus;

/// `CN_IDX_PROC`, `CN_VAL_PROC`, and the group as a bind mask.
const PROC: u32 = 1;
/// `NLMSG_DONE`, which every connector message is.
const DONE: u16 = 3;
/// `sizeof(struct nlmsghdr)`, `sizeof(struct cn_msg)`.
const NLMSG_HEADER: usize = 16;
const CN_HEADER: usize = 20;
const EVENT: usize = NLMSG_HEADER + CN_HEADER;
/// `enum proc_cn_event`.
const NONE: u32 = 0;
const CORE_DUMP: u32 = 0x4000_0000;
const EXIT: u32 = 0x8000_0000;
/// `PROC_CN_MCAST_LISTEN`.
const LISTEN: u32 = 1;
const BUFFER: usize = 1 << 20;
/// An answer comes within microseconds, or never.
const ANSWER: Duration = Duration::from_millis(500);

/// The end of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ProcessEnd {
    pub(super) pid: u32,
    pub(super) status: ExitStatus,
}

/// The joined socket.
#[derive(Debug)]
pub(super) struct Connector {
    socket: Socket,
    message: Vec<u8>,
    /// The process that dumped core last: its end follows.
    dumped: Option<u32>,
}

impl Connector {
    /// Joins, and waits for the kernel to say so.
    ///
    /// # Errors
    /// When it refuses, or does not answer.
    pub(super) fn open() -> io::Result<Self> {
        let mut socket = Socket::new(NETLINK_CONNECTOR)?;
        SockRef::from(&socket).attach_filter(&program())?;
        // Read four times a second: room for 4 000 ends a second where it may be had.
        let _ = rustix::net::sockopt::set_socket_recv_buffer_size_force(&socket, BUFFER)
            .or_else(|_| rustix::net::sockopt::set_socket_recv_buffer_size(&socket, BUFFER));
        socket.bind(&SocketAddr::new(0, PROC))?;
        let mut connector = Self { socket, message: Vec::with_capacity(1024), dumped: None };
        // Asked for everything first: the answer to a narrower wish is sent by that
        // wish's own filter, which does not let it through.
        let asked = connector.socket.send(&request(&LISTEN.to_ne_bytes()), 0);
        asked.map_err(|error| match error.kind() {
            io::ErrorKind::ConnectionRefused => {
                io::Error::other("only the initial network namespace is told them")
            }
            _ => error,
        })?;
        connector.answered()?;
        let exits_only = [LISTEN.to_ne_bytes(), (EXIT | CORE_DUMP).to_ne_bytes()].concat();
        // Older kernels take the first word alone, and the filter does the rest.
        connector.socket.send(&request(&exits_only), 0)?;
        Ok(connector)
    }

    fn answered(&mut self) -> io::Result<()> {
        const STEP: Duration = Duration::from_millis(50);
        let silent = || {
            io::Error::other(
                "no answer from the process connector, as in a container: not the initial pid and user namespace",
            )
        };
        let mut left = ANSWER;
        loop {
            let timeout = Timespec::try_from(STEP).map_err(io::Error::other)?;
            let mut fds = [PollFd::new(&self.socket, PollFlags::IN)];
            match rustix::event::poll(&mut fds, Some(&timeout)) {
                Ok(0) if left.is_zero() => return Err(silent()),
                Ok(0) => left = left.saturating_sub(STEP),
                Ok(_) => {
                    let mut answer = None;
                    self.receive(|what, payload| {
                        if what == NONE {
                            answer = Some(number(payload, 16).unwrap_or(0));
                        }
                    })?;
                    match answer {
                        Some(0) => return Ok(()),
                        Some(errno) => {
                            return Err(io::Error::from_raw_os_error(errno.cast_signed()));
                        }
                        None => {}
                    }
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The ends since the last call.
    ///
    /// # Errors
    /// When the socket broke. Lost messages are no error: the ends stay without a
    /// status.
    pub(super) fn ends(&mut self) -> io::Result<Vec<ProcessEnd>> {
        let (mut ends, mut dumped) = (Vec::new(), self.dumped.take());
        self.receive(|what, payload| {
            let (pid, tgid) = (number(payload, 16), number(payload, 20));
            match (what, tgid) {
                (CORE_DUMP, Some(tgid)) => dumped = Some(tgid),
                (EXIT, Some(tgid)) if pid == Some(tgid) => {
                    let Some(status) = number(payload, 24) else { return };
                    let mut status = ExitStatus::of(status);
                    status.core_dump |= dumped == Some(tgid);
                    ends.push(ProcessEnd { pid: tgid, status });
                }
                _ => {}
            }
        })?;
        self.dumped = dumped;
        Ok(ends)
    }

    /// Everything that is queued, as what it is and the event.
    fn receive(&mut self, mut each: impl FnMut(u32, &[u8])) -> io::Result<()> {
        let flags = rustix::net::RecvFlags::DONTWAIT.bits().cast_signed();
        loop {
            self.message.clear();
            match self.socket.recv(&mut self.message, flags) {
                Ok(_) => {
                    for message in diag::messages(&self.message).flatten() {
                        let event = message.payload().get(CN_HEADER..).unwrap_or(&[]);
                        if let Some(what) = number(event, 0) {
                            each(what, event);
                        }
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if super::destroy_socket::lost(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl AsFd for Connector {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// A wish, behind the headers of netlink and of the connector.
fn request(wish: &[u8]) -> Vec<u8> {
    let length = |bytes: usize| u32::try_from(bytes).unwrap_or(0);
    let mut bytes = Vec::with_capacity(EVENT + wish.len());
    bytes.extend(length(EVENT + wish.len()).to_ne_bytes());
    bytes.extend([DONE.to_ne_bytes(), 0_u16.to_ne_bytes()].concat());
    bytes.extend([0_u32, 0].map(u32::to_ne_bytes).concat());
    bytes.extend([PROC, PROC, 0, 0].map(u32::to_ne_bytes).concat());
    // Length and flags, two bytes each; the length stands first on either endian.
    bytes.extend(u16::try_from(wish.len()).unwrap_or(0).to_ne_bytes());
    bytes.extend(0_u16.to_ne_bytes());
    bytes.extend(wish);
    bytes
}

/// Classic BPF over the netlink message: answers and core dumps pass, and ends whose
/// thread is the process; nothing else is even queued.
fn program() -> Vec<SockFilter> {
    const LOAD_WORD: u16 = 0x20;
    const TO_X: u16 = 0x07;
    const JUMP_EQUAL: u16 = 0x15;
    const JUMP_EQUAL_X: u16 = 0x1d;
    const RETURN: u16 = 0x06;
    // It loads words in network order, whatever order they were written in.
    let loaded = |word: u32| u32::from_be_bytes(word.to_ne_bytes());
    let at = |offset: usize| u32::try_from(EVENT + offset).unwrap_or(0);
    vec![
        SockFilter::new(LOAD_WORD, 0, 0, at(0)),
        SockFilter::new(JUMP_EQUAL, 7, 0, loaded(NONE)),
        SockFilter::new(JUMP_EQUAL, 6, 0, loaded(CORE_DUMP)),
        SockFilter::new(JUMP_EQUAL, 0, 4, loaded(EXIT)),
        SockFilter::new(LOAD_WORD, 0, 0, at(20)),
        SockFilter::new(TO_X, 0, 0, 0),
        SockFilter::new(LOAD_WORD, 0, 0, at(16)),
        SockFilter::new(JUMP_EQUAL_X, 1, 0, 0),
        SockFilter::new(RETURN, 0, 0, 0),
        SockFilter::new(RETURN, 0, 0, u32::MAX),
    ]
}
