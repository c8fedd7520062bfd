//! Connections the process does not accept.

use std::time::Duration;

use super::{Finding, Rule, Subject};
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;

/// Warn from half the backlog on ...
const WARN: f64 = 0.5;
/// ... and clear 20 % below that.
const CLEAR: f64 = WARN * 0.8;

/// `accept_queue`: the process is too busy to call `accept(2)`. A full queue
/// holds one more than the backlog (`sk_acceptq_is_full`), and then the kernel
/// drops SYNs: clients see a connect timeout, not a refusal.
#[derive(Debug)]
pub(super) struct AcceptQueue;

impl Rule for AcceptQueue {
    fn id(&self) -> &'static str {
        "accept_queue"
    }

    fn meaning(&self) -> (Kind, Cause) {
        (Kind::Overloaded, Cause::AcceptQueue)
    }

    fn holds(&self, severity: Severity) -> Duration {
        // A burst fills half a queue for a moment; over the limit clients are
        // being lost.
        Duration::from_secs(if severity == Severity::Critical { 1 } else { 3 })
    }

    fn check(&self, subject: &Subject<'_>) -> Finding {
        let listener = subject.listener;
        let Some(share) = listener.fullest_queue else {
            return if listener.is_present() { Finding::NotEnoughData } else { Finding::Clear };
        };
        let severity = match share {
            s if s > 1.0 => Severity::Critical,
            s if s >= WARN => Severity::Warning,
            s if s >= CLEAR => return Finding::Between,
            _ => return Finding::Clear,
        };
        let used = listener.accept_queue.unwrap_or(0);
        let limit = listener.backlog.unwrap_or(0);
        let full = if severity == Severity::Critical { "full, " } else { "" };
        let dropping = match listener.drops {
            Some(drops) if drops.0 > 0.0 => format!(", dropping {}/s", fmt::rate(drops)),
            _ => String::new(),
        };
        Finding::Firing {
            severity,
            sentence: format!(
                "accept queue of {} {full}{} of {}{dropping}",
                listener.label(),
                fmt::count(used),
                fmt::count(limit),
            ),
            brief: format!("accept queue {used}/{limit}"),
            value: share,
        }
    }
}
