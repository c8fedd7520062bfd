//! Descriptors of the processes and file handles of the host.

use std::time::Duration;

use super::{Finding, Rule, SETTLE, Subject, fullest};
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::model::LimitKind;

/// `fds`: a libuv server out of descriptors cuts handshakes without a log line,
/// a stock asyncio one lets them time out; neither says why.
#[derive(Debug)]
pub(super) struct Fds;

impl Rule for Fds {
    fn id(&self) -> &'static str {
        "fds"
    }

    fn meaning(&self) -> (Kind, Cause) {
        (Kind::Overloaded, Cause::Descriptors)
    }

    fn holds(&self, _: Severity) -> Duration {
        SETTLE
    }

    fn check(&self, subject: &Subject<'_>) -> Finding {
        fullest(subject, |limit| matches!(limit.kind, LimitKind::Descriptors | LimitKind::FileMax))
    }
}
