//! What the kernel measures on one connection, for the probes.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use netlink_packet_sock_diag::inet::{ExtensionFlags, InetResponseHeader};

use super::diag::{Diag, least_round_trip};
use crate::sample::Reading;

/// A lookup costs some 10 us; no privilege is needed.
pub struct TcpInfo(Diag);

impl TcpInfo {
    /// Opens the lookup.
    ///
    /// # Errors
    /// When the kernel has no `sock_diag`, or a sandbox refuses it.
    pub fn open() -> io::Result<Self> {
        Diag::open().map(Self)
    }

    /// The least round trip TCP has seen on the connection (`tcpi_min_rtt`).
    pub fn least_round_trip(&mut self, local: SocketAddr, peer: SocketAddr) -> Reading<Duration> {
        let read = |_: &InetResponseHeader, attributes: &[u8]| least_round_trip(attributes);
        match self.0.look_up(local, peer, ExtensionFlags::INFO, read) {
            Ok(Some(least)) => Reading::Seen(least),
            Ok(None) => Reading::Absent,
            Err(error) => Reading::from_io("TCP round trip", Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};

    use super::*;

    fn measured(on: &str) -> Reading<Duration> {
        let listener = TcpListener::bind(on).unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        client.write_all(b"x").unwrap();
        server.read_exact(&mut [0]).unwrap();
        let ends = (client.local_addr().unwrap(), client.peer_addr().unwrap());
        TcpInfo::open().unwrap().least_round_trip(ends.0, ends.1)
    }

    #[test]
    fn loopback_takes_less_than_a_handful_of_milliseconds() {
        for on in ["127.0.0.1:0", "[::1]:0"] {
            let least = *measured(on).seen().unwrap_or_else(|| panic!("no reading on {on}"));
            assert!(least > Duration::ZERO && least < Duration::from_millis(50), "{least:?}");
        }
    }

    #[test]
    fn a_connection_that_is_not_there_has_no_reading() {
        let nowhere = ([127, 0, 0, 1], 1).into();
        assert!(TcpInfo::open().unwrap().least_round_trip(nowhere, nowhere).seen().is_none());
    }
}
