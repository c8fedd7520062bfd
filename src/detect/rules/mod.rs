//! The rules, one file each. A rule looks at one snapshot and answers; how long
//! it must last and when it clears is the ledger's.

mod accept_queue;
mod capacity;
mod down;
mod fds;
mod memory;
mod time_to_full;

use std::time::Duration;

use super::judge::Thresholds;
use super::verdict::{Cause, Kind, Severity};
use crate::model::{Limit, ListenerSnapshot, Snapshot};

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
        brief: String,
        /// The value to keep the peak of.
        value: f64,
    },
    /// Cannot be told yet.
    NotEnoughData,
}

/// What a rule is applied to.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Everything.
    pub snapshot: &'a Snapshot,
    /// The listener in question.
    pub listener: &'a ListenerSnapshot,
    /// Levels.
    pub thresholds: &'a Thresholds,
}

/// One rule.
pub trait Rule: std::fmt::Debug + Sync {
    /// Its id, as in `--rule ID.KEY=VALUE`.
    fn id(&self) -> &'static str;
    /// What it looks like and why, when this rule fires alone.
    fn meaning(&self) -> (Kind, Cause);
    /// How long it has to hold before an alert of that severity is raised.
    fn holds(&self, severity: Severity) -> Duration;
    /// The finding now.
    fn check(&self, subject: &Subject<'_>) -> Finding;
}

/// All rules, the more urgent meaning first.
pub const RULES: [&dyn Rule; 6] = [
    &down::Down,
    &capacity::Capacity,
    &fds::Fds,
    &accept_queue::AcceptQueue,
    &memory::Memory,
    &time_to_full::TimeToFull,
];

/// An alert on a share clears this far below its level.
const HYSTERESIS: f64 = 0.05;
/// A crossing of a level must last this long: one reading is no alert.
const SETTLE: Duration = Duration::from_secs(1);

/// The fullest of these limits against the warning and critical shares.
fn fullest(subject: &Subject<'_>, of: impl Fn(&Limit) -> bool) -> Finding {
    let limits = subject.listener.limits.iter().filter(|l| of(l));
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
            name(limit, subject.listener),
            amount(limit, limit.used),
            amount(limit, limit.limit),
            crate::fmt::percent_fine(limit.ratio()),
            crate::fmt::percent(level),
            fits(limit),
        ),
        brief: format!("{} {}", limit.kind.name(), crate::fmt::percent(limit.ratio())),
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
