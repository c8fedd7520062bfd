//! Programs that the kernel runs over its sockets (`inet_diag_bc_op` of
//! `linux/inet_diag.h`): what does not pass costs no copy.
//!
//! An operation says how far to go on if it holds, which is always to the next one here,
//! and how far if not. Who comes out exactly at the end is accepted, four bytes behind it
//! rejected. The kernel takes a program only if every place that is jumped to lies on the
//! way that is taken while all holds (`inet_diag_bc_audit`); so what is accepted early
//! jumps to the end.

use std::net::IpAddr;

/// `INET_DIAG_BC_JMP`.
pub(super) const JUMP: u8 = 1;
/// `INET_DIAG_BC_D_GE` and `_D_LE`: the remote port.
pub(super) const AT_LEAST: u8 = 4;
pub(super) const AT_MOST: u8 = 5;
/// `INET_DIAG_BC_S_COND` and `_D_COND`: local and remote end.
pub(super) const LOCAL: u8 = 7;
pub(super) const REMOTE: u8 = 8;
/// Any port, in a condition.
pub(super) const ANY: i32 = -1;

/// Bytes of an operation without data, and of a jump.
pub(super) const OPERATION: usize = 4;

/// An address of a condition, and how much of it counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prefix {
    pub(super) address: IpAddr,
    pub(super) bits: u8,
}

/// Appends one that goes on so many bytes where it does not hold.
pub(super) fn operation(program: &mut Vec<u8>, code: u8, data: &[u8], no: usize) {
    program.extend([code, u8::try_from(OPERATION + data.len()).unwrap_or(0)]);
    program.extend(u16::try_from(no).unwrap_or(0).to_ne_bytes());
    program.extend(data);
}

/// Appends a jump, by so many bytes from its own beginning. It is one that never holds.
pub(super) fn jump(program: &mut Vec<u8>, by: usize) {
    operation(program, JUMP, &[], by);
}

/// `struct inet_diag_hostcond`. An IPv4 prefix holds for the mapped addresses of an IPv6
/// socket as well, the kernel sees to it.
pub(super) fn condition(prefix: Option<Prefix>, port: i32) -> Vec<u8> {
    // `AF_UNSPEC`, `AF_INET`, `AF_INET6`.
    let (family, bits, address) = match prefix.map(|p| (p.address, p.bits)) {
        None => (0, 0, Vec::new()),
        Some((IpAddr::V4(four), bits)) => (2, bits, four.octets().to_vec()),
        Some((IpAddr::V6(six), bits)) => (10, bits, six.octets().to_vec()),
    };
    let mut bytes = vec![family, bits, 0, 0];
    bytes.extend(port.to_ne_bytes());
    bytes.extend(address);
    bytes
}

/// All but those of one local port. That what holds is rejected cannot be asked for: from
/// the condition it goes on to a jump, which leads four bytes behind the end; whatever
/// does not hold comes out at the end.
pub(super) fn not_of_port(port: u16) -> Vec<u8> {
    let mut program = Vec::new();
    let data = condition(None, i32::from(port));
    let end = OPERATION + data.len() + OPERATION;
    operation(&mut program, LOCAL, &data, end);
    jump(&mut program, OPERATION + 4);
    program
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use netlink_packet_sock_diag::inet::{ExtensionFlags, StateFlags};

    use super::super::diag::{Diag, Family, Query, local};
    use super::*;

    #[test]
    fn the_sockets_of_the_port_are_left_out_and_no_others() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let client = TcpStream::connect(at).unwrap();
        let own = client.local_addr().unwrap();
        let mut found = Vec::new();
        let (states, extensions) = (StateFlags::ESTABLISHED, ExtensionFlags::empty());
        let mut diag = Diag::open().unwrap();
        let each = |header: &_, _: &[u8]| found.push(local(header));
        let query = Query { family: Family::V4, states, local_port: None, extensions };
        diag.walk_where(&query, &not_of_port(at.port()), each).unwrap();
        assert!(found.contains(&own), "the client's half");
        assert!(!found.iter().any(|one| one.port() == at.port()), "the server's");
    }
}
