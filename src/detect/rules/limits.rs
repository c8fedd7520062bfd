//! The limits that fill: `capacity`, `fds` and `memory`, by which resource runs out.

use super::{Brief, Check, Doc, Facts, Finding, Measure, Rule, RuleId, SETTLE, Thresholds};
use crate::detect::steps;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::{Limit, LimitKind, LimitUnit, ListenerSnapshot, Resource, ServiceSnapshot};
use crate::units::Bytes;

/// An alert on a share clears this far below its level.
pub(in crate::detect) const HYSTERESIS: f64 = 0.05;

/// The rule that warns of a limit.
const fn rule_of(kind: LimitKind) -> RuleId {
    match kind.resource() {
        Resource::Connections => RuleId::Capacity,
        Resource::Descriptors => RuleId::Fds,
        Resource::Memory => RuleId::Memory,
        Resource::Queue => RuleId::AcceptQueue,
    }
}

impl RuleId {
    /// The limits of which it warns by their share; an accept queue has levels of its own.
    pub fn limits(self) -> impl Iterator<Item = LimitKind> {
        let all = LimitKind::ALL.iter().copied();
        all.filter(move |kind| kind.resource() != Resource::Queue && rule_of(*kind) == self)
    }
}

/// `capacity`: `--capacity`, conntrack, ephemeral ports, tasks. The runbook
/// warns at 70 % of capacity.
pub(super) static CAPACITY: Rule = Rule {
    id: RuleId::Capacity,
    doc: Doc {
        fires: "--capacity, conntrack, tasks or ephemeral ports at --warn 70 %, critical at --crit 90 %",
        says: ":8080 gateway capacity 750 of 1 000: 75.0 %, over 70 %, room for 250",
        step: "count the connections and find the configured limit; alert at 70 %",
        measure: Measure::Share,
    },
    params: &[],
    checks: &[Check::Service(|facts, service| fullest(facts, service, RuleId::Capacity))],
    holds: |_, _, _| SETTLE,
    meaning: |_, _| (Kind::Overloaded, Cause::ConnectionLimit),
    steps: steps::limits::connections,
    needs_closes: false,
};

/// `fds`: a libuv server out of descriptors cuts handshakes without a log line,
/// a stock asyncio one lets them time out; neither says why.
pub(super) static FDS: Rule = Rule {
    id: RuleId::Fds,
    doc: Doc {
        fires: "open files of the fullest process, or of the host, at --warn 70 %, critical at --crit 90 %",
        says: "open files of pid 2143 gateway 57 038 of 65 536: 87.0 %, over 70 %, room for 8 498",
        step: "check the limit of open files and raise it",
        measure: Measure::Share,
    },
    params: &[],
    checks: &[Check::Service(|facts, service| fullest(facts, service, RuleId::Fds))],
    holds: |_, _, _| SETTLE,
    meaning: |_, _| (Kind::Overloaded, Cause::Descriptors),
    steps: steps::limits::descriptors,
    needs_closes: false,
};

/// `memory`: what the OOM killer will look at.
pub(super) static MEMORY: Rule = Rule {
    id: RuleId::Memory,
    doc: Doc {
        fires: "memory of cgroup, host or TCP at --warn 70 %, critical at --crit 90 %",
        says: "host memory 14.1 of 16 GiB: 88.1 %, over 70 %",
        step: "check memory before the kernel kills",
        measure: Measure::Share,
    },
    params: &[],
    checks: &[Check::Service(|facts, service| fullest(facts, service, RuleId::Memory))],
    holds: |_, _, _| SETTLE,
    meaning: |_, _| (Kind::Overloaded, Cause::Memory),
    steps: steps::limits::memory,
    needs_closes: false,
};

/// The fullest limit of this rule against the warning and critical shares.
fn fullest(facts: &Facts<'_>, service: &ServiceSnapshot, rule: RuleId) -> Finding {
    let listener = &service.whole;
    let limits = listener.limits.iter().filter(|limit| rule_of(limit.kind) == rule);
    let Some(limit) = limits.max_by(|a, b| a.ratio().0.total_cmp(&b.ratio().0)) else {
        return if facts.snapshot.ready { Finding::Clear } else { Finding::NotEnoughData };
    };
    let (share, levels) = (limit.ratio().0, facts.thresholds);
    if share < levels.warn.0 - HYSTERESIS {
        return Finding::Clear;
    }
    let (sentence, brief) = words(limit, listener, levels);
    let (brief, value) = (Brief::from(brief), share.into());
    let severity = match share {
        s if s >= levels.crit.0 => Severity::Critical,
        s if s >= levels.warn.0 => Severity::Warning,
        _ => return Finding::Waning { sentence, brief, value },
    };
    Finding::Firing { severity, sentence, brief, value }
}

/// What is to be said of a limit that is full, or nearly: the sentence, and a few words.
pub(in crate::detect) fn words(
    limit: &Limit,
    listener: &ListenerSnapshot,
    levels: &Thresholds,
) -> (String, String) {
    let against = match limit.ratio().0 {
        s if s >= levels.crit.0 => format!("over {}", fmt::percent(levels.crit)),
        s if s >= levels.warn.0 => format!("over {}", fmt::percent(levels.warn)),
        _ => format!("just under {}", fmt::percent(levels.warn)),
    };
    let sentence = format!(
        "{} {} of {}: {}, {against}{}",
        name(limit, listener),
        amount(limit, limit.used),
        amount(limit, limit.limit),
        fmt::percent_fine(limit.ratio()),
        fits(limit),
    );
    (sentence, format!("{} {}", limit.kind.name(), fmt::percent(limit.ratio())))
}

/// `:8080 gateway connection limit`, `open files of pid 2143 gateway`.
fn name(limit: &Limit, listener: &ListenerSnapshot) -> String {
    use LimitKind as K;
    match limit.kind {
        K::Capacity => format!("{} capacity", listener.label()),
        K::Descriptors => format!("open files of {}", limit.scope),
        K::CgroupMemory | K::Pids => format!("{} of {}", limit.kind.name(), limit.scope),
        K::EphemeralPorts => format!("{} {}", limit.kind.name(), limit.scope),
        K::HostMemory | K::Conntrack | K::FileMax | K::TcpMemory | K::AcceptQueue => {
            limit.kind.name().to_owned()
        }
    }
}

fn amount(limit: &Limit, value: u64) -> String {
    match limit.kind.unit() {
        LimitUnit::Count => fmt::count(value),
        LimitUnit::Bytes => fmt::bytes(Bytes(value)),
    }
}

fn fits(limit: &Limit) -> String {
    limit.headroom.map_or(String::new(), |left| format!(", room for {}", fmt::count(left)))
}
