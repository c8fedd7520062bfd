//! The rules, one file each. A rule looks at one snapshot and answers; how long
//! it must last and when it clears is the ledger's.

mod accept_queue;
mod capacity;
mod close_storm;
mod close_wait;
mod cpu;
mod down;
mod fds;
mod herd;
mod lag;
mod measure;
mod memory;
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
use super::identity::{ExitId, RuleId, Scope};
use super::judge::Thresholds;
use super::signals::Signals;
use super::tuning::{Param, Tuning, Unit};
use super::verdict::{Cause, Kind, Severity};
use crate::model::{CodeSnapshot, Exit, Limit, ListenerSnapshot, Snapshot, TargetSnapshot};

/// What a rule says about one subject.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// Nothing wrong, below the level at which a raised alert clears.
    Clear,
    /// Between clearing and raising: a raised alert stays, none is raised.
    Between,
    /// Wrong.
    Firing {
        /// How bad.
        severity: Severity,
        /// The complete sentence, with number and limit.
        sentence: String,
        /// At most about 24 columns for a small pane.
        brief: Brief,
        /// The value to keep the peak of.
        value: f64,
    },
    /// Cannot be told yet.
    NotEnoughData,
}

/// A finding in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// The words.
    pub text: String,
    /// Whether they say where it is.
    pub placed: bool,
}

impl Brief {
    /// Words that say where it is.
    #[must_use]
    pub const fn placed(text: String) -> Self {
        Self { text, placed: true }
    }

    /// The words with the place, said once: `capacity 71 % :8080`, `:8080 restarts`.
    #[must_use]
    pub fn at(&self, scope: &Scope) -> String {
        match scope.place() {
            Some(place) if !self.placed => format!("{} {place}", self.text),
            _ => self.text.clone(),
        }
    }
}

impl From<String> for Brief {
    fn from(text: String) -> Self {
        Self { text, placed: false }
    }
}

/// What a rule can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The host as a whole.
    Host,
    /// Each listener.
    Listener,
    /// Each target of the probes.
    Target,
    /// Each close code of each source.
    Code,
    /// Each lost worker.
    Exit,
}

/// The one thing a rule is applied to.
#[derive(Debug, Clone, Copy)]
pub enum About<'a> {
    /// The host as a whole.
    Host,
    /// This listener.
    Listener(&'a ListenerSnapshot),
    /// This target.
    Target(&'a TargetSnapshot),
    /// This code.
    Code(&'a CodeSnapshot),
    /// This lost worker.
    Exit(&'a Exit),
}

/// What a rule is applied to, and what it may look at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Everything.
    pub snapshot: &'a Snapshot,
    /// The thing in question.
    pub about: About<'a>,
    /// Levels.
    pub thresholds: &'a Thresholds,
    /// What the detectors that remember have found.
    pub signals: &'a Signals,
    /// Whose time of day a sentence names.
    pub zone: FixedOffset,
}

impl<'a> Subject<'a> {
    /// The listener in question.
    #[must_use]
    pub const fn listener(&self) -> Option<&'a ListenerSnapshot> {
        match self.about {
            About::Listener(listener) => Some(listener),
            _ => None,
        }
    }

    /// The target in question.
    #[must_use]
    pub const fn target(&self) -> Option<&'a TargetSnapshot> {
        match self.about {
            About::Target(target) => Some(target),
            _ => None,
        }
    }

    /// What alerts about it are filed under.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        match self.about {
            About::Host => Scope::Host,
            About::Listener(listener) => Scope::Service(self.snapshot.service_of(listener.address)),
            About::Target(target) => Scope::Target(target.id),
            About::Code(code) => Scope::Code(code.code, code.source),
            About::Exit(exit) => {
                let service = self.snapshot.service_of(exit.address);
                Scope::Exit(ExitId { service, pid: exit.pid, at: exit.at.mono })
            }
        }
    }

    /// Which rules are for it.
    #[must_use]
    pub const fn sort(&self) -> Sort {
        match self.about {
            About::Host => Sort::Host,
            About::Listener(_) => Sort::Listener,
            About::Target(_) => Sort::Target,
            About::Code(_) => Sort::Code,
            About::Exit(_) => Sort::Exit,
        }
    }

    /// A number of the rule as it is in force.
    #[must_use]
    pub fn number(&self, param: &Param) -> f64 {
        self.thresholds.tuning.get(param)
    }
}

/// What `check --list-rules` tells of a rule.
#[derive(Debug, Clone, Copy)]
pub struct Card {
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
pub trait Rule: std::fmt::Debug + Sync {
    /// Its id, as in `--rule ID.KEY=VALUE`.
    fn id(&self) -> RuleId;
    /// What it is applied to.
    fn sort(&self) -> Sort;
    /// What it tells of itself.
    fn card(&self) -> Card;
    /// Its finer numbers.
    fn params(&self) -> &'static [Param] {
        &[]
    }
    /// What it looks like and why, when this rule fires alone.
    fn meaning(&self, subject: &Subject<'_>) -> (Kind, Cause);
    /// How long it has to hold before an alert of that severity is raised.
    fn holds(&self, severity: Severity, tuning: &Tuning) -> Duration;
    /// The finding now.
    fn check(&self, subject: &Subject<'_>) -> Finding;
}

/// All rules, the more urgent meaning first.
pub const RULES: [&dyn Rule; 23] = [
    &down::Down,
    &oom_kill::OomKills,
    &worker_lost::WorkerLost,
    &restart::Restart,
    &turned_away::TROUBLES[1],
    &turned_away::TROUBLES[2],
    &turned_away::TROUBLES[3],
    &turned_away::TROUBLES[4],
    &herd::HerdRule,
    &herd::PortHerd,
    &waves::WavesRule,
    &no_backoff::NoBackoff,
    &close_storm::CloseStorm,
    &turned_away::TROUBLES[0],
    &capacity::Capacity,
    &fds::Fds,
    &accept_queue::AcceptQueue,
    &memory::Memory,
    &cpu::Cpu,
    &lag::Lag,
    &turned_away::TROUBLES[5],
    &close_wait::CloseWait,
    &time_to_full::TimeToFull,
];

/// An alert on a share clears this far below its level.
const HYSTERESIS: f64 = 0.05;
/// A crossing of a level must last this long: one reading is no alert.
const SETTLE: Duration = Duration::from_secs(1);

/// The fullest of these limits against the warning and critical shares.
fn fullest(subject: &Subject<'_>, of: impl Fn(&Limit) -> bool) -> Finding {
    let Some(listener) = subject.listener() else { return Finding::NotEnoughData };
    let limits = listener.limits.iter().filter(|l| of(l));
    let Some(limit) = limits.max_by(|a, b| a.ratio().0.total_cmp(&b.ratio().0)) else {
        return if subject.snapshot.ready { Finding::Clear } else { Finding::NotEnoughData };
    };
    let share = limit.ratio().0;
    let levels = subject.thresholds;
    let severity = match share {
        s if s >= levels.crit.0 => Severity::Critical,
        s if s >= levels.warn.0 => Severity::Warning,
        s if s >= levels.warn.0 - HYSTERESIS => return Finding::Between,
        _ => return Finding::Clear,
    };
    let level = if severity == Severity::Critical { levels.crit } else { levels.warn };
    Finding::Firing {
        severity,
        sentence: format!(
            "{} {} of {}: {}, over {}{}",
            name(limit, listener),
            amount(limit, limit.used),
            amount(limit, limit.limit),
            crate::fmt::percent_fine(limit.ratio()),
            crate::fmt::percent(level),
            fits(limit),
        ),
        brief: format!("{} {}", limit.kind.name(), crate::fmt::percent(limit.ratio())).into(),
        value: share,
    }
}

/// `:8080 gateway connection limit`, `open files of pid 2143 gateway`.
fn name(limit: &Limit, listener: &ListenerSnapshot) -> String {
    use crate::model::LimitKind as K;
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
        crate::model::LimitUnit::Count => crate::fmt::count(value),
        crate::model::LimitUnit::Bytes => crate::fmt::bytes(crate::units::Bytes(value)),
    }
}

fn fits(limit: &Limit) -> String {
    limit.headroom.map_or(String::new(), |left| format!(", {} more fit", crate::fmt::count(left)))
}

#[cfg(test)]
mod brief {
    use super::*;
    use crate::model::{Netns, ServiceId};

    #[test]
    fn an_event_says_once_where_it_was() {
        let port = ServiceId::new(Netns::default(), ([0, 0, 0, 0], 80).into());
        let plain = |text: &str| Brief::from(text.to_owned());
        let of = |scope: Scope, brief: Brief| brief.at(&scope);
        let (port, probe) = (Scope::Service(port), Scope::Target(0));
        assert_eq!(of(port, plain("capacity 71 %")), "capacity 71 % :80");
        assert_eq!(of(port, Brief::placed(":80 restarts".into())), ":80 restarts");
        assert_eq!(of(port, plain("after :8080 restarts")), "after :8080 restarts :80");
        assert_eq!(of(probe, plain("close 1013")), "close 1013 probe 1");
        assert_eq!(of(probe, plain("probe 12 refused")), "probe 12 refused probe 1");
        assert_eq!(of(Scope::Host, plain("HERD ×7")), "HERD ×7");
    }
}
