//! A watched port where nobody listens.

use std::time::Duration;

use super::{Finding, Rule, Subject};
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::model::Presence;

/// `down`: clients get a refusal from the kernel. Only for a port the operator
/// named, or a listener of a process that was named: whatever else stops to
/// listen on the host is an event of its own, not an outage.
#[derive(Debug)]
pub(super) struct Down;

impl Rule for Down {
    fn id(&self) -> &'static str {
        "down"
    }

    fn meaning(&self) -> (Kind, Cause) {
        (Kind::Down, Cause::Refused)
    }

    fn holds(&self, _: Severity) -> Duration {
        // A restart on the same port takes a second or two; that is an event,
        // not an outage.
        Duration::from_secs(3)
    }

    fn check(&self, subject: &Subject<'_>) -> Finding {
        let listener = subject.listener;
        let thresholds = subject.thresholds;
        let named = !thresholds.whole_host
            && (listener.presence == Presence::Gone
                || thresholds.named_ports.contains(&listener.address.port()));
        if listener.is_present() || !named {
            return Finding::Clear;
        }
        let never = listener.presence == Presence::Never;
        let since = if never { " yet" } else { " any more" };
        Finding::Firing {
            severity: Severity::Critical,
            sentence: format!("nobody listens on {}{since}: clients are refused", listener.port()),
            brief: format!("{} nobody listens", listener.port()),
            value: 1.0,
        }
    }
}
