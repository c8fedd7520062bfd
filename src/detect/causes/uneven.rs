//! One process of several has far more than its share, and is at its end: of workers that
//! share a listener, or of members of a `SO_REUSEPORT` group.

use super::{Found, Harm, Row, View};
use crate::detect::rules::THREAD;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::ProcessState;
use crate::units::{Ratio, float};

/// Fewer connections say nothing of how they are spread.
const FEWEST: u64 = 50;
/// Times what the next one has; or, where the others idle meanwhile, what they have in the
/// mean.
const TIMES: f64 = 3.0;
const TIMES_IDLE: f64 = 2.0;
/// Of a core: below it they do.
const IDLE: f64 = 0.2;

pub(super) const ROW: Row = Row {
    meaning: (Kind::Overloaded, Cause::Uneven),
    needs: "one of several processes that accept, or members of a SO_REUSEPORT group, has three times the connections of the next one (twice the mean of the others, where these use under 20 % of a core each), at least 50, and its thread or its open files are at their end",
    explains: &[&[Cause::Cpu, Cause::Descriptors, Cause::EventLoop]],
    against: "the others are as full",
    says: "UNEVEN :8080 gunicorn  pid 4312 has 900 of 1 000 connections, the next one 60; its thread uses 99 % of a core",
    step: "how do the workers share the port? SO_REUSEPORT, or a balancer that counts connections, spreads them; a restart of that one spreads its own",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    // A master that only minds its workers holds the listener too, and none of these.
    let held = |p: &ProcessState| p.connections.filter(|n| *n > 0 || p.is_member);
    let mut all: Vec<(&ProcessState, u64)> =
        view.processes().filter_map(|p| Some((p, held(p)?))).collect();
    all.sort_unstable_by_key(|(process, held)| (std::cmp::Reverse(*held), process.pid));
    let [(fullest, most), others @ ..] = all.as_slice() else { return None };
    let (_, next) = others.first()?;
    let idles = |(process, _): &(&ProcessState, u64)| process.cpu.is_some_and(|c| c.0 < IDLE);
    let mean = float(others.iter().map(|(_, n)| n).sum()) / float(others.len() as u64);
    let idle = others.iter().all(idles) && float(*most) >= TIMES_IDLE * mean;
    if *most < FEWEST || (float(*most) < TIMES * float(*next) && !idle) {
        return None;
    }
    let files = fullest.fds.zip(fullest.fd_soft);
    let files = files.map(|(used, limit)| float(used) / float(limit.max(1)));
    let thread = view.scene.thresholds.tuning.get(&THREAD);
    let busy = fullest.busy_for_10s.map(|share| share.0).filter(|share| *share >= thread);
    let (what, share) = match (busy, files) {
        (Some(share), _) => ("its thread uses", share),
        (None, Some(share)) if share >= view.scene.thresholds.crit.0 => ("it has", share),
        _ => return None,
    };
    let of = if busy.is_some() { "of a core" } else { "of its open files" };
    let sum: u64 = all.iter().map(|(_, held)| held).sum();
    let rest = if others.iter().all(idles) { ", the others idle" } else { "" };
    Some(Found {
        severity: Severity::Warning,
        harm: Harm::Near,
        since: view.snapshot.at.wall,
        sentence: format!(
            "UNEVEN {}  pid {} has {} of {} connections, the next one {}; {what} {} {of}{rest}",
            view.label(),
            fullest.pid,
            fmt::count(*most),
            fmt::count(sum),
            fmt::count(*next),
            fmt::percent(Ratio(share)),
        ),
        brief: format!("uneven, pid {}", fullest.pid),
        confidence: 0.8,
        ..Found::default()
    })
}
