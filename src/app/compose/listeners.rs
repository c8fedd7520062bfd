//! The table of listeners: filter, order, selection.

use std::cmp::Ordering;
use std::net::SocketAddr;

use super::super::action::Action;
use super::super::filter::{List, Listening};
use super::super::frame::{ListenerRow, RowKind, SortColumn, Table};
use super::super::state::App;
use super::chart;
use super::limits::level;
use super::scene::Scene;
use super::statement::{Statement, highest};
use crate::detect::Severity;
use crate::model::{ListenerSnapshot, Others, Presence, ServiceId, ServiceSnapshot, Snapshot};
use crate::units::PerSecond;

/// The table as it is to be drawn, and the addresses of its rows.
pub(super) fn table(app: &App, scene: Scene<'_>) -> (Table, Vec<SocketAddr>) {
    let all = &scene.snapshot.listeners;
    let typed = app.filter_of(List::Listeners);
    let filter = List::Listeners.filter(typed);
    let shows = |l: &&ListenerSnapshot| filter.shows(&Listening(l, severity(scene, l)));
    let held = app.is_paused();
    let (mut rows, mut addresses) = (Vec::new(), Vec::new());
    for Grouped { whole, parts } in grouped(app, scene, shows) {
        let kind = if whole.is_some() { RowKind::Part } else { RowKind::Alone };
        let whole = whole.map(|listener| (listener, RowKind::Whole));
        let parts = parts.into_iter().map(|listener| (listener, kind));
        for (listener, kind) in whole.into_iter().chain(parts) {
            addresses.push(listener.address);
            rows.push(row(scene, listener, kind, held));
        }
    }
    let focus = app.listener();
    let selected = focus.and_then(|f| addresses.iter().position(|&row| row == f)).unwrap_or(0);
    if let Some(row) = rows.get_mut(selected) {
        row.focused = focus == addresses.get(selected).copied();
    }
    rows.extend(scene.snapshot.others.as_ref().filter(|_| typed.is_empty()).map(others));
    let unlisted = scene.snapshot.others.map_or(0, |others| others.listeners);
    let table = Table {
        rows,
        total: all.len() + usize::try_from(unlisted).unwrap_or(usize::MAX),
        filter: typed.to_owned(),
        selected,
        sort: app.sort,
        reversed: app.reversed,
        empty: empty(scene.snapshot, typed, &app.keys.of(Action::Back)),
        spark_window: chart::SPARK_WINDOW,
    };
    (table, addresses)
}

/// The row of the service shows what is said of it elsewhere.
pub(super) fn say(table: &mut Table, said: &Statement<'_>) {
    let Some(focus) = said.focus else { return };
    let is_it = |row: &&mut ListenerRow| row.focused && row.listener.address == focus.address;
    if let Some(row) = table.rows.iter_mut().find(is_it).filter(|row| row.kind != RowKind::Part) {
        row.listener.peak_opened = said.peak;
    }
}

/// A service: as a whole where it listens at several addresses, and these.
struct Grouped<'s> {
    whole: Option<&'s ListenerSnapshot>,
    parts: Vec<&'s ListenerSnapshot>,
}

/// What is to be shown, in order: the addresses of a service stand beneath it.
fn grouped<'s>(
    app: &App,
    scene: Scene<'s>,
    shows: impl Fn(&&'s ListenerSnapshot) -> bool,
) -> Vec<Grouped<'s>> {
    let order = |a: &ListenerSnapshot, b: &ListenerSnapshot| {
        let order = compare(a, b, app.sort).then_with(|| a.address.cmp(&b.address));
        if app.reversed { order.reverse() } else { order }
    };
    let mut services: Vec<_> = scene.snapshot.services.iter().collect();
    services.sort_by(|a, b| order(&a.whole, &b.whole));
    let group = |service: &'s ServiceSnapshot| {
        let own = scene.snapshot.listeners.iter().filter(|l| service.listens_at(l.address));
        let mut parts: Vec<&ListenerSnapshot> = own.filter(&shows).collect();
        parts.sort_by(|a, b| order(a, b));
        let whole = Some(&service.whole).filter(|_| service.addresses.len() > 1);
        Grouped { whole, parts }
    };
    services.into_iter().map(group).filter(|group| !group.parts.is_empty()).collect()
}

/// The sum of what is not listed one by one.
fn others(others: &Others) -> ListenerRow {
    let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
    ListenerRow {
        listener: ListenerSnapshot {
            presence: Presence::Listening,
            open: others.open,
            opened: others.opened,
            closed: others.closed,
            accept_queue: Some(others.accept_queue),
            ..ListenerSnapshot::nothing(nowhere)
        },
        kind: RowKind::Others(others.listeners),
        spark: Vec::new(),
        severity: Severity::Ok,
        focused: false,
    }
}

/// Numbers: largest first; text: A first.
fn compare(a: &ListenerSnapshot, b: &ListenerSnapshot, by: SortColumn) -> Ordering {
    let down = |of: fn(&ListenerSnapshot) -> f64| of(b).total_cmp(&of(a));
    match by {
        SortColumn::Open => b.open.cmp(&a.open),
        SortColumn::Opened => down(|l| l.opened.map_or(-1.0, |o| o.0)),
        SortColumn::Closed => down(|l| l.closed.map_or(-1.0, |o| o.0)),
        SortColumn::Peak => down(|l| l.peak_opened.map_or(-1.0, |o| o.0)),
        SortColumn::AcceptQueue => down(|l| l.fullest_queue.unwrap_or(-1.0)),
        SortColumn::Drops => down(|l| l.drops.map_or(-1.0, |d| d.0)),
        SortColumn::Address => (a.address.port(), a.address).cmp(&(b.address.port(), b.address)),
        SortColumn::Process => {
            (a.process.is_none(), &a.process).cmp(&(b.process.is_none(), &b.process))
        }
    }
}

fn row(scene: Scene<'_>, listener: &ListenerSnapshot, kind: RowKind, held: bool) -> ListenerRow {
    let spark = chart::spark(scene, listener, kind == RowKind::Whole, held);
    let charted = spark.iter().flatten().copied().reduce(f64::max).map(PerSecond);
    let shown = [charted.filter(|_| !held), listener.opened];
    let peak_opened = highest(listener.peak_opened, shown);
    ListenerRow {
        listener: ListenerSnapshot { peak_opened, ..listener.clone() },
        kind,
        spark,
        severity: severity(scene, listener),
        focused: false,
    }
}

/// The worst of its limits and alerts.
fn severity(scene: Scene<'_>, listener: &ListenerSnapshot) -> Severity {
    let limits = listener.limits.iter().filter(|l| l.binding).map(|l| level(scene.thresholds, l));
    let worst = limits
        .chain([scene
            .judgement
            .severity_of(ServiceId::new(scene.snapshot.netns, listener.service))])
        .max();
    worst.unwrap_or(Severity::Ok)
}

fn empty(snapshot: &Snapshot, filter: &str, back: &str) -> String {
    if !snapshot.listeners.is_empty() {
        return format!("no listener matches '{filter}': {back} drops the filter");
    }
    if snapshot.ready {
        "nothing listens here: start a service, and it appears within a second".to_owned()
    } else {
        "looking for listening sockets".to_owned()
    }
}
