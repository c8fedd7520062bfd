//! What is kept of each derivation for the report; the figures over time are the
//! model's history.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::page::{Page, Subject};
use super::{Report, charts, figures, tables, timeline};
use crate::detect::advice::{self, Advice};
use crate::detect::{Cause, Kind, Moment, News, RuleId, Severity, Turn, Verdict};
use crate::fmt;
use crate::model::ListenerSnapshot;
use crate::output::plain;
use crate::sample::Stamp;
use crate::session::Session;

/// Events kept; of more the newest.
const EVENTS: usize = 1000;
/// A pause between two derivations is one when it is longer than this, and three
/// times the usual.
const PAUSE: TimeDelta = TimeDelta::seconds(10);

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Event {
    pub(super) at: DateTime<Utc>,
    pub(super) severity: Severity,
    pub(super) text: String,
}

/// What happened, in bounded memory.
#[derive(Debug, Clone, Default)]
pub struct Gather {
    from: Option<DateTime<Utc>>,
    first: Option<DateTime<Utc>>,
    last: Option<Stamp>,
    every: TimeDelta,
    news: News,
    verdict: Option<(Severity, Kind, Cause)>,
    events: VecDeque<Event>,
    left_out: u64,
    looked_at: BTreeMap<SocketAddr, u64>,
    pub(super) severities: BTreeMap<Severity, Duration>,
    /// The worst verdict: how bad, since when, its line.
    pub(super) worst: Option<(Severity, DateTime<Utc>, String)>,
    /// By rule.
    pub(super) advice: BTreeMap<RuleId, Advice>,
}

impl Gather {
    /// Gathers from this moment on; none = from the first derivation.
    #[must_use]
    pub fn new(from: Option<DateTime<Utc>>) -> Self {
        Self { from, ..Self::default() }
    }

    /// Gathers what a session that remembers has kept of these seconds of its
    /// history: a screen that has run for weeks tells of its last hour.
    #[must_use]
    pub fn past(
        session: &Session,
        seconds: RangeInclusive<u64>,
        focus: Option<SocketAddr>,
    ) -> Self {
        let from = session.model.timeline().wall(*seconds.start());
        let mut gather = Self::new(from);
        for second in seconds {
            if let Some(moment) = session.moment(second).filter(|moment| !moment.missing) {
                gather.take(&moment, focus);
            }
        }
        gather
    }

    /// A session has derived this and judged it so; `focus` is what was looked at.
    pub fn take(&mut self, moment: &Moment, focus: Option<SocketAddr>) {
        let Moment { snapshot, judgement, .. } = moment;
        let at = snapshot.at.wall;
        // What is kept of the past may be the same moment for several seconds.
        if self.last.is_some_and(|last| snapshot.at.mono <= last.mono) {
            return;
        }
        let turns = self.news.of(judgement);
        if self.from.is_some_and(|from| at < from) {
            return;
        }
        self.first.get_or_insert(at);
        self.pause(at);
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
                    let lasted = (at - alert.since).to_std().unwrap_or_default();
                    let text = format!("alert {id}, {rule}: over after {}", fmt::span(lasted));
                    (Severity::Ok, text)
                }
            };
            // When it was told; that it began before is in the table of alerts.
            self.note(Event { at, severity, text });
        }
        // That of the first second is none.
        if !snapshot.is_measuring(focus.and_then(|f| snapshot.listener(f))) {
            self.hear(&judgement.verdict, at);
        }
        if let Some(focus) = focus {
            *self.looked_at.entry(focus).or_default() += 1;
        }
        self.last = Some(snapshot.at);
    }

    /// Something worth knowing happened to what is gathered from.
    pub fn mark(&mut self, at: DateTime<Utc>, note: &str) {
        if self.from.is_none_or(|from| at >= from) {
            self.note(Event { at, severity: Severity::Ok, text: note.to_owned() });
        }
    }

    /// The steps are those of the last moment a rule fired: by then their figures
    /// are whole, and what they name is still there. What they are about stays.
    fn advise(&mut self, moment: &Moment, focus: Option<SocketAddr>) {
        let Moment { snapshot, judgement, .. } = moment;
        for alert in judgement.firing().filter(|alert| alert.current) {
            let now = advice::of_alert(judgement, snapshot, alert, focus);
            match self.advice.get_mut(&alert.rule) {
                Some(advice) => advice.steps = now.steps,
                None => drop(self.advice.insert(alert.rule, now)),
            }
        }
    }

    fn pause(&mut self, at: DateTime<Utc>) {
        let Some(last) = self.last.map(|last| last.wall) else { return };
        let since = at - last;
        if since > PAUSE && since > self.every * 3 {
            let long = fmt::span(since.to_std().unwrap_or_default());
            let text = format!("nothing was measured for {long}");
            self.note(Event { at: last, severity: Severity::Unknown, text });
        } else {
            self.every = since;
            let severity = self.verdict.map_or(Severity::Unknown, |(severity, ..)| severity);
            *self.severities.entry(severity).or_default() += since.to_std().unwrap_or_default();
        }
    }

    fn hear(&mut self, verdict: &Verdict, at: DateTime<Utc>) {
        let severity = verdict.severity;
        // Of one that goes on the last words: by then its figures are whole.
        let is_worst = self.worst.as_ref().is_none_or(|(worst, since, _)| {
            severity > *worst || severity == *worst && verdict.since == *since
        });
        if is_worst {
            self.worst = Some((severity, verdict.since, plain::verdict_line(verdict)));
        }
        let now = (severity, verdict.kind, verdict.cause);
        if self.verdict.replace(now) != Some(now) {
            let text = format!("verdict {}", plain::verdict_words(verdict));
            self.note(Event { at, severity, text });
        }
    }

    fn note(&mut self, event: Event) {
        if self.events.len() == EVENTS {
            self.events.pop_front();
            self.left_out += 1;
        }
        self.events.push_back(event);
    }

    /// The time it covers; none before the first derivation in it.
    pub(super) fn range(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        Some((self.first?, self.last?.wall))
    }

    /// The listener that was looked at most; of equals the one with the lower
    /// address.
    pub(super) fn busiest(&self) -> Option<SocketAddr> {
        let all = self.looked_at.iter();
        all.max_by_key(|(address, times)| (**times, std::cmp::Reverse(**address))).map(|(a, _)| *a)
    }

    /// What happened, and how much of it is not kept any more.
    pub(super) fn events(&self) -> (impl Iterator<Item = &Event>, u64) {
        (self.events.iter(), self.left_out)
    }

    /// The report up to now; none before the first derivation.
    #[must_use]
    pub fn report(&self, session: &Session, subject: Subject<'_>) -> Option<Report> {
        let page = Page::new(self, session, subject)?;
        let what =
            page.listener().map_or_else(|| subject.watching.to_owned(), ListenerSnapshot::label);
        let sections = vec![
            figures::summary(&page),
            timeline::timeline(&page),
            tables::alerts(&page),
            charts::charts(&page),
            tables::herds(&page),
            tables::listeners(&page),
            tables::limits(&page),
            tables::codes(&page),
            tables::probes(&page),
            figures::steps(&page),
            figures::missing(&page),
        ];
        Some(Report {
            title: format!("Incident report: {} {what}", subject.host.name),
            sections,
            origin: format!("herdtop {} from {}", env!("CARGO_PKG_VERSION"), subject.origin),
        })
    }
}
