//! The rules, one row each. A check looks at one moment and answers; how long it
//! must last and when it clears is the ledger's.
//!
//! A new rule is a file here with its row and its checks, a line in the table below,
//! and a name in [`RuleId`].

mod accept_queue;
mod close_storm;
mod close_wait;
mod cpu;
mod down;
mod herd;
mod lag;
mod limits;
mod measure;
mod no_backoff;
mod oom_kill;
mod restart;
#[cfg(test)]
mod tests;
mod time_to_full;
pub(super) mod turned_away;
mod waves;
mod worker_lost;

use std::time::Duration;

use chrono::FixedOffset;

pub use self::measure::Measure;
use super::finding::{Brief, Finding};
use super::identity::{ExitId, RuleId, Scope};
use super::signals::Signals;
use super::steps::{Case, Step};
use super::thresholds::Thresholds;
use super::tuning::{Param, Tuning, Unit};
use super::verdict::{Cause, Kind, Severity};
use crate::model::{
    CodeSnapshot, Exit, ListenerId, ListenerSnapshot, ServiceSnapshot, Snapshot, TargetSnapshot,
};
pub(super) use accept_queue::{dropping, has_full_syn_queue};
pub(super) use cpu::THREAD;
pub(super) use lag::critical as critical_lag;
pub(super) use limits::{HYSTERESIS, words as limit_words};

/// The one thing a rule is applied to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject<'a> {
    /// The host as a whole.
    Host,
    /// This service.
    Service(&'a ServiceSnapshot),
    /// This one of the addresses of a service that has several.
    Listener(&'a ServiceSnapshot, &'a ListenerSnapshot),
    /// This target of the probes.
    Target(&'a TargetSnapshot),
    /// This close code of one source.
    Code(&'a CodeSnapshot),
    /// This lost worker.
    Exit(&'a Exit),
}

impl Subject<'_> {
    /// What alerts about it are filed under.
    pub(super) fn scope(self, snapshot: &Snapshot) -> Scope {
        match self {
            Self::Host => Scope::Host,
            Self::Service(service) => Scope::Service(service.id),
            Self::Listener(service, listener) => {
                Scope::Listener(ListenerId { service: service.id, address: listener.address })
            }
            Self::Target(target) => Scope::Target(target.id),
            Self::Code(code) => Scope::Code(code.code, code.source),
            Self::Exit(exit) => {
                let service = snapshot.service_of(exit.address);
                Scope::Exit(ExitId { service, pid: exit.pid, at: exit.at.mono })
            }
        }
    }
}

/// What a check may look at beside its subject.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a> {
    /// The moment.
    pub(super) snapshot: &'a Snapshot,
    /// Levels.
    pub(super) thresholds: &'a Thresholds,
    /// What the detectors that remember have found.
    pub(super) signals: &'a Signals,
    /// Whose time of day a sentence names.
    pub(super) zone: FixedOffset,
}

impl Facts<'_> {
    /// A number of a rule as it is in force.
    fn number(&self, param: &Param) -> f64 {
        self.thresholds.tuning.get(param)
    }
}

/// How a rule looks, and at what.
#[derive(Debug, Clone, Copy)]
pub(super) enum Check {
    /// At the host.
    Host(fn(&Facts<'_>) -> Finding),
    /// At each service.
    Service(fn(&Facts<'_>, &ServiceSnapshot) -> Finding),
    /// At each address of a service that has several.
    Listener(fn(&Facts<'_>, &ListenerSnapshot) -> Finding),
    /// At each target of the probes.
    Target(fn(&Facts<'_>, &TargetSnapshot) -> Finding),
    /// At each close code of each source.
    Code(fn(&Facts<'_>, &CodeSnapshot) -> Finding),
    /// At each lost worker.
    Exit(fn(&Facts<'_>, &Exit) -> Finding),
}

impl Check {
    /// What it finds; none where it is not for such a thing.
    pub(super) fn on(&self, facts: &Facts<'_>, subject: Subject<'_>) -> Option<Finding> {
        match (self, subject) {
            (Self::Host(check), Subject::Host) => Some(check(facts)),
            (Self::Service(check), Subject::Service(service)) => Some(check(facts, service)),
            (Self::Listener(check), Subject::Listener(_, part)) => Some(check(facts, part)),
            (Self::Target(check), Subject::Target(target)) => Some(check(facts, target)),
            (Self::Code(check), Subject::Code(code)) => Some(check(facts, code)),
            (Self::Exit(check), Subject::Exit(exit)) => Some(check(facts, exit)),
            _ => None,
        }
    }
}

/// What `check --list-rules` tells of a rule.
#[derive(Debug, Clone, Copy)]
pub struct Doc {
    /// When it fires, with the defaults.
    pub fires: &'static str,
    /// What it says, as a pattern.
    pub says: &'static str,
    /// The step of the runbook behind it.
    pub step: &'static str,
    /// What the value of its findings is measured in.
    pub measure: Measure,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name, as in `--rule ID.KEY=VALUE`.
    pub id: RuleId,
    /// What it tells of itself.
    pub doc: Doc,
    /// Its finer numbers.
    pub params: &'static [Param],
    /// Whether an alert of it is worth the exact closes, whatever they cost.
    pub needs_closes: bool,
    /// At what it looks, and how.
    pub(super) checks: &'static [Check],
    /// How long it has to hold before an alert of that severity is raised.
    pub(super) holds: fn(Subject<'_>, Severity, &Tuning) -> Duration,
    /// What it looks like and why, when this rule fires alone.
    pub(super) meaning: fn(&Facts<'_>, Subject<'_>) -> (Kind, Cause),
    /// What the runbook does about an alert of it.
    pub(super) steps: fn(&Case<'_>) -> Vec<Step>,
}

impl Rule {
    /// How long it has to hold before an alert of that severity is raised, whatever it is
    /// about.
    #[must_use]
    pub fn hold(&self, severity: Severity, tuning: &Tuning) -> Duration {
        (self.holds)(Subject::Host, severity, tuning)
    }
}

/// The table, and the row of each name: one that is left out does not compile.
macro_rules! rows {
    ($($id:ident => $row:path,)*) => {
        /// All rules, the more urgent meaning first.
        pub static RULES: &[&Rule] = &[$(&$row),*];

        impl RuleId {
            /// Its row.
            #[must_use]
            pub fn rule(self) -> &'static Rule {
                match self {
                    $(Self::$id => &$row,)*
                }
            }
        }
    };
}

rows! {
    Down => down::RULE,
    OomKill => oom_kill::RULE,
    WorkerLost => worker_lost::RULE,
    Restart => restart::RULE,
    Upstream => turned_away::UPSTREAM_RULE,
    Crash => turned_away::CRASH_RULE,
    Herd => herd::RULE,
    Waves => waves::RULE,
    NoBackoff => no_backoff::RULE,
    CloseStorm => close_storm::RULE,
    RefusingNew => turned_away::REFUSING_NEW_RULE,
    Capacity => limits::CAPACITY,
    Fds => limits::FDS,
    AcceptQueue => accept_queue::RULE,
    Memory => limits::MEMORY,
    Cpu => cpu::RULE,
    Lag => lag::RULE,
    Misconfigured => turned_away::MISCONFIGURED_RULE,
    CloseWait => close_wait::RULE,
    TimeToFull => time_to_full::RULE,
}

/// A crossing of a level must last this long: one reading is no alert.
const SETTLE: Duration = Duration::from_secs(1);

#[cfg(test)]
mod table {
    use super::*;

    #[test]
    fn every_row_is_of_its_own_name() {
        for rule in RULES {
            assert_eq!(rule.id.rule().id, rule.id);
        }
    }
}
