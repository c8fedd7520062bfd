//! From a listener down to single connections, and up again.

use std::net::{IpAddr, SocketAddr};

use super::super::action::Action;
use super::super::filter::List;
use super::super::frame::View;
use super::app::App;
use super::overlay::OverlayKind;
use super::selection::{is_chosen, moved};
use crate::model::{Snapshot, route};
use crate::sample::{
    ConnectionOrder, ConnectionQuery, ConnectionScope, Network, OpenConnection, Test,
};

/// Which connections are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) struct Drill {
    pub(in crate::app) listener: SocketAddr,
    pub(in crate::app) level: Level,
}

/// How far down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Level {
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
        !matches!(self.level, Level::Addresses(_))
    }

    pub(super) const fn list(&self) -> List {
        match self.level {
            Level::Addresses(_) => List::Addresses,
            Level::Connections | Level::Address(..) => List::Connections,
        }
    }

    /// What of the service is meant; none where it is gone.
    pub(in crate::app) fn scope(&self, snapshot: &Snapshot) -> Option<ConnectionScope> {
        let service = snapshot.service_at(self.listener)?;
        let (network, address) = match self.level {
            Level::Connections => (None, None),
            Level::Addresses(network) => (Some(network), None),
            Level::Address(network, address) => (Some(network), Some(address)),
        };
        let (listeners, by_address) = (service.addresses.clone(), !self.lists_connections());
        Some(ConnectionScope { listeners, network, address, by_address })
    }
}

impl App {
    /// The single connections to be read now, if any are looked at. What is over can be
    /// read no more, and while the picture stands nothing new comes into it.
    #[must_use]
    pub fn asks(&self, snapshot: &Snapshot) -> Option<ConnectionQuery> {
        let OverlayKind::Connections(drill) = self.overlay else { return None };
        if self.is_paused() || self.replay.is_some() {
            return None;
        }
        let scope = drill.scope(snapshot)?;
        let service = snapshot.service_at(drill.listener)?;
        let typed = self.filter_of(drill.list()).to_owned();
        let filter = drill.list().filter(&typed);
        let own = scope.listeners.clone();
        let ports: Vec<u16> = own.iter().map(SocketAddr::port).collect();
        let all = snapshot.listeners.iter().map(|listener| listener.address);
        let mut all: Vec<SocketAddr> = all.filter(|at| ports.contains(&at.port())).collect();
        all.extend(own.iter().filter(|at| !all.contains(at)).copied().collect::<Vec<_>>());
        let belongs = move |local: &SocketAddr| {
            route(*local, all.iter().copied()).is_some_and(|at| own.contains(&at))
        };
        Some(ConnectionQuery {
            scope,
            order: self.drilling.order,
            reversed: self.drilling.reversed,
            filter: typed,
            pids: service.whole.pids.clone(),
            belongs: Test::new(belongs),
            shows: Test::new(move |row: &OpenConnection| filter.may_show(row)),
        })
    }

    /// The connections of the listener in front.
    pub(super) fn drill(&mut self) {
        let listener = match self.overlay {
            OverlayKind::Details(listener) => Some(listener),
            OverlayKind::Connections(drill) => Some(drill.listener),
            _ => self.listener(),
        };
        if let Some(listener) = listener {
            let level = Level::Connections;
            self.overlay = OverlayKind::Connections(Drill { listener, level });
        }
    }

    /// One level down: from a listener to a client network, its addresses, and their
    /// connections.
    pub(super) fn drill_down(&mut self) {
        match self.overlay {
            OverlayKind::Details(listener) => match self.drilling.network {
                Some(network) if self.rows.networks.contains(&network) => {
                    let level = Level::Addresses(network);
                    self.overlay = OverlayKind::Connections(Drill { listener, level });
                    self.drilling.address = None;
                }
                _ => self.drill(),
            },
            OverlayKind::Connections(Drill { listener, level: Level::Addresses(network) }) => {
                let at = self.drilling.address.or_else(|| self.rows.addresses.first().copied());
                if let Some(address) = at.filter(|at| self.rows.addresses.contains(at)) {
                    let level = Level::Address(network, address);
                    self.overlay = OverlayKind::Connections(Drill { listener, level });
                }
            }
            _ => {}
        }
    }

    /// One level up.
    pub(super) fn drill_up(&mut self, drill: Drill) {
        let Drill { listener, level } = drill;
        self.overlay = match level {
            Level::Address(network, _) => {
                let level = Level::Addresses(network);
                OverlayKind::Connections(Drill { listener, level })
            }
            Level::Connections | Level::Addresses(_) => OverlayKind::Details(listener),
        };
    }

    /// Whether there are connections to look at from here.
    pub(super) fn can_drill(&self, overlay: OverlayKind) -> bool {
        match overlay {
            OverlayKind::Details(_) => true,
            OverlayKind::Connections(drill) => drill.level != Level::Connections,
            OverlayKind::Nothing => {
                matches!(self.in_front(), View::Incident | View::Listeners)
                    && self.listener().is_some()
            }
            _ => false,
        }
    }

    /// Moves the selection of these lists.
    pub(super) fn select_drilled(&mut self, to: impl FnOnce(Option<usize>, usize) -> usize) {
        let (rows, drilling) = (&self.rows, &mut self.drilling);
        match self.overlay {
            OverlayKind::Details(_) => {
                // None is selected until one is asked for: that is the first.
                let network = drilling.network.filter(|at| rows.networks.contains(at));
                drilling.network = match network {
                    None => rows.networks.first().copied(),
                    at => moved(&rows.networks, at, to),
                };
            }
            OverlayKind::Connections(drill) if drill.lists_connections() => {
                let at = drilling.connection.or_else(|| rows.connections.first().copied());
                let chosen = moved(&rows.connections, at, to);
                drilling.connection = chosen.or(drilling.connection);
            }
            _ => {
                let at = drilling.address.or_else(|| rows.addresses.first().copied());
                drilling.address = moved(&rows.addresses, at, to).or(drilling.address);
            }
        }
    }

    /// Selects a row; an address that is selected already is opened.
    pub(super) fn press_drilled(&mut self, at: usize) {
        let OverlayKind::Connections(drill) = self.overlay else { return };
        let (rows, drilling) = (&self.rows, &mut self.drilling);
        if drill.lists_connections() {
            is_chosen(&rows.connections, at, &mut drilling.connection);
        } else if is_chosen(&rows.addresses, at, &mut drilling.address) {
            self.drill_down();
        }
    }

    /// Another order of the connections.
    pub(super) fn sort_connections(&mut self, action: Action) {
        if action == Action::Sort {
            self.drilling.order = next(self.drilling.order);
        } else {
            self.drilling.reversed = !self.drilling.reversed;
        }
    }

    /// By that column; again: the other way round.
    pub(super) fn sort_connections_by(&mut self, order: ConnectionOrder) {
        let again = self.drilling.order == order;
        self.drilling.reversed = again && !self.drilling.reversed;
        self.drilling.order = order;
    }
}

/// The next one, round and round.
const fn next(order: ConnectionOrder) -> ConnectionOrder {
    use ConnectionOrder as By;
    match order {
        By::SendQueue => By::Retransmits,
        By::Retransmits => By::Sent,
        By::Sent => By::Received,
        By::Received => By::Idle,
        By::Idle => By::Age,
        By::Age => By::State,
        By::State => By::Peer,
        By::Peer => By::Worker,
        By::Worker => By::SendQueue,
    }
}
