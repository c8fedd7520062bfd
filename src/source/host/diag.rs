//! Asking the kernel for sockets: `sock_diag(7)` over netlink.
//!
//! Only the fixed header of each answer is parsed. The full parse of the crate
//! costs five allocations a socket and a third more CPU; with the header alone
//! a walk costs what the kernel takes to make it.

use std::io;

use netlink_packet_core::{
    Emitable, NLM_F_DUMP, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR, NetlinkBuffer, NetlinkHeader,
    Parseable,
};
use netlink_packet_sock_diag::inet::{
    ExtensionFlags, InetRequest, InetResponseHeader, SocketId, StateFlags,
};
use netlink_packet_sock_diag::{AF_INET, AF_INET6, IPPROTO_TCP, SOCK_DIAG_BY_FAMILY};
use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_SOCK_DIAG};

use super::attributes::{INFO, SKMEMINFO, attribute, number};

/// The kernel never puts more than 32 KiB into one answer; a smaller buffer
/// loses messages without an error.
const ANSWER_BYTES: usize = 32 * 1024;
/// `sizeof(struct nlmsghdr)` and `sizeof(struct inet_diag_msg)` (`linux/inet_diag.h`).
const NLMSG_HEADER: usize = 16;
const DIAG_HEADER: usize = 72;
const REQUEST_BYTES: usize = NLMSG_HEADER + 56;
/// `SK_MEMINFO_DROPS` (`linux/sock_diag.h`).
const SK_MEMINFO_DROPS: usize = 8;

/// IPv4 or IPv6: the kernel walks one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// `AF_INET`.
    V4,
    /// `AF_INET6`, dual-stack sockets included.
    V6,
}

/// What to ask for.
#[derive(Debug, Clone)]
pub(super) struct Query {
    /// Which walk.
    pub(super) family: Family,
    /// Which TCP states.
    pub(super) states: StateFlags,
    /// Only sockets with this local port, filtered in the kernel.
    pub(super) local_port: Option<u16>,
    /// What to tell of each: the drop counter stands in the memory info.
    pub(super) extensions: ExtensionFlags,
}

/// A netlink socket that answers queries about TCP sockets of the network
/// namespace it was opened in.
#[derive(Debug)]
pub(super) struct Diag {
    socket: Socket,
    sequence: u32,
    answer: Vec<u8>,
}

impl Diag {
    /// Opens the socket; needs no privilege.
    ///
    /// # Errors
    /// When the kernel has no `sock_diag`, or a sandbox refuses it.
    pub(super) fn open() -> io::Result<Self> {
        let mut socket = Socket::new(NETLINK_SOCK_DIAG)?;
        socket.bind_auto()?;
        socket.connect(&SocketAddr::new(0, 0))?;
        Ok(Self { socket, sequence: 0, answer: Vec::with_capacity(ANSWER_BYTES) })
    }

    /// Runs one walk and hands every socket to `each`, with its attributes.
    ///
    /// # Errors
    /// When the kernel refuses the query, or an answer came truncated.
    pub(super) fn walk(
        &mut self,
        query: &Query,
        each: impl FnMut(&InetResponseHeader, &[u8]),
    ) -> io::Result<()> {
        self.sequence = self.sequence.wrapping_add(1);
        self.ask(&request(query, self.sequence), each)
    }

    /// The same of those that a program run in the kernel lets through.
    ///
    /// # Errors
    /// As above.
    pub(super) fn walk_where(
        &mut self,
        query: &Query,
        program: &[u8],
        each: impl FnMut(&InetResponseHeader, &[u8]),
    ) -> io::Result<()> {
        self.sequence = self.sequence.wrapping_add(1);
        self.ask(&with_program(&request(query, self.sequence), program), each)
    }

    fn ask(
        &mut self,
        request: &[u8],
        mut each: impl FnMut(&InetResponseHeader, &[u8]),
    ) -> io::Result<()> {
        let sent = self.socket.send(request, 0)?;
        if sent != request.len() {
            return Err(io::Error::other(format!("sock_diag took {sent} bytes of the request")));
        }
        loop {
            self.receive()?;
            if read_answer(&self.answer, self.sequence, &mut each)? {
                return Ok(());
            }
        }
    }

    /// Looks one socket up and hands its attributes to `read`.
    ///
    /// # Errors
    /// When there is no such socket, or the kernel refuses.
    pub(super) fn look_up<T>(
        &mut self,
        local: std::net::SocketAddr,
        peer: std::net::SocketAddr,
        extensions: ExtensionFlags,
        read: impl FnOnce(&InetResponseHeader, &[u8]) -> Option<T>,
    ) -> io::Result<Option<T>> {
        self.sequence = self.sequence.wrapping_add(1);
        self.socket.send(&single(local, peer, extensions, self.sequence), 0)?;
        self.receive()?;
        // The whole answer is one message; `read_answer` would wait for the end
        // of a walk.
        let mut found = None;
        for message in messages(&self.answer) {
            let message = message?;
            if message.message_type() == NLMSG_ERROR {
                return Err(refusal(message.payload()));
            }
            found = socket(message.payload()).or(found);
        }
        Ok(found.and_then(|(header, attributes)| read(&header, attributes)))
    }

    /// One whole datagram into `answer`.
    fn receive(&mut self) -> io::Result<()> {
        loop {
            self.answer.clear();
            match self.socket.recv(&mut self.answer, trunc()) {
                Ok(len) if len > self.answer.len() => {
                    return Err(io::Error::other("sock_diag answer larger than 32 KiB"));
                }
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// `MSG_TRUNC`: have the real length told even when the buffer is too small.
fn trunc() -> i32 {
    rustix::net::RecvFlags::TRUNC.bits().cast_signed()
}

fn request(query: &Query, sequence: u32) -> [u8; REQUEST_BYTES] {
    let (family, mut socket_id) = match query.family {
        Family::V4 => (AF_INET, SocketId::new_v4()),
        Family::V6 => (AF_INET6, SocketId::new_v6()),
    };
    socket_id.source_port = query.local_port.unwrap_or(0);
    let (states, extensions) = (query.states.clone(), query.extensions.clone());
    let body = InetRequest { family, protocol: IPPROTO_TCP, extensions, states, socket_id };
    message(&body, NLM_F_REQUEST | NLM_F_DUMP, sequence)
}

/// The request with a filter program behind it (`INET_DIAG_REQ_BYTECODE`).
fn with_program(request: &[u8; REQUEST_BYTES], program: &[u8]) -> Vec<u8> {
    const BYTECODE: u16 = 1;
    let mut bytes = request.to_vec();
    if program.is_empty() {
        return bytes;
    }
    let length = u16::try_from(program.len() + 4).unwrap_or(u16::MAX);
    bytes.extend(length.to_ne_bytes());
    bytes.extend(BYTECODE.to_ne_bytes());
    bytes.extend(program);
    let all = u32::try_from(bytes.len()).unwrap_or(0);
    if let Some(head) = bytes.get_mut(..4) {
        head.copy_from_slice(&all.to_ne_bytes());
    }
    bytes
}

/// The request for this very socket.
fn single(
    local: std::net::SocketAddr,
    peer: std::net::SocketAddr,
    extensions: ExtensionFlags,
    sequence: u32,
) -> [u8; REQUEST_BYTES] {
    let (family, mut socket_id) = if local.is_ipv4() {
        (AF_INET, SocketId::new_v4())
    } else {
        (AF_INET6, SocketId::new_v6())
    };
    (socket_id.source_address, socket_id.source_port) = (local.ip(), local.port());
    (socket_id.destination_address, socket_id.destination_port) = (peer.ip(), peer.port());
    // No cookie is known: any socket with these ends (INET_DIAG_NOCOOKIE).
    socket_id.cookie = [0xff; 8];
    let states = StateFlags::all();
    let body = InetRequest { family, protocol: IPPROTO_TCP, extensions, states, socket_id };
    message(&body, NLM_F_REQUEST, sequence)
}

fn message(body: &InetRequest, flags: u16, sequence: u32) -> [u8; REQUEST_BYTES] {
    let mut header = NetlinkHeader::default();
    header.length = u32::try_from(REQUEST_BYTES).unwrap_or(0);
    header.message_type = SOCK_DIAG_BY_FAMILY;
    header.flags = flags;
    header.sequence_number = sequence;
    let mut bytes = [0; REQUEST_BYTES];
    let (head, tail) = bytes.split_at_mut(NLMSG_HEADER);
    header.emit(head);
    body.emit(tail);
    bytes
}

/// Reads one datagram; true when the walk is over.
fn read_answer(
    datagram: &[u8],
    sequence: u32,
    each: &mut impl FnMut(&InetResponseHeader, &[u8]),
) -> io::Result<bool> {
    for message in messages(datagram) {
        let message = message?;
        // An answer to a walk that was given up must not be taken for ours.
        if message.sequence_number() != sequence {
            continue;
        }
        match message.message_type() {
            NLMSG_DONE => return Ok(true),
            NLMSG_ERROR => return Err(refusal(message.payload())),
            _ => {
                if let Some((header, attributes)) = socket(message.payload()) {
                    each(&header, attributes);
                }
            }
        }
    }
    Ok(false)
}

/// The netlink messages in a datagram.
pub(super) fn messages(datagram: &[u8]) -> impl Iterator<Item = io::Result<NetlinkBuffer<&[u8]>>> {
    let mut rest = datagram;
    std::iter::from_fn(move || {
        if rest.len() < NLMSG_HEADER {
            return None;
        }
        let message = match NetlinkBuffer::new_checked(rest) {
            Ok(message) => message,
            Err(error) => {
                rest = &[];
                return Some(Err(io::Error::other(format!("netlink: {error}"))));
            }
        };
        // Messages are aligned to 4 bytes (netlink(7)).
        let step = (message.length() as usize).next_multiple_of(4).max(NLMSG_HEADER);
        rest = rest.get(step..).unwrap_or(&[]);
        Some(Ok(message))
    })
}

/// The socket in a message, and the attributes behind its header.
pub(super) fn socket(payload: &[u8]) -> Option<(InetResponseHeader, &[u8])> {
    let header = InetResponseHeader::parse(payload).ok()?;
    Some((header, payload.get(DIAG_HEADER..).unwrap_or(&[])))
}

/// The drop counter among a listener's attributes.
pub(super) fn drops(attributes: &[u8]) -> Option<u32> {
    number(attribute(attributes, SKMEMINFO)?, SK_MEMINFO_DROPS * 4)
}

/// `tcpi_min_rtt` of `struct tcp_info` (`linux/tcp.h`), since Linux 4.6.
pub(super) fn least_round_trip(attributes: &[u8]) -> Option<std::time::Duration> {
    const MIN_RTT: usize = 148;
    let micros = number(attribute(attributes, INFO)?, MIN_RTT)?;
    // All ones until the first measurement.
    (micros != u32::MAX).then(|| std::time::Duration::from_micros(micros.into()))
}

/// The error in a `NLMSG_ERROR`: a negative errno in its first four bytes.
fn refusal(payload: &[u8]) -> io::Error {
    let code = payload.get(..4).and_then(|b| b.try_into().ok()).map_or(0, i32::from_ne_bytes);
    io::Error::from_raw_os_error(code.saturating_neg())
}

/// The local end of a socket.
pub(super) fn local(header: &InetResponseHeader) -> std::net::SocketAddr {
    std::net::SocketAddr::new(header.socket_id.source_address, header.socket_id.source_port)
}

/// The far end.
pub(super) fn peer(header: &InetResponseHeader) -> std::net::SocketAddr {
    let id = &header.socket_id;
    std::net::SocketAddr::new(id.destination_address, id.destination_port)
}

/// The kernel's identity of the socket, unique until reboot (`SO_COOKIE`).
pub(super) fn cookie(header: &InetResponseHeader) -> u64 {
    u64::from_ne_bytes(header.socket_id.cookie)
}

/// The lower half of a number.
#[expect(clippy::cast_possible_truncation, reason = "that is what it is for")]
pub(super) const fn low(number: u64) -> u32 {
    number as u32
}
