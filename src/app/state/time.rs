//! Where in time the user looks: live, or at a moment of the past.
//!
//! The cursor is the moment that tables and verdict are of; the chart shows a
//! stretch of time around it that moves only when the cursor would leave it.
//! Collecting goes on meanwhile.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::past::Past;
use super::window::Window;
use crate::detect::Moment;
use crate::fmt;

/// Marks kept; a hundred notes are more than anyone reads.
const MARKS: usize = 100;
/// A note is a line, not a text.
pub(in crate::app) const LONGEST_NOTE: usize = 80;

/// Where in time.
#[derive(Debug, Default)]
pub(in crate::app) struct Time {
    window: Window,
    held: Option<Held>,
    /// What the user noted, oldest first.
    pub(in crate::app) marks: Vec<Mark>,
    pub(in crate::app) past: Past,
}

/// A note at a second of history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) struct Mark {
    pub(in crate::app) second: u64,
    pub(in crate::app) note: String,
}

/// The picture stands.
#[derive(Debug)]
struct Held {
    cursor: u64,
    /// Where the chart ends.
    end: u64,
    /// The newest second when it was stopped: nothing later is shown.
    newest: u64,
    moment: Option<(u64, Box<Moment>)>,
}

impl Time {
    /// How long a stretch the chart shows.
    pub(in crate::app) const fn window(&self) -> Duration {
        Duration::from_secs(self.window.seconds())
    }

    /// The moment looked at; none = now.
    pub(in crate::app) fn cursor(&self) -> Option<u64> {
        self.held.as_ref().map(|held| held.cursor)
    }

    /// Where the chart ends, while the picture stands.
    pub(in crate::app) fn end(&self) -> Option<u64> {
        self.held.as_ref().map(|held| held.end)
    }

    /// Whether the chart shows another stretch than when the picture was stopped.
    pub(in crate::app) fn is_moved(&self) -> bool {
        self.held.as_ref().is_some_and(|held| held.end != held.newest)
    }

    /// The moment that has to be fetched before the next frame.
    pub(in crate::app) fn wanted(&self) -> Option<u64> {
        let held = self.held.as_ref()?;
        let has = held.moment.as_ref().is_some_and(|(second, _)| *second == held.cursor);
        (!has).then_some(held.cursor)
    }

    /// Here it is.
    pub(in crate::app) fn bring(&mut self, second: u64, moment: Moment) {
        if let Some(held) = &mut self.held {
            held.moment = Some((second, Box::new(moment)));
        }
    }

    /// What is looked at, once it was brought.
    pub(in crate::app) fn moment(&self) -> Option<&Moment> {
        let held = self.held.as_ref()?;
        held.moment.as_ref().map(|(_, moment)| &**moment)
    }

    /// Stops the picture, or lets it move again.
    pub(in crate::app) fn pause(&mut self) {
        match self.held {
            Some(_) => self.live(),
            None => drop(self.hold()),
        }
    }

    /// Follows the data again.
    pub(in crate::app) fn live(&mut self) {
        self.held = None;
    }

    fn hold(&mut self) -> &mut Held {
        let newest = self.past.newest;
        self.held.get_or_insert(Held { cursor: newest, end: newest, newest, moment: None })
    }

    /// Steps back, or forth up to where the picture was stopped.
    pub(in crate::app) fn step(&mut self, forth: bool) {
        self.by(forth, self.window.step());
    }

    /// A minute back or forth.
    pub(in crate::app) fn minute(&mut self, forth: bool) {
        self.by(forth, 60);
    }

    fn by(&mut self, forth: bool, seconds: u64) {
        let at = self.hold().cursor;
        self.to(if forth { at.saturating_add(seconds) } else { at.saturating_sub(seconds) });
    }

    /// To the event before or after the cursor, if there is one.
    pub(in crate::app) fn event(&mut self, forth: bool) {
        let at = self.cursor().unwrap_or(self.past.newest);
        let next = if forth {
            self.past.events.iter().find(|event| **event > at)
        } else {
            // What was noted within the second that is shown is before what came after it.
            let is_live = self.held.is_none();
            let is_before = |event: &&u64| **event < at || is_live && **event == at;
            self.past.events.iter().rev().find(is_before)
        };
        if let Some(second) = next.copied() {
            self.to(second);
        }
    }

    /// To the oldest second that something is kept of.
    pub(in crate::app) fn first(&mut self) {
        self.to(self.past.oldest);
    }

    /// To a second; the chart follows when it would leave it.
    pub(in crate::app) fn to(&mut self, second: u64) {
        let (oldest, window) = (self.past.oldest, self.window.seconds());
        let held = self.hold();
        held.cursor = second.clamp(oldest.min(held.newest), held.newest);
        held.end = held.end.clamp(held.cursor, held.cursor.saturating_add(window * 9 / 10));
        held.end = held.end.min(held.newest);
    }

    /// To a moment that is on the chart, which stays where it is: under the
    /// pointer. Before the beginning is the oldest. False where it stands there
    /// already.
    pub(in crate::app) fn scrub(&mut self, at: DateTime<Utc>) -> bool {
        if self.past.timeline.now().is_none() {
            return false;
        }
        let (oldest, before) = (self.past.oldest, self.cursor());
        let second = self.past.timeline.at(at).unwrap_or(oldest);
        let held = self.hold();
        held.cursor = second.max(oldest).min(held.end);
        before != Some(held.cursor)
    }

    /// A longer or shorter stretch; the cursor keeps its place on the screen.
    pub(in crate::app) fn zoom(&mut self, longer: bool) {
        let before = self.window.seconds();
        self.window = if longer { self.window.longer() } else { self.window.shorter() };
        let now = self.window.seconds();
        if let Some(held) = &mut self.held {
            let ahead = (held.end - held.cursor) * now / before;
            held.end = held.cursor.saturating_add(ahead).min(held.newest);
        }
    }

    /// The shortest stretch that holds so much.
    pub(in crate::app) fn fit(&mut self, span: Duration) {
        self.window = Window::over(span);
    }

    /// The second looked at.
    pub(in crate::app) fn looked_at(&self) -> u64 {
        self.cursor().unwrap_or(self.past.newest)
    }

    /// Notes a second.
    pub(in crate::app) fn mark(&mut self, second: u64, note: String) {
        if self.marks.len() == MARKS {
            self.marks.remove(0);
        }
        self.marks.push(Mark { second, note });
        self.marks.sort_by_key(|mark| mark.second);
    }

    /// How long before `newest` the cursor is, once that is a minute.
    pub(in crate::app) fn ago(&self, newest: u64) -> Option<Duration> {
        let ago = newest.saturating_sub(self.cursor()?);
        (ago >= 60).then(|| Duration::from_secs(ago))
    }

    /// Whether what is drawn would be another picture by now: always while live,
    /// else when it has become a minute older in words.
    pub(in crate::app) fn is_due(&self, newest: u64) -> bool {
        self.held.is_none() || self.ago(newest).map(fmt::ago) != self.past.ago
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An hour of data, as drawn at its end.
    fn time() -> Time {
        let events = vec![200, 3_000, 3_100];
        let past = Past { newest: 3_600, oldest: 100, events, ..Past::default() };
        Time { past, ..Time::default() }
    }

    #[test]
    fn a_step_back_stops_the_picture_and_the_chart_stays_until_the_cursor_leaves_it() {
        let mut time = time();
        time.step(false);
        assert_eq!((time.cursor(), time.end()), (Some(3_590), Some(3_600)));
        time.minute(false);
        assert_eq!((time.cursor(), time.end()), (Some(3_530), Some(3_600)));
        (0..20).for_each(|_| time.minute(false));
        let (cursor, end) = (time.cursor().unwrap(), time.end().unwrap());
        assert_eq!(cursor, 2_330);
        assert!(cursor <= end && end <= cursor + 600, "it is in the chart: {end}");
        (0..99).for_each(|_| time.minute(true));
        assert_eq!((time.cursor(), time.end()), (Some(3_600), Some(3_600)), "no further");
    }

    #[test]
    fn the_past_begins_where_something_is_kept() {
        let mut time = time();
        time.first();
        assert_eq!(time.cursor(), Some(100));
        time.step(false);
        assert_eq!(time.cursor(), Some(100));
        time.live();
        assert_eq!(time.cursor(), None);
    }

    #[test]
    fn brackets_go_from_event_to_event() {
        let mut time = time();
        let mut seen = Vec::new();
        for forth in [false, false, false, false, true, true, true] {
            time.event(forth);
            seen.extend(time.cursor());
        }
        assert_eq!(seen, [3_100, 3_000, 200, 200, 3_000, 3_100, 3_100]);
        let mut none = Time { past: Past { newest: 50, ..Past::default() }, ..Time::default() };
        none.event(false);
        assert_eq!(none.cursor(), None, "nothing to go to: nothing stops");
    }

    #[test]
    fn zooming_keeps_the_cursor_where_it_is_on_the_screen() {
        let mut time = time();
        (0..5).for_each(|_| time.minute(false));
        assert_eq!((time.cursor(), time.end()), (Some(3_300), Some(3_600)));
        time.zoom(false);
        assert_eq!((time.cursor(), time.end()), (Some(3_300), Some(3_450)), "half of each");
        time.zoom(true);
        assert_eq!((time.cursor(), time.end()), (Some(3_300), Some(3_600)));
        time.zoom(true);
        assert_eq!(time.end(), Some(3_600), "nothing later than when it was stopped");
    }

    #[test]
    fn scrubbing_leaves_the_chart_where_it_is_and_stays_within_what_is_kept() {
        let mut time = time();
        let now = DateTime::from_timestamp(1_000_000, 0).unwrap();
        assert!(!time.scrub(now), "nothing was drawn yet: no second is known");
        time.past
            .timeline
            .observe(crate::sample::Stamp { mono: Duration::from_hours(1), wall: now });
        let back = |seconds| now - chrono::TimeDelta::seconds(seconds);
        let mut seen = Vec::new();
        for seconds in [0, 60, 590, 9_000, 60, -50] {
            time.scrub(back(seconds));
            seen.push((time.cursor().unwrap(), time.end().unwrap()));
        }
        let cursors = [3_600, 3_540, 3_010, 100, 3_540, 3_600];
        assert_eq!(seen, cursors.map(|cursor| (cursor, 3_600)));
        assert!(!time.scrub(now), "it stands there");
        time.zoom(true);
    }

    #[test]
    fn a_moment_is_asked_for_once() {
        let mut time = time();
        assert_eq!(time.wanted(), None);
        time.pause();
        assert_eq!(time.wanted(), Some(3_600));
        time.step(false);
        assert_eq!(time.wanted(), Some(3_590));
        time.pause();
        assert_eq!(time.wanted(), None);
    }

    #[test]
    fn a_standing_picture_is_due_when_its_age_reads_otherwise() {
        let mut time = time();
        assert!(time.is_due(3_600));
        time.pause();
        assert!(!time.is_due(3_659));
        assert!(time.is_due(3_660));
        time.past.ago = time.ago(3_660).map(fmt::ago);
        assert!(!time.is_due(3_719) && time.is_due(3_720));
    }
}
