//! What names a shape.
//!
//! Of those that lived briefly the bytes are the shape, and a probe that ended so names
//! it for good: one that was named in two ways has no name. Those that lived long have
//! the sign and the silence alone, which many causes share; so what is told of a moment
//! (a process was killed, the long-lived probe was cut off) names those that ended
//! around it and no others, and only where hardly any did before.

use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{ShapeRow, ShapeTable, is_close, tick};
use crate::close::CloseCode;
use crate::model::Model;
use crate::model::codes::Count;
use crate::model::exit::{Exit, Loss};
use crate::model::snapshot::LabelSource;
use crate::sample::{EndSign, EndingShape, Lifetime};

/// A cause is looked for once everything of that moment has been told.
const SETTLED: Duration = Duration::from_secs(3);
/// What happened so close together is one event.
const ONE_EVENT: Duration = Duration::from_millis(2_500);
/// Steps of 100 ms around it whose ends are its own, and those before them.
const BEFORE: u64 = 10;
const AFTER: u64 = 12;
const USUAL: u64 = 50;
/// So few of them may have ended without it.
const FEW: u64 = 50;

/// What a shape is called, and who says so; the kernel's own signs are nobody's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Label {
    pub(super) name: String,
    pub(super) source: Option<LabelSource>,
}

impl Label {
    fn new(name: &str, source: Option<LabelSource>) -> Self {
        Self { name: name.to_owned(), source }
    }
}

impl ShapeRow {
    /// What it is called, but by a timer.
    pub(super) fn label(&self) -> Option<Label> {
        if let Some(cause) = &self.cause {
            return Some(cause.clone());
        }
        match (self.told.as_slice(), &self.logged) {
            _ if self.shape.end == EndSign::Silent => Some(Label::new("vanished", None)),
            ([name], _) => Some(Label::new(name, Some(LabelSource::Probe))),
            ([], Some(code)) => Some(Label::new(code, Some(LabelSource::Log))),
            _ => None,
        }
    }
}

impl ShapeTable {
    /// What a row is called. Those that are alike to the byte to others are the same,
    /// though a socket scan went by while they were open or did not; but who was accepted
    /// and stayed says nothing of who went at once.
    pub(super) fn label_of(&self, row: &ShapeRow) -> Option<Label> {
        let own = row.label();
        let other = match row.shape.life {
            Lifetime::Short => Lifetime::Under30s,
            Lifetime::Under30s => Lifetime::Short,
            _ => return own,
        };
        if own.is_some() || !row.told.is_empty() {
            return own;
        }
        let other = EndingShape { life: other, ..row.shape.clone() };
        let same = |row: &&ShapeRow| row.cause.is_none() && row.shape.is_like(&other);
        let label = self.rows.iter().find(same)?.label()?;
        let stayed = row.shape.life == Lifetime::Short && label.name == "open_ok";
        (!stayed).then_some(label)
    }

    /// Whether a row was cut by a timer: the same silence before each, one after another
    /// over seconds, or at once by a server whose processes live, and more than of all
    /// other silences of that length.
    pub(super) fn is_idle_cut(&self, row: &ShapeRow, lives: &dyn Fn(u64, u64) -> bool) -> bool {
        const AT_ONCE: u32 = 3_000;
        const FEWEST: u64 = 5;
        let (least, most) = row.shape.idle;
        let alike = row.counts.kept();
        if row.cause.is_some()
            || !is_close(row.shape.end)
            || least < EndingShape::JUST_BEFORE
            || alike < FEWEST
        {
            return false;
        }
        let near = |other: &&ShapeRow| {
            let (from, to) = other.shape.idle;
            other.cause.is_none() && from <= most.saturating_mul(2) && to >= least / 2
        };
        let others: u64 = self.rows.iter().filter(near).map(|other| other.counts.kept()).sum();
        let Some((first, newest)) = row.counts.ends() else { return false };
        let one_by_one = row.counts.busy() >= 3 && newest - first >= 3;
        let shape = &row.shape;
        let here = shape.asked > 0 && shape.closed_here * 10 >= shape.asked * 8;
        alike * 10 >= others * 6 && (one_by_one || here && least >= AT_ONCE && lives(first, newest))
    }

    /// Names those that ended around that moment.
    fn name_around(&mut self, at: Duration, label: &Label, which: Which) {
        let (from, to) = (tick(at).saturating_sub(BEFORE), tick(at) + AFTER);
        let mut found = Vec::new();
        for row in &mut self.rows {
            let (least, most) = row.shape.idle;
            let fits = match which {
                Which::Spoken => most < EndingShape::JUST_BEFORE,
                Which::Silent => least >= EndingShape::JUST_BEFORE,
                Which::All => true,
            };
            let is_one = row.cause.is_none() && is_close(row.shape.end) && fits;
            // A probe that ended with the same bytes knows better.
            let knows = |told: &String| *told != label.name && !told.ends_with("no_close");
            let is_known = row.told.iter().any(knows);
            if !is_one || is_known || row.shape.life == Lifetime::Short {
                continue;
            }
            let burst = row.between(from, to);
            let before = row.between(from.saturating_sub(USUAL), from);
            // As many of those before would have ended in these seconds anyway.
            if burst > 0 && before * (BEFORE + AFTER) * FEW <= burst * USUAL {
                let mut part = row.split_off(from, to);
                part.cause = Some(label.clone());
                found.push(part);
            }
        }
        self.rows.retain(|row| row.counts.total() > 0 || !row.told.is_empty());
        for part in found {
            self.take(part);
        }
    }

    /// Puts a named part of a shape to those that were named so before.
    fn take(&mut self, part: ShapeRow) {
        let same = |row: &&mut ShapeRow| row.cause == part.cause && row.shape.is_like(&part.shape);
        if let Some(row) = self.rows.iter_mut().find(same) {
            row.shape.add(&part.shape);
            row.counts.merge(&part.counts);
            row.own.merge(&part.own);
            return;
        }
        let second = part.counts.ends().map_or(0, |(_, last)| last);
        let at = self.push(second, part.shape.clone());
        let row = &mut self.rows[at];
        (row.counts, row.own, row.cause) = (part.counts, part.own, part.cause);
    }

    /// Looks at what happened up to that moment, and has not been looked at. Where the
    /// processes are not ours to see, one that is gone has left its listening socket.
    fn explain(&mut self, now: Duration, exits: &[Duration], gone: Option<Duration>) {
        let due = now.saturating_sub(SETTLED);
        let lost = self.lost.iter().map(|lost| lost.at);
        let new = |at: &Duration| *at > self.explained && *at <= due;
        let Some(at) = lost.chain(exits.iter().copied()).filter(new).min() else { return };
        let near = |other: Duration| other.abs_diff(at) <= ONE_EVENT;
        self.explained = at + ONE_EVENT;
        let killed = exits.iter().any(|exit| near(*exit));
        let gone = gone.is_some_and(near);
        let lost: Vec<_> = self.lost.iter().filter(|lost| near(lost.at)).cloned().collect();
        let said = lost.iter().find(|lost| lost.said);
        match (said, lost.first()) {
            (Some(told), _) => {
                let label = Label::new(&told.name, Some(LabelSource::Probe));
                self.name_around(told.at, &label, Which::Spoken);
            }
            (None, Some(_)) if killed || gone => {
                self.name_around(at, &Label::new("killed", None), Which::All);
            }
            (None, Some(cut)) => {
                let label = Label::new(&cut.name, Some(LabelSource::Probe));
                self.name_around(at, &label, Which::All);
            }
            // Who was told something just before may have been told why.
            (None, None) if killed => {
                self.name_around(at, &Label::new("killed", None), Which::Silent);
            }
            (None, None) => {}
        }
    }

    /// Gives the names that the log has for what came lately: a shape and a code that
    /// alone came in the same numbers, in each five seconds of the last thirty.
    fn name_by_log(&mut self, now: u64, codes: &[(String, [u64; BINS])]) {
        let ends = |row: &ShapeRow| bins(|from, to| row.counts.between(from, to), now);
        let all: Vec<_> = self.rows.iter().map(ends).collect();
        for (at, row) in self.rows.iter_mut().enumerate() {
            if row.cause.is_some() || !is_enough(&all[at]) {
                continue;
            }
            row.logged = None;
            let mut fitting = codes.iter().filter(|(_, told)| is_same(&all[at], told));
            let (Some((code, told)), None) = (fitting.next(), fitting.next()) else { continue };
            if all.iter().filter(|ends| is_same(ends, told)).count() == 1 {
                row.logged = Some(code.clone());
            }
        }
    }
}

/// Which of those that ended around a moment.
#[derive(Debug, Clone, Copy)]
enum Which {
    Spoken,
    Silent,
    All,
}

/// Parts of the last half minute, five seconds each.
const BINS: usize = 6;
const BIN: u64 = 5;
/// What comes last is not whole in both.
const NOT_YET: u64 = 2;

/// The counts of each part, the newest first.
fn bins(count: impl Fn(u64, u64) -> u64, now: u64) -> [u64; BINS] {
    std::array::from_fn(|back| {
        let to = now.saturating_sub(NOT_YET + BIN * back as u64);
        count(to.saturating_sub(BIN), to)
    })
}

/// Whether closes and codes of the log are the same ones: as many in all, and in each
/// part but for those that fall into the next.
fn is_same(ends: &[u64; BINS], told: &[u64; BINS]) -> bool {
    let (all, codes): (u64, u64) = (ends.iter().sum(), told.iter().sum());
    let apart: u64 = ends.iter().zip(told).map(|(a, b)| a.abs_diff(*b)).sum();
    is_enough(ends) && all.abs_diff(codes) * 20 <= all && apart * 5 <= all
}

/// Whether there are enough to say so.
fn is_enough(ends: &[u64; BINS]) -> bool {
    const FEWEST: u64 = 20;
    ends.iter().sum::<u64>() >= FEWEST
}

impl Model {
    /// Names the shapes of all listeners that have any.
    pub(in crate::model) fn explain_endings(&mut self, now: Duration) {
        let has_shapes =
            |at: &SocketAddr| self.listeners.get(at).is_some_and(|l| l.shapes.is_some());
        let with: Vec<SocketAddr> = self.awake.iter().copied().filter(has_shapes).collect();
        let count = |(code, count): (CloseCode, &Count)| {
            (code.to_string(), bins(|from, to| count.between(from, to), now.as_secs()))
        };
        let codes: Vec<_> = self.probing.logged().map(count).collect();
        for address in with {
            let name = self.services.name_of(address).unwrap_or(address);
            let of =
                |exit: &&Exit| self.services.name_of(exit.address).unwrap_or(exit.address) == name;
            let exits = self.workers.exits.iter().filter(of).filter(|exit| is_killed(exit));
            let exits: Vec<Duration> = exits.map(|exit| exit.at.mono).collect();
            let Some(state) = self.listeners.get_mut(&address) else { continue };
            let is_hidden = state.hidden || state.pids.is_empty();
            let gone = state.lost_socket.filter(|_| is_hidden);
            let Some(table) = state.shapes.as_deref_mut() else { continue };
            table.explain(now, &exits, gone);
            if !codes.is_empty() {
                table.name_by_log(now.as_secs(), &codes);
            }
        }
    }
}

/// A process that ended without saying goodbye to anybody.
fn is_killed(exit: &Exit) -> bool {
    let by_itself = exit.how.is_some_and(|how| how.signal.is_some() || how.code != 0);
    exit.loss == Loss::Gone && (by_itself || exit.oom)
}
