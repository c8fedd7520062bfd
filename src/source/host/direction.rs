//! Which side opened a connection, from its `tcp_info`.
//!
//! A process may connect out from the very port it listens on (`SO_REUSEADDR` or
//! `SO_REUSEPORT`, as what punches holes into NAT does): such a connection has the local
//! end of a client's and is nobody's client; 25 of them read `25 open`. Neither address,
//! inode nor user tells it, but the bytes do. Who connects has its SYN acknowledged, which
//! the kernel counts as one byte (`tcp_rcv_synsent_state_process` goes through
//! `tcp_ack`); who accepts begins behind it (`tcp_create_openreq_child`). So with nothing
//! under way the one that opened has one byte more acknowledged than sent, which an
//! accepted one never has. A FIN counts as one more on both sides.
//!
//! Linux tells the bytes sent since 4.19. Before, without `sock_diag`, and while what was
//! sent is not acknowledged yet, it is not known: then it counts as a client.

use super::attributes::{INFO, attribute, wide};

/// Offsets in `struct tcp_info` (`linux/tcp.h`).
const BYTES_ACKNOWLEDGED: usize = 120;
const BYTES_SENT: usize = 200;
const BYTES_SENT_AGAIN: usize = 208;

/// `TCP_ESTABLISHED` and `TCP_CLOSE_WAIT` of `net/tcp_states.h`: no FIN was sent.
const WITHOUT_FIN: [u8; 2] = [1, 8];

/// Whether this host opened the connection; false also where it is not known.
pub(super) fn is_outgoing(state: u8, attributes: &[u8]) -> bool {
    let own = if WITHOUT_FIN.contains(&state) { 1 } else { 2 };
    acknowledged_beyond(attributes) == Some(own)
}

/// Bytes acknowledged beyond what was sent; none where it is fewer, or not told.
fn acknowledged_beyond(attributes: &[u8]) -> Option<u64> {
    let info = attribute(attributes, INFO)?;
    let sent = wide(info, BYTES_SENT)?.checked_sub(wide(info, BYTES_SENT_AGAIN)?)?;
    wide(info, BYTES_ACKNOWLEDGED)?.checked_sub(sent)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::time::{Duration, Instant};

    use netlink_packet_sock_diag::inet::{ExtensionFlags, InetResponseHeader};

    use super::super::diag::Diag;
    use super::*;

    const CLOSE: u8 = 7;

    fn info(sent: u64, again: u64, acknowledged: u64) -> Vec<u8> {
        let mut bytes = vec![0; 4 + 216];
        bytes[..2].copy_from_slice(&220_u16.to_ne_bytes());
        bytes[2..4].copy_from_slice(&INFO.to_ne_bytes());
        for (at, value) in
            [(BYTES_SENT, sent), (BYTES_SENT_AGAIN, again), (BYTES_ACKNOWLEDGED, acknowledged)]
        {
            bytes[4 + at..12 + at].copy_from_slice(&value.to_ne_bytes());
        }
        bytes
    }

    #[test]
    fn one_more_byte_was_acknowledged_to_who_connected() {
        let open = |sent, acknowledged| is_outgoing(1, &info(sent, 0, acknowledged));
        assert!(!open(0, 0) && open(0, 1));
        assert!(!open(70, 70) && open(70, 71));
        assert!(!open(70, 7), "under way: not known");
        assert!(is_outgoing(1, &info(150, 50, 101)), "what was sent again is no more");
        assert!(!is_outgoing(1, &[]) && !is_outgoing(1, &info(0, 1, 1)));
    }

    #[test]
    fn a_fin_is_one_more_on_both_sides() {
        assert!(!is_outgoing(CLOSE, &info(7, 0, 8)), "accepted and closed");
        assert!(is_outgoing(CLOSE, &info(7, 0, 9)));
        assert!(!is_outgoing(CLOSE, &info(7, 0, 7)), "reset");
        assert!(is_outgoing(8, &info(7, 0, 8)), "only the other side has closed");
    }

    /// Of both ends of a connection on this host: whether each opened it.
    fn told(one: &TcpStream) -> (bool, bool) {
        let (local, peer) = (one.local_addr().unwrap(), one.peer_addr().unwrap());
        let mut diag = Diag::open().unwrap();
        let mut of = |local, peer| {
            let read = |header: &InetResponseHeader, more: &[u8]| {
                Some((is_outgoing(header.state, more), header.send_queue))
            };
            // What was written a moment ago is not acknowledged yet.
            let deadline = Instant::now() + Duration::from_secs(10);
            loop {
                let found = diag.look_up(local, peer, ExtensionFlags::INFO, read);
                let (outgoing, unsent) = found.unwrap().expect("it is there");
                if unsent == 0 || Instant::now() > deadline {
                    return outgoing;
                }
            }
        };
        (of(local, peer), of(peer, local))
    }

    #[test]
    fn this_kernel_tells_who_connected_whatever_was_said_since() {
        for on in ["127.0.0.1:0", "[::1]:0"] {
            let listener = TcpListener::bind(on).unwrap();
            let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let (mut server, _) = listener.accept().unwrap();
            assert_eq!(told(&client), (true, false), "silent, {on}");
            for length in [1, 100, 40_000] {
                let (asked, mut heard) = (vec![7; length], vec![0; length]);
                client.write_all(&asked).unwrap();
                server.read_exact(&mut heard).unwrap();
                server.write_all(&heard[..length / 2]).unwrap();
                client.read_exact(&mut heard[..length / 2]).unwrap();
                assert_eq!(told(&client), (true, false), "{length} bytes, {on}");
            }
        }
    }
}
