//! One listener in detail, from the walk that is already there.

use std::cmp::Ordering;
use std::net::SocketAddr;
use std::time::Duration;

use super::super::frame::{Breakdown, Details, LimitRow, TableName};
use super::super::state::{App, Rows};
use super::limits::{accept_queue, level, limit_rows, which_capacity};
use super::scene::Scene;
use super::statement::Statement;
use super::{chart, connections};
use crate::detect::advice;
use crate::model::{ListenerSnapshot, ProcessState};
use crate::sample::Reading;
use crate::units::PerSecond;

/// The details; none when the listener is gone from the list.
pub(super) fn details(
    app: &App,
    scene: Scene<'_>,
    address: SocketAddr,
    rows: &mut Rows,
) -> Option<Details> {
    let listener = scene.snapshot.focused(Some(address))?;
    // Where it is not in the gauge it is among the others.
    let binding = listener
        .binding()
        .filter(|_| which_capacity(scene).is_none())
        .map(|limit| LimitRow { limit: limit.clone(), severity: level(scene.thresholds, limit) });
    let host = scene.snapshot.host.as_ref();
    let chart = chart::plain(app, scene, address);
    let said = Statement::of(scene, Some(listener), &chart);
    Some(Details {
        address: named(scene, listener, address),
        limits: binding.into_iter().chain(limit_rows(scene, Some(listener))).collect(),
        accept_queue: accept_queue(scene, listener),
        somaxconn: host.and_then(|h| h.somaxconn.seen().copied()),
        pressure: host.and_then(|h| h.pressure.seen().copied()),
        remedy: advice::remedy(scene.judgement, scene.snapshot, address),
        breakdown: breakdown(app, scene, listener),
        networks: connections::networks(app, listener, rows),
        attempts: scene.snapshot.log.as_ref().and_then(|log| log.clients.clone()),
        walk_age: walk_age(scene, listener),
        totals: scene.snapshot.ready.then(|| totals_of(listener, &said)),
        chart,
    })
}

/// That part of it which every frame shows of the listener in focus.
pub(super) fn breakdown(app: &App, scene: Scene<'_>, listener: &ListenerSnapshot) -> Breakdown {
    let counted = listener.networks.iter().map(|(_, open)| *open);
    let counted = counted.fold(listener.other_networks, u64::saturating_add);
    let carried_on = listener.open.is_some_and(|open| open != counted);
    Breakdown {
        processes: processes(app, scene, listener),
        process_note: process_note(scene, listener),
        states: listener.states,
        networks: listener.networks.clone(),
        other_networks: listener.other_networks,
        addresses: listener.addresses.clone(),
        other_addresses: listener.other_addresses,
        attempts: attempts(listener),
        sampled: listener.sampled.clone(),
        queues: listener.queues,
        ages: listener.ages,
        counted_ago: walk_age(scene, listener).filter(|_| carried_on),
    }
}

/// Who tries, where it is more than a few that come.
fn attempts(listener: &ListenerSnapshot) -> Vec<(std::net::IpAddr, u64)> {
    const MANY: u64 = 20;
    let told = listener.attempts.as_ref().filter(|told| told.minute.total >= MANY);
    told.map_or_else(Vec::new, |told| told.minute.addresses.clone())
}

/// How long ago its connections were counted.
fn walk_age(scene: Scene<'_>, listener: &ListenerSnapshot) -> Option<Duration> {
    listener.walked.map(|at| scene.snapshot.at.mono.saturating_sub(at))
}

fn processes(app: &App, scene: Scene<'_>, listener: &ListenerSnapshot) -> Vec<ProcessState> {
    let behind = |p: &&ProcessState| listener.pids.contains(&p.pid);
    let mut found: Vec<&ProcessState> = scene.snapshot.processes.iter().filter(behind).collect();
    // The living first, the fullest of them on top.
    found.sort_by_key(|p| (p.gone_since.is_some(), std::cmp::Reverse(p.fds), p.pid));
    if let Some((by, reversed)) = app.columns.of(TableName::Workers).sort {
        let order = |a: &ProcessState, b: &ProcessState| {
            let order = compare(a, b, by);
            if reversed { order.reverse() } else { order }
        };
        found.sort_by(|a, b| {
            a.gone_since.is_some().cmp(&b.gone_since.is_some()).then_with(|| order(a, b))
        });
    }
    found.into_iter().cloned().collect()
}

/// Numbers: largest first; names: A first.
fn compare(a: &ProcessState, b: &ProcessState, by: &str) -> Ordering {
    match by {
        "cpu" => {
            let cpu = |p: &ProcessState| p.cpu.map_or(-1.0, |cpu| cpu.0);
            cpu(b).total_cmp(&cpu(a))
        }
        "conns" => b.connections.cmp(&a.connections),
        "rss" => b.rss.cmp(&a.rss),
        "fds" => b.fds.cmp(&a.fds),
        "of" => b.fd_soft.cmp(&a.fd_soft),
        "threads" => b.threads.cmp(&a.threads),
        _ => (&a.name, a.pid).cmp(&(&b.name, b.pid)),
    }
}

fn process_note(scene: Scene<'_>, listener: &ListenerSnapshot) -> Option<String> {
    if listener.hidden {
        return Some("process of another user: run as root to see it".to_owned());
    }
    if !listener.is_present() {
        return Some("no process listening here now".to_owned());
    }
    let somaxconn = scene.snapshot.host.as_ref().map(|h| &h.somaxconn);
    match (somaxconn, listener.backlog) {
        (Some(Reading::Seen(max)), Some(backlog)) if backlog < *max => Some(format!(
            "backlog {backlog} was asked for by the program; the host allows {max} (somaxconn): {}",
            listener.backlog_home()
        )),
        _ => stands_before(scene, listener).or_else(|| listener.no_limit_found()),
    }
}

/// The proxy in front of it, or what it is in front of, on this host.
fn stands_before(scene: Scene<'_>, listener: &ListenerSnapshot) -> Option<String> {
    let services = &scene.snapshot.services;
    let own = scene.snapshot.service_of(listener.address);
    let of = |id| services.iter().find(|service| service.id == id).map(|one| one.whole.label());
    let behind = services.iter().find(|service| service.id == own).and_then(|one| one.behind);
    if let Some((front, users)) = behind {
        let (front, users) = (of(front)?, crate::fmt::count(users));
        return Some(format!("behind {front}: {users} of its clients are users of that one"));
    }
    let back = services.iter().find(|one| one.behind.is_some_and(|(front, _)| front == own))?;
    Some(format!("in front of {}, on this host: its users are counted here", back.whole.label()))
}

/// What came and went, and the highest second, for a title.
fn totals_of(listener: &ListenerSnapshot, said: &Statement<'_>) -> (u64, u64, f64) {
    let peak = said.peak.unwrap_or(PerSecond(0.0)).0;
    (listener.opened_total, listener.closed_total, peak)
}

/// By which address it was asked for; where it listens at several, whose figures are
/// summed here, by the port.
fn named(scene: Scene<'_>, listener: &ListenerSnapshot, address: SocketAddr) -> String {
    match scene.snapshot.service_at(address) {
        Some(service) if service.addresses.len() > 1 => listener.port(),
        _ => address.to_string(),
    }
}
