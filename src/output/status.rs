//! The status document: `check --json`, `stream`, one schema.
//!
//! Field names carry units; `null` is no reading, with its reason in
//! `sampling.denied`. The published schema is `status.schema.json` beside this
//! file, and the tests hold every document against it.

use chrono::{DateTime, Utc};

use super::deploy::{DeployCommand, DeployEntry};
use super::document::{
    AlertEntry, Client, Document, EndingEntry, HerdEntry, Host, LimitEntry, Listener,
    NamespaceEntry, NamespacePort, OthersEntry, OutgoingEntry, OutgoingOthers, Process, Queue,
    SamplingEntry, Service, Totals,
};
use super::fleet::FleetEntry;
use super::verdict::VerdictEntry;
use super::{clients, logs, probes};
use crate::close::Names;
use crate::detect::{Alert, Grade, HerdRecord, Moment, ending_remedy, ending_words};
use crate::fleet::FleetSnapshot;
use crate::model::{
    EndingSnapshot, Limit, ListenerSnapshot, Others, OutgoingSnapshot, ProcessState, ServiceId,
    ServiceSnapshot, Snapshot, container,
};
use crate::sample::{NamespaceListener, NamespaceReading};
use crate::session::Session;
use crate::units::{PerSecond, float};

/// The JSON Schema of the document.
pub const SCHEMA: &str = include_str!("status.schema.json");

/// Alerts in a document.
const ALERTS: usize = 200;

/// Which host the document is about.
#[derive(Debug, Clone)]
pub struct HostName {
    /// Its name, clean.
    pub name: String,
    /// `uname -r`.
    pub kernel: String,
}

/// How the rates and our own load are to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Over the last interval, as `stream` does.
    LastInterval,
    /// Over the whole run, as `check` does.
    WholeRun,
}

/// Whether what lasted from one moment to another is part of what is told.
pub type Holds<'a> = &'a dyn Fn(DateTime<Utc>, Option<DateTime<Utc>>) -> bool;

/// What the document is about, beside the session.
#[derive(Clone, Copy)]
pub struct About<'a> {
    /// The host.
    pub host: &'a HostName,
    /// The user's own names of close codes.
    pub names: &'a Names,
    /// The service whose limits are told.
    pub focus: Option<ServiceId>,
    /// What rates are over.
    pub span: Span,
    /// Herds and alerts of which it does not hold are left out.
    pub holds: Holds<'a>,
    /// What went wrong with the run itself: first of all that is missing.
    pub faults: &'a [String],
    /// A deploy that was watched, and what it did.
    pub deploy: Option<(&'a DeployCommand, &'a Grade)>,
    /// Many hosts, where the document is about them.
    pub fleet: Option<&'a FleetSnapshot>,
}

/// The document of this moment on one line; none before the first snapshot.
#[must_use]
pub fn document(session: &Session, about: About<'_>) -> Option<String> {
    let About { host, names, focus, span, holds, faults, deploy, fleet } = about;
    let Moment { snapshot, judgement, .. } = session.latest.as_ref()?;
    let focused = super::focused(snapshot, focus);
    let alerts = judgement.alerts().filter(|a| holds(a.since, a.until));
    let document = Document {
        schema: "herdtop.status/1",
        at: snapshot.at.wall,
        host: Host { name: &host.name, kernel: &host.kernel },
        verdict: VerdictEntry::of(&judgement.verdict),
        totals: totals(snapshot, span),
        listeners: snapshot.listeners.iter().map(|l| listener(snapshot, l, span)).collect(),
        listeners_others: snapshot.others.as_ref().map(|o| others(snapshot, o, span)),
        services: snapshot.services.iter().map(|s| service(snapshot, s, span)).collect(),
        namespaces: snapshot.namespaces.iter().map(namespace).collect(),
        outgoing: snapshot.outgoing.iter().map(outgoing).collect(),
        outgoing_others: outgoing_others(snapshot),
        processes: processes(snapshot),
        limits: focused.map_or(&[][..], |l| &l.limits).iter().map(limit).collect(),
        seconds_to_full: focused.and_then(|l| l.forecast).map(|f| f.full_in.as_secs_f64().round()),
        herds: session.judge.herds().iter().filter(|h| holds(h.onset, h.end)).map(herd).collect(),
        closes: probes::closes(&snapshot.codes, names),
        closes_browser: probes::closes_browser(&snapshot.codes, names),
        probes: probes::probes(snapshot),
        application: probes::application(snapshot),
        log: snapshot.log.as_ref().map(logs::entry),
        alerts: alerts.take(ALERTS).map(AlertEntry::of).collect(),
        deploy: deploy.map(DeployEntry::of),
        fleet: fleet.map(FleetEntry::of),
        sampling: sampling(snapshot, span, faults),
    };
    serde_json::to_string(&document).ok()
}

/// Per second: over the last interval, or the total over the run.
fn rate(snapshot: &Snapshot, span: Span, last: Option<PerSecond>, total: u64) -> Option<f64> {
    match span {
        Span::LastInterval => last.map(|r| r.0),
        Span::WholeRun => {
            let run = snapshot.counted_for?.as_secs_f64();
            (run > 0.0).then(|| float(total) / run)
        }
    }
}

/// Lately, or over the run.
const fn mean(span: Span, lately: Option<PerSecond>, run: Option<PerSecond>) -> Option<PerSecond> {
    match span {
        Span::LastInterval => lately,
        Span::WholeRun => run,
    }
}

fn sum<T: std::iter::Sum<T>>(
    snapshot: &Snapshot,
    of: impl Fn(&ListenerSnapshot) -> Option<T>,
) -> Option<T> {
    let known: Vec<T> = snapshot.listeners.iter().filter_map(of).collect();
    // What is told of none is not known; without listeners there is none of it.
    let is_known = !known.is_empty() || snapshot.listeners.is_empty();
    (snapshot.ready && is_known).then(|| known.into_iter().sum())
}

/// With what is known of those that are not listed.
fn with(sum: Option<u64>, others: Option<u64>) -> Option<u64> {
    sum.map(|sum| sum.saturating_add(others.unwrap_or(0)))
}

fn others(snapshot: &Snapshot, o: &Others, span: Span) -> OthersEntry {
    OthersEntry {
        listeners: o.listeners,
        established: o.open,
        opened_per_s: rate(snapshot, span, o.opened, o.opened_total),
        closed_per_s: rate(snapshot, span, o.closed, o.closed_total),
        opened_total: o.opened_total,
        closed_total: o.closed_total,
        accept_queue: o.accept_queue,
        drops_total: o.drops_total,
    }
}

fn totals(snapshot: &Snapshot, span: Span) -> Totals {
    let rates = &snapshot.rates;
    let deaf = snapshot.listeners.iter().any(|l| !l.flow_known);
    let others = snapshot.others.as_ref();
    let opened = sum(snapshot, |l| Some(l.opened_total));
    let opened = with(opened, others.map(|o| o.opened_total)).filter(|_| !deaf);
    let closed = sum(snapshot, |l| Some(l.closed_total));
    let closed = with(closed, others.map(|o| o.closed_total)).filter(|_| !deaf);
    let last = |of: fn(&ListenerSnapshot) -> Option<PerSecond>, others: Option<PerSecond>| {
        let sum = sum(snapshot, |l| of(l).map(|r| r.0));
        sum.map(|sum: f64| PerSecond(sum + others.unwrap_or_default().0))
    };
    let lately = |n| rate(snapshot, span, last(|l| l.opened, others.and_then(|o| o.opened)), n);
    let left = |n| rate(snapshot, span, last(|l| l.closed, others.and_then(|o| o.closed)), n);
    Totals {
        established: with(sum(snapshot, |l| l.open), others.and_then(|o| o.open)),
        users: snapshot.users(),
        opened_per_s: opened.and_then(lately),
        closed_per_s: closed.and_then(left),
        opened_total: opened,
        closed_total: closed,
        time_wait: snapshot.counters.and_then(|c| c.time_wait),
        syn_recv: sum(snapshot, |l| l.states.map(|s| s.syn_recv)),
        close_wait: sum(snapshot, |l| l.states.map(|s| s.close_wait)),
        listen_overflows_per_s: mean(span, rates.listen_overflows, rates.listen_overflows_mean),
        listen_drops_per_s: mean(span, rates.listen_drops, rates.listen_drops_mean),
    }
}

fn service<'a>(snapshot: &Snapshot, s: &'a ServiceSnapshot, span: Span) -> Service<'a> {
    let whole = &s.whole;
    let ready = |n: u64| (snapshot.ready && whole.flow_known).then_some(n);
    let run = |last, total| ready(total).and_then(|total| rate(snapshot, span, last, total));
    Service {
        id: s.id.to_string(),
        port: s.id.port,
        name: whole.process.as_deref(),
        netns: s.id.netns.0,
        addresses: s.addresses.iter().map(ToString::to_string).collect(),
        behind: s.behind.map(|(front, _)| front.to_string()),
        pids: if whole.is_present() { &whole.pids } else { &[] },
        established: whole.open,
        estimated: whole.estimated,
        opened_per_s: run(whole.opened, whole.opened_total),
        closed_per_s: run(whole.closed, whole.closed_total),
        opened_total: ready(whole.opened_total),
        closed_total: ready(whole.closed_total),
        limit_not_found: whole.no_limit_found(),
        accepted_ratio: whole.accepted.map(|share| share.0),
        endings: whole.shapes.iter().map(ending).collect(),
        attempts: whole.attempts.as_ref().map(|told| clients::attempts(&told.minute)),
        slow_clients: whole.sampled.as_ref().map(clients::slow),
        silent: whole.sampled.as_ref().and_then(|told| told.silence.as_ref()).map(clients::silent),
    }
}

fn ending(e: &EndingSnapshot) -> EndingEntry<'_> {
    EndingEntry {
        shape: ending_words(e),
        label: e.label.as_deref(),
        label_source: e.source,
        share: e.share.map(|share| share.0),
        per_s: e.per_second.0,
        last_minute: e.last_minute,
        total: e.total,
        bytes_sent: e.sent,
        bytes_received: e.received,
        lifetime: e.life,
        idle_ms: e.idle,
        age_s: e.age,
        remedy: ending_remedy(e),
    }
}

fn listener<'a>(snapshot: &Snapshot, l: &'a ListenerSnapshot, span: Span) -> Listener<'a> {
    let ready = |n: u64| (snapshot.ready && l.flow_known).then_some(n);
    let run = |last, total| ready(total).and_then(|total| rate(snapshot, span, last, total));
    Listener {
        address: l.address.to_string(),
        port: l.address.port(),
        // Kept for the name when nobody listens any more.
        pids: if l.is_present() { &l.pids } else { &[] },
        process: l.process.as_deref(),
        established: l.open,
        estimated: l.estimated,
        states: l.states,
        opened_per_s: run(l.opened, l.opened_total),
        closed_per_s: run(l.closed, l.closed_total),
        opened_total: ready(l.opened_total),
        closed_total: ready(l.closed_total),
        peak_opened_per_s: l.peak_opened,
        accept_queue: Queue { used: l.accept_queue, limit: l.backlog },
        drops_per_s: mean(span, l.drops, l.drops_mean),
        drops_total: l.drops_total,
        clients: l
            .networks
            .iter()
            .map(|(network, open)| Client { network: network.to_string(), open: *open })
            .collect(),
    }
}

/// Those that run; the model keeps an ended one for its name.
fn processes(snapshot: &Snapshot) -> Vec<Process<'_>> {
    snapshot.processes.iter().filter(|p| p.gone_since.is_none()).map(process).collect()
}

fn process(p: &ProcessState) -> Process<'_> {
    Process {
        pid: p.pid,
        name: &p.name,
        container: p.cgroup.as_deref().and_then(container),
        rss_bytes: p.rss,
        cpu_ratio: p.cpu.map(|c| c.0),
        fds: Queue { used: p.fds, limit: p.fd_soft },
        connections: p.connections,
    }
}

fn namespace(one: &NamespaceReading) -> NamespaceEntry<'_> {
    let listener = |at: &NamespaceListener| NamespacePort {
        address: at.local.to_string(),
        established: at.established,
        accept_queue: Queue { used: Some(at.accept_queue), limit: Some(at.backlog) },
    };
    NamespaceEntry {
        netns: Some(one.inode).filter(|inode| *inode != 0),
        pid: one.pid,
        name: &one.name,
        container: one.cgroup.as_deref().and_then(container),
        listeners: one.listeners.iter().map(listener).collect(),
    }
}

fn outgoing(one: &OutgoingSnapshot) -> OutgoingEntry<'_> {
    OutgoingEntry {
        destination: one.destination.to_string(),
        process: one.process.as_deref(),
        pids: &one.pids,
        service: one.service.map(|service| service.to_string()),
        established: one.states.established,
        syn_sent: one.states.syn_sent,
        unanswered: one.states.unanswered,
        closing: one.states.closing,
        ports: Queue { used: Some(one.ports), limit: one.ports_limit },
    }
}

const fn outgoing_others(snapshot: &Snapshot) -> OutgoingOthers {
    let rest = &snapshot.outgoing_rest;
    OutgoingOthers {
        destinations: rest.destinations,
        established: rest.states.established,
        syn_sent: rest.states.syn_sent,
        closing: rest.states.closing,
    }
}

fn limit(limit: &Limit) -> LimitEntry<'_> {
    LimitEntry {
        name: limit.kind.key(),
        scope: &limit.scope,
        used: limit.used,
        limit: limit.limit,
        // The document has promised at most 1; `used` and `limit` tell the rest.
        ratio: limit.ratio().0.min(1.0),
        headroom_connections: limit.headroom,
        binding: limit.binding,
        source: limit.source.as_deref(),
    }
}

fn herd(herd: &HerdRecord) -> HerdEntry {
    HerdEntry {
        onset: herd.onset,
        end: herd.end,
        total: herd.total,
        peak_per_s: herd.peak,
        baseline_per_s: herd.baseline,
        kind: herd.kind(),
        period_s: herd.train.map(|t| (t.period() * 100.0).round() / 100.0),
    }
}

impl<'a> AlertEntry<'a> {
    pub(super) fn of(alert: &'a Alert) -> Self {
        Self {
            id: alert.id,
            rule: alert.rule.name(),
            severity: alert.severity,
            state: alert.state,
            sentence: &alert.sentence,
            since: alert.since,
            until: alert.until,
            peak: alert.peak,
            log_errors: logs::lines(&alert.errors),
        }
    }
}

fn sampling<'a>(snapshot: &'a Snapshot, span: Span, faults: &'a [String]) -> SamplingEntry<'a> {
    let s = &snapshot.sampling;
    let cpu = match span {
        Span::LastInterval => s.cpu_lately,
        Span::WholeRun => s.cpu_since_start,
    };
    SamplingEntry {
        sockets: s.by_sock_diag.map(|diag| if diag { "sock_diag" } else { "procfs" }),
        interval_s: s.period.map(|p| p.as_secs_f64()),
        dump_ms: s.walk_cpu.map(|c| c.as_secs_f64() * 1e3),
        cpu_ratio: cpu.map(|c| c.0),
        rss_bytes: s.rss,
        events_lost: s.events_lost,
        denied: faults.iter().chain(&s.denied).map(String::as_str).collect(),
    }
}
