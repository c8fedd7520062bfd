//! The table of listeners: filter, order, selection.

use std::cmp::Ordering;
use std::net::SocketAddr;
use std::time::Duration;

use super::super::action::Action;
use super::super::frame::{Age, ListenerRow, RowKind, SortColumn, Table};
use super::super::state::{App, Filter};
use super::chart;
use super::limits::level;
use super::scene::Scene;
use super::statement::{Statement, highest};
use crate::detect::Severity;
use crate::fmt;
use crate::model::{
    Limit, LimitKind, ListenerSnapshot, Others, ServiceId, ServiceSnapshot, Snapshot,
};
use crate::sample::{AGE_BOUNDS, Ages};
use crate::units::{Bytes, PerSecond, Ratio};

/// The table as it is to be drawn, and the addresses of its rows.
pub(super) fn table(app: &App, scene: Scene<'_>) -> (Table, Vec<SocketAddr>) {
    let all = &scene.snapshot.listeners;
    let typed = app.filter_of(false);
    // A faulty filter is told where it is typed, and hides nothing.
    let filter = Filter::parse(&typed).unwrap_or_default();
    let shows = |l: &&ListenerSnapshot| filter.shows(l, severity(scene, l));
    let groups = grouped(app, scene, shows);
    let held = app.is_paused();
    let (mut rows, mut addresses) = (Vec::new(), Vec::new());
    for Grouped { whole, parts } in groups {
        let kind = if whole.is_some() { RowKind::Part } else { RowKind::Alone };
        let whole = whole.map(|listener| (listener, RowKind::Whole));
        let parts = parts.into_iter().map(|listener| (listener, kind));
        for (listener, kind) in whole.into_iter().chain(parts) {
            addresses.push(listener.address);
            rows.push(row(scene, listener, kind, held));
        }
    }
    let focus = app.focus();
    let selected = focus.and_then(|f| addresses.iter().position(|&row| row == f)).unwrap_or(0);
    if let Some(row) = rows.get_mut(selected).filter(|_| focus == addresses.get(selected).copied())
    {
        row.focused = true;
    }
    rows.extend(scene.snapshot.others.filter(|_| typed.is_empty()).as_ref().map(others));
    let unlisted = scene.snapshot.others.map_or(0, |others| others.listeners);
    let table = Table {
        rows,
        total: all.len() + usize::try_from(unlisted).unwrap_or(usize::MAX),
        filter: typed.clone(),
        selected,
        sort: app.sort,
        reversed: app.reversed,
        empty: empty(scene.snapshot, &typed, &app.keys.of(Action::Back)),
        spark_window: chart::SPARK_WINDOW,
    };
    (table, addresses)
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
    ListenerRow {
        address: format!("{} others", fmt::count(others.listeners)),
        kind: RowKind::Others,
        process: Some("-".to_owned()),
        open: others.open,
        estimated: false,
        opened: others.opened,
        queue: Some(others.accept_queue),
        backlog: None,
        drops: None,
        closed: others.closed,
        peak: None,
        age: None,
        memory: None,
        busiest: None,
        spark: Vec::new(),
        severity: Severity::Ok,
        present: true,
        focused: false,
    }
}

/// The row of the service shows what is said of it elsewhere.
pub(super) fn say(table: &mut Table, said: &Statement<'_>) {
    let Some(focus) = said.focus else { return };
    let names = [focus.port(), focus.address.to_string()];
    let is_it = |row: &&mut ListenerRow| row.focused && names.contains(&row.address);
    if let Some(row) = table.rows.iter_mut().find(is_it).filter(|row| row.kind != RowKind::Part) {
        row.peak = said.peak;
    }
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

fn row(scene: Scene<'_>, listener: &ListenerSnapshot, kind: RowKind, held: bool) -> ListenerRow {
    let is_whole = kind == RowKind::Whole;
    let spark = chart::spark(scene, listener, is_whole, held);
    let charted = spark.iter().flatten().copied().reduce(f64::max).map(PerSecond);
    ListenerRow {
        address: if is_whole { listener.port() } else { listener.address.to_string() },
        kind,
        process: process(listener).or_else(|| (!listener.hidden).then(|| "-".to_owned())),
        open: listener.open,
        estimated: listener.estimated,
        opened: listener.opened,
        queue: listener.accept_queue,
        backlog: listener.backlog,
        drops: listener.drops,
        closed: listener.closed,
        peak: highest(listener.peak_opened, [charted.filter(|_| !held), listener.opened]),
        age: listener.ages.as_ref().and_then(median),
        memory: memory(listener),
        busiest: busiest(listener),
        spark,
        severity: severity(scene, listener),
        present: listener.is_present(),
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

/// The class in which the median connection is. Those that were there before us
/// are older than all we saw come.
fn median(ages: &Ages) -> Option<Age> {
    let all = ages.classes.iter().fold(ages.before_watch, |sum, n| sum.saturating_add(*n));
    let half = all.checked_sub(1)? / 2;
    let mut younger = 0_u64;
    for (bound, count) in AGE_BOUNDS.into_iter().zip(ages.classes) {
        younger = younger.saturating_add(count);
        if half < younger {
            return Some(Age::Below(Duration::from_secs(bound)));
        }
    }
    let [.., longest] = AGE_BOUNDS;
    let [.., old] = ages.classes;
    let least = if half < younger.saturating_add(old) {
        Duration::from_secs(longest)
    } else {
        ages.watched_for
    };
    Some(Age::AtLeast(least))
}

/// What a connection takes, from the limit of memory whose headroom was counted
/// with it.
fn memory(listener: &ListenerSnapshot) -> Option<Bytes> {
    let of_memory = |l: &&Limit| matches!(l.kind, LimitKind::CgroupMemory | LimitKind::HostMemory);
    let limit = listener.limits.iter().filter(of_memory).max_by_key(|l| l.headroom)?;
    let room = limit.headroom.filter(|&room| room > 0)?;
    Some(Bytes(limit.limit.saturating_sub(limit.used) / room))
}

fn busiest(listener: &ListenerSnapshot) -> Option<(String, Ratio)> {
    let (network, most) = listener.networks.first()?;
    let named = listener.networks.iter().fold(0_u64, |sum, (_, n)| sum.saturating_add(*n));
    let share = Ratio::of(*most, named.saturating_add(listener.other_networks))?;
    Some((network.to_string(), share))
}

/// `gateway 2143`, `3× gunicorn`, or none when it is not ours to see.
fn process(listener: &ListenerSnapshot) -> Option<String> {
    let name = listener.process.as_deref()?;
    match listener.pids.as_slice() {
        [pid] => Some(format!("{name} {pid}")),
        pids => Some(format!("{}× {name}", pids.len())),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_age_is_a_class_and_never_younger_than_our_watch_allows() {
        let of = |classes, before_watch| {
            median(&Ages { classes, before_watch, watched_for: Duration::from_secs(40) })
        };
        assert_eq!(of([0; 5], 0), None, "nobody has no age");
        assert_eq!(of([6, 3, 0, 0, 0], 2), Some(Age::Below(Duration::from_secs(1))));
        assert_eq!(of([1, 1, 1, 0, 0], 0), Some(Age::Below(Duration::from_secs(5))));
        assert_eq!(of([0, 0, 0, 1, 9], 0), Some(Age::AtLeast(Duration::from_mins(5))));
        assert_eq!(of([1, 0, 0, 0, 0], 9), Some(Age::AtLeast(Duration::from_secs(40))));
    }
}
