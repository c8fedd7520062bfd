//! The event loop answers late.

use std::time::Duration;

use super::{Found, Harm, Row, View};
use crate::detect::identity::RuleId;
use crate::detect::rules::critical_lag;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::Attempt;

/// Answers of this time are looked at.
const LATELY: Duration = Duration::from_secs(15);
const BEFORE: Duration = Duration::from_secs(30);
/// So often, or so many of all, are a loop that lags; by pings so often, one of them so
/// many times the warning level.
const SLOW: usize = 3;
const PART: usize = 3;
const AGAIN: usize = 2;
const AGAIN_BY: u32 = 2;
/// What comes so close after another was delayed by the same pause.
const ONE_PAUSE: Duration = Duration::from_millis(1500);
/// So long after a loss it is the return that makes it late.
const RETURN: Duration = Duration::from_secs(20);
/// A run that is shorter knows too few answers to rule it out, where one took so many
/// times the warning level: of pauses of 700 ms every 2 s a check of five seconds met but
/// one, by a ping that came 320 ms before its end.
const SHORT: Duration = Duration::from_secs(12);
const QUESTION: u32 = 3;

pub(super) const ROW: Row = Row {
    meaning: (Kind::Stalled, Cause::EventLoop),
    needs: "answers to pings or upgrades of the last 15 s took over --lag-warn beyond the path three times apart (twice, where these were pings and one took twice that), or a third of them did; in a run of some seconds one that took three times that makes it a question",
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
    warn: Duration,
    critical: Duration,
    /// Times it was late lately, and with those before that; and by the pings alone,
    /// which wait for nothing but the loop.
    times: [usize; 3],
}

impl Lag {
    pub(super) fn severity(&self) -> Severity {
        if self.is_critical() { Severity::Critical } else { Severity::Warning }
    }

    fn is_critical(&self) -> bool {
        self.worst >= self.critical
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

    /// A loop that was late once has collected garbage, or was held for a moment.
    /// Whether a run of some seconds cannot rule it out.
    fn is_question(&self) -> bool {
        self.worst >= self.warn * QUESTION
    }

    /// In a run of some seconds an upgrade counts as a ping does: its first pause may have
    /// come before the first ping.
    fn is_certain(&self, short: bool) -> bool {
        let [lately, all, pings] = self.times;
        let again = if short && pings > 0 { lately } else { pings };
        lately >= SLOW
            || (again >= AGAIN && self.worst >= self.warn * AGAIN_BY)
            || (lately >= AGAIN && all >= SLOW)
            || self.is_always()
    }

    /// It is late whenever it is asked.
    const fn is_always(&self) -> bool {
        self.slow >= SLOW && self.slow * PART >= self.of
    }
}

/// The slow answers of the last seconds; none where there is none.
pub(super) fn lag(view: &View<'_>) -> Option<Lag> {
    let (now, warn) = (view.now(), view.scene.thresholds.lag_warn);
    let (mut all, mut pings): (Vec<LagSample>, Vec<LagSample>) = (Vec::new(), Vec::new());
    for target in &view.targets {
        let probe = view.probe(target);
        pings.extend(probe.iter().flat_map(|p| p.pongs(now, BEFORE)).map(|p| (p.at, p.lag)));
        let path = target.tcp_round_trip.unwrap_or_default();
        let upgrades = target.strip.iter().filter(|a| now.saturating_sub(a.at) <= BEFORE);
        let took = |a: &Attempt| Some((a.at, a.handshake?.saturating_sub(path * 3)));
        all.extend(upgrades.filter_map(took));
    }
    all.extend_from_slice(&pings);
    let lately = |(at, _): &&LagSample| now.saturating_sub(*at) <= LATELY;
    let slow = |(_, lag): &&LagSample| *lag >= warn;
    let worst = all.iter().filter(lately).filter(slow).map(|(_, lag)| *lag).max()?;
    let times = [
        times(all.iter().filter(lately).filter(slow)),
        times(all.iter().filter(slow)),
        times(pings.iter().filter(lately).filter(slow)),
    ];
    let count = |answers: &[LagSample]| answers.iter().filter(lately).count();
    let slow = all.iter().filter(lately).filter(slow).count();
    let critical = critical_lag(view.scene.thresholds);
    Some(Lag { worst, slow, of: count(&all), warn, critical, times })
}

/// When an answer came, and how late.
type LagSample = (Duration, Duration);

/// How many times these are: what one pause delays is answered together.
fn times<'a>(slow: impl Iterator<Item = &'a LagSample>) -> usize {
    let mut at: Vec<Duration> = slow.map(|(at, _)| *at).collect();
    at.sort_unstable();
    let apart = |pair: &&[Duration]| pair[1].saturating_sub(pair[0]) > ONE_PAUSE;
    usize::from(!at.is_empty()) + at.windows(2).filter(apart).count()
}

fn find(view: &View<'_>) -> Option<Found> {
    let lag = lag(view);
    let alert = view.alert(RuleId::Lag);
    let short = view.heard_for() < SHORT;
    let lag = lag.filter(|lag| lag.is_certain(short) || (short && lag.is_question()))?;
    let certain = lag.is_certain(short);
    // All that were lost come back at once: a loop is late for a moment.
    let returns = view.loss().filter(|l| l.mass && l.returned.is_none());
    let returns = returns.is_some_and(|l| view.now().saturating_sub(l.at.mono) < RETURN);
    let severity = if returns { Severity::Warning } else { lag.severity() };
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
