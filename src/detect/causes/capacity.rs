//! The limit of connections that the operator gave, or another that counts them.

use super::{ATTEMPTS, Found, Harm, Row, View};
use crate::detect::identity::RuleId;
use crate::detect::rules::HYSTERESIS;
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
    let alert = view.raised(RuleId::Capacity)?;
    let share = view.fullest(Resource::Connections);
    // The alert stays some seconds longer than its cause: of a service that had
    // restarted to 58 % it was said that 79 % were critical.
    if share < view.scene.thresholds.warn.0 - HYSTERESIS {
        return None;
    }
    let full = share >= 0.99;
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
