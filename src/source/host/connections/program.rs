//! The connections that are asked for, as the kernel filters by them (see `bytecode`): what
//! does not pass costs no `tcp_info`.
//!
//! ```text
//! peer in the network, else reject
//! local is A, else on behind the jump    one of these for each listener
//! accepted: jump to the end
//! local is B, else reject
//! ```
//! A program that went from the first listener to the end was refused with EINVAL, so of a
//! service with two addresses no connection was shown.

use std::net::SocketAddr;

use super::super::bytecode::{ANY, LOCAL, OPERATION, Prefix, REMOTE, condition, jump, operation};
use crate::sample::{ConnectionScope, Network};

/// With more listeners than this the ports are told apart by us: the kernel goes through
/// them for each socket.
const MOST_LISTENERS: usize = 9;

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

fn assemble(conditions: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let last = conditions.len().saturating_sub(1);
    // Behind each listener but the last one there is a jump.
    let jumps = |at: usize, code: u8| code == LOCAL && at != last;
    let long = |at: usize, code: u8, data: &[u8]| {
        OPERATION + data.len() + if jumps(at, code) { OPERATION } else { 0 }
    };
    let each = conditions.iter().enumerate();
    let all: usize = each.clone().map(|(at, (code, data))| long(at, *code, data)).sum();
    let mut program = Vec::with_capacity(all);
    for (at, (code, data)) in each {
        let jumps = jumps(at, *code);
        let left = all - program.len();
        operation(&mut program, *code, data, if jumps { long(at, *code, data) } else { left + 4 });
        if jumps {
            let left = all - program.len();
            jump(&mut program, left);
        }
    }
    program
}

#[cfg(test)]
mod tests {
    use netlink_packet_sock_diag::inet::{ExtensionFlags, StateFlags};

    use super::super::super::bytecode::JUMP;
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
