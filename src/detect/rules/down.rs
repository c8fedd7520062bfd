//! A watched port where nobody listens.

use std::time::Duration;

use super::{Card, Finding, Measure, Rule, Sort, Subject, Tuning};
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

    fn sort(&self) -> Sort {
        Sort::Listener
    }

    fn card(&self) -> Card {
        Card {
            fires: "nobody listens on a port that was named, for 3 s",
            says: "nobody listens on :8080 any more: clients are refused",
            step: "is the service running? journalctl -u UNIT",
            measure: Measure::Nothing,
        }
    }

    fn meaning(&self, _: &Subject<'_>) -> (Kind, Cause) {
        (Kind::Down, Cause::Refused)
    }

    fn holds(&self, _: Severity, _: &Tuning) -> Duration {
        // A restart on the same port takes a second or two; that is an event,
        // not an outage.
        Duration::from_secs(3)
    }

    fn check(&self, subject: &Subject<'_>) -> Finding {
        let Some(listener) = subject.listener() else { return Finding::NotEnoughData };
        let thresholds = subject.thresholds;
        let named = !thresholds.whole_host
            && (listener.presence == Presence::Gone
                || thresholds.named_ports.contains(&listener.address.port()));
        if listener.is_present() || !named {
            return Finding::Clear;
        }
        // Clients reach it where it is: a container, by rules of the packet filter.
        if subject.snapshot.elsewhere(listener).is_some() {
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
