//! A limit will be reached, or connections leak.

use std::time::Duration;

use super::{CUTS, Found, Harm, Row, View};
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::LimitKind;
use crate::units::{Ratio, float};

/// Sooner than this is told from the growth of half a minute alone.
const SOON: Duration = Duration::from_mins(2);
/// From this share of the limit on: an idle service that gets its first clients is
/// none that fills.
const LEAST: f64 = 0.25;

pub(super) const ROW: Row = Row {
    meaning: (Kind::Filling, Cause::TimeToFull),
    needs: "growth that is real fills the tightest limit within 30 min by that of minutes, within 2 min by that of half a minute; or CLOSE_WAIT grows for two minutes",
    explains: &[&[Cause::Unknown, Cause::AfterOutage, Cause::HerdHealing], CUTS],
    against: "the limit is full (then that leads)",
    says: "FILLING :8080 gateway  capacity full in 33s (31s to 36s), 33 % used",
    step: "shed load or add room before it is full",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    if let Some(leak) = view.alert(RuleId::CloseWait) {
        return Some(of(leak, Harm::Near));
    }
    let filling = view.memory.map(|m| m.slopes.filling(SOON)).unwrap_or_default();
    let counts = |kind: LimitKind| {
        matches!(kind, LimitKind::Capacity | LimitKind::Descriptors | LimitKind::Conntrack)
    };
    let soon = filling
        .into_iter()
        .filter(|f| counts(f.kind) && float(f.used) >= LEAST * float(f.limit))
        .min_by_key(|f| f.full_in);
    if let Some(alert) = view.alert(RuleId::TimeToFull) {
        return Some(of(alert, Harm::Near));
    }
    let soon = soon?;
    let range = fmt::range(soon.soonest, soon.latest);
    Some(Found {
        severity: Severity::Warning,
        harm: Harm::Near,
        since: view.snapshot.at.wall,
        sentence: format!(
            "FILLING {}  {} full in {} ({range}), {} used",
            view.label(),
            soon.kind.name(),
            fmt::span(soon.full_in),
            fmt::percent(Ratio(float(soon.used) / float(soon.limit.max(1)))),
        ),
        brief: format!("full in {}", fmt::span(soon.full_in)),
        confidence: 0.8,
        ..Found::default()
    })
}

fn of(alert: &crate::detect::alert::Alert, harm: Harm) -> Found {
    Found {
        severity: alert.now.min(Severity::Critical),
        harm,
        since: alert.since,
        sentence: alert.sentence.clone(),
        brief: alert.brief.clone(),
        confidence: 0.9,
        ..Found::default()
    }
}
