//! Where one is below a listener: single connections, or the addresses they come from.

use std::net::{IpAddr, SocketAddr};

use super::super::filter::List;
use crate::model::Snapshot;
use crate::sample::{ConnectionOrder, ConnectionScope, Network};

/// Which connections are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) struct Drill {
    pub(in crate::app) listener: SocketAddr,
    pub(in crate::app) level: DrillLevel,
}

/// How far down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum DrillLevel {
    /// Every connection of the listener.
    Connections,
    /// The addresses of a client network.
    Addresses(Network),
    /// The connections of one of them.
    Address(Network, IpAddr),
}

/// A connection by its two ends, the far one first.
pub(in crate::app) type Ends = (SocketAddr, SocketAddr);

/// How they are looked at.
#[derive(Debug, Default)]
pub(in crate::app) struct Drilling {
    pub(in crate::app) order: ConnectionOrder,
    pub(in crate::app) reversed: bool,
    /// The selected row of each list; none = none was asked for.
    pub(in crate::app) network: Option<Network>,
    pub(in crate::app) address: Option<IpAddr>,
    pub(in crate::app) connection: Option<Ends>,
}

impl Drill {
    /// Whether single connections are listed.
    pub(in crate::app) const fn lists_connections(&self) -> bool {
        !matches!(self.level, DrillLevel::Addresses(_))
    }

    pub(super) const fn list(&self) -> List {
        match self.level {
            DrillLevel::Addresses(_) => List::Addresses,
            DrillLevel::Connections | DrillLevel::Address(..) => List::Connections,
        }
    }

    /// What of the service is meant; none where it is gone.
    pub(in crate::app) fn scope(&self, snapshot: &Snapshot) -> Option<ConnectionScope> {
        let service = snapshot.service_at(self.listener)?;
        let (network, address) = match self.level {
            DrillLevel::Connections => (None, None),
            DrillLevel::Addresses(network) => (Some(network), None),
            DrillLevel::Address(network, address) => (Some(network), Some(address)),
        };
        let (listeners, by_address) = (service.addresses.clone(), !self.lists_connections());
        Some(ConnectionScope { listeners, network, address, by_address })
    }
}

/// What each order is called where columns are chosen.
const ORDERS: [(ConnectionOrder, &str); 9] = [
    (ConnectionOrder::SendQueue, "send-q"),
    (ConnectionOrder::Retransmits, "retrans"),
    (ConnectionOrder::Sent, "out"),
    (ConnectionOrder::Received, "in"),
    (ConnectionOrder::Idle, "last-data"),
    (ConnectionOrder::Age, "age"),
    (ConnectionOrder::State, "state"),
    (ConnectionOrder::Peer, "peer"),
    (ConnectionOrder::Worker, "worker"),
];

/// The order of such a name.
pub(super) fn order_of(name: &str) -> Option<ConnectionOrder> {
    ORDERS.iter().find(|(_, own)| *own == name).map(|(order, _)| *order)
}

/// The name of an order.
pub(super) fn order_name(order: ConnectionOrder) -> &'static str {
    ORDERS.iter().find(|(own, _)| *own == order).map_or("send-q", |(_, name)| *name)
}
