//! What only a change can heal.

use super::{Found, Harm, Row, View};
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind};

pub(super) const ROW: Row = Row {
    meaning: (Kind::Misconfigured, Cause::Handshake),
    needs: "3 of the last 5 probes of a target fail for a reason that only a change removes, or it never accepted one",
    explains: &[],
    against: "others get in",
    says: "ws://app/ws does not serve this client: HTTP 401 (5 of the last 5 attempts)",
    step: "that does not heal by itself: certificate, credentials, path, protocol",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let alert = view.alert(RuleId::Misconfigured)?;
    Some(Found {
        severity: alert.now,
        harm: Harm::Refused,
        since: alert.since,
        sentence: alert.sentence.clone(),
        brief: alert.brief.clone(),
        confidence: 0.9,
        meaning: Some(alert.meaning),
        ..Found::default()
    })
}
