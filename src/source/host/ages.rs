//! How old connections are, without remembering any of them.
//!
//! The kernel tells no creation time. It gives every socket a cookie the first
//! time somebody asks (`sock_gen_cookie`), taken in order from a batch of 4096
//! that each CPU holds (`include/linux/cookie.h`; before 5.9 from one counter,
//! which is the same with one CPU). So within a batch a higher cookie was seen
//! later, and the highest one per batch and walk is all there is to keep: a few
//! kilobytes at 100 000 connections instead of a table of them.

use std::collections::HashMap;
use std::time::Duration;

use crate::sample::{AGE_BOUNDS, Ages, ConnectionAge};

/// `COOKIE_LOCAL_BATCH` is 4096.
const BATCH_BITS: u32 = 12;

/// What each batch had reached at which walk, oldest first.
type Marks = Vec<(u64, Option<FirstSeen>)>;

/// The walk that saw connections first, and the one before it, which did not.
#[derive(Debug, Clone, Copy)]
struct FirstSeen {
    not_at: Duration,
    at: Duration,
}

/// What the walks so far have shown.
#[derive(Debug, Default)]
pub(super) struct ConnectionAges {
    batches: HashMap<u64, Marks>,
    first_walk: Option<Duration>,
    previous_walk: Option<Duration>,
}

/// One walk over it.
#[derive(Debug)]
pub(super) struct AgeWalk<'ages> {
    known: &'ages ConnectionAges,
    now: Duration,
    highest: HashMap<u64, u64>,
    current: (u64, u64),
}

impl ConnectionAges {
    /// Starts a walk at this monotonic time.
    pub(super) fn walk(&self, now: Duration) -> AgeWalk<'_> {
        AgeWalk { known: self, now, highest: HashMap::new(), current: (u64::MAX, 0) }
    }

    /// How old the connection of this cookie is by what the walks have shown: when it was
    /// seen first, or that it was there before them.
    pub(super) fn of(&self, cookie: u64, now: Duration) -> ConnectionAge {
        let Some(previous) = self.previous_walk else {
            return ConnectionAge::AtLeast(Duration::ZERO);
        };
        let (batch, offset) = split(cookie);
        let marks = self.batches.get(&batch).map_or(&[][..], Vec::as_slice);
        let at = marks.partition_point(|&(reached, _)| reached < offset);
        let since = |moment: Duration| now.saturating_sub(moment);
        match marks.get(at) {
            Some(&(_, None)) => {
                ConnectionAge::AtLeast(self.first_walk.map_or(Duration::ZERO, since))
            }
            Some(&(_, Some(seen))) => ConnectionAge::About(since(seen.at)),
            None => ConnectionAge::About(since(previous) / 2),
        }
    }

    /// How old it is to a twentieth; none where it was there before the first walk, or is
    /// so young that the time between two walks is more than that.
    pub(super) fn known(&self, cookie: u64, now: Duration) -> Option<Duration> {
        let (batch, offset) = split(cookie);
        let marks = self.batches.get(&batch)?;
        let at = marks.partition_point(|&(reached, _)| reached < offset);
        let seen = marks.get(at)?.1?;
        let [oldest, youngest] = [seen.not_at, seen.at].map(|moment| now.saturating_sub(moment));
        let age = (oldest + youngest) / 2;
        (oldest.saturating_sub(youngest) <= age / 10).then_some(age)
    }

    /// Takes a finished walk's highest cookies in.
    ///
    /// Batches without a live socket are forgotten, which bounds it; a
    /// cookie of theirs seen later is rightly taken for new.
    pub(super) fn close(&mut self, now: Duration, highest: HashMap<u64, u64>) {
        let seen_at = self.previous_walk.map(|before| FirstSeen { not_at: before, at: now });
        self.batches.retain(|batch, _| highest.contains_key(batch));
        for (batch, top) in highest {
            let marks = self.batches.entry(batch).or_default();
            if marks.last().is_none_or(|&(reached, _)| top > reached) {
                marks.push((top, seen_at));
            }
        }
        self.first_walk.get_or_insert(now);
        self.previous_walk = Some(now);
    }
}

impl AgeWalk<'_> {
    /// Adds one connection to `ages`; whether it came since the walk before.
    pub(super) fn add(&mut self, cookie: u64, ages: &mut Ages) -> bool {
        let (batch, offset) = split(cookie);
        if self.current.0 == batch {
            self.current.1 = self.current.1.max(offset);
        } else {
            self.flush();
            self.current = (batch, offset);
        }
        let Some(previous) = self.known.previous_walk else {
            ages.before_watch += 1;
            return false;
        };
        let marks = self.known.batches.get(&batch).map_or(&[][..], Vec::as_slice);
        let at = marks.partition_point(|&(reached, _)| reached < offset);
        match marks.get(at) {
            Some(&(_, None)) => ages.before_watch += 1,
            Some(&(_, Some(seen))) => ages.classes[class(self.now.saturating_sub(seen.at))] += 1,
            // New in this walk: it came at some moment since the one before, on
            // average in the middle.
            None => {
                ages.classes[class(self.now.saturating_sub(previous) / 2)] += 1;
                return true;
            }
        }
        false
    }

    fn flush(&mut self) {
        let (batch, offset) = self.current;
        if batch != u64::MAX {
            let top = self.highest.entry(batch).or_insert(offset);
            *top = offset.max(*top);
        }
    }

    /// Ends the walk: how long we have watched, and what the next one has to know.
    pub(super) fn finish(mut self) -> (Duration, HashMap<u64, u64>) {
        self.flush();
        let watched =
            self.known.first_walk.map_or(Duration::ZERO, |first| self.now.saturating_sub(first));
        (watched, self.highest)
    }
}

/// A cookie's batch and its place there.
const fn split(cookie: u64) -> (u64, u64) {
    (cookie >> BATCH_BITS, cookie & ((1 << BATCH_BITS) - 1))
}

fn class(age: Duration) -> usize {
    AGE_BOUNDS.iter().take_while(|&&bound| age >= Duration::from_secs(bound)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(known: &mut ConnectionAges, at: u64, cookies: &[u64]) -> Ages {
        let now = Duration::from_secs(at);
        let mut ages = Ages::default();
        let mut walk = known.walk(now);
        for &cookie in cookies {
            walk.add(cookie, &mut ages);
        }
        let (watched_for, highest) = walk.finish();
        known.close(now, highest);
        Ages { watched_for, ..ages }
    }

    #[test]
    fn what_was_open_at_the_first_walk_has_no_known_age() {
        let mut known = ConnectionAges::default();
        assert_eq!(walk(&mut known, 10, &[5, 9]).before_watch, 2);
        let later = walk(&mut known, 400, &[5, 9]);
        assert_eq!(later.before_watch, 2);
        assert_eq!(later.watched_for, Duration::from_secs(390));
    }

    #[test]
    fn a_connection_ages_from_the_walk_that_saw_it_first() {
        let mut known = ConnectionAges::default();
        walk(&mut known, 0, &[5]);
        assert_eq!(walk(&mut known, 1, &[5, 6, 7]).classes, [2, 0, 0, 0, 0], "seen 0.5 s ago");
        assert_eq!(walk(&mut known, 4, &[5, 6, 7]).classes, [0, 2, 0, 0, 0]);
        assert_eq!(walk(&mut known, 400, &[6, 7]).classes, [0, 0, 0, 0, 2]);
    }

    #[test]
    fn two_cpus_with_a_batch_each_do_not_make_old_sockets_young() {
        let (cpu0, cpu1) = (1 << BATCH_BITS, 2 << BATCH_BITS);
        let mut known = ConnectionAges::default();
        walk(&mut known, 0, &[cpu1 + 50]);
        // The other CPU hands out lower cookies later: they are the new ones.
        let ages = walk(&mut known, 10, &[cpu0 + 3, cpu1 + 50]);
        assert_eq!((ages.before_watch, ages.classes), (1, [0, 0, 1, 0, 0]));
    }

    #[test]
    fn a_single_connection_is_as_old_as_the_walk_that_saw_it_first() {
        let mut known = ConnectionAges::default();
        let second = Duration::from_secs;
        assert_eq!(known.of(5, second(9)), ConnectionAge::AtLeast(Duration::ZERO));
        walk(&mut known, 10, &[5]);
        walk(&mut known, 12, &[5, 6]);
        assert_eq!(known.of(5, second(30)), ConnectionAge::AtLeast(second(20)));
        assert_eq!(known.of(6, second(30)), ConnectionAge::About(second(18)));
        assert_eq!(known.of(7, second(30)), ConnectionAge::About(second(9)), "no walk saw it");
    }

    #[test]
    fn an_age_is_known_where_two_walks_are_close_to_each_other() {
        let mut known = ConnectionAges::default();
        let second = Duration::from_secs;
        walk(&mut known, 10, &[5]);
        walk(&mut known, 12, &[5, 6]);
        assert_eq!(known.known(5, second(90)), None, "it was there before");
        assert_eq!(known.known(6, second(20)), None, "8 to 10 s are too far apart");
        assert_eq!(known.known(6, second(72)), Some(second(61)), "60 to 62 s");
        assert_eq!(known.known(7, second(72)), None, "no walk saw it");
    }

    #[test]
    fn a_batch_whose_sockets_are_all_gone_is_forgotten() {
        let mut known = ConnectionAges::default();
        for round in 0..1000u64 {
            walk(&mut known, round, &[round << BATCH_BITS]);
        }
        assert_eq!(known.batches.len(), 1, "weeks of churn keep no more than what is open");
    }
}
