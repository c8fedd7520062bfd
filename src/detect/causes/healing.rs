//! Clients come back after an outage.

use std::time::Duration;

use super::leaving::is_explained;
use super::{ATTEMPTS, Found, Harm, Row, View};
use crate::detect::evidence::Loss;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::units::{PerSecond, Ratio, float};

/// The good news stays for a minute.
const NEWS: Duration = Duration::from_mins(1);
/// Nobody came back for so long: it does not heal, whatever the mean says.
const STANDS: Duration = Duration::from_secs(5);
/// So much of what was lost has to be back to speak of a return.
const BEGUN: f64 = 0.05;

pub(super) const ROW: Row = Row {
    meaning: (Kind::Recovering, Cause::HerdHealing),
    needs: "connections were lost at once, for a reason that is known, and 5 % of them are back",
    explains: &[ATTEMPTS, &[Cause::ClientsLeft]],
    against: "those that come are rejected; ordinary churn of a small service",
    says: "RECOVERING :8080 gateway  61 % of 18 240 back, 92/s, complete in 3m10s; then: recovered 14:09:31 after 7m20s",
    step: "watch it heal: is anybody rejected, is the lag in bounds?",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let loss = view.loss().filter(|l| l.mass && is_explained(view, l))?;
    if let Some(back) = loss.returned {
        return news(view, loss, back.mono);
    }
    let rate = view.scene.signals.outage().map_or(0.0, |o| o.rate.0);
    let stands = view.now().saturating_sub(loss.most.1) > STANDS;
    if loss.back() < BEGUN || !view.is_present() || rate <= 0.0 || stands {
        return None;
    }
    let missing = float(loss.before.saturating_sub(loss.open));
    let complete = Duration::try_from_secs_f64(missing / rate).unwrap_or(Duration::MAX);
    let share = fmt::percent(Ratio(float(loss.open) / float(loss.before.max(1))));
    let reason = view.reason().map_or(String::new(), |reason| format!(", {reason}"));
    Some(Found {
        severity: Severity::Warning,
        harm: Harm::Near,
        since: loss.at.wall,
        sentence: format!(
            "RECOVERING {}  {share} of {} back, {}/s, complete in {}{reason}",
            view.label(),
            fmt::count(loss.before),
            fmt::rate(PerSecond(rate)),
            fmt::span(complete)
        ),
        brief: format!("{share} back, {} left", fmt::span(complete)),
        confidence: 0.85,
        ..Found::default()
    })
}

/// All are back.
fn news(view: &View<'_>, loss: &Loss, back: Duration) -> Option<Found> {
    let since = view.now().saturating_sub(back);
    if since >= NEWS {
        return None;
    }
    let at = view.ago(since);
    let took = back.saturating_sub(loss.at.mono);
    let reason = view.reason().map_or(String::new(), |reason| format!(", {reason}"));
    Some(Found {
        severity: Severity::Ok,
        harm: Harm::Past,
        // What began with the loss follows from it.
        since: loss.at.wall,
        sentence: format!(
            "recovered {} after {}: {} of {} back{reason}",
            fmt::clock(&at.with_timezone(&view.zone())),
            fmt::span(took),
            fmt::count(loss.most.0.min(loss.before)),
            fmt::count(loss.before)
        ),
        brief: "recovered".to_owned(),
        confidence: 0.9,
        ..Found::default()
    })
}
