//! The kernel's own measure of the path below a held connection.

use std::net::SocketAddr;
use std::time::Duration;

use crate::sample::Reading;
use crate::source::host::TcpInfo;

/// Looks single sockets up.
pub(super) struct RoundTrips(Result<TcpInfo, String>);

impl RoundTrips {
    pub(super) fn open() -> Self {
        Self(TcpInfo::open().map_err(|error| format!("TCP round trip: sock_diag: {error}")))
    }

    /// `tcpi_min_rtt`: the smoothed one of a stalled peer would contain its
    /// delayed acknowledgements.
    pub(super) fn least(&mut self, ends: Option<(SocketAddr, SocketAddr)>) -> Reading<Duration> {
        match (&mut self.0, ends) {
            (Ok(info), Some((local, peer))) => info.least_round_trip(local, peer),
            (Err(why), _) => Reading::Denied(why.clone()),
            (Ok(_), None) => Reading::Absent,
        }
    }
}
