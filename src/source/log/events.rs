//! What is made of a log's lines: events in the order of time, counts, addresses.

use std::net::IpAddr;

use chrono::DateTime;

use super::attempts::Attempts;
use super::end_order::EndOrder;
use super::moments;
use super::reader::{MatchedLine, Reader, stamp};
use super::stamp::{Moment, Stamps};
use super::tally::{Tally, shown};
use super::window::{Event, Window};
use crate::sample::LogLine;

/// What is made of its lines.
pub(super) struct Events {
    pub(super) stamps: Stamps,
    pub(super) window: Window,
    /// Connections whose end the lines below may still tell better.
    pub(super) ends: EndOrder,
    pub(super) tally: Tally,
    pub(super) attempts: Attempts,
    /// When the last line with a stamp was written, microseconds.
    pub(super) last: Option<i64>,
}

impl Events {
    pub(super) fn new(stamps: Stamps) -> Self {
        Self {
            stamps,
            window: Window::default(),
            ends: EndOrder::default(),
            tally: Tally::default(),
            attempts: Attempts::default(),
            last: None,
        }
    }

    /// When a log begins: its first line with a stamp.
    pub(super) fn first(&mut self, reader: &mut Reader, block: &[u8]) -> Option<i64> {
        block.split(|c| *c == b'\n').take(1_000).find_map(|line| {
            let access = reader.format.is_some_and(|format| format.access);
            self.written(&reader.explain(line), access).map(|at| at.micros)
        })
    }

    /// When a line was written. In an access log the wrapper's time counts for requests
    /// only: what stands between them, such as a header, may have been written whenever.
    fn written(&mut self, found: &MatchedLine<'_>, access: bool) -> Option<Moment> {
        let outer = found.outer.filter(|_| found.read.request || !access);
        stamp(&mut self.stamps, found.body, &found.read, outer)
    }

    /// How far a line shows that the log has come.
    pub(super) fn note(&mut self, line: Option<&MatchedLine<'_>>, access: bool) {
        if let Some(at) = line.and_then(|line| self.written(line, access)) {
            self.reach(at.micros);
        }
    }

    pub(super) fn line(
        &mut self,
        found: &MatchedLine<'_>,
        moments: Option<moments::Moments>,
        client: Option<IpAddr>,
    ) {
        self.tally.lines += 1;
        self.tally.count(&found.events, &found.repeated);
        let tells = found.events.is_some();
        if !tells && found.repeated.is_some() && !found.error {
            // It told what others tell: it is no line that tells nothing.
            return;
        }
        let error = |events: &mut Self, at: i64| {
            if found.error {
                events.error(found.body, at);
            }
        };
        match (moments, self.last) {
            (Some(moments), _) => {
                self.last = Some(moments.at);
                self.tally.timed += 1;
                self.event(found, moments, client);
                error(self, moments.at);
            }
            // A traceback has no stamp of its own: the line above it has.
            (None, Some(at)) if !tells => error(self, at),
            _ => self.tally.timeless(found.body),
        }
    }

    fn event(
        &mut self,
        found: &MatchedLine<'_>,
        moments: moments::Moments,
        client: Option<IpAddr>,
    ) {
        let events = &found.events;
        if !events.is_some() {
            return;
        }
        if let Some(client) = client {
            self.attempts.add(client);
        }
        let opened = events.opened.and(moments.began);
        let closed = events.closed.filter(|_| moments.ended.is_some());
        self.tally.unbegun += u64::from(events.opened.is_some() && opened.is_none());
        self.tally.unended += u64::from(events.closed.is_some() && closed.is_none());
        let event = Event {
            opened,
            closed: closed.and(moments.ended),
            code: closed.and_then(|c| c.code),
            reason: closed.and_then(|c| c.reason),
            coarse: moments.coarse,
            calculated: moments.calculated,
            unordered: found.read.request && moments.ended.is_none(),
            client,
        };
        let (Some(from), Some(width)) = (event.closed, moments.unsure) else {
            return self.window.add(event);
        };
        self.ends.push(from, width, Event { reason: None, ..event });
        while let Some(event) = self.ends.next() {
            self.window.add(event);
        }
    }

    /// The log has come to this moment.
    fn reach(&mut self, at: i64) {
        while let Some(event) = self.ends.next_until(at) {
            self.window.add(event);
        }
        self.window.reach(at);
    }

    /// The log is over: everything is settled.
    pub(super) fn finish(&mut self) {
        while let Some(event) = self.ends.take() {
            self.window.add(event);
        }
        self.window.finish();
    }

    fn error(&mut self, line: &[u8], at: i64) {
        let Some(time) = DateTime::from_timestamp_micros(at) else { return };
        self.reach(at);
        self.window.error(at, LogLine { at: time, text: shown(line) });
    }
}
