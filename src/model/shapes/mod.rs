//! How the connections of a listener ended, those together that are alike, and what is
//! known of their cause.
//!
//! ```text
//! mod       the table: what the event lane tells, second by second
//! ages      whether those of a shape were closed at one age
//! cause     what names a shape: a probe that ended so, a process, a timer, a log
//! snapshot  the table at a moment; the share of the clients that are accepted
//! ```

mod ages;
mod cause;
mod snapshot;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use super::Model;
use super::codes::Count;
use crate::close::Outcome;
use crate::sample::{EndSign, EndingShape, EndingShapes, ProbeEnd};
use ages::AgeRing;
use cause::Label;

/// A probe tells of its end and the kernel of its socket within a second; where the
/// machine is full within a few.
const TOGETHER: Duration = Duration::from_secs(20);
/// After so long it is known that no socket was told of with the port of a probe.
const ALONE: Duration = Duration::from_secs(5);
/// Steps of 100 ms around what a probe was told.
const AROUND: u64 = 15;
/// A close is told of so long after it, in the mean.
const TOLD: Duration = Duration::from_millis(50);
/// Steps of 100 ms: in a second, and as many as are kept.
const TICKS: u64 = 10;
const LATELY: u64 = 200;

/// The step of that moment.
const fn tick(at: Duration) -> u64 {
    at.as_secs() * TICKS + (at.subsec_millis() / 100) as u64
}

/// Probes that are waited for.
const WAITING: usize = 64;

/// The shapes of one listener.
#[derive(Debug, Clone, Default)]
pub(super) struct ShapeTable {
    rows: Vec<ShapeRow>,
    /// What is in none of them.
    other: Count,
    /// Of the next row.
    next: u32,
    /// Sockets of probes that were told and not what became of them, and the other way
    /// round.
    sockets: VecDeque<(Duration, u16, u32)>,
    outcomes: VecDeque<ProbeOutcome>,
    /// Probes that had been accepted and were cut off.
    lost: VecDeque<Lost>,
    /// Up to when it was looked for causes.
    explained: Duration,
}

/// What a probe was told.
#[derive(Debug, Clone)]
struct ProbeOutcome {
    at: Duration,
    /// Its own end.
    port: u16,
    name: String,
    /// Fresh, and from this host to this host: its socket here dies within seconds.
    is_here: bool,
}

/// A probe that had been accepted and was cut off.
#[derive(Debug, Clone)]
struct Lost {
    at: Duration,
    name: String,
    /// With a Close frame.
    said: bool,
}

/// One shape, since it was first seen.
#[derive(Debug, Clone)]
struct ShapeRow {
    id: u32,
    shape: EndingShape,
    counts: Count,
    /// The last twenty seconds in steps of 100 ms.
    ticks: VecDeque<(u64, u64)>,
    /// How old they were, where the walks saw it.
    ages: AgeRing,
    /// Of these, our own probes.
    own: Count,
    /// What probes were told that ended so.
    told: Vec<String>,
    /// What closes of the log they are.
    logged: Option<String>,
    /// The one cause of these, and of no others of this shape.
    cause: Option<Label>,
}

impl ShapeRow {
    fn new(id: u32, shape: EndingShape) -> Self {
        let (counts, own) = (Count::default(), Count::default());
        let (ticks, ages) = (VecDeque::new(), AgeRing::default());
        Self { id, shape, counts, ticks, ages, own, told: Vec::new(), logged: None, cause: None }
    }
}

/// What a probe was told, as the status document names it: the code, else the outcome.
fn name_of(outcome: &Outcome) -> String {
    match outcome {
        Outcome::CloseClean { code, .. }
        | Outcome::CloseLingerTimeout { code: Some(code) }
        | Outcome::HalfClose { code: Some(code), .. } => code.to_string(),
        Outcome::CloseIllegalCode { raw, .. } => raw.to_string(),
        other => other.name().into_owned(),
    }
}

impl ShapeTable {
    /// Takes the endings of an interval in.
    pub(super) fn add(&mut self, at: Duration, told: EndingShapes) {
        for shape in told.shapes {
            self.add_shape(at, shape);
        }
        if told.other > 0 {
            self.other.add(at.as_secs(), told.other);
        }
    }

    /// Takes endings that are alike in.
    pub(super) fn add_shape(&mut self, at: Duration, mut shape: EndingShape) {
        // They are told of a tenth of a second after it at most.
        let (ended, count) = (at.saturating_sub(TOLD), shape.count);
        let second = ended.as_secs();
        let probes = std::mem::take(&mut shape.probes);
        let ages = std::mem::take(&mut shape.ages);
        let row = self.row_of(second, shape);
        row.count(tick(ended), count);
        for (age, n) in ages {
            row.ages.add(second, age, n);
        }
        let id = row.id;
        if !probes.is_empty() {
            row.own.add(second, probes.len() as u64);
        }
        for port in probes {
            self.sockets.push_back((at, port, id));
        }
        while self.sockets.len() > WAITING {
            self.sockets.pop_front();
        }
        self.match_probes(at);
    }

    /// The row of a shape; where there is no room for another the one that is seen least
    /// makes place.
    fn row_of(&mut self, second: u64, shape: EndingShape) -> &mut ShapeRow {
        let known = |row: &ShapeRow| row.cause.is_none() && row.shape.is_like(&shape);
        let at = match self.rows.iter().position(known) {
            Some(at) => {
                self.rows[at].shape.add(&shape);
                at
            }
            None => self.push(second, shape),
        };
        &mut self.rows[at]
    }

    fn push(&mut self, second: u64, shape: EndingShape) -> usize {
        let row = ShapeRow::new(self.next, shape);
        self.next = self.next.wrapping_add(1);
        if self.rows.len() < EndingShape::MOST {
            self.rows.push(row);
            return self.rows.len() - 1;
        }
        let weight = |row: &ShapeRow| {
            let lately = row.counts.within(second, 60, 0);
            let is_known = !row.told.is_empty() || row.cause.is_some();
            (lately > 0, is_known, lately, row.counts.total())
        };
        let rarest = (0..self.rows.len()).min_by_key(|&at| weight(&self.rows[at])).unwrap_or(0);
        let gone = std::mem::replace(&mut self.rows[rarest], row);
        self.other.merge(&gone.counts);
        rarest
    }

    /// Takes in how a probe of this listener ended.
    pub(super) fn probe_ended(&mut self, at: Duration, end: &ProbeEnd) {
        let name = name_of(&end.outcome);
        if end.held {
            let said = end.outcome.wire_code().is_some_and(|code| code.0 != 1006);
            self.lost.push_back(Lost { at, name: name.clone(), said });
            while self.lost.len() > WAITING {
                self.lost.pop_front();
            }
        }
        let (local, peer) = (end.local, end.peer);
        let same_host = peer.ip().is_loopback() || peer.ip() == local.ip();
        let is_here = same_host && !end.held;
        self.outcomes.push_back(ProbeOutcome { at, port: local.port(), name, is_here });
        while self.outcomes.len() > WAITING {
            self.outcomes.pop_front();
        }
        self.match_probes(at);
    }

    /// Puts what probes were told to the shapes of their sockets. Of those that lived
    /// long the bytes say nothing, so one of them says nothing of the others.
    fn match_probes(&mut self, now: Duration) {
        let Self { rows, sockets, outcomes, .. } = self;
        let is_late = |at: Duration| now.saturating_sub(at) > TOGETHER;
        outcomes.retain(|outcome| {
            // Every death is told, and of one that the server reset at once without a
            // peer: where those of others are, that of this probe is among them.
            let lonely = outcome.is_here && now.saturating_sub(outcome.at) > ALONE;
            if lonely && let Some(row) = rows.iter_mut().find(|row| row.was_reset(outcome.at)) {
                row.tell(outcome.name.clone());
            }
            !lonely && !is_late(outcome.at)
        });
        sockets.retain(|&(at, port, id)| {
            let Some(found) = outcomes.iter().position(|outcome| outcome.port == port) else {
                return !is_late(at);
            };
            let told = outcomes.remove(found).map(|outcome| outcome.name);
            let row = rows.iter_mut().find(|row| row.id == id && row.shape.life.is_brief());
            if let (Some(name), Some(row)) = (told, row) {
                row.tell(name);
            }
            false
        });
    }
}

impl ShapeRow {
    /// Adds so many that ended in this step.
    fn count(&mut self, tick: u64, times: u64) {
        self.counts.add(tick / TICKS, times);
        self.ticks.push_back((tick, times));
        while self.ticks.front().is_some_and(|(then, _)| then + LATELY < tick) {
            self.ticks.pop_front();
        }
    }

    /// Whether the server reset some of these around that moment.
    fn was_reset(&self, at: Duration) -> bool {
        let (from, to) = (tick(at).saturating_sub(AROUND), tick(at) + AROUND);
        self.shape.end == EndSign::Aborted && self.cause.is_none() && self.between(from, to) > 0
    }

    /// How many ended from this step on and before that one.
    fn between(&self, from: u64, to: u64) -> u64 {
        self.ticks.iter().filter(|(at, _)| (from..to).contains(at)).map(|(_, n)| n).sum()
    }

    /// Takes those out.
    fn split_off(&mut self, from: u64, to: u64) -> Self {
        let mut part = Self::new(self.id, self.shape.clone());
        for &(tick, times) in self.ticks.iter().filter(|(at, _)| (from..to).contains(at)) {
            self.counts.take(tick / TICKS, times);
            part.counts.add(tick / TICKS, times);
        }
        self.ticks.retain(|(at, _)| !(from..to).contains(at));
        part.own = self.own.split_off(from / TICKS, to.div_ceil(TICKS));
        part
    }

    /// A probe that ended so was told this. Whether a FIN or a reset comes first is chance
    /// where there is no Close frame.
    fn tell(&mut self, name: String) {
        const WITHOUT_CLOSE: [&str; 2] = ["eof_no_close", "rst_no_close"];
        let is_without = |name: &String| WITHOUT_CLOSE.contains(&name.as_str());
        let same = |told: &String| *told == name || is_without(told) && is_without(&name);
        if !self.told.iter().any(same) && self.told.len() < 4 {
            self.told.push(name);
        }
    }
}

impl Model {
    /// Takes the endings of one local address in.
    pub(super) fn read_shapes(&mut self, at: Duration, told: EndingShapes) {
        if let Some(state) = self.routed(told.local) {
            state.shapes().add(at, told);
        }
    }

    /// Takes in how a probe ended: that of a service on this host is one of its closes.
    pub(super) fn read_probe_end(&mut self, at: Duration, end: &ProbeEnd) {
        let address = self.ports.route(end.peer);
        if let Some(state) = address.and_then(|address| self.listeners.get_mut(&address)) {
            state.shapes().probe_ended(at, end);
        }
    }

    /// The tables of the listeners at these addresses.
    fn tables(&self, addresses: &[SocketAddr]) -> impl Iterator<Item = &ShapeTable> {
        addresses.iter().filter_map(|at| self.listeners.get(at)?.shapes.as_deref())
    }
}

/// Ends that a process which is gone leaves behind, and a server that closes all.
const fn is_close(end: EndSign) -> bool {
    matches!(end, EndSign::Orderly | EndSign::Unread | EndSign::Cut | EndSign::Reset)
}
