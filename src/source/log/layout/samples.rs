//! The first access lines, and what their order says of stamps and numbers.

use super::{Duration, Layout};
use crate::source::log::format::{LineFormat, Number, StampIs, Unit};

/// Out of order by less than this is one of several writers, in microseconds.
const SLACK: i64 = 1_000_000;
/// A stamp of whole seconds is up to one more away from its moment.
const COARSE: i64 = 1_000_000;
/// Of a hundred lines more than these out of order are no accident.
const FEW: usize = 10;
/// A number counts where this share of the lines has it.
const MOST: usize = 90;

/// Lines of which it is decided.
const SAMPLES: usize = 4_096;

/// One access line.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own")]
struct Sample {
    stamp: i64,
    coarse: bool,
    /// Of a connection that has ended; others only say what the order is.
    ended: bool,
    began: bool,
    starts: bool,
    numbers: Vec<(usize, f64)>,
}

/// Access lines until it is decided.
#[derive(Debug, Default)]
pub(in crate::source::log) struct Samples {
    lines: Vec<Sample>,
    /// The numbers that there are.
    known: Vec<(Duration, Unit, u8)>,
}

impl Samples {
    /// Takes a line in; `stamp` in microseconds.
    pub(in crate::source::log) fn push<'a>(
        &mut self,
        stamp: i64,
        coarse: bool,
        (ended, began, starts): (bool, bool, bool),
        numbers: impl Iterator<Item = &'a Number<'a>>,
    ) {
        if self.lines.len() >= SAMPLES {
            return;
        }
        let numbers = numbers.filter_map(|number| Some((self.known(number)?, number.value)));
        let numbers = numbers.collect();
        self.lines.push(Sample { stamp, coarse, ended, began, starts, numbers });
    }

    /// Which of the numbers it is.
    fn known(&mut self, number: &Number<'_>) -> Option<usize> {
        if let Some(at) = self.known.iter().position(|(known, ..)| known.is(number)) {
            return Some(at);
        }
        if self.known.len() >= 12 {
            return None;
        }
        let bare = number.name.is_empty();
        let name = number.name.to_vec();
        let key = Duration { name, place: number.place, unit: number.unit, bare };
        self.known.push((key, number.unit, number.decimals));
        Some(self.known.len() - 1)
    }

    /// What they say together.
    pub(in crate::source::log) fn decide(&self, format: Option<&LineFormat>) -> Layout {
        let ended: Vec<&Sample> = self.lines.iter().filter(|line| line.ended).collect();
        let mut layout = Layout::of(format);
        if ended.is_empty() {
            return layout;
        }
        if ended.iter().filter(|line| line.began).count() * 100 >= ended.len() * MOST {
            layout.began = true;
            layout.duration = self.preferred(&ended, format);
            return layout;
        }
        let stamps = self.disorder_of_all();
        let named = ended.iter().filter(|line| line.starts).count() * 100 >= ended.len() * MOST;
        let best = self.best(&ended);
        if named {
            layout.stamp = StampIs::Start;
        } else if format.is_none_or(|format| format.open_to_doubt) {
            layout.stamp =
                judge(layout.stamp, stamps, best.as_ref().map(|best| best.0), ended.len());
        }
        // Where the order tells the number and its unit, no name has to.
        let proven = best.filter(|(disorder, _)| {
            layout.stamp == StampIs::Start
                && is_in_order(*disorder, ended.len())
                && !is_in_order(stamps, ended.len())
        });
        layout.duration = match proven {
            Some((_, duration)) => Some(duration),
            None => self.preferred(&ended, format),
        };
        if layout.duration.is_none() {
            layout.why = Some(self.why(&ended));
        }
        layout
    }

    /// Lines whose stamp is behind the newest one before it.
    fn disorder_of_all(&self) -> usize {
        let mut newest = i64::MIN;
        let mut behind = 0;
        for line in &self.lines {
            let slack = SLACK + if line.coarse { COARSE } else { 0 };
            behind += usize::from(line.ended && line.stamp < newest.saturating_sub(slack));
            newest = newest.max(line.stamp);
        }
        behind
    }

    /// The number, in which unit, that brings the lines in order as a duration.
    fn best(&self, ended: &[&Sample]) -> Option<(usize, Duration)> {
        let mut best: Option<(usize, f64, Duration)> = None;
        for at in 0..self.known.len() {
            let (key, unit, decimals) = &self.known[at];
            if !is_common(ended, at) {
                continue;
            }
            let units: &[Unit] = match (unit, decimals) {
                (Unit::Unknown, 0) => &[Unit::Micros, Unit::Millis, Unit::Seconds, Unit::Nanos],
                (Unit::Unknown, _) => &[Unit::Seconds, Unit::Millis],
                (unit, _) => std::slice::from_ref(unit),
            };
            for unit in units {
                let (disorder, sum) = with_duration(ended, at, *unit);
                let better = best.as_ref().is_none_or(|(least, most, _)| {
                    disorder < *least || (disorder == *least && sum > *most)
                });
                if better {
                    best = Some((disorder, sum, Duration { unit: *unit, ..key.clone() }));
                }
            }
        }
        best.map(|(disorder, _, duration)| (disorder, duration))
    }

    /// The duration by its name and format, where the order does not tell: of several
    /// the longest, since no part of a request takes longer than the whole.
    fn preferred(&self, ended: &[&Sample], format: Option<&LineFormat>) -> Option<Duration> {
        let mut longest: Option<(f64, Duration)> = None;
        for at in 0..self.known.len() {
            let (key, unit, decimals) = &self.known[at];
            let Some(unit) = unit_of(key, *unit, *decimals, format) else { continue };
            if !is_common(ended, at) {
                continue;
            }
            let sum: f64 = ended.iter().filter_map(|line| value(line, at)).sum();
            let sum = sum * unit.micros();
            if longest.as_ref().is_none_or(|(most, _)| sum > *most) {
                longest = Some((sum, Duration { unit, ..key.clone() }));
            }
        }
        longest.map(|(_, duration)| duration)
    }

    fn why(&self, ended: &[&Sample]) -> &'static str {
        let common = (0..self.known.len()).any(|at| is_common(ended, at));
        if common {
            "the unit of the number behind is not told: name it, as in rt=12.345 or 12345ms"
        } else {
            "the lines have no duration"
        }
    }
}

/// Whether nearly all lines have this number.
fn is_common(ended: &[&Sample], at: usize) -> bool {
    let with = ended.iter().filter(|line| line.numbers.iter().any(|(n, _)| *n == at)).count();
    with * 100 >= ended.len() * MOST
}

/// The unit of a number that nothing but its shape and its format tell of.
fn unit_of(key: &Duration, unit: Unit, decimals: u8, format: Option<&LineFormat>) -> Option<Unit> {
    if unit != Unit::Unknown {
        return Some(unit);
    }
    // nginx writes three decimals of a second, gunicorn and gevent six.
    if key.bare && matches!(decimals, 3 | 6) {
        return Some(Unit::Seconds);
    }
    // A whole number without a name may be anything where seconds have decimals.
    let unit = format.and_then(|format| format.unit);
    unit.filter(|unit| decimals > 0 || !key.bare || *unit != Unit::Seconds)
}

fn value(line: &Sample, at: usize) -> Option<f64> {
    line.numbers.iter().find(|(known, _)| *known == at).map(|(_, value)| *value)
}

/// Lines out of order with the number added, and the sum of it.
fn with_duration(ended: &[&Sample], at: usize, unit: Unit) -> (usize, f64) {
    let (mut newest, mut behind, mut sum) = (f64::MIN, 0, 0.0);
    for line in ended {
        let Some(value) = value(line, at) else { continue };
        #[expect(clippy::cast_precision_loss, reason = "microseconds of 2100 fit into 53 bits")]
        let (stamp, slack) = (line.stamp as f64, (SLACK + COARSE * i64::from(line.coarse)) as f64);
        let end = stamp + value * unit.micros();
        behind += usize::from(end < newest - slack);
        newest = newest.max(end);
        sum += value * unit.micros();
    }
    (behind, sum)
}

const fn is_in_order(behind: usize, lines: usize) -> bool {
    behind * 100 <= lines * FEW
}

/// Of the beginning or of the end, by what is out of order.
fn judge(convention: StampIs, stamps: usize, with: Option<usize>, lines: usize) -> StampIs {
    let alone = is_in_order(stamps, lines);
    match with {
        Some(with) if !alone && with * 2 < stamps => StampIs::Start,
        Some(with) if alone && !is_in_order(with, lines) && with > stamps => StampIs::End,
        None if !alone && stamps > 1 => StampIs::Start,
        _ => convention,
    }
}

#[cfg(test)]
mod tests;
