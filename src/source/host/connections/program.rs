//! The filter that the kernel runs over its sockets (`inet_diag_bc_op` of
//! `linux/inet_diag.h`): what does not pass costs no copy and no `tcp_info`.
//!
//! ```text
//! peer in the network, else reject
//! local is A, else on behind the jump    one of these for each listener
//! accepted: jump to the end
//! local is B, else reject
//! ```
//! An operation says how far to go on if it holds and if not; who comes out exactly at
//! the end is accepted, four bytes behind it rejected. The kernel takes a program only if
//! every place that is jumped to lies on the way that is taken while all holds
//! (`inet_diag_bc_audit`): one that went from the first listener to the end was refused
//! with EINVAL, so of a service with two addresses no connection was shown.

use std::net::{IpAddr, SocketAddr};

use crate::sample::{ConnectionScope, Network};

/// `INET_DIAG_BC_JMP`, `INET_DIAG_BC_S_COND` and `INET_DIAG_BC_D_COND`: local and remote
/// end.
const JUMP: u8 = 1;
const LOCAL: u8 = 7;
const REMOTE: u8 = 8;
/// With more listeners than this the ports are told apart by us: the kernel goes through
/// them for each socket.
const MOST_LISTENERS: usize = 9;
/// Any port.
const ANY: i32 = -1;

/// An address of a condition, and how much of it counts.
#[derive(Debug, Clone, Copy)]
struct Prefix {
    address: IpAddr,
    bits: u8,
}

/// The program for a scope; empty where it would let everything through.
pub(super) fn of(scope: &ConnectionScope) -> Vec<u8> {
    let peer = match (scope.address, scope.network) {
        (Some(address), _) => {
            let address = address.to_canonical();
            Some(Prefix { address, bits: if address.is_ipv4() { 32 } else { 128 } })
        }
        (None, Some(Network(address))) => {
            Some(Prefix { address, bits: if address.is_ipv4() { 24 } else { 48 } })
        }
        (None, None) => None,
    };
    let mut conditions: Vec<(u8, Vec<u8>)> = Vec::new();
    conditions.extend(peer.map(|prefix| (REMOTE, condition(Some(prefix), ANY))));
    if scope.listeners.len() <= MOST_LISTENERS {
        conditions.extend(scope.listeners.iter().map(|at| (LOCAL, local(*at))));
    }
    assemble(&conditions)
}

/// Bound to this address, or to any.
fn local(at: SocketAddr) -> Vec<u8> {
    let address = at.ip();
    let prefix = Prefix { address, bits: if address.is_ipv4() { 32 } else { 128 } };
    condition((!address.is_unspecified()).then_some(prefix), i32::from(at.port()))
}

/// `struct inet_diag_hostcond`. An IPv4 prefix holds for the mapped addresses of an IPv6
/// socket as well, the kernel sees to it.
fn condition(prefix: Option<Prefix>, port: i32) -> Vec<u8> {
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

fn assemble(conditions: &[(u8, Vec<u8>)]) -> Vec<u8> {
    const HEAD: usize = 4;
    let last = conditions.len().saturating_sub(1);
    // Behind each listener but the last one there is a jump.
    let jumps = |at: usize, code: u8| code == LOCAL && at != last;
    let long = |at: usize, code: u8, data: &[u8]| {
        HEAD + data.len() + if jumps(at, code) { HEAD } else { 0 }
    };
    let each = conditions.iter().enumerate();
    let all: usize = each.clone().map(|(at, (code, data))| long(at, *code, data)).sum();
    let mut bytes = Vec::with_capacity(all);
    let short = |n: usize| u16::try_from(n).unwrap_or(0).to_ne_bytes();
    for (at, (code, data)) in each {
        let left = all - bytes.len();
        let no = if jumps(at, *code) { long(at, *code, data) } else { left + 4 };
        bytes.extend([*code, u8::try_from(HEAD + data.len()).unwrap_or(0)]);
        bytes.extend(short(no));
        bytes.extend(data);
        if jumps(at, *code) {
            bytes.extend([JUMP, 4]);
            bytes.extend(short(all - bytes.len() + 2));
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use netlink_packet_sock_diag::inet::{ExtensionFlags, StateFlags};

    use super::super::super::diag::{Diag, Family, Query};
    use super::*;

    fn scope(listeners: &[&str]) -> ConnectionScope {
        let listeners = listeners.iter().map(|at| at.parse().expect("an address")).collect();
        ConnectionScope { listeners, ..ConnectionScope::default() }
    }

    #[test]
    fn one_port_is_one_condition() {
        let program = of(&scope(&["0.0.0.0:8080"]));
        assert_eq!(program.len(), 12);
        assert_eq!(program[..4], [LOCAL, 12, 16, 0], "on to the end, or four behind it");
        assert_eq!(program[8..12], 8080_i32.to_ne_bytes());
    }

    #[test]
    fn a_network_has_to_hold_and_of_the_listeners_one() {
        let mut scope = scope(&["10.0.0.1:80", "[::1]:80"]);
        scope.network = Some(Network([10, 2, 3, 0].into()));
        let program = of(&scope);
        let (peer, first, jump, second) = (16, 16, 4, 28);
        assert_eq!(program.len(), peer + first + jump + second);
        assert_eq!(program[..4], [REMOTE, 16, 68, 0]);
        assert_eq!(program[peer..peer + 4], [LOCAL, 16, 20, 0], "to the jump, or behind it");
        assert_eq!(program[peer + first..peer + first + 4], [JUMP, 4, 32, 0], "accepted");
        assert_eq!(program[peer + first + jump..][..4], [LOCAL, 28, 32, 0]);
    }

    #[test]
    fn the_most_listeners_still_have_a_way_to_the_end() {
        let many: Vec<String> = (1..=20).map(|n| format!("[2001:db8::{n}]:80")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let program = of(&scope(&many[..MOST_LISTENERS]));
        let mut diag = Diag::open().expect("sock_diag");
        let states = StateFlags::ESTABLISHED;
        let extensions = ExtensionFlags::empty();
        let query = Query { family: Family::V6, states, local_port: None, extensions };
        diag.walk_where(&query, &program, |_, _| {}).expect("the kernel takes it");
        assert!(of(&scope(&many)).is_empty());
    }
}
