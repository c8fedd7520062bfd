//! Which listener a connection belongs to, by its local address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The listener among `listeners` that took a connection with this local
/// address: the most specific one, as the kernel chooses (`inet_lookup_listener`).
pub(crate) fn route(
    local: SocketAddr,
    listeners: impl Iterator<Item = SocketAddr> + Clone,
) -> Option<SocketAddr> {
    let on_port = listeners.filter(|l| l.port() == local.port());
    let with = |ip: IpAddr| on_port.clone().find(|l| l.ip() == ip);
    let any_v4 = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let any_v6 = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
    let wildcard = || match local.ip() {
        IpAddr::V4(_) => with(any_v4).or_else(|| with(any_v6)),
        // A v4-mapped address is an IPv6 socket, so a dual-stack `[::]` took it.
        IpAddr::V6(_) => with(any_v6),
    };
    // The kernel clears the address of a connection the server aborted; its port is all
    // there is to go by. One from another address is no connection of a listener at all:
    // clients bound to 127.0.1.0/24 had the number of its port for their own.
    let aborted = || local.ip().is_unspecified().then(|| on_port.clone().next()).flatten();
    with(local.ip()).or_else(wildcard).or_else(aborted)
}

/// Who listens on each port: ten thousand are not looked through for each connection
/// that ended (three quarters of the work, of deaths on ports where nobody listens).
/// Sorted by port, then by address: a table of lists takes four times the memory.
#[derive(Debug, Clone, Default)]
pub(super) struct Ports(Vec<SocketAddr>);

impl Ports {
    /// Of these, sorted by address.
    pub(super) fn of(listeners: impl Iterator<Item = SocketAddr>) -> Self {
        let mut all: Vec<SocketAddr> = listeners.collect();
        all.sort_by_key(SocketAddr::port);
        all.shrink_to_fit();
        Self(all)
    }

    /// The listener that took a connection with this local address, as [`route`] has it.
    pub(super) fn route(&self, local: SocketAddr) -> Option<SocketAddr> {
        let before = self.0.partition_point(|at| at.port() < local.port());
        let from = self.0.get(before..)?;
        let on_port = from.iter().take_while(|at| at.port() == local.port());
        route(local, on_port.copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routed(local: &str, listeners: &[&str]) -> Option<String> {
        let listeners: Vec<SocketAddr> = listeners.iter().map(|l| l.parse().unwrap()).collect();
        let local = local.parse().unwrap();
        let found = route(local, listeners.iter().copied());
        assert_eq!(Ports::of(listeners.iter().copied()).route(local), found);
        found.map(|l| l.to_string())
    }

    #[test]
    fn the_most_specific_listener_takes_it() {
        let listeners = ["0.0.0.0:80", "10.0.0.1:80", "[::]:80", "[::1]:80"];
        let to = |local| routed(local, &listeners).unwrap();
        assert_eq!(to("10.0.0.1:80"), "10.0.0.1:80");
        assert_eq!(to("10.0.0.2:80"), "0.0.0.0:80");
        assert_eq!(to("[::1]:80"), "[::1]:80");
        assert_eq!(to("[2001:db8::1]:80"), "[::]:80");
        assert_eq!(to("[::ffff:10.0.0.2]:80"), "[::]:80");
        assert_eq!(routed("10.0.0.1:81", &listeners), None);
    }

    #[test]
    fn a_client_whose_own_port_has_the_same_number_is_nobodys_connection() {
        assert_eq!(routed("127.0.1.5:40000", &["127.0.0.1:40000"]), None);
        assert_eq!(routed("[2001:db8::1]:40000", &["0.0.0.0:40000"]), None);
    }

    #[test]
    fn an_aborted_connection_has_only_its_port() {
        assert_eq!(routed("0.0.0.0:80", &["127.0.0.1:80"]).unwrap(), "127.0.0.1:80");
        assert_eq!(routed("[::]:80", &["[::1]:80"]).unwrap(), "[::1]:80");
    }
}
