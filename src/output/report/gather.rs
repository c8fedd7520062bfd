//! What is kept of each derivation for the report; the figures over time are the
//! model's history.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::rejections::Rejections;
use super::wall::Wall;
use crate::detect::advice::{self, Advice};
use crate::detect::{Cause, Kind, Moment, News, RuleId, Severity, Turn, Verdict};
use crate::fmt;
use crate::model::{ServiceId, Snapshot};
use crate::output::{focused, plain};
use crate::sample::Stamp;
use crate::session::Session;

/// Events kept; of more the newest.
const EVENTS: usize = 1000;
/// A pause between two derivations is one when it is longer than this, and three
/// times the usual.
const PAUSE: Duration = Duration::from_secs(10);

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TimelineEntry {
    pub(super) at: DateTime<Utc>,
    /// The same as a second of history: in their order.
    pub(super) second: u64,
    pub(super) severity: Severity,
    pub(super) text: String,
}

/// The worst verdict that was given.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Worst {
    pub(super) severity: Severity,
    pub(super) since: DateTime<Utc>,
    /// Its line.
    pub(super) line: String,
    /// The alert it is about.
    pub(super) alert: Option<u64>,
}

/// What happened, in bounded memory.
#[derive(Debug, Clone, Default)]
pub struct Gather {
    last: Option<Stamp>,
    /// The second of history of that.
    second: u64,
    pub(super) wall: Wall,
    every: Duration,
    news: News,
    verdict: Option<(Severity, Kind, Cause)>,
    events: VecDeque<TimelineEntry>,
    left_out: u64,
    /// What the user noted, by its second.
    pub(super) marks: Vec<(u64, String)>,
    looked_at: BTreeMap<ServiceId, u64>,
    pub(super) severities: BTreeMap<Severity, Duration>,
    pub(super) worst: Option<Worst>,
    /// What the probes were told.
    pub(super) rejections: Rejections,
    /// Up to when was heard what happened.
    heard: Option<Duration>,
    /// Connections lost with each worker.
    lost: BTreeMap<(SocketAddr, Option<u32>, u64, u64), u64>,
    /// By rule.
    pub(super) advice: BTreeMap<RuleId, Advice>,
}

impl Gather {
    /// Gathers what a session that remembers has kept of these seconds of its
    /// history: a screen that has run for weeks tells of its last hour.
    #[must_use]
    pub fn past(session: &Session, seconds: RangeInclusive<u64>, focus: Option<ServiceId>) -> Self {
        let mut gather = Self::default();
        let kept = |second| session.moment(second).filter(|moment| !moment.missing);
        if let Some(before) = seconds.start().checked_sub(1).and_then(kept) {
            gather.skip(&before);
        }
        for second in seconds {
            if let Some(moment) = kept(second) {
                gather.take(&moment, focus, second);
            }
        }
        gather
    }

    /// A moment before what is told of: what fires in it is no news later.
    pub fn skip(&mut self, moment: &Moment) {
        self.news.of(&moment.judgement);
        self.heard = Some(moment.snapshot.at.mono);
    }

    /// Whether something that lasted from one moment to another falls into it.
    #[must_use]
    pub fn holds(&self, since: DateTime<Utc>, until: Option<DateTime<Utc>>) -> bool {
        self.wall.holds(since, until)
    }

    /// A session has derived this and judged it so; `focus` is what was looked at, and
    /// `second` the second of its history.
    pub fn take(&mut self, moment: &Moment, focus: Option<ServiceId>, second: u64) {
        let Moment { snapshot, judgement, .. } = moment;
        let at = snapshot.at.wall;
        // What is kept of the past may be the same moment for several seconds.
        if self.heard.is_some_and(|heard| snapshot.at.mono <= heard) {
            return;
        }
        self.rejections.note(snapshot, self.heard.replace(snapshot.at.mono));
        let turns = self.news.of(judgement);
        self.second = second;
        self.step(snapshot.at, second);
        self.pause(snapshot.at);
        self.lose(snapshot);
        self.advise(moment, focus);
        for (turn, alert) in turns {
            if let (true, Some(advice)) = (turn != Turn::Resolved, self.advice.get_mut(&alert.rule))
            {
                advice.about.clone_from(&alert.sentence);
            }
            let (id, rule) = (alert.id, alert.rule);
            let (severity, text) = match turn {
                Turn::Raised => (alert.severity, format!("alert {id}, {rule}: {}", alert.sentence)),
                Turn::Worse => (alert.severity, format!("alert {id} is worse: {}", alert.sentence)),
                Turn::Resolved => {
                    let lasted = self.wall.lasted(alert.since, at);
                    let text = format!("alert {id}, {rule}: resolved after {}", fmt::span(lasted));
                    (Severity::Ok, text)
                }
            };
            // When it was told; that it began before is in the table of alerts.
            self.note(TimelineEntry { at, second, severity, text });
        }
        // That of the first second is none.
        if !snapshot.is_measuring(focused(snapshot, focus)) {
            self.hear(&judgement.verdict, at);
        }
        if let Some(focus) = focus {
            *self.looked_at.entry(focus).or_default() += 1;
        }
        self.last = Some(snapshot.at);
    }

    /// Something worth knowing happened to what is gathered from, in this second of its
    /// history.
    pub fn mark(&mut self, at: DateTime<Utc>, second: u64, note: &str) {
        if self.marks.len() < EVENTS {
            self.marks.push((second, note.to_owned()));
        }
        self.note(TimelineEntry { at, second, severity: Severity::Ok, text: note.to_owned() });
    }

    /// The steps are those of the last moment a rule fired: by then their figures
    /// are whole, and what they name is still there. What they are about stays.
    fn advise(&mut self, moment: &Moment, focus: Option<ServiceId>) {
        let Moment { snapshot, judgement, .. } = moment;
        for alert in judgement.firing().filter(|alert| alert.current) {
            let now = advice::of_alert(judgement, snapshot, alert, focus.map(|f| f.socket()));
            match self.advice.get_mut(&alert.rule) {
                Some(advice) => advice.steps = now.steps,
                None => drop(self.advice.insert(alert.rule, now)),
            }
        }
    }

    /// That the clock was set is an event; a suspended machine looks the same.
    fn step(&mut self, at: Stamp, second: u64) {
        let before = self.last.map(|last| last.wall);
        let (Some(step), Some(before)) = (self.wall.observe(at, second), before) else { return };
        // Two readings of two clocks: to the second it is only by rounding.
        let seconds = (step.abs().num_milliseconds() + 500) / 1000;
        let long = fmt::span(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)));
        let how = if step > TimeDelta::zero() {
            format!("the wall clock went forward by {long}: it was set, or the machine slept")
        } else {
            format!("the wall clock was set back by {long}")
        };
        let text = format!("{how} (before it showed {})", before.format("%Y-%m-%d %H:%M:%S"));
        self.note(TimelineEntry { at: at.wall, second, severity: Severity::Unknown, text });
    }

    fn pause(&mut self, at: Stamp) {
        let Some(last) = self.last else { return };
        let since = at.mono.saturating_sub(last.mono);
        if since > PAUSE && since > self.every * 3 {
            let text = format!("nothing was measured for {}", fmt::span(since));
            let second = self.wall.second(last.wall).min(self.second);
            self.note(TimelineEntry { at: last.wall, second, severity: Severity::Unknown, text });
        } else {
            self.every = since;
            let severity = self.verdict.map_or(Severity::Unknown, |(severity, ..)| severity);
            *self.severities.entry(severity).or_default() += since;
        }
    }

    /// Who is lost is told for minutes, and how many connections with it may grow.
    fn lose(&mut self, snapshot: &Snapshot) {
        for exit in &snapshot.exits {
            let lost = exit.lost.unwrap_or(0);
            let key = (exit.address, exit.pid, exit.start_ticks, exit.at.mono.as_secs());
            if lost > 0 && (self.lost.len() < EVENTS || self.lost.contains_key(&key)) {
                let known = self.lost.entry(key).or_default();
                *known = lost.max(*known);
            }
        }
    }

    /// Connections that were lost with workers, and with how many of those.
    pub(super) fn lost(&self) -> (u64, usize) {
        let all = self.lost.values().fold(0, |sum: u64, lost| sum.saturating_add(*lost));
        (all, self.lost.len())
    }

    fn hear(&mut self, verdict: &Verdict, at: DateTime<Utc>) {
        let severity = verdict.severity;
        // Of one that goes on the last words: by then its figures are whole.
        let is_worst = self.worst.as_ref().is_none_or(|worst| {
            severity > worst.severity || severity == worst.severity && verdict.since == worst.since
        });
        if is_worst {
            let line = plain::verdict_line(verdict);
            let alert = verdict.alert;
            self.worst = Some(Worst { severity, since: verdict.since, line, alert });
        }
        let now = (severity, verdict.kind, verdict.cause);
        if self.verdict.replace(now) != Some(now) {
            let text = format!("verdict {}", plain::verdict_words(verdict));
            self.note(TimelineEntry { at, second: self.second, severity, text });
        }
    }

    fn note(&mut self, event: TimelineEntry) {
        if self.events.len() == EVENTS {
            self.events.pop_front();
            self.left_out += 1;
        }
        self.events.push_back(event);
    }

    /// The service that was looked at most; of equals the one with the lower name.
    pub(super) fn busiest(&self) -> Option<ServiceId> {
        let all = self.looked_at.iter();
        all.max_by_key(|(id, times)| (**times, std::cmp::Reverse(**id))).map(|(id, _)| *id)
    }

    /// What happened, and how much of it is not kept any more.
    pub(super) fn events(&self) -> (impl Iterator<Item = &TimelineEntry>, u64) {
        (self.events.iter(), self.left_out)
    }
}
