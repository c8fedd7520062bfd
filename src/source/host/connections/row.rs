//! One connection from what `sock_diag` answers.

use std::net::SocketAddr;
use std::time::Duration;

use netlink_packet_sock_diag::inet::InetResponseHeader;

use super::super::ages::ConnectionAges;
use super::super::attributes::{INFO, SKMEMINFO, attribute, memory, number, wide};
use super::super::diag;
use crate::sample::{ConnectionAge, OpenConnection};

/// Offsets in `struct tcp_info` (`linux/tcp.h`). It has grown at its end with every few
/// kernels: what an old one does not have is absent.
const LAST_DATA_SENT: usize = 44;
const LAST_DATA_RECEIVED: usize = 52;
const TOTAL_RETRANSMITS: usize = 100;
const BYTES_ACKNOWLEDGED: usize = 120;
const BYTES_RECEIVED: usize = 128;
const BYTES_SENT: usize = 200;
const BYTES_SENT_AGAIN: usize = 208;

/// The connection, its age by what the walks know.
pub(super) fn read(
    header: &InetResponseHeader,
    attributes: &[u8],
    ages: &ConnectionAges,
    now: Duration,
) -> OpenConnection {
    let info = attribute(attributes, INFO);
    let word = |at: usize| number(info?, at);
    let long = |at: usize| wide(info?, at);
    let sent = long(BYTES_SENT).zip(long(BYTES_SENT_AGAIN));
    let sent = sent.map(|(all, again)| all.saturating_sub(again)).or(long(BYTES_ACKNOWLEDGED));
    let received = long(BYTES_RECEIVED);
    let millis = |at| word(at).map(|ms| Duration::from_millis(ms.into()));
    let clocks = Clocks {
        sent: millis(LAST_DATA_SENT),
        received: millis(LAST_DATA_RECEIVED),
        has_sent: sent != Some(0),
        has_received: received != Some(0),
    };
    let local = SocketAddr::new(header.socket_id.source_address, header.socket_id.source_port);
    OpenConnection {
        local,
        peer: diag::peer(header),
        state: header.state,
        inode: u64::from(header.inode),
        age: clocks.age(ages.of(diag::cookie(header), now)),
        received,
        sent,
        idle: clocks.idle(),
        send_queue: header.send_queue,
        receive_queue: header.recv_queue,
        retransmits: word(TOTAL_RETRANSMITS),
        memory: attribute(attributes, SKMEMINFO).map(memory),
        worker: None,
    }
}

/// When data went last, either way: a clock that data never moved runs from the
/// handshake (`tcp_create_openreq_child`), which tells the age.
struct Clocks {
    sent: Option<Duration>,
    received: Option<Duration>,
    has_sent: bool,
    has_received: bool,
}

impl Clocks {
    fn idle(&self) -> Option<Duration> {
        let sent = self.sent.filter(|_| self.has_sent);
        let received = self.received.filter(|_| self.has_received);
        sent.into_iter().chain(received).min()
    }

    /// No younger than either clock, whatever the walks have seen.
    fn age(&self, walked: ConnectionAge) -> ConnectionAge {
        let untouched = [(self.sent, self.has_sent), (self.received, self.has_received)];
        let exact = untouched.into_iter().find_map(|(clock, moved)| clock.filter(|_| !moved));
        if let Some(exact) = exact {
            return ConnectionAge::Exactly(exact);
        }
        let least = self.sent.into_iter().chain(self.received).max().unwrap_or_default();
        match walked {
            ConnectionAge::AtLeast(age) => ConnectionAge::AtLeast(age.max(least)),
            ConnectionAge::About(age) | ConnectionAge::Exactly(age) => {
                ConnectionAge::About(age.max(least))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn clocks(sent: (u32, bool), received: (u32, bool)) -> Clocks {
        Clocks {
            sent: Some(SECOND * sent.0),
            received: Some(SECOND * received.0),
            has_sent: sent.1,
            has_received: received.1,
        }
    }

    #[test]
    fn a_clock_that_data_never_moved_tells_the_age() {
        let silent = clocks((90, false), (3, true));
        assert_eq!(silent.age(ConnectionAge::About(SECOND)), ConnectionAge::Exactly(SECOND * 90));
        assert_eq!(silent.idle(), Some(SECOND * 3));
        assert_eq!(clocks((9, false), (9, false)).idle(), None, "there never was any data");
    }

    #[test]
    fn it_is_no_younger_than_its_last_data() {
        let busy = clocks((90, true), (3, true));
        let aged = |walked| busy.age(walked);
        assert_eq!(aged(ConnectionAge::AtLeast(SECOND)), ConnectionAge::AtLeast(SECOND * 90));
        assert_eq!(aged(ConnectionAge::About(SECOND * 200)), ConnectionAge::About(SECOND * 200));
    }
}
