//! Descriptors of the processes and file handles of the host.

use std::time::Duration;

use super::{Card, Finding, Measure, Rule, RuleId, SETTLE, Sort, Subject, Tuning, fullest};
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::model::LimitKind;

/// `fds`: a libuv server out of descriptors cuts handshakes without a log line,
/// a stock asyncio one lets them time out; neither says why.
#[derive(Debug)]
pub(super) struct Fds;

impl Rule for Fds {
    fn id(&self) -> RuleId {
        RuleId::Fds
    }

    fn sort(&self) -> Sort {
        Sort::Listener
    }

    fn card(&self) -> Card {
        Card {
            fires: "open files of the fullest process, or of the host, at --warn 70 %, critical at --crit 90 %",
            says: "open files of pid 2143 gateway 57 038 of 65 536: 87.0 %, over 70 %, 8 498 more fit",
            step: "check the limit of open files and raise it",
            measure: Measure::Share,
        }
    }

    fn meaning(&self, _: &Subject<'_>) -> (Kind, Cause) {
        (Kind::Overloaded, Cause::Descriptors)
    }

    fn holds(&self, _: Severity, _: &Tuning) -> Duration {
        SETTLE
    }

    fn check(&self, subject: &Subject<'_>) -> Finding {
        fullest(subject, |limit| matches!(limit.kind, LimitKind::Descriptors | LimitKind::FileMax))
    }
}
