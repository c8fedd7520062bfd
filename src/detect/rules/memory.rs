//! Memory of cgroup, host and TCP.

use std::time::Duration;

use super::{Card, Finding, Measure, Rule, RuleId, SETTLE, Sort, Subject, Tuning, fullest};
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::model::LimitKind;

/// `memory`: what the OOM killer will look at.
#[derive(Debug)]
pub(super) struct Memory;

impl Rule for Memory {
    fn id(&self) -> RuleId {
        RuleId::Memory
    }

    fn sort(&self) -> Sort {
        Sort::Listener
    }

    fn card(&self) -> Card {
        Card {
            fires: "memory of cgroup, host or TCP at --warn 70 %, critical at --crit 90 %",
            says: "host memory 14.1 of 16 GiB: 88.1 %, over 70 %",
            step: "check memory before the kernel kills",
            measure: Measure::Share,
        }
    }

    fn meaning(&self, _: &Subject<'_>) -> (Kind, Cause) {
        (Kind::Overloaded, Cause::Memory)
    }

    fn holds(&self, _: Severity, _: &Tuning) -> Duration {
        SETTLE
    }

    fn check(&self, subject: &Subject<'_>) -> Finding {
        fullest(subject, |limit| {
            matches!(
                limit.kind,
                LimitKind::CgroupMemory | LimitKind::HostMemory | LimitKind::TcpMemory
            )
        })
    }
}
