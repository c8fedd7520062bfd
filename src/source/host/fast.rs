//! The fast lane: what costs the same whatever the load, ten times a second.

use std::io;
use std::time::Duration;

use super::budget::Pacer;
use super::counters::CounterFiles;
use super::lanes::{Lanes, SocketTable, WalkFor};
use super::{listeners, own};
use crate::sample::{Counters, Listener, Reading, Sample, TICK};

/// After a reading of the listeners the next one waits this many times as long as it
/// took, a quarter of a percent of a core: with a hundred of them that is less than a
/// tick; ten thousand would take a tenth of a core.
const REST: u32 = 400;

/// More listeners than this are very many.
const MANY: usize = 1_000;

/// The fast lane's files and memory.
pub(super) struct FastLane {
    pub(super) counters: io::Result<CounterFiles>,
    pub(super) table: SocketTable,
    /// Sum of the drop counters last time.
    pub(super) drops: u64,
    /// The listeners last told of, where they are very many.
    pub(super) told: Vec<Listener>,
    /// When the listeners were read.
    pub(super) listened: Pacer,
    /// `PassiveOpens` and `CurrEstab` last time, where somebody looks on.
    pub(super) moved: Option<Moved>,
}

/// By which connections that came or went are noticed.
#[derive(Debug, Default)]
pub(super) struct Moved {
    last: Option<[Option<u64>; 2]>,
}

impl Moved {
    /// Whether some came or went since the last reading.
    fn since_last(&mut self, counters: &Counters) -> bool {
        let now = [counters.passive_opens, counters.curr_estab];
        self.last.replace(now).is_some_and(|last| last != now)
    }
}

impl FastLane {
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

    /// One reading of counters and listeners.
    pub(super) fn tick(&mut self, lanes: &Lanes) -> Sample {
        let mut sample = Sample::at(lanes.clock.now());
        sample.counters = Some(match &mut self.counters {
            Ok(files) => files.read(),
            Err(error) => Reading::Denied(format!("counters: {error}")),
        });
        if let Some(counters) = sample.counters.as_ref().and_then(Reading::seen) {
            lanes.note(counters);
            if self.moved.as_mut().is_some_and(|moved| moved.since_last(counters)) {
                // A full channel means a walk is due anyway.
                let _ = lanes.walk_now.try_send(WalkFor::Moved);
            }
        }
        let now = sample.at.mono;
        if let SocketTable::Diag(diag) = &mut self.table
            && self.listened.is_due(now, Duration::ZERO)
        {
            let before = own::thread_cpu();
            let reading =
                Reading::from_io("listening sockets", listeners::read(diag, lanes.families()));
            let reading = reading.map(|mut found| {
                self.settle(lanes, &mut found, now);
                found
            });
            sample.listeners = self.news(reading);
            self.listened.done(now, own::thread_cpu().saturating_sub(before) * REST);
        }
        sample
    }

    /// Of very many listeners where nobody waits only a reading unlike the one before is
    /// told: to go through ten thousand costs whoever hears it more than reading them.
    fn news(&mut self, reading: Reading<Vec<Listener>>) -> Option<Reading<Vec<Listener>>> {
        let Some(found) = reading.seen() else {
            self.told.clear();
            return Some(reading);
        };
        let waits = found.iter().any(|listener| listener.accept_queue > 0);
        if found.len() > MANY && !waits && self.told == *found {
            return None;
        }
        self.told.clear();
        if found.len() > MANY {
            self.told.extend_from_slice(found);
        }
        Some(reading)
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
