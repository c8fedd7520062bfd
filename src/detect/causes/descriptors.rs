//! Open files run out.

use super::{ATTEMPTS, Found, Row, View, limit};
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind};
use crate::model::Resource;

pub(super) const ROW: Row = Row {
    meaning: (Kind::Overloaded, Cause::Descriptors),
    needs: "open files of a process, or of the host, at the warning share of their limit",
    explains: &[
        ATTEMPTS,
        &[
            Cause::AcceptorStuck,
            Cause::AcceptQueue,
            Cause::RefusingNew,
            Cause::NoAnswer,
            Cause::EventLoop,
            Cause::Cpu,
            Cause::TimeToFull,
            Cause::ClientsLeft,
        ],
    ],
    against: "there is room",
    says: "OPEN FILES of pid 2143 gateway 65 536 of 65 536: 100 %",
    step: "check the limit of open files and raise it",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    limit::find(view, RuleId::Fds, Resource::Descriptors)
}
