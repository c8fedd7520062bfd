//! Single connections, as they were read last: filter, order, selection.

use std::cmp::Ordering;
use std::time::Duration;

use super::super::action::Action;
use super::super::filter::List;
use super::super::frame::{ConnectionPage, ConnectionRow, DrilledRows, NetworkList, ReadAt};
use super::super::state::{App, Drill, DrillLevel, Rows};
use super::scene::Scene;
use crate::model::{ListenerSnapshot, Snapshot};
use crate::sample::{ConnectionList, OpenConnection, Reading, Stamp};

/// The client networks of a listener, and what their rows stand for.
pub(super) fn networks(app: &App, listener: &ListenerSnapshot, rows: &mut Rows) -> NetworkList {
    let typed = app.filter_of(List::Networks);
    let filter = List::Networks.filter(typed);
    let all =
        listener.networks.iter().map(|(network, open)| (*network, (network.to_string(), *open)));
    let (kept, shown): (Vec<_>, Vec<_>) = all.filter(|(_, row)| filter.shows(row)).unzip();
    let named = listener.networks.iter().fold(0_u64, |sum, (_, n)| sum.saturating_add(*n));
    rows.networks = kept;
    let at = |network| rows.networks.iter().position(|row| *row == network);
    NetworkList {
        rows: shown,
        open: named.saturating_add(listener.other_networks),
        selected: app.drilling.network.and_then(at),
        filter: typed.to_owned(),
    }
}

/// The page, and what its rows stand for; `now` is the moment it is looked at, of the
/// past or not. None where the listener is gone.
pub(super) fn page(
    app: &App,
    scene: Scene<'_>,
    drill: Drill,
    now: Duration,
    rows: &mut Rows,
) -> Option<ConnectionPage> {
    let scope = drill.scope(scene.snapshot)?;
    let read = scene.model.connections();
    let answer = read.and_then(|(at, reading)| match reading {
        Reading::Seen(list) => (list.scope == scope).then_some((*at, list)),
        Reading::Absent | Reading::Denied(_) => None,
    });
    let denied = read.and_then(|(_, reading)| reading.denied());
    let list = if drill.lists_connections() { List::Connections } else { List::Addresses };
    let typed = app.filter_of(list);
    let mut page = ConnectionPage {
        path: path(scene.snapshot, drill),
        rows: nothing(app, drill),
        selected: 0,
        all: answer.map(|(_, list)| list.all),
        shown: 0,
        filter: typed.to_owned(),
        read: answer.map(|(at, list)| read_at(app, at, list, now)),
        note: None,
    };
    let Some((_, answer)) = answer else {
        page.note = Some(why_none(app, denied));
        return Some(page);
    };
    if drill.lists_connections() {
        connections(app, scene.snapshot, answer, &mut page, rows);
    } else {
        addresses(app, answer, &mut page, rows);
    }
    page.note = note(app, answer, &page);
    Some(page)
}

fn nothing(app: &App, drill: Drill) -> DrilledRows {
    let (order, reversed) = (app.drilling.order, app.drilling.reversed);
    if drill.lists_connections() {
        DrilledRows::Connections { rows: Vec::new(), order, reversed }
    } else {
        DrilledRows::Addresses { rows: Vec::new(), others: 0 }
    }
}

fn path(snapshot: &Snapshot, drill: Drill) -> Vec<String> {
    let listener = snapshot.focused(Some(drill.listener));
    let name = listener.map_or_else(|| drill.listener.to_string(), |l| l.address.to_string());
    match drill.level {
        DrillLevel::Connections => vec![name, "connections".to_owned()],
        DrillLevel::Addresses(network) => vec![name, network.to_string()],
        DrillLevel::Address(network, address) => {
            vec![name, network.to_string(), address.to_canonical().to_string()]
        }
    }
}

fn read_at(app: &App, at: Stamp, list: &ConnectionList, now: Duration) -> ReadAt {
    let period = (!app.is_paused()).then_some(list.period);
    ReadAt { at: at.wall, age: now.saturating_sub(at.mono), period }
}

/// Why nothing was read.
fn why_none(app: &App, denied: Option<&str>) -> String {
    if app.replay.is_some() {
        return "not recorded: single connections are read only while live".to_owned();
    }
    if app.is_paused() {
        let resume = app.keys.of(Action::Pause);
        return format!("not read at that moment: {resume} resumes, and they are read now");
    }
    denied.map_or_else(|| "reading ...".to_owned(), str::to_owned)
}

fn connections(
    app: &App,
    snapshot: &Snapshot,
    answer: &ConnectionList,
    page: &mut ConnectionPage,
    rows: &mut Rows,
) {
    let filter = List::Connections.filter(&page.filter);
    let mut kept: Vec<&OpenConnection> =
        answer.rows.iter().filter(|row| filter.shows(*row)).collect();
    let (order, reversed) = (app.drilling.order, app.drilling.reversed);
    kept.sort_by(|a, b| {
        let found: Ordering = order.compare(a, b);
        if reversed { found.reverse() } else { found }
    });
    page.shown = if kept.len() == answer.rows.len() { answer.shown } else { kept.len() as u64 };
    rows.connections = kept.iter().map(|row| (row.peer, row.local)).collect();
    let at = |ends| rows.connections.iter().position(|row| *row == ends);
    page.selected = app.drilling.connection.and_then(at).unwrap_or(0);
    let name = |pid: u32| snapshot.processes.iter().find(|p| p.pid == pid).map(|p| p.name.clone());
    let row = |connection: &OpenConnection| ConnectionRow {
        process: connection.worker.and_then(name),
        connection: connection.clone(),
    };
    let kept = kept.into_iter().map(row).collect();
    page.rows = DrilledRows::Connections { rows: kept, order, reversed };
}

fn addresses(app: &App, answer: &ConnectionList, page: &mut ConnectionPage, rows: &mut Rows) {
    let filter = List::Addresses.filter(&page.filter);
    let all = answer.addresses.iter().map(|(ip, open)| (*ip, (ip.to_string(), *open)));
    let (kept, shown): (Vec<_>, Vec<_>) = all.filter(|(_, row)| filter.shows(row)).unzip();
    page.shown = shown.len() as u64;
    rows.addresses = kept;
    let at = |address| rows.addresses.iter().position(|row| *row == address);
    page.selected = app.drilling.address.and_then(at).unwrap_or(0);
    page.rows = DrilledRows::Addresses { rows: shown, others: answer.other_addresses };
}

/// What there is to say of the rows, or why there are none.
fn note(app: &App, answer: &ConnectionList, page: &ConnectionPage) -> Option<String> {
    if page.rows.is_empty() && !page.filter.is_empty() {
        let back = app.keys.of(Action::Back);
        return Some(format!("none matches '{}': {back} drops the filter", page.filter));
    }
    if page.rows.is_empty() {
        return Some("no connections".to_owned());
    }
    answer.worker_unknown.as_ref().map(|why| format!("worker: {why}"))
}

/// Everything the kernel tells of the selected connection.
pub(super) fn command(page: &ConnectionPage) -> Option<String> {
    let DrilledRows::Connections { rows, .. } = &page.rows else { return None };
    let row = rows.get(page.selected)?;
    Some(format!("ss -tinmoe dst {}", row.peer()))
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use chrono::DateTime;

    use super::super::super::frame::Overlay;
    use super::super::super::key::Key;
    use super::super::super::state::OverlayKind;
    use super::super::{Frame, Scene, compose};
    use super::*;
    use crate::detect::{Judgement, Thresholds};
    use crate::model::{Model, ModelConfig, ServiceId, ServiceSnapshot};
    use crate::sample::fixtures::connection;
    use crate::sample::{ConnectionScope, Sample};

    const LISTENER: SocketAddr =
        SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

    fn stamp(second: u64) -> Stamp {
        let wall = DateTime::from_timestamp(1_795_000_000, 0).expect("a moment");
        Stamp { mono: Duration::ZERO, wall }.plus(Duration::from_secs(second))
    }

    fn answer(rows: Vec<OpenConnection>) -> ConnectionList {
        ConnectionList {
            scope: ConnectionScope { listeners: vec![LISTENER], ..ConnectionScope::default() },
            all: 20_113,
            shown: 20_113,
            rows,
            addresses: Vec::new(),
            other_addresses: 0,
            worker_unknown: None,
            cpu: Duration::ZERO,
            period: Duration::from_secs(6),
        }
    }

    fn looking() -> App {
        let mut app = App::new("host".into(), "all".into(), vec![]);
        let drill = Drill { listener: LISTENER, level: DrillLevel::Connections };
        app.overlay = OverlayKind::Connections(drill);
        app
    }

    /// The page three seconds after this was read.
    fn page_of(app: &mut App, read: Option<Reading<ConnectionList>>) -> ConnectionPage {
        let mut model = Model::new(ModelConfig::default());
        model.absorb(Sample { connections: read, ..Sample::at(stamp(10)) });
        let nothing = Snapshot::nothing(stamp(13));
        let whole = ListenerSnapshot::nothing(LISTENER);
        let (id, addresses) = (ServiceId::new(nothing.netns, LISTENER), vec![LISTENER]);
        let services = vec![ServiceSnapshot { id, addresses, whole: whole.clone(), behind: None }];
        let snapshot = Snapshot { services, listeners: vec![whole], ..nothing };
        let judgement = Judgement::waiting(stamp(13).wall);
        let thresholds = Thresholds::default();
        let scene = Scene {
            model: &model,
            thresholds: &thresholds,
            judgement: &judgement,
            snapshot: &snapshot,
        };
        let (frame, rows): (Frame, _) = compose(app, scene);
        app.apply(rows);
        let Overlay::Connections(page) = frame.overlay else { panic!("the page") };
        *page
    }

    fn ports(page: &ConnectionPage) -> Vec<u16> {
        let DrilledRows::Connections { rows, .. } = &page.rows else { panic!("connections") };
        rows.iter().map(|row| row.connection.peer.port() - 40_000).collect()
    }

    #[test]
    fn rows_are_put_in_order_and_filtered_before_they_are_read_again() {
        let mut app = looking();
        let seen = || Some(Reading::Seen(answer((1..=4).map(connection).collect())));
        let page = page_of(&mut app, seen());
        assert_eq!((ports(&page), page.all, page.shown), (vec![4, 3, 2, 1], Some(20_113), 20_113));
        assert_eq!(page.read.map(|read| read.age), Some(Duration::from_secs(3)));
        for key in "S/out:>2k".chars() {
            app.key(Key::Char(key));
        }
        let page = page_of(&mut app, seen());
        assert_eq!((ports(&page), page.shown), (vec![3, 4], 2), "as it is typed");
        for key in "x!".chars() {
            app.key(Key::Char(key));
        }
        assert_eq!(ports(&page_of(&mut app, seen())).len(), 4, "a faulty one hides nothing");
    }

    #[test]
    fn the_selected_connection_stays_selected_wherever_it_goes() {
        let mut app = looking();
        let seen = |n| Some(Reading::Seen(answer((n..=4).map(connection).collect())));
        page_of(&mut app, seen(1));
        app.key(Key::Down);
        assert_eq!(page_of(&mut app, seen(1)).selected, 1);
        app.key(Key::Char('S'));
        let page = page_of(&mut app, seen(1));
        assert_eq!((page.selected, ports(&page)[2]), (2, 3));
        assert_eq!(page_of(&mut app, seen(4)).selected, 0, "it has gone");
    }

    #[test]
    fn what_was_not_read_is_one_line_that_says_why() {
        let mut app = looking();
        let note = |app: &mut App, read| page_of(app, read).note.expect("why");
        assert_eq!(note(&mut app, None), "reading ...");
        let other = ConnectionList {
            scope: ConnectionScope::default(),
            ..answer((1..3).map(connection).collect())
        };
        assert_eq!(note(&mut app, Some(Reading::Seen(other))), "reading ...", "another listener");
        let denied = Reading::Denied("single connections: they need sock_diag".to_owned());
        assert_eq!(note(&mut app, Some(denied)), "single connections: they need sock_diag");
        assert_eq!(note(&mut app, Some(Reading::Seen(answer(vec![])))), "no connections");
        app.replay = Some("REPLAY".to_owned());
        assert!(note(&mut app, None).starts_with("not recorded: "));
    }
}
