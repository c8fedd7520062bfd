//! The table of listeners: filter, order, selection.

use std::cmp::Ordering;
use std::net::SocketAddr;

use super::super::action::Action;
use super::super::frame::{ListenerRow, SortColumn, Table};
use super::super::state::{App, Filter};
use super::chart;
use super::limits::level;
use super::scene::Scene;
use crate::detect::Severity;
use crate::model::{ListenerSnapshot, ServiceId, Snapshot};

/// The table as it is to be drawn, and the addresses of its rows.
pub(super) fn table(app: &App, scene: Scene<'_>) -> (Table, Vec<SocketAddr>) {
    let all = &scene.snapshot.listeners;
    let typed = app.filter_of(false);
    // A faulty filter is told where it is typed, and hides nothing.
    let filter = Filter::parse(&typed).unwrap_or_default();
    let mut shown: Vec<&ListenerSnapshot> =
        all.iter().filter(|l| filter.shows(l, severity(scene, l))).collect();
    shown.sort_by(|a, b| {
        let order = compare(a, b, app.sort).then_with(|| a.address.cmp(&b.address));
        if app.reversed { order.reverse() } else { order }
    });
    let addresses: Vec<SocketAddr> = shown.iter().map(|l| l.address).collect();
    let (focus, held) = (app.listener(), app.is_paused());
    let selected = focus.and_then(|f| addresses.iter().position(|&row| row == f)).unwrap_or(0);
    let table = Table {
        rows: shown.into_iter().map(|l| row(scene, l, (focus == Some(l.address), held))).collect(),
        total: all.len(),
        filter: typed.clone(),
        selected,
        sort: app.sort,
        reversed: app.reversed,
        empty: empty(scene.snapshot, &typed, &app.keys.of(Action::Back)),
        spark_window: chart::SPARK_WINDOW,
    };
    (table, addresses)
}

/// Numbers: largest first; text: A first.
fn compare(a: &ListenerSnapshot, b: &ListenerSnapshot, by: SortColumn) -> Ordering {
    let down = |of: fn(&ListenerSnapshot) -> f64| of(b).total_cmp(&of(a));
    match by {
        SortColumn::Open => b.open.cmp(&a.open),
        SortColumn::Opened => down(|l| l.opened.map_or(-1.0, |o| o.0)),
        SortColumn::AcceptQueue => down(|l| l.fullest_queue.unwrap_or(-1.0)),
        SortColumn::Drops => down(|l| l.drops.map_or(-1.0, |d| d.0)),
        SortColumn::Address => (a.address.port(), a.address).cmp(&(b.address.port(), b.address)),
        SortColumn::Process => {
            (a.process.is_none(), &a.process).cmp(&(b.process.is_none(), &b.process))
        }
    }
}

fn row(
    scene: Scene<'_>,
    listener: &ListenerSnapshot,
    (focused, held): (bool, bool),
) -> ListenerRow {
    ListenerRow {
        listener: listener.clone(),
        spark: chart::spark(scene, listener, held),
        severity: severity(scene, listener),
        focused,
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
