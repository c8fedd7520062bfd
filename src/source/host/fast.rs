//! The fast lane: what costs the same whatever the load, ten times a second.
//!
//! The listeners are read as often only while something stirs, see `listen_pace`.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::time::Duration;

use super::counters::CounterFiles;
use super::lanes::{Lanes, SocketTable, WalkFor};
use super::listen_pace::ListenPace;
use super::movement::Movement;
use super::{listeners, own};
use crate::sample::{Listener, Reading, Sample, TICK};

/// After a reading of the listeners the next one waits this many times as long as it
/// took, a quarter of a percent of a core: with a hundred of them that is less than a
/// tick; ten thousand would take a tenth of a core.
const REST: u32 = 400;

/// More listeners than this are very many.
const MANY: usize = 1_000;

/// The fast lane's files and memory.
pub(super) struct FastLane {
    counters: io::Result<CounterFiles>,
    table: SocketTable,
    /// How many listeners there were, watched or not.
    found: usize,
    /// Sum of the drop counters last time.
    drops: u64,
    /// The print of the listeners last told of, where they are very many.
    told: Option<u64>,
    prints: RandomState,
    /// When the listeners are read.
    pace: ListenPace,
    /// By which connections that came or went are, where somebody looks on.
    moved: Option<Movement>,
}

impl FastLane {
    /// With these files; `prompt` where somebody looks on.
    pub(super) fn new(
        counters: io::Result<CounterFiles>,
        table: SocketTable,
        prompt: bool,
    ) -> Self {
        Self {
            counters,
            table,
            found: 0,
            drops: 0,
            told: None,
            prints: RandomState::new(),
            pace: ListenPace::new(),
            moved: prompt.then(Movement::of_connections),
        }
    }

    /// Ticks until stopped.
    pub(super) fn run(mut self, lanes: &Lanes) {
        let mut next = lanes.clock.now().mono + TICK;
        while !lanes.stopped() {
            let now = lanes.clock.now().mono;
            if let Some(wait) = next.checked_sub(now) {
                std::thread::sleep(wait);
            } else {
                // Late (the host was busy or asleep): one tick, not a burst of
                // them. The samples carry their real times.
                next = now;
            }
            next += TICK;
            let sample = self.tick(lanes);
            lanes.offer(sample);
        }
    }

    /// One reading of counters, and of the listeners where it is their turn.
    pub(super) fn tick(&mut self, lanes: &Lanes) -> Sample {
        let mut sample = Sample::at(lanes.clock.now());
        let now = sample.at.mono;
        sample.counters = Some(match &mut self.counters {
            Ok(files) => files.read(now),
            Err(error) => Reading::Denied(format!("counters: {error}")),
        });
        let counters = sample.counters.as_ref().and_then(Reading::seen);
        if let Some(counters) = counters {
            lanes.note(counters);
            if self.moved.as_mut().is_some_and(|moved| moved.since_last(counters)) {
                // A full channel means a walk is due anyway.
                let _ = lanes.walk_now.try_send(WalkFor::Moved);
            }
        }
        self.pace.note(counters, lanes.take_closed());
        if self.pace.is_due(now) {
            sample.listeners = self.listen(lanes, now);
        }
        sample
    }

    /// The listeners now; none where they are not read here, or are the same as before.
    fn listen(&mut self, lanes: &Lanes, now: Duration) -> Option<Reading<Vec<Listener>>> {
        let SocketTable::Diag(diag) = &mut self.table else { return None };
        let before = own::thread_cpu();
        // With some room: one more would double it.
        let found = listeners::read(diag, self.found + self.found / 16);
        self.found = found.as_ref().map_or(0, Vec::len);
        let reading = Reading::from_io("listening sockets", found);
        let reading = reading.map(|mut found| {
            lanes.note_listening(&found);
            self.settle(lanes, &mut found, now);
            found
        });
        let waits = |all: &Vec<Listener>| all.iter().any(|listener| listener.accept_queue > 0);
        let waits = reading.seen().is_some_and(waits);
        let news = self.news(reading);
        self.pace.done(now, own::thread_cpu().saturating_sub(before) * REST, waits);
        news
    }

    /// Of very many listeners only a reading unlike the one before is told: to go through
    /// ten thousand costs whoever hears it more than reading them.
    fn news(&mut self, reading: Reading<Vec<Listener>>) -> Option<Reading<Vec<Listener>>> {
        // By a print of 64 bits under a key of this run: a copy would be a megabyte.
        let many = reading.seen().filter(|found| found.len() > MANY);
        let print = many.map(|found| self.prints.hash_one(found));
        let same = print.is_some() && print == self.told;
        self.told = print;
        (!same).then_some(reading)
    }

    /// Keeps the watched listeners and tells the other lanes what changed.
    fn settle(&mut self, lanes: &Lanes, found: &mut Vec<Listener>, now: Duration) {
        keep_watched(lanes, found, now);
        let drops = found.iter().filter_map(|l| l.drops).map(u64::from).sum();
        // The counter is the socket's own: a restart makes the sum fall.
        if drops > self.drops && self.drops > 0 {
            // A full channel means a walk is already due.
            let _ = lanes.walk_now.try_send(WalkFor::Change);
        }
        self.drops = drops;
    }
}

/// Keeps the watched listeners; on a change of ports the event lane lets the new
/// ones through at once, and the slow lane walks for them.
pub(super) fn keep_watched(lanes: &Lanes, found: &mut Vec<Listener>, now: Duration) {
    let mut watched = lanes.watched();
    if watched.update(&lanes.watch, found, now) {
        if let Some((socket, _)) = &lanes.events {
            // A refused filter lets too much through, which the model sorts out.
            let _ = socket.filter(watched.ports());
        }
        let _ = lanes.walk_now.try_send(WalkFor::Change);
    }
}
