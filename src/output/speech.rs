//! What is said where nothing is drawn: one line per change, for a screen reader.
//!
//! Pure: a session in, at most one sentence out. A reader speaks ten times slower
//! than herdtop measures, so that what has changed meanwhile is told together, and
//! only what is worse may interrupt.

use std::collections::VecDeque;
use std::time::Duration;

use super::focused;
use crate::detect::{Cause, Kind, Moment, News, Severity, Turn, Verdict};
use crate::fmt::{self, Zone};
use crate::model::{ListenerSnapshot, ServiceId, Snapshot};
use crate::session::Session;
use crate::text;
use crate::units::{PerSecond, float};

/// No line sooner after the last one, unless it is worse than what was said.
const PAUSE: Duration = Duration::from_secs(4);
/// Alerts that are told in one line; a storm of them is a number.
const ALERTS: usize = 3;
/// Back under a step a figure has to be clearly under it.
const UNDER: f64 = 0.9;
/// Below it the figures of a quiet host would cross a step each minute.
const LEAST: f64 = 10.0;

/// Remembers what was said.
#[derive(Debug)]
pub struct Speaker {
    zone: Zone,
    news: News,
    /// Alerts that are still to be told, oldest first.
    waiting: VecDeque<(u64, String)>,
    said: Option<Said>,
}

/// What the last line told of.
#[derive(Debug, Clone, Copy)]
struct Said {
    at: Duration,
    verdict: (Severity, Kind, Cause),
    figures: Figures,
}

/// What is told when it crosses a round step.
#[derive(Debug, Clone, Copy, Default)]
struct Figures {
    share: Option<f64>,
    open: Option<f64>,
    opened: Option<f64>,
}

impl Speaker {
    /// One that has said nothing; times are of that zone.
    #[must_use]
    pub fn new(zone: Zone) -> Self {
        Self { zone, news: News::default(), waiting: VecDeque::new(), said: None }
    }

    /// What there is to say now; none where nothing has changed, or where it is too
    /// soon to say so.
    pub fn hear(&mut self, session: &Session, focus: Option<ServiceId>) -> Option<String> {
        let Moment { snapshot, judgement, .. } = session.latest.as_ref()?;
        let verdict = &judgement.verdict;
        if snapshot.is_measuring(focused(snapshot, focus)) {
            return None;
        }
        let fresh = self.news.of(judgement);
        self.waiting.extend(fresh.into_iter().map(|(turn, alert)| {
            let said = match turn {
                Turn::Raised => format!("{}: {}", alert.now.name(), alert.sentence),
                Turn::Worse => format!("worse, {}: {}", alert.now.name(), alert.sentence),
                Turn::Resolved => format!("resolved: {}", alert.raised),
            };
            (alert.id, said)
        }));
        let listener = focused(snapshot, focus);
        let (now, figures) = (key(verdict), Figures::of(listener));
        let Some(Said { at, verdict: before, figures: heard }) = self.said else {
            self.waiting.clear();
            self.said = Some(Said { at: snapshot.at.mono, verdict: now, figures });
            return Some(whole(snapshot, verdict, listener, self.zone));
        };
        let worse = now.0 > before.0;
        if !worse && snapshot.at.mono.saturating_sub(at) < PAUSE {
            return None;
        }
        let mut parts = Vec::new();
        if now != before {
            parts.push(sentence(verdict));
        }
        parts.extend(self.alerts(verdict));
        parts.extend(figures.crossed(heard, listener));
        if parts.is_empty() {
            return None;
        }
        self.said = Some(Said { at: snapshot.at.mono, verdict: now, figures });
        Some(line(snapshot, &parts, self.zone))
    }

    /// All there is at this moment, asked for by hand.
    pub fn repeat(&mut self, session: &Session, focus: Option<ServiceId>) -> Option<String> {
        let (snapshot, verdict) = (session.snapshot()?, session.verdict()?);
        let listener = focused(snapshot, focus);
        Some(whole(snapshot, verdict, listener, self.zone))
    }

    /// Those that wait; what the verdict says already is not said twice.
    fn alerts(&mut self, verdict: &Verdict) -> Vec<String> {
        let all = self.waiting.drain(..);
        let left = all.filter(|(id, _)| !verdict.names(*id)).map(|(_, said)| said);
        let mut left: Vec<String> = left.collect();
        let more = left.len().saturating_sub(ALERTS);
        left.drain(..more);
        if more > 0 {
            left.insert(0, format!("{more} other alerts"));
        }
        left
    }
}

const fn key(verdict: &Verdict) -> (Severity, Kind, Cause) {
    (verdict.severity, verdict.kind, verdict.cause)
}

impl Figures {
    fn of(listener: Option<&ListenerSnapshot>) -> Self {
        let limit = listener.and_then(ListenerSnapshot::binding);
        Self {
            share: limit.map(|limit| limit.ratio().0 * 100.0),
            open: listener.and_then(|l| l.open).map(float),
            opened: listener.and_then(|l| l.opened).map(|rate| rate.0),
        }
    }

    /// Those that are beyond another step than when they were told last. Where the
    /// share of the limit is known, the number of connections goes with it.
    fn crossed(self, before: Self, listener: Option<&ListenerSnapshot>) -> Vec<String> {
        let Some(listener) = listener else { return Vec::new() };
        let tens = (1..=10).map(|n| f64::from(n) * 10.0);
        let mut parts = Vec::new();
        if crosses(before.share, self.share, tens) {
            parts.extend(fullness(listener));
        } else if self.share.is_none() && crosses(before.open, self.open, steps()) {
            parts.extend(listener.open.map(|open| format!("{open} open")));
        }
        if crosses(before.opened, self.opened, steps()) {
            parts.extend(listener.opened.map(opening));
        }
        parts
    }
}

/// 10, 20, 50, 100, 200 …
fn steps() -> impl Iterator<Item = f64> {
    (0..9).flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * LEAST * 10_f64.powi(power)))
}

/// Whether one of these lies between the two.
fn crosses(before: Option<f64>, now: Option<f64>, mut steps: impl Iterator<Item = f64>) -> bool {
    let (Some(before), Some(now)) = (before, now) else { return false };
    steps.any(|step| before < step && step <= now || now < step * UNDER && step <= before)
}

/// `50 percent of the connection limit, 2500 of 5000`.
fn fullness(listener: &ListenerSnapshot) -> Option<String> {
    let limit = listener.binding()?;
    let (share, name) = (fmt::percent(limit.ratio()), limit.kind.name());
    Some(format!("{share} of {name}, {} of {}", limit.used, limit.limit))
}

fn opening(rate: PerSecond) -> String {
    format!("{} handshakes/s", fmt::rate(rate))
}

/// `critical: connections 91 % of …`.
fn sentence(verdict: &Verdict) -> String {
    format!("{}: {}", verdict.severity.name(), verdict.sentence)
}

/// Verdict and figures, whatever was said before.
fn whole(
    snapshot: &Snapshot,
    verdict: &Verdict,
    listener: Option<&ListenerSnapshot>,
    zone: Zone,
) -> String {
    let mut parts = vec![sentence(verdict)];
    parts.extend(snapshot.which_capacity().map(str::to_owned));
    // While all is well the sentence has the figures already.
    if let Some(listener) = listener.filter(|_| verdict.kind != Kind::Ok) {
        let reading = |value: Option<String>| value.unwrap_or_else(|| "not known".to_owned());
        let about = if listener.estimated { "about " } else { "" };
        let open = reading(listener.open.map(|open| format!("{about}{open}")));
        parts.push(format!("{}, open {open}", listener.label()));
        parts.extend(fullness(listener));
        parts.push(reading(listener.opened.map(opening)));
        let closed = listener.closed.map(|rate| format!("{}/s closed", fmt::rate(rate)));
        parts.extend(closed);
    }
    line(snapshot, &parts, zone)
}

/// The time in front, in words throughout.
fn line(snapshot: &Snapshot, parts: &[String], zone: Zone) -> String {
    let clock = fmt::clock(&zone.local(snapshot.at.wall));
    format!("{clock} {}", spoken(&text::clean(&parts.join("; "), 400)))
}

/// As it is to be heard: a reader says `4 812/s` as two numbers and a slash.
fn spoken(written: &str) -> String {
    let mut words = String::with_capacity(written.len() + 16);
    let written = &written.replace(" -/s ", " an unknown rate ");
    for (at, c) in written.char_indices() {
        let rest = &written[at + c.len_utf8()..];
        match c {
            ' ' if joins_thousands(&words, rest) => {}
            '/' if rest.starts_with('s') && !rest[1..].starts_with(char::is_alphanumeric) => {
                words.push_str(" per second");
            }
            's' if words.ends_with(" per second") && written[..at].ends_with('/') => {}
            '×' => words.push_str(" times "),
            '%' => words.push_str("percent"),
            '…' => words.push_str("..."),
            c => words.push(c),
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the blank between these two groups the digits of one number.
fn joins_thousands(before: &str, after: &str) -> bool {
    let group = after.chars().take_while(char::is_ascii_digit).count();
    let head: Vec<char> = before.chars().rev().take_while(char::is_ascii_digit).collect();
    let lead = before.chars().rev().nth(head.len());
    let alone = lead.is_none_or(|c| c == ' ' || c == '+' || c == '(');
    group == 3 && !head.is_empty() && alone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_told_in_words() {
        assert_eq!(spoken("4 812/s, 38× baseline"), "4812 per second, 38 times baseline");
        assert_eq!(
            spoken("38× baseline   57 038 of 65 536: 87.0 %"),
            "38 times baseline 57038 of 65536: 87.0 percent"
        );
        assert_eq!(
            spoken("1 204 331 lines at 14:05:23 312 came"),
            "1204331 lines at 14:05:23 312 came"
        );
        assert_eq!(spoken(":8080 gateway and/or /srv"), ":8080 gateway and/or /srv");
    }

    #[test]
    fn a_figure_that_trembles_around_a_step_is_told_once() {
        let at = |before: f64, now: f64| crosses(Some(before), Some(now), steps());
        assert!(at(98.0, 101.0) && at(101.0, 89.0) && at(3.0, 5_000.0));
        assert!(!at(101.0, 99.0) && !at(101.0, 103.0) && !at(2.0, 9.0));
        assert!(!crosses(None, Some(50.0), steps()), "the first reading is no change");
    }
}
