//! The event loop answers late.

use std::time::Duration;

use super::{Found, Harm, Row, View};
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::Attempt;

/// Answers of this time are looked at.
const LATELY: Duration = Duration::from_secs(15);
/// So many slow ones, and this part of all or of the newest, are a loop that lags.
const SLOW: usize = 3;
const PART: usize = 3;
const NEWEST: usize = 8;
/// Times the warning level that are critical.
const CRITICAL: u32 = 5;
/// A run that is shorter knows too few answers to rule it out.
const SHORT: Duration = Duration::from_secs(12);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Stalled, Cause::EventLoop),
    needs: "three answers to pings or upgrades of the last 15 s took over --lag-warn beyond the path, a third of all; in a run of some seconds one that took five times that makes it a question",
    explains: &[&[Cause::AcceptQueue, Cause::Unknown]],
    against: "a quota or a full thread (then that leads); one slow answer among many (a garbage collection)",
    says: "STALLED :8080 gateway  event-loop lag 699 ms (9 of 12 answers slow, TCP 0.1 ms)",
    step: "measure the event loop's lag in the application; over 100 ms it is saturated",
    find,
};

/// How late it answers.
#[derive(Debug, Clone)]
pub(super) struct Lag {
    worst: Duration,
    slow: usize,
    of: usize,
    /// Of the newest.
    lately: usize,
    warn: Duration,
}

impl Lag {
    pub(super) fn severity(&self) -> Severity {
        if self.worst >= self.warn * CRITICAL { Severity::Critical } else { Severity::Warning }
    }

    pub(super) fn words(&self) -> String {
        format!(
            "event-loop lag {} ({} of {} answers over {})",
            fmt::elapsed(self.worst),
            self.slow,
            self.of,
            fmt::elapsed(self.warn)
        )
    }

    fn is_certain(&self) -> bool {
        self.slow >= SLOW && (self.slow * PART >= self.of || self.lately >= SLOW)
    }
}

/// The slow answers of the last seconds; none where there is none.
pub(super) fn lag(view: &View<'_>) -> Option<Lag> {
    let (now, warn) = (view.now(), view.scene.thresholds.lag_warn);
    let mut all: Vec<(Duration, Duration)> = Vec::new();
    for target in &view.targets {
        let probe = view.probe(target);
        all.extend(probe.iter().flat_map(|p| p.pongs(now, LATELY)).map(|p| (p.at, p.lag)));
        let lately = |at: Duration| now.saturating_sub(at) <= LATELY;
        let path = target.tcp_round_trip.unwrap_or_default();
        let upgrades = target.strip.iter().filter(|a| lately(a.at));
        let took = |a: &Attempt| Some((a.at, a.handshake?.saturating_sub(path * 3)));
        all.extend(upgrades.filter_map(took));
    }
    all.sort_unstable_by_key(|(at, _)| std::cmp::Reverse(*at));
    let slow = |(_, lag): &&(Duration, Duration)| *lag >= warn;
    let worst = all.iter().filter(slow).map(|(_, lag)| *lag).max()?;
    let lately = all.iter().take(NEWEST).filter(slow).count();
    Some(Lag { worst, slow: all.iter().filter(slow).count(), of: all.len(), lately, warn })
}

fn find(view: &View<'_>) -> Option<Found> {
    let lag = lag(view);
    let alert = view.alert(RuleId::Lag);
    let short = view.heard_for() < SHORT;
    let question = |lag: &Lag| short && lag.worst >= lag.warn * CRITICAL;
    let lag = lag.filter(|lag| lag.is_certain() || question(lag))?;
    let certain = lag.is_certain();
    let severity = lag.severity();
    Some(Found {
        severity,
        harm: if severity == Severity::Critical { Harm::Lost } else { Harm::Near },
        since: alert.map_or_else(|| view.ago(LATELY.min(view.heard_for())), |a| a.since),
        sentence: format!("STALLED {}  {}", view.label(), lag.words()),
        brief: format!("lag {}", fmt::elapsed(lag.worst)),
        confidence: if certain { 0.85 } else { 0.4 },
        settle: (!certain).then_some("measure for longer: --for 20s"),
        ..Found::default()
    })
}
