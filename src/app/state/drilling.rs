//! From a listener down to single connections, and up again.

use std::net::SocketAddr;

use super::super::action::Action;
use super::super::frame::View;
use super::super::gesture::Hit;
use super::app::App;
use super::drill::{Drill, DrillLevel};
use super::effect::Effect;
use super::overlay::OverlayKind;
use super::selection::{is_chosen, moved};
use crate::model::{Snapshot, route};
use crate::sample::{ConnectionOrder, ConnectionQuery, Network, OpenConnection, Test};

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
            let level = DrillLevel::Connections;
            self.overlay = OverlayKind::Connections(Drill { listener, level });
        }
    }

    /// One level down: from a listener to a client network, its addresses, and their
    /// connections.
    pub(super) fn drill_down(&mut self) {
        match self.overlay {
            OverlayKind::Details(listener) => match self.drilling.network {
                Some(network) if self.rows.networks.contains(&network) => {
                    let level = DrillLevel::Addresses(network);
                    self.overlay = OverlayKind::Connections(Drill { listener, level });
                    self.drilling.address = None;
                }
                _ => self.drill(),
            },
            OverlayKind::Connections(Drill { listener, level: DrillLevel::Addresses(network) }) => {
                let at = self.drilling.address.or_else(|| self.rows.addresses.first().copied());
                if let Some(address) = at.filter(|at| self.rows.addresses.contains(at)) {
                    let level = DrillLevel::Address(network, address);
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
            DrillLevel::Address(network, _) => {
                let level = DrillLevel::Addresses(network);
                OverlayKind::Connections(Drill { listener, level })
            }
            DrillLevel::Connections | DrillLevel::Addresses(_) => OverlayKind::Details(listener),
        };
    }

    /// Whether there are connections to look at from here.
    pub(super) fn can_drill(&self, overlay: OverlayKind) -> bool {
        match overlay {
            OverlayKind::Details(_) => true,
            OverlayKind::Connections(drill) => drill.level != DrillLevel::Connections,
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

    /// Selects a row; one that leads further down is opened where it is selected already.
    pub(super) fn press_drilled(&mut self, at: usize) {
        let (rows, drilling) = (&self.rows, &mut self.drilling);
        let again = match self.overlay {
            OverlayKind::Connections(drill) if drill.lists_connections() => {
                is_chosen(&rows.connections, at, &mut drilling.connection);
                false
            }
            OverlayKind::Connections(_) => is_chosen(&rows.addresses, at, &mut drilling.address),
            _ => is_chosen(&rows.networks, at, &mut drilling.network),
        };
        if again {
            self.drill_down();
        }
    }

    /// What lies beside the charts leads to the connections it counts.
    pub(super) fn press_beside(&mut self, hit: Hit) {
        let Some(listener) = self.listener() else { return };
        let level = match hit {
            Hit::Client(network) => {
                (self.drilling.network, self.drilling.address) = (Some(network), None);
                DrillLevel::Addresses(network)
            }
            Hit::Address(address) => {
                let network = Network::of(address);
                (self.drilling.network, self.drilling.address) = (Some(network), Some(address));
                DrillLevel::Address(network, address)
            }
            _ => {
                let order = ConnectionOrder::SendQueue;
                (self.drilling.order, self.drilling.reversed) = (order, false);
                DrillLevel::Connections
            }
        };
        self.overlay = OverlayKind::Connections(Drill { listener, level });
    }

    /// Another order of the connections.
    pub(super) fn sort_connections(&mut self, action: Action) -> Effect {
        let (order, reversed) = (self.drilling.order, self.drilling.reversed);
        if action == Action::Sort {
            self.keep_order(next(order), reversed)
        } else {
            self.keep_order(order, !reversed)
        }
    }

    /// By that column; again: the other way round.
    pub(super) fn sort_connections_by(&mut self, order: ConnectionOrder) -> Effect {
        let again = self.drilling.order == order;
        self.keep_order(order, again && !self.drilling.reversed)
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

#[cfg(test)]
mod tests {
    use super::super::super::key::Key;
    use super::*;
    use crate::model::{ListenerSnapshot, ServiceId, ServiceSnapshot};
    use crate::sample::Stamp;
    use std::net::IpAddr;

    const LISTENER: SocketAddr =
        SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1)), 8080);

    /// A listener in detail, with two client networks.
    fn detailed() -> App {
        let mut app = App::new("host".into(), "all".into(), vec![]);
        app.overlay = OverlayKind::Details(LISTENER);
        app.rows.networks = vec![network(3), network(4)];
        app
    }

    fn listening() -> Snapshot {
        let at = Stamp { mono: std::time::Duration::ZERO, wall: chrono::DateTime::UNIX_EPOCH };
        let nothing = Snapshot::nothing(at);
        let whole = ListenerSnapshot::nothing(LISTENER);
        let (id, addresses) = (ServiceId::new(nothing.netns, LISTENER), vec![LISTENER]);
        let services = vec![ServiceSnapshot { id, addresses, whole: whole.clone(), behind: None }];
        Snapshot { services, listeners: vec![whole], ..nothing }
    }

    fn network(n: u8) -> Network {
        Network([10, 0, n, 0].into())
    }

    fn at(level: DrillLevel) -> OverlayKind {
        OverlayKind::Connections(Drill { listener: LISTENER, level })
    }

    #[test]
    fn each_key_goes_one_level_down_and_esc_one_up() {
        let mut app = detailed();
        app.key(Key::Enter);
        assert_eq!(app.overlay, at(DrillLevel::Connections), "no network is selected");
        app.key(Key::Esc);
        app.key(Key::Down);
        app.key(Key::Down);
        assert_eq!(app.drilling.network, Some(network(4)));
        app.key(Key::Enter);
        assert_eq!(app.overlay, at(DrillLevel::Addresses(network(4))));
        let address = [10, 0, 4, 7].into();
        app.rows.addresses = vec![[10, 0, 4, 9].into(), address];
        app.key(Key::Down);
        app.key(Key::Enter);
        assert_eq!(app.overlay, at(DrillLevel::Address(network(4), address)));
        app.key(Key::Char('d'));
        assert_eq!(app.overlay, at(DrillLevel::Connections));
        for level in [DrillLevel::Address(network(4), address), DrillLevel::Addresses(network(4))] {
            app.overlay = at(level);
            app.key(Key::Esc);
        }
        assert_eq!(app.overlay, OverlayKind::Details(LISTENER));
        app.key(Key::Esc);
        assert_eq!((app.overlay, app.drilling.network), (OverlayKind::Details(LISTENER), None));
        app.key(Key::Esc);
        assert_eq!(app.overlay, OverlayKind::Nothing);
    }

    #[test]
    fn a_click_selects_a_row_and_the_second_goes_down() {
        let mut app = detailed();
        app.press_drilled(1);
        assert_eq!(
            (app.overlay, app.drilling.network),
            (OverlayKind::Details(LISTENER), Some(network(4)))
        );
        app.press_drilled(1);
        assert_eq!(app.overlay, at(DrillLevel::Addresses(network(4))));
        let address = [10, 0, 4, 7].into();
        app.rows.addresses = vec![address];
        app.press_drilled(0);
        app.press_drilled(0);
        assert_eq!(app.overlay, at(DrillLevel::Address(network(4), address)));
        app.rows.connections = vec![(LISTENER, LISTENER)];
        app.press_drilled(0);
        app.press_drilled(0);
        assert_eq!(app.overlay, at(DrillLevel::Address(network(4), address)), "the last level");
        app.press_drilled(9);
        assert_eq!(app.drilling.connection, Some((LISTENER, LISTENER)), "a row that has gone");
    }

    #[test]
    fn a_panel_beside_the_charts_leads_to_the_connections_it_counts() {
        let mut app = App::new("host".into(), "all".into(), vec![]);
        app.chosen = Some(LISTENER);
        let address = [10, 0, 4, 7].into();
        for (hit, level) in [
            (Hit::Client(network(4)), DrillLevel::Addresses(network(4))),
            (Hit::Address(address), DrillLevel::Address(network(4), address)),
            (Hit::Queues, DrillLevel::Connections),
        ] {
            app.drilling.order = ConnectionOrder::Age;
            app.press_beside(hit);
            assert_eq!(app.overlay, at(level));
        }
        assert_eq!(app.drilling.order, ConnectionOrder::SendQueue);
        app.key(Key::Esc);
        assert_eq!(app.overlay, OverlayKind::Details(LISTENER), "one level up");
    }

    #[test]
    fn an_order_goes_round_and_a_heading_twice_turns_it() {
        let mut app = detailed();
        app.overlay = at(DrillLevel::Connections);
        for _ in 0..9 {
            app.key(Key::Char('s'));
        }
        assert_eq!(app.drilling.order, ConnectionOrder::SendQueue);
        app.sort_connections_by(ConnectionOrder::Age);
        let kept = app.sort_connections_by(ConnectionOrder::Age);
        let words = Some("by -age".to_owned());
        assert_eq!(kept, Effect::Columns { table: "connections", kept: words });
        assert_eq!((app.drilling.order, app.drilling.reversed), (ConnectionOrder::Age, true));
        let listeners = app.sort;
        app.key(Key::Char('S'));
        assert_eq!((app.drilling.reversed, app.sort), (false, listeners), "not the listeners");
        assert_eq!(app.key(Key::Char('r')).1, Effect::WalkNow);
    }

    #[test]
    fn they_are_asked_for_only_while_they_are_looked_at_and_live() {
        let snapshot = listening();
        let mut app = detailed();
        assert_eq!(app.asks(&snapshot), None, "the details ask for none");
        app.key(Key::Char('d'));
        let query = app.asks(&snapshot).expect("they are looked at");
        assert_eq!(query.scope.listeners, [LISTENER]);
        assert!(query.belongs.holds(&LISTENER));
        assert!(!query.belongs.holds(&([10, 0, 0, 1], 9090).into()));
        app.key(Key::Char('/'));
        app.key(Key::Char('7'));
        let typed = app.asks(&snapshot).expect("while it is typed");
        assert!(typed != query && typed.filter == "7", "another question");
        app.key(Key::Enter);
        app.key(Key::Char('?'));
        assert_eq!(app.asks(&snapshot), None, "covered");
        app.key(Key::Esc);
        app.key(Key::Char(' '));
        assert!(app.is_paused() && app.asks(&snapshot).is_none());
        app.key(Key::Char(' '));
        app.replay = Some("REPLAY".to_owned());
        assert_eq!(app.asks(&snapshot), None, "what is over");
    }
}
