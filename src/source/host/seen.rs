//! Which connections the last two walks saw, by the kernel's cookie of each.
//!
//! A walk is no snapshot, and the event of a death comes a moment after it: a
//! connection can die between the walk that read it and the reading of its event,
//! or be gone from the table before its event is there. Put to the account by time
//! alone, 29 connections of a killed worker made a count of 81 out of 60 and 50
//! opened a second that never came (half of the runs). By cookie each connection
//! is opened once: with the first walk that sees it, or with its death where none
//! did.

use super::ages::ConnectionAges;
use super::diag::low;
use super::opened_here::OpenedHere;

/// What a walk leaves behind for the next one and for the feed of deaths.
#[derive(Debug, Default)]
pub(super) struct WalkMemory {
    pub(super) ages: ConnectionAges,
    pub(super) seen: SeenSockets,
    pub(super) opened_here: OpenedHere,
}

/// The sockets of the last two walks, sorted, 4 bytes each: the kernel counts
/// cookies up from its start, so two of the same lower half are four thousand
/// million sockets apart.
#[derive(Debug, Default)]
pub(super) struct SeenSockets {
    last: Vec<u32>,
    before: Vec<u32>,
    walked: bool,
    walking: bool,
}

/// By which walk a connection was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sighting {
    /// By the last one: it stands in the count that is told.
    Last,
    /// By the one before and not by the last: that count is without it already.
    Before,
    /// By neither: it came since.
    Never,
}

/// The connections of a walk under way, with the number of their group.
#[derive(Debug, Default)]
pub(super) struct Sightings(Vec<u64>);

impl Sightings {
    /// Adds one connection of this group.
    pub(super) fn add(&mut self, cookie: u64, group: usize) {
        self.0.push(u64::from(low(cookie)) << 32 | u64::from(low(group as u64)));
    }
}

impl SeenSockets {
    /// A walk begins: until its end nobody knows which of the dead it saw.
    pub(super) const fn begin(&mut self) {
        self.walking = true;
    }

    /// The walk that began came to nothing.
    pub(super) const fn give_up(&mut self) {
        self.walking = false;
    }

    /// Whether a walk is under way.
    pub(super) const fn is_walking(&self) -> bool {
        self.walking
    }

    /// Whether a walk was taken in.
    pub(super) const fn has_walked(&self) -> bool {
        self.walked
    }

    /// By which walk the connection of this cookie was seen.
    pub(super) fn sighting(&self, cookie: u64) -> Sighting {
        let cookie = low(cookie);
        if self.last.binary_search(&cookie).is_ok() {
            Sighting::Last
        } else if self.before.binary_search(&cookie).is_ok() {
            Sighting::Before
        } else {
            Sighting::Never
        }
    }

    /// Takes a finished walk in; for each of so many groups how many of its
    /// connections neither of the two walks before saw. A walk can miss one (its
    /// chain of the table shifts under it), which is not opened again by that.
    pub(super) fn close(&mut self, walk: Sightings, groups: usize) -> Vec<u64> {
        let Sightings(mut all) = walk;
        all.sort_unstable();
        let mut fresh = vec![0; groups];
        let (mut last, mut before) = (self.last.as_slice(), self.before.as_slice());
        let mut now = Vec::with_capacity(all.len());
        for both in all {
            let [cookie, group] = [low(both >> 32), low(both)];
            now.push(cookie);
            let known = reaches(&mut last, cookie) | reaches(&mut before, cookie);
            if !known && let Some(fresh) = fresh.get_mut(group as usize) {
                *fresh += 1;
            }
        }
        self.before = std::mem::replace(&mut self.last, now);
        (self.walked, self.walking) = (true, false);
        fresh
    }
}

/// Whether the sorted rest begins with this cookie once all lower ones are off.
fn reaches(rest: &mut &[u32], cookie: u32) -> bool {
    while let [first, others @ ..] = *rest {
        if *first >= cookie {
            return *first == cookie;
        }
        *rest = others;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(seen: &mut SeenSockets, groups: usize, cookies: &[(u64, usize)]) -> Vec<u64> {
        let mut walk = Sightings::default();
        for &(cookie, group) in cookies {
            walk.add(cookie, group);
        }
        seen.close(walk, groups)
    }

    #[test]
    fn a_connection_is_new_once() {
        let mut seen = SeenSockets::default();
        assert!(!seen.has_walked());
        assert_eq!(walk(&mut seen, 2, &[(9, 0), (2, 1), (5, 0)]), [2, 1]);
        assert_eq!(walk(&mut seen, 2, &[(7, 1), (9, 0), (5, 0)]), [0, 1]);
        assert_eq!(walk(&mut seen, 1, &[(9, 0), (2, 0), (7, 0)]), [0], "2 was missed by one walk");
        assert_eq!(walk(&mut seen, 1, &[(5, 0)]), [0]);
        assert_eq!(walk(&mut seen, 1, &[(2, 0)]), [0]);
        assert_eq!(walk(&mut seen, 1, &[(9, 0)]), [1], "two walks are without it");
    }

    #[test]
    fn the_dead_are_told_by_the_walk_that_saw_them() {
        let mut seen = SeenSockets::default();
        walk(&mut seen, 1, &[(1, 0), (2, 0)]);
        walk(&mut seen, 1, &[(2, 0), (1 << 32 | 3, 0)]);
        let told = [1, 2, 3, 4].map(|cookie| seen.sighting(cookie));
        assert_eq!(told, [Sighting::Before, Sighting::Last, Sighting::Last, Sighting::Never]);
    }
}
