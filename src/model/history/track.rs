//! One quantity over time: seconds, then ten seconds, then minutes.

use super::bucket::{Bucket, Slot};
use super::ring::Ring;

/// How many steps of each length are kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept {
    pub(super) seconds: usize,
    pub(super) tens: usize,
    pub(super) minutes: usize,
}

const TEN: u64 = 10;
const MINUTE: u64 = 60;

/// One quantity, by the second.
#[derive(Debug, Clone)]
pub struct Track {
    seconds: Ring<f32>,
    tens: Ring<Bucket>,
    minutes: Ring<Bucket>,
    /// Seconds before this one are in the coarser steps.
    folded: u64,
}

impl Track {
    pub(super) const fn new(kept: Kept) -> Self {
        Self {
            seconds: Ring::new(kept.seconds),
            tens: Ring::new(kept.tens),
            minutes: Ring::new(kept.minutes),
            folded: 0,
        }
    }

    /// More of it happened in this second, which may have been told of before.
    /// Seconds come in order.
    pub(super) fn add(&mut self, second: u64, more: f32) {
        self.change(second, |sum| if sum.is_nan() { more } else { sum + more });
    }

    /// So much it is in this second.
    pub(super) fn set(&mut self, second: u64, value: f32) {
        self.change(second, |_| value);
    }

    fn change(&mut self, second: u64, to: impl FnOnce(f32) -> f32) {
        self.fold(second);
        if let Some(slot) = self.seconds.at(second) {
            *slot = to(*slot);
        }
    }

    /// Seconds that are over go into the coarser steps, once: a second told in
    /// two parts would leave its first part there as the lowest.
    fn fold(&mut self, second: u64) {
        let Some(last) = self.seconds.last().filter(|last| *last < second) else { return };
        if let Some(value) = self.seconds.get(last)
            && last >= self.folded
        {
            fold_into(&mut self.tens, last / TEN, value);
            fold_into(&mut self.minutes, last / MINUTE, value);
        }
        self.folded = last + 1;
    }

    /// From now on with coarser steps too, those that the seconds tell of
    /// included.
    pub(super) fn lengthen(&mut self, kept: Kept) {
        (self.tens, self.minutes) = (Ring::new(kept.tens), Ring::new(kept.minutes));
        let first = self.seconds.first().unwrap_or(0);
        for second in first..self.folded {
            if let Some(value) = self.seconds.get(second) {
                fold_into(&mut self.tens, second / TEN, value);
                fold_into(&mut self.minutes, second / MINUTE, value);
            }
        }
    }

    /// Only the seconds from now on.
    pub(super) fn shorten(&mut self) {
        (self.tens, self.minutes) = (Ring::new(0), Ring::new(0));
    }

    /// The oldest second that something is kept of.
    #[must_use]
    pub fn oldest(&self) -> Option<u64> {
        let firsts = [
            self.seconds.first(),
            self.tens.first().map(|step| step * TEN),
            self.minutes.first().map(|step| step * MINUTE),
        ];
        firsts.into_iter().flatten().min()
    }

    /// The finest step in which `from` is still kept, when it is `now`, seconds.
    #[must_use]
    pub const fn step(&self, from: u64, now: u64) -> u64 {
        if self.seconds.reaches(from, now) {
            1
        } else if self.tens.reaches(from / TEN, now / TEN) {
            TEN
        } else {
            MINUTE
        }
    }

    /// The steps of this length from the one that holds `from` to the one that
    /// holds `to`.
    #[must_use]
    pub fn steps(&self, step: u64, from: u64, to: u64) -> Vec<Option<Bucket>> {
        (from / step..=to / step).map(|number| self.bucket(step, number)).collect()
    }

    /// The time from `from` to before `to` in so many columns of the same
    /// length, each with the highest and lowest second in it; none = a gap. A
    /// step that two columns share is in both: a peak is never lost between them.
    #[must_use]
    pub fn columns(&self, from: u64, to: u64, columns: usize, now: u64) -> Vec<Option<Bucket>> {
        let step = self.step(from, now);
        let span = to.saturating_sub(from);
        let edge = |n: usize| from + span * n as u64 / columns.max(1) as u64;
        (0..columns)
            .map(|n| {
                let (first, behind) = (edge(n) / step, edge(n + 1).div_ceil(step));
                let inside = self.kept(step, first, behind).map(|(_, bucket)| bucket);
                inside.reduce(|mut all, one| {
                    all.fold(one);
                    all
                })
            })
            .collect()
    }

    /// The steps of this length from the one that holds `from` to the one that holds
    /// `to` of which something is kept, with the second each begins with.
    pub fn seen(&self, step: u64, from: u64, to: u64) -> impl Iterator<Item = (u64, Bucket)> {
        let behind = (to / step).saturating_add(1);
        self.kept(step, from / step, behind).map(move |(number, one)| (number * step, one))
    }

    /// Only what is kept is looked at: a clock that was set forward by centuries has
    /// billions of steps that are not.
    fn kept(&self, step: u64, first: u64, behind: u64) -> impl Iterator<Item = (u64, Bucket)> {
        let (oldest, newest) = match step {
            1 => (self.seconds.first(), self.seconds.last()),
            TEN => (self.tens.first(), self.tens.last()),
            _ => (self.minutes.first(), self.minutes.last()),
        };
        let end = newest.map_or(0, |newest| newest.saturating_add(1));
        // The second under way is in none of the coarser ones yet.
        let under_way = self.seconds.last().map(|last| last / step).filter(|last| *last >= end);
        let under_way = under_way.filter(|last| (first..behind).contains(last));
        let inside = first.max(oldest.unwrap_or(0))..behind.min(end);
        let numbers = inside.chain(under_way);
        numbers.filter_map(move |number| Some((number, self.bucket(step, number)?)))
    }

    /// The seconds from `from` to `to`, both included, in one.
    #[must_use]
    pub fn total(&self, from: u64, to: u64, now: u64) -> Option<Bucket> {
        self.columns(from, to + 1, 1, now).pop().flatten()
    }

    fn bucket(&self, step: u64, number: u64) -> Option<Bucket> {
        let mut kept = match step {
            1 => return self.seconds.get(number).map(Bucket::of),
            TEN => self.tens.get(number),
            _ => self.minutes.get(number),
        };
        // The second under way is in none of them yet.
        if let Some(last) = self.seconds.last().filter(|last| last / step == number)
            && let Some(value) = self.seconds.get(last)
            && last >= self.folded
        {
            kept.get_or_insert(Bucket::GAP).fold(Bucket::of(value));
        }
        kept
    }

    /// Memory held, bytes.
    pub(super) fn bytes(&self) -> usize {
        self.seconds.bytes() + self.tens.bytes() + self.minutes.bytes()
    }
}

fn fold_into(ring: &mut Ring<Bucket>, step: u64, value: f32) {
    if let Some(bucket) = ring.at(step) {
        bucket.fold(Bucket::of(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEPT: Kept = Kept { seconds: 1_800, tens: 2_160, minutes: 2_880 };

    fn highest(track: &Track, from: u64, to: u64, columns: usize) -> f32 {
        let all = track.columns(from, to, columns, to);
        all.into_iter().flatten().map(|b| b.max).fold(0.0, f32::max)
    }

    #[test]
    fn a_peak_of_one_second_is_seen_at_every_zoom_and_width() {
        let mut track = Track::new(KEPT);
        for second in 0..40_000 {
            track.add(second, if second == 39_500 { 5_429.0 } else { 1.0 });
        }
        for window in [600, 3_600, 36_000] {
            for columns in [1, 7, 70, 200] {
                let seen = highest(&track, 40_000 - window, 40_000, columns);
                assert!((seen - 5_429.0).abs() < 0.1, "{window} s in {columns} columns: {seen}");
            }
        }
        assert!(highest(&track, 39_600, 40_000, 70) < 1.1, "and not where it was not");
        let hours = track.total(32_800, 39_999, 39_999).unwrap();
        assert!((hours.sum - 12_628.0).abs() < 0.1, "sums survive the folding: {hours:?}");
        assert_eq!((hours.count, hours.min, hours.last), (7_200, 1.0, 1.0));
    }

    #[test]
    fn what_was_not_measured_is_a_gap_in_every_step() {
        let mut track = Track::new(KEPT);
        for second in (0..600).chain(1_200..6_000) {
            track.add(second, 1.0);
        }
        let gaps =
            |from, to| track.columns(from, to, 60, 6_000).iter().filter(|c| c.is_none()).count();
        assert_eq!(gaps(600, 1_200), 60);
        assert_eq!(gaps(0, 1_200), 30);
        assert_eq!(gaps(1_200, 6_000), 0);
    }

    #[test]
    fn a_second_told_in_two_parts_is_one_second() {
        let mut track = Track::new(KEPT);
        for second in 0..4_000 {
            track.add(second, 1.0);
            track.add(second, 2.0);
        }
        let old = track.total(0, 999, 3_999).unwrap();
        assert_eq!((old.min, old.max, old.count), (3.0, 3.0, 1_000));
        let minute = track.total(3_960, 3_999, 10_000).unwrap();
        assert_eq!((minute.sum, minute.count), (120.0, 40), "the second under way included");
    }

    #[test]
    fn it_remembers_when_it_is_lengthened_late() {
        let mut track = Track::new(Kept { tens: 0, minutes: 0, ..KEPT });
        for second in 0..5_000 {
            track.add(second, 1.0);
        }
        assert_eq!(track.oldest(), Some(3_200));
        track.lengthen(KEPT);
        for second in 5_000..9_000 {
            track.add(second, 1.0);
        }
        let whole = track.total(3_240, 8_999, 8_999).unwrap();
        assert_eq!(whole.count, 5_760, "half an hour of before is there");
    }
}
