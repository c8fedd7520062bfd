//! The configured limit and the others that count connections.

use std::time::Duration;

use super::{Card, Finding, Measure, Rule, RuleId, SETTLE, Sort, Subject, Tuning, fullest};
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::model::LimitKind;

/// `capacity`: `--capacity`, conntrack, ephemeral ports, tasks. The runbook
/// warns at 70 % of capacity.
#[derive(Debug)]
pub(super) struct Capacity;

impl Rule for Capacity {
    fn id(&self) -> RuleId {
        RuleId::Capacity
    }

    fn sort(&self) -> Sort {
        Sort::Listener
    }

    fn card(&self) -> Card {
        Card {
            fires: "--capacity, conntrack, tasks or ephemeral ports at --warn 70 %, critical at --crit 90 %",
            says: ":8080 gateway capacity 750 of 1 000: 75.0 %, over 70 %, 250 more fit",
            step: "count the connections and find the configured limit; alert at 70 %",
            measure: Measure::Share,
        }
    }

    fn meaning(&self, _: &Subject<'_>) -> (Kind, Cause) {
        (Kind::Overloaded, Cause::ConnectionLimit)
    }

    fn holds(&self, _: Severity, _: &Tuning) -> Duration {
        SETTLE
    }

    fn check(&self, subject: &Subject<'_>) -> Finding {
        fullest(subject, |limit| {
            matches!(
                limit.kind,
                LimitKind::Capacity
                    | LimitKind::Conntrack
                    | LimitKind::EphemeralPorts
                    | LimitKind::Pids
            )
        })
    }
}
