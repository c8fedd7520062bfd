//! The shapes of a service at one moment.

use std::cmp::Reverse;
use std::net::SocketAddr;
use std::time::Duration;

use super::cause::Label;
use super::{ShapeRow, ShapeTable};
use crate::close::CloseCode;
use crate::model::Model;
use crate::model::codes::{self, Count};
use crate::model::probe_snapshot::{CodeSnapshot, CodeSource, Codes};
use crate::model::snapshot::{EndingSnapshot, IDLE_CUT, ServiceSnapshot};
use crate::sample::{EndSign, Lifetime};
use crate::units::{PerSecond, Ratio, float};

/// Rates are over this.
const LATELY: u64 = 10;
const MINUTE: u64 = 60;

/// What is said of a service's endings.
#[derive(Debug, Clone, Default)]
pub(in crate::model) struct Endings {
    pub(in crate::model) rows: Vec<EndingSnapshot>,
    pub(in crate::model) accepted: Option<Ratio>,
}

impl Model {
    /// How connections of the service at these addresses ended, the most of the last
    /// minute first, and which part of those that asked were accepted.
    pub(in crate::model) fn endings_of(&self, now: Duration, addresses: &[SocketAddr]) -> Endings {
        let second = now.as_secs();
        let lives = |from: u64, to: u64| self.lives(addresses, from, to);
        let mut rows: Vec<(ShapeRow, Option<Label>)> = Vec::new();
        let mut other = Count::default();
        for table in self.tables(addresses) {
            for row in table.rows.iter().filter(|row| row.counts.total() > 0) {
                let timer = || Label { name: IDLE_CUT.to_owned(), source: None };
                let cut =
                    table.label_of(row).or_else(|| table.is_idle_cut(row, &lives).then(timer));
                let same = |(known, label): &&mut (ShapeRow, _)| {
                    *label == cut && known.shape.is_like(&row.shape)
                };
                match rows.iter_mut().find(same) {
                    Some((known, _)) => known.join(row),
                    None => rows.push((row.clone(), cut)),
                }
            }
            other.merge(&table.other);
        }
        let counted = |mut one: EndingSnapshot, counts: &Count| {
            one.per_second = PerSecond(float(counts.within(second, LATELY, 0)) / float(LATELY));
            one.last_minute = counts.within(second, MINUTE, 0);
            one.total = counts.total();
            one
        };
        let accepted = self.accepted(now, addresses, &rows, &counted);
        let mut told: Vec<EndingSnapshot> = rows
            .into_iter()
            .map(|(row, label)| counted(told_of(&row, label), &row.counts))
            .collect();
        if other.total() > 0 {
            told.push(counted(EndingSnapshot::other(), &other));
        }
        let all: u64 = told.iter().map(|one| one.last_minute).sum();
        for one in &mut told {
            one.share = Ratio::of(one.last_minute, all);
        }
        told.sort_by_key(|one| {
            (one.end.is_none(), Reverse((one.last_minute, one.total)), one.sent)
        });
        Endings { rows: told, accepted }
    }

    /// Whether the processes behind these are ours to see, and none ended around those
    /// seconds.
    fn lives(&self, addresses: &[SocketAddr], from: u64, to: u64) -> bool {
        const AROUND: u64 = 3;
        let mut states = addresses.iter().filter_map(|at| self.listeners.get(at));
        let near = from.saturating_sub(AROUND)..=to + AROUND;
        let mut exits = self.workers.exits.iter().filter(|exit| addresses.contains(&exit.address));
        states.all(|state| !state.hidden && !state.pids.is_empty())
            && !exits.any(|exit| near.contains(&exit.at.mono.as_secs()))
    }

    /// Of the handshakes of the last minute up to the last walk which part was accepted:
    /// those that sent no request are none, and those that were rejected are not.
    fn accepted(
        &self,
        now: Duration,
        addresses: &[SocketAddr],
        rows: &[(ShapeRow, Option<Label>)],
        counted: &dyn Fn(EndingSnapshot, &Count) -> EndingSnapshot,
    ) -> Option<Ratio> {
        let to = self.last_walk?.at.as_secs();
        let from = to.saturating_sub(MINUTE);
        let skipped = self.timeline.second(Duration::ZERO);
        let newest = self.timeline.second(now);
        let opened = addresses.iter().filter_map(|at| {
            let track = &self.history.listener(*at)?.opened;
            let sum = track.total(from + skipped, (to + skipped).saturating_sub(1), newest)?;
            Some(f64::from(sum.sum))
        });
        let opened: f64 = opened.sum();
        let (mut before, mut rejected) = (0.0, 0.0);
        for (row, label) in rows {
            let (known, label) = judged_by(rows, row, label.as_ref());
            let one = counted(told_of(known, label.cloned()), &known.counts);
            let ended = float(row.counts.between(from, to));
            if one.is_without_request() {
                before += ended;
            } else if one.is_rejection() {
                rejected += ended;
            }
        }
        let asked = (opened - before).max(rejected);
        let told = !self.is_deaf() && !self.stepped_aside && self.flow_is_known();
        (told && asked >= 1.0).then(|| Ratio((1.0 - rejected / asked).clamp(0.0, 1.0)))
    }

    /// Adds the codes that real clients were told by the shapes of their ends. Where a log
    /// tells them these are the same clients once more.
    pub(in crate::model) fn add_shape_codes(
        &self,
        now: Duration,
        services: &[ServiceSnapshot],
        codes: &mut Codes,
    ) {
        if codes.sources.contains(&CodeSource::Log) {
            return;
        }
        let mut found: Vec<(CloseCode, Count)> = Vec::new();
        let addresses = services.iter().flat_map(|service| &service.addresses);
        let tables = addresses.filter_map(|at| self.listeners.get(at)?.shapes.as_deref());
        for row in tables.flat_map(ShapeTable::labelled) {
            let (code, count) = row;
            match found.iter_mut().find(|(known, _)| *known == code) {
                Some((_, known)) => known.merge(&count),
                None => found.push((code, count)),
            }
        }
        found.retain(|(_, count)| count.total() > 0);
        if found.is_empty() {
            return;
        }
        let since = self.first_walk.map(|at| at.as_secs());
        let one = |(code, count): &(CloseCode, Count)| -> CodeSnapshot {
            codes::one(now.as_secs(), since, *code, CodeSource::Shape, count)
        };
        codes.wire.extend(found.iter().map(one));
        codes::sort(&mut codes.wire);
        codes.sources.push(CodeSource::Shape);
    }
}

/// By which row one is judged. Those that no label names, and were sent the same as far more
/// that no walk met, are these: a walk came by while they were turned away (6 % of those that
/// took 60 ms), or the client's last word crossed the close and ended them with a reset.
fn judged_by<'r>(
    rows: &'r [(ShapeRow, Option<Label>)],
    row: &'r ShapeRow,
    label: Option<&'r Label>,
) -> (&'r ShapeRow, Option<&'r Label>) {
    const TIMES: u64 = 4;
    if label.is_some() || row.cause.is_some() || !row.shape.life.is_brief() {
        return (row, label);
    }
    let same = |(other, _): &&(ShapeRow, _)| {
        other.shape.life == Lifetime::Short
            && other.cause.is_none()
            && other.shape.said_the_same(&row.shape)
            && other.counts.kept() >= TIMES * row.counts.kept()
    };
    let alike = rows.iter().find(same);
    alike.map_or((row, label), |(other, label)| (other, label.as_ref()))
}

impl ShapeRow {
    /// Takes in those of another address of the service.
    fn join(&mut self, other: &Self) {
        self.shape.add(&other.shape);
        self.counts.merge(&other.counts);
        self.own.merge(&other.own);
        self.ages.join(&other.ages);
    }
}

impl ShapeTable {
    /// The close codes that shapes are labelled with, without our own probes.
    fn labelled(&self) -> impl Iterator<Item = (CloseCode, Count)> {
        self.rows.iter().filter_map(|row| {
            let code = self.label_of(row)?.name.parse().ok()?;
            Some((CloseCode(code), row.counts.clone().without(&row.own)))
        })
    }
}

/// A row as it is told of.
fn told_of(row: &ShapeRow, label: Option<Label>) -> EndingSnapshot {
    let shape = &row.shape;
    let by_bytes = row.cause.is_none() && label.as_ref().is_some_and(|l| l.source.is_some());
    let passed = shape.life == Lifetime::Under30s && by_bytes;
    let asked = (shape.asked > 0).then_some(shape.asked);
    let is_idle_cut = label.as_ref().is_some_and(|label| label.name == IDLE_CUT);
    let (name, source) = label.map_or((None, None), |label| (Some(label.name), label.source));
    let is_told = shape.end != EndSign::Aborted;
    EndingSnapshot {
        end: Some(shape.end),
        life: Some(shape.life),
        sent: is_told.then_some(shape.sent),
        received: is_told.then_some(shape.received),
        idle: is_told.then_some(shape.idle),
        has_request: shape.has_request(),
        at_once: shape.life == Lifetime::Short || passed,
        // Of a timer of silence the silence is said.
        age: row.ages.one().filter(|_| !is_idle_cut),
        closed_here: asked.and_then(|asked| Ratio::of(shape.closed_here, asked)),
        label: name,
        source,
        ..EndingSnapshot::other()
    }
}
