//! A watched port where nobody listens.

use std::time::Duration;

use super::{
    Brief, Check, Doc, Facts, Finding, Measure, Rule, RuleId, Subject, Tuning, turned_away,
};
use crate::detect::evidence::has_moved;
use crate::detect::steps;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::model::{Presence, ServiceSnapshot};

/// `down`: clients get a refusal from the kernel. Only for a port the operator
/// named, or a listener of a process that was named: whatever else stops to
/// listen on the host is an event of its own, not an outage.
pub(super) static RULE: Rule = Rule {
    id: RuleId::Down,
    doc: Doc {
        fires: "no process listening on a port that was named, for 3 s; or 3 of the last 5 probes of a target are refused or not answered, or it never accepted one",
        says: "no process listening on :8080 any more: connection refused",
        step: "is the service running? journalctl -u UNIT",
        measure: Measure::Nothing,
    },
    params: &[],
    checks: &[Check::Service(check), Check::Target(turned_away::down)],
    holds,
    meaning: |_, _| (Kind::Down, Cause::Refused),
    steps: steps::ended::down,
    needs_closes: false,
};

/// A restart on the same port takes a second or two; that is an event, not an
/// outage. Three failures of five probes have lasted already.
const fn holds(subject: Subject<'_>, _: Severity, _: &Tuning) -> Duration {
    match subject {
        Subject::Service(_) => Duration::from_secs(3),
        _ => Duration::ZERO,
    }
}

fn check(facts: &Facts<'_>, service: &ServiceSnapshot) -> Finding {
    let listener = &service.whole;
    let thresholds = facts.thresholds;
    let named = !thresholds.whole_host
        && (listener.presence == Presence::Gone
            || thresholds.named_ports.contains(&listener.address.port()));
    if listener.is_present() || !named || has_moved(facts.snapshot, service) {
        return Finding::Clear;
    }
    // Clients reach it where it is: a container, by rules of the packet filter.
    if facts.snapshot.elsewhere(listener).is_some() {
        return Finding::Clear;
    }
    let never = listener.presence == Presence::Never;
    let since = if never { " yet" } else { " any more" };
    Finding::Firing {
        severity: Severity::Critical,
        sentence: format!("no process listening on {}{since}: connection refused", listener.port()),
        brief: Brief::placed(format!("{} no process listening", listener.port())),
        value: 1.0.into(),
    }
}
