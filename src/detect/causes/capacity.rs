//! The limit of connections that the operator gave, or another that counts them.

use super::{ATTEMPTS, Found, Row, View, limit};
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind};
use crate::model::Resource;

pub(super) const ROW: Row = Row {
    meaning: (Kind::Overloaded, Cause::ConnectionLimit),
    needs: "--capacity, conntrack, tasks or ephemeral ports at the warning share of their limit",
    explains: &[
        ATTEMPTS,
        &[
            Cause::RefusingNew,
            Cause::TimeToFull,
            Cause::AcceptQueue,
            Cause::AcceptorStuck,
            Cause::Uneven,
        ],
    ],
    against: "there is room",
    says: ":8080 gateway capacity 1 000 of 1 000: 100 %, over 90 %",
    step: "count the connections and find the configured limit; alert at 70 %",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    limit::find(view, RuleId::Capacity, Resource::Connections)
}
