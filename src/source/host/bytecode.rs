//! A filter that the kernel runs over its sockets (`inet_diag_bc_op` of
//! `linux/inet_diag.h`): all but those of one local port.

/// `INET_DIAG_BC_JMP` and `INET_DIAG_BC_S_COND`.
const JUMP: u8 = 1;
const LOCAL: u8 = 7;

/// That what holds is rejected cannot be asked for: from the condition it goes on to a
/// jump, which leads four bytes behind the end, where all is rejected; whatever does not
/// hold comes out at the end.
pub(super) fn not_of_port(port: u16) -> Vec<u8> {
    let mut bytes = vec![LOCAL, 12];
    bytes.extend(16_u16.to_ne_bytes());
    // `struct inet_diag_hostcond`: any family, no prefix, this port.
    bytes.extend([0; 4]);
    bytes.extend(i32::from(port).to_ne_bytes());
    bytes.extend([JUMP, 4]);
    bytes.extend(8_u16.to_ne_bytes());
    bytes
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
