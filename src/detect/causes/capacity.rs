//! The limit of connections that the operator gave, or another that counts them.

use super::{ATTEMPTS, Found, Harm, Row, View};
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
    let alert = view.alert(RuleId::Capacity)?;
    let limits = view.limits().iter();
    let counted = limits.filter(|l| l.kind.resource() == Resource::Connections);
    let full = counted.map(|l| l.ratio().0).fold(0.0, f64::max) >= 0.99;
    Some(Found {
        severity: alert.now,
        harm: if full { Harm::Refused } else { Harm::Near },
        since: alert.since,
        sentence: alert.sentence.clone(),
        brief: alert.brief.clone(),
        confidence: 0.95,
        ..Found::default()
    })
}
