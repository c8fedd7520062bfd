//! The families and their samples, from what a session knows.
//!
//! The number of series is bounded whatever the host and its peers do: the busiest
//! services one by one, the others summed; codes that no endpoint may send are left out.

use std::collections::BTreeMap;

use super::family::{Distribution, Families, Labels};
use super::judged::judged;
use super::labels::ServiceLabels;
use crate::close::CloseCode;
use crate::model::{
    CodeSource, Held, Limit, ListenerSnapshot, ServiceSnapshot, Snapshot, Spread, TargetSnapshot,
};
use crate::session::Session;
use crate::units::float;

/// Services that are told one by one.
const SERVICES: usize = 64;
/// What all others stand under.
const OTHERS: &str = "other";
/// A Close frame has no higher one (RFC 6455, 7.4.2).
const LAST_CODE: CloseCode = CloseCode(4999);
/// Targets of the probes that are told one by one.
const TARGETS: usize = 32;
/// A scrape comes every 15 s or 60 s as a rule: the worst second between two is in one.
const WINDOWS: [(&str, u64); 3] = [("15s", 15), ("60s", 60), ("5m", 300)];

/// All that Prometheus is told of this moment; none before the first count.
#[must_use]
pub fn families(session: &Session, labels: &ServiceLabels) -> Option<Families> {
    let moment = session.latest.as_ref()?;
    let snapshot = &moment.snapshot;
    let mut all = Families::default();
    let version = vec![(vec![("version", env!("CARGO_PKG_VERSION").to_owned())], 1.0)];
    all.gauge("herdtop_build_info", "Which herdtop this is", version);
    if !snapshot.ready {
        return Some(all);
    }
    let told: Vec<_> = told(snapshot, labels).collect();
    connections(&mut all, snapshot, &told);
    peaks(&mut all, session, snapshot, &told);
    limits(&mut all, &told);
    judged(&mut all, moment, labels);
    probes(&mut all, snapshot);
    lag(&mut all, snapshot);
    closes(&mut all, snapshot);
    own(&mut all, snapshot);
    Some(all)
}

/// A service and what it is called.
type NamedService<'a> = (String, &'a ServiceSnapshot);

fn of(service: &str) -> Labels {
    vec![("service", service.to_owned())]
}

fn told<'a>(
    snapshot: &'a Snapshot,
    labels: &ServiceLabels,
) -> impl Iterator<Item = NamedService<'a>> {
    let one = move |service: &'a ServiceSnapshot| (labels.of(snapshot, service), service);
    snapshot.services.iter().take(SERVICES).map(one)
}

/// A figure of each service, and its sum over those that are not told one by one.
fn each<T: Copy + std::iter::Sum<T>>(
    (snapshot, told): (&Snapshot, &[NamedService<'_>]),
    figure: impl Fn(&ListenerSnapshot) -> Option<T>,
    others: Option<T>,
) -> Vec<(Labels, T)> {
    let one = |(name, service): &NamedService<'_>| Some((of(name), figure(&service.whole)?));
    let mut samples: Vec<_> = told.iter().filter_map(one).collect();
    let beyond = snapshot.services.iter().skip(SERVICES);
    let beyond: Vec<T> = beyond.filter_map(|s| figure(&s.whole)).chain(others).collect();
    if !beyond.is_empty() {
        samples.push((of(OTHERS), beyond.into_iter().sum()));
    }
    samples
}

fn connections(all: &mut Families, snapshot: &Snapshot, told: &[NamedService<'_>]) {
    let others = snapshot.others.as_ref();
    let services = (snapshot, told);
    let open = each(services, |l| l.open.map(float), others.and_then(|o| o.open).map(float));
    all.gauge("herdtop_connections_open", "Open connections", open);
    let known = |l: &ListenerSnapshot, total: u64| l.flow_known.then_some(total);
    let opened = each(services, |l| known(l, l.opened_total), others.map(|o| o.opened_total));
    all.counter("herdtop_connections_opened", "Handshakes since herdtop started", opened);
    let closed = each(services, |l| known(l, l.closed_total), others.map(|o| o.closed_total));
    all.counter("herdtop_connections_closed", "Connections ended since herdtop started", closed);
    let came =
        |l: &ListenerSnapshot| known(l, l.opened_total.saturating_add(l.drops_total.unwrap_or(0)));
    let beyond = others.map(|o| o.opened_total.saturating_add(o.drops_total));
    all.counter(
        "herdtop_connection_attempts",
        "Handshakes and those dropped by the listener's queues",
        each(services, came, beyond),
    );
    let queue = others.map(|o| float(o.accept_queue));
    all.gauge(
        "herdtop_accept_queue",
        "Connections waiting to be accepted",
        each(services, |l| l.accept_queue.map(float), queue),
    );
    all.gauge(
        "herdtop_accept_queue_max",
        "The backlog: a full queue holds one more",
        each(services, |l| l.backlog.map(float), None),
    );
}

/// The worst second of a window, the same for every reader: a spike between two scrapes
/// does not vanish.
fn peaks(all: &mut Families, session: &Session, snapshot: &Snapshot, told: &[NamedService<'_>]) {
    let now = session.model.timeline().second(snapshot.at.mono);
    let history = session.model.history();
    let mut samples = Vec::new();
    for (name, service) in told {
        let Some(track) = history.service(service.id.socket()) else { continue };
        for (window, seconds) in WINDOWS {
            let from = now.saturating_sub(seconds);
            // The second under way is not over.
            let seen = track.opened.seen(1, from, now.saturating_sub(1));
            let worst = seen
                .map(|(_, bucket)| f64::from(bucket.max))
                .fold(None, |worst, one| Some(worst.map_or(one, |worst: f64| worst.max(one))));
            if let Some(worst) = worst {
                let labels = vec![("service", name.clone()), ("window", window.to_owned())];
                samples.push((labels, worst));
            }
        }
    }
    all.gauge(
        "herdtop_peak_attempts_per_second",
        "Handshakes in the worst second of the window",
        samples,
    );
}

/// Of several of one kind the one with the highest share: a service has one memory limit
/// here, whichever cgroup it is of.
fn limits(all: &mut Families, told: &[NamedService<'_>]) {
    let (mut used, mut max, mut room) = (Vec::new(), Vec::new(), Vec::new());
    for (name, service) in told {
        let mut tightest: BTreeMap<&str, &Limit> = BTreeMap::new();
        for limit in &service.whole.limits {
            let known = tightest.entry(limit.kind.key()).or_insert(limit);
            if limit.ratio() > known.ratio() {
                *known = limit;
            }
        }
        for (kind, limit) in tightest {
            let labels = || vec![("service", name.clone()), ("limit", kind.to_owned())];
            used.push((labels(), float(limit.used)));
            max.push((labels(), float(limit.limit)));
            room.extend(limit.headroom.map(|room| (labels(), float(room))));
        }
    }
    all.gauge("herdtop_limit_used", "Used of a limit; bytes for memory", used);
    all.gauge("herdtop_limit_max", "The limit; bytes for memory", max);
    all.gauge("herdtop_limit_room", "Connections that still fit within the limit", room);
    let full = told.iter().filter_map(|(name, service)| {
        Some((of(name), service.whole.forecast?.full_in.as_secs_f64()))
    });
    all.gauge(
        "herdtop_full_in_seconds",
        "Until the tightest limit is full at the growth of the last minutes",
        full.collect(),
    );
}

fn probes(all: &mut Families, snapshot: &Snapshot) {
    let targets = || snapshot.targets.iter().take(TARGETS);
    let target = |label: String| vec![("target", label)];
    let outcomes = targets().flat_map(|t| {
        t.outcomes.iter().map(|(outcome, count)| {
            (vec![("target", t.label()), ("outcome", outcome.clone())], *count)
        })
    });
    all.counter("herdtop_probe_outcomes", "Attempts of the probes by outcome", outcomes.collect());
    let held = targets().filter(|t| t.held != Held::Off);
    let held =
        held.map(|t| (target(t.label()), if matches!(t.held, Held::Open(_)) { 1.0 } else { 0.0 }));
    all.gauge("herdtop_probe_held", "1 while the long-lived probe is open", held.collect());
    let spread = |of: fn(&TargetSnapshot) -> &Spread| {
        let one = |t| Some((target(TargetSnapshot::label(t)), distribution(of(t))?));
        targets().filter_map(one).collect()
    };
    all.histogram(
        "herdtop_probe_handshake_seconds",
        "TCP, TLS and upgrade together, of attempts that got a 101",
        spread(|t| &t.handshakes),
    );
    all.histogram(
        "herdtop_probe_ping_seconds",
        "Round trips of the pings on the long-lived probe",
        spread(|t| &t.pings),
    );
}

fn lag(all: &mut Families, snapshot: &Snapshot) {
    let of = |t: &TargetSnapshot| Some((vec![("target", t.label())], t.lag?.as_secs_f64()));
    all.gauge(
        "herdtop_probe_lag_seconds",
        "p99 of the last pings less the least TCP round trip: lag of the event loop",
        snapshot.targets.iter().take(TARGETS).filter_map(of).collect(),
    );
}

fn distribution(spread: &Spread) -> Option<Distribution> {
    let bounds = Spread::BOUNDS.into_iter().map(|bound| bound.as_secs_f64());
    let buckets = bounds.chain([f64::INFINITY]).zip(spread.counts).collect();
    let count = spread.counts.iter().sum();
    (count > 0).then_some(Distribution { sum: spread.sum.as_secs_f64(), count, buckets })
}

fn closes(all: &mut Families, snapshot: &Snapshot) {
    let wire = snapshot.codes.wire.iter().filter(|one| one.code <= LAST_CODE);
    let closes = wire.map(|one| {
        let labels =
            vec![("code", one.code.0.to_string()), ("source", one.source.word().to_owned())];
        (labels, one.total)
    });
    all.counter("herdtop_closes", "Connections ended with a close code", closes.collect());
    let mut rejected: BTreeMap<&str, u64> = BTreeMap::new();
    for code in &snapshot.codes.wire {
        if code.code == CloseCode(1013) && code.source == CodeSource::Log {
            *rejected.entry("log").or_default() += code.total;
        }
    }
    for target in &snapshot.targets {
        *rejected.entry("probe").or_default() += target.rejected;
    }
    let rejected = rejected.into_iter().map(|(by, count)| (vec![("by", by.to_owned())], count));
    all.counter(
        "herdtop_rejected",
        "Attempts that were rejected, by who tells",
        rejected.collect(),
    );
}

fn own(all: &mut Families, snapshot: &Snapshot) {
    let sampling = &snapshot.sampling;
    let lost = vec![(Labels::new(), sampling.events_lost)];
    all.counter("herdtop_events_lost", "Close events and samples lost, at the least", lost);
    let at = snapshot.at.wall.timestamp_millis();
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this age fit into 53 bits")]
    let at = at as f64 / 1e3;
    let at = vec![(Labels::new(), at)];
    all.gauge("herdtop_sample_timestamp_seconds", "When the figures were read", at);
    let cpu = sampling.cpu_lately.map(|share| (Labels::new(), share.0));
    all.gauge(
        "herdtop_own_cpu_ratio",
        "Share of one core that herdtop takes",
        cpu.into_iter().collect(),
    );
}
