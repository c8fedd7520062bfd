//! Memory of cgroup, host and TCP.

use std::time::Duration;

use super::{Finding, Rule, SETTLE, Subject, fullest};
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::model::LimitKind;

/// `memory`: what the OOM killer will look at.
#[derive(Debug)]
pub(super) struct Memory;

impl Rule for Memory {
    fn id(&self) -> &'static str {
        "memory"
    }

    fn meaning(&self) -> (Kind, Cause) {
        (Kind::Overloaded, Cause::Memory)
    }

    fn holds(&self, _: Severity) -> Duration {
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
