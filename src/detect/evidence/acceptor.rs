//! Whether anybody takes connections from the accept queue.

use std::time::Duration;

use super::STALL;

/// The queue of one service. A connection leaves it by `accept(2)` alone: one whose
/// client has gone stays there, so a queue that never shortens is not looked after.
#[derive(Debug, Clone, Default)]
pub(in crate::detect) struct Acceptor {
    used: u64,
    untouched_since: Option<Duration>,
    /// When it was taken from again after a while, and how long that was.
    stall: Option<(Duration, Duration)>,
}

impl Acceptor {
    /// The queue's length at a tick.
    pub(in crate::detect) fn note(&mut self, at: Duration, used: u64) {
        if used == 0 || used < self.used {
            let lasted = self.untouched_since.take().map(|since| at.saturating_sub(since));
            self.stall = lasted.filter(|l| *l >= STALL).map(|l| (at, l)).or(self.stall);
        }
        if used > 0 {
            self.untouched_since.get_or_insert(at);
        }
        self.used = used;
    }

    /// For how long it has not been empty and nothing was taken from it.
    pub(in crate::detect) fn untouched_for(&self, now: Duration) -> Option<Duration> {
        self.untouched_since.map(|since| now.saturating_sub(since))
    }

    /// When the last time ended in which nothing was taken from it for seconds, and how
    /// long that was.
    pub(in crate::detect) const fn stall(&self) -> Option<(Duration, Duration)> {
        self.stall
    }

    /// Waiting in it.
    pub(in crate::detect) const fn waiting(&self) -> u64 {
        self.used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_that_only_grows_is_not_looked_after() {
        let s = Duration::from_secs;
        let mut acceptor = Acceptor::default();
        for (second, used) in [(0, 0), (1, 2), (2, 5), (3, 5)] {
            acceptor.note(s(second), used);
        }
        assert_eq!(acceptor.untouched_for(s(4)), Some(s(3)));
        acceptor.note(s(5), 4);
        assert_eq!(acceptor.untouched_for(s(5)), Some(s(0)), "one was taken");
        acceptor.note(s(6), 0);
        assert_eq!(acceptor.untouched_for(s(9)), None);
        assert_eq!(acceptor.stall(), Some((s(5), s(4))), "the last that lasted for seconds");
    }
}
