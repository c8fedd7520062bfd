//! What has happened since the counters were read last.

use crate::sample::Counters;

/// Counters, and how they stood.
#[derive(Debug)]
pub(super) struct Movement {
    of: fn(&Counters) -> [Option<u64>; 6],
    last: Option<[Option<u64>; 6]>,
}

impl Movement {
    /// Connections that came or went.
    pub(super) const fn of_connections() -> Self {
        Self { of: |c| [c.passive_opens, c.curr_estab, None, None, None, None], last: None }
    }

    /// What may change a listener: an attempt that was let in, refused or dropped, and
    /// connections that ended, as those of a process do that was killed.
    pub(super) const fn of_listeners() -> Self {
        let of = |c: &Counters| {
            [
                c.passive_opens,
                c.curr_estab,
                c.estab_resets,
                c.out_rsts,
                c.listen_overflows,
                c.listen_drops,
            ]
        };
        Self { of, last: None }
    }

    /// Whether one of them is another than at the last reading.
    pub(super) fn since_last(&mut self, counters: &Counters) -> bool {
        let now = (self.of)(counters);
        self.last.replace(now).is_some_and(|last| last != now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gauge_that_moves_alone_is_no_movement() {
        let counters = |opened, refused, time_wait| Counters {
            passive_opens: Some(opened),
            out_rsts: Some(refused),
            time_wait: Some(time_wait),
            ..Counters::default()
        };
        let (mut listeners, mut connections) =
            (Movement::of_listeners(), Movement::of_connections());
        let mut both = |now: Counters| (listeners.since_last(&now), connections.since_last(&now));
        assert_eq!(both(counters(5, 1, 9)), (false, false), "one reading tells nothing");
        assert_eq!(both(counters(5, 1, 3)), (false, false));
        assert_eq!(both(counters(5, 2, 3)), (true, false), "one was refused");
        assert_eq!(both(counters(6, 2, 3)), (true, true));
        assert_eq!(both(counters(6, 2, 3)), (false, false));
    }
}
