//! The configured limit and the others that count connections.

use std::time::Duration;

use super::{Finding, Rule, SETTLE, Subject, fullest};
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::model::LimitKind;

/// `capacity`: `--capacity`, conntrack, ephemeral ports, tasks. The runbook
/// warns at 70 % of capacity.
#[derive(Debug)]
pub(super) struct Capacity;

impl Rule for Capacity {
    fn id(&self) -> &'static str {
        "capacity"
    }

    fn meaning(&self) -> (Kind, Cause) {
        (Kind::Overloaded, Cause::ConnectionLimit)
    }

    fn holds(&self, _: Severity) -> Duration {
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
