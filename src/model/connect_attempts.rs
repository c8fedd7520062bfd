//! What came to the host between two readings of its counters: connections that
//! were opened, refused or dropped.
//!
//! A refused connect is a reset sent (`OutRsts`) for no connection of ours
//! (`EstabResets`), but not every such reset refuses somebody. A killed server with
//! 1 000 clients sent 20 to 55 of them within the 100 ms in which they all ended
//! (kernel 6.18, `EstabResets` unmoved: last segments that cross find no socket any
//! more). Counted as refused connects they were a herd, a second before the first
//! client tried again.

use std::collections::VecDeque;
use std::time::Duration;

use crate::sample::Counters;

/// For so long an ended connection may still be answered with a reset. Clients
/// that come back sooner are counted from their second try on.
const CROSSING: Duration = Duration::from_millis(300);

/// Reads the counters, one reading after another.
#[derive(Debug, Clone, Default)]
pub struct ConnectAttemptCounter {
    /// Connections that ended a moment ago and were not yet answered with a reset.
    ended: VecDeque<(Duration, u64)>,
}

/// What came in one interval; none = this kernel does not tell, or the counter
/// went backwards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConnectAttempts {
    /// Accepted by the kernel (`PassiveOpens`).
    pub opened: Option<u64>,
    /// Refused (`OutRsts` less `EstabResets`, less what sees off connections that
    /// just ended).
    pub refused: Option<u64>,
    /// Dropped by full listeners (`ListenDrops`), SYN retries included.
    pub dropped: Option<u64>,
    /// A counter went backwards: it is another one, and this interval a gap.
    pub anew: bool,
}

impl ConnectAttemptCounter {
    /// What came between two readings, the second taken at `at`.
    pub fn between(&mut self, at: Duration, before: &Counters, now: &Counters) -> ConnectAttempts {
        let mut anew = false;
        let mut grew = |of: fn(&Counters) -> Option<u64>| {
            let (then, now) = of(before).zip(of(now))?;
            anew |= now < then;
            now.checked_sub(then)
        };
        let opened = grew(|c| c.passive_opens);
        let sent = grew(|c| c.out_rsts).zip(grew(|c| c.estab_resets));
        let dropped = grew(|c| c.listen_drops);
        let ended = before.curr_estab.zip(now.curr_estab);
        self.end(at, ended.map_or(0, |(then, now)| then.saturating_sub(now)));
        let refused = sent.map(|(sent, resets)| self.refused(sent.saturating_sub(resets)));
        ConnectAttempts { opened, refused, dropped, anew }
    }

    /// So many connections ended up to this moment.
    fn end(&mut self, at: Duration, ended: u64) {
        if ended > 0 {
            self.ended.push_back((at, ended));
        }
        self.ended.retain(|(since, _)| at.saturating_sub(*since) < CROSSING);
    }

    /// Of so many resets those that are refused connects.
    fn refused(&mut self, resets: u64) -> u64 {
        let mut rest = resets;
        for (_, ended) in &mut self.ended {
            let seen_off = rest.min(*ended);
            *ended -= seen_off;
            rest -= seen_off;
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Refused, where so many were open before and after, and so many resets sent.
    fn refused(
        connect_attempts: &mut ConnectAttemptCounter,
        at: u64,
        open: (u64, u64),
        resets: u64,
    ) -> u64 {
        let counters = |open, sent| Counters {
            curr_estab: Some(open),
            out_rsts: Some(sent),
            estab_resets: Some(0),
            ..Counters::default()
        };
        let (before, now) = (counters(open.0, 7), counters(open.1, 7 + resets));
        connect_attempts.between(Duration::from_millis(at), &before, &now).refused.unwrap()
    }

    #[test]
    fn resets_while_connections_end_refuse_nobody() {
        let mut connect_attempts = ConnectAttemptCounter::default();
        assert_eq!(refused(&mut connect_attempts, 0, (1_000, 500), 33), 0);
        assert_eq!(refused(&mut connect_attempts, 100, (500, 0), 55), 0);
    }

    #[test]
    fn an_ended_connection_answers_for_one_reset_and_not_for_long() {
        let mut connect_attempts = ConnectAttemptCounter::default();
        assert_eq!(refused(&mut connect_attempts, 0, (1_000, 900), 130), 30);
        assert_eq!(refused(&mut connect_attempts, 100, (900, 800), 0), 0);
        assert_eq!(refused(&mut connect_attempts, 400, (800, 800), 40), 40);
    }

    #[test]
    fn without_the_number_of_open_ones_all_count() {
        let counters =
            |sent| Counters { out_rsts: Some(sent), estab_resets: Some(2), ..Counters::default() };
        let came =
            ConnectAttemptCounter::default().between(Duration::ZERO, &counters(5), &counters(30));
        assert_eq!((came.refused, came.opened, came.anew), (Some(25), None, false));
    }

    #[test]
    fn a_counter_that_went_backwards_begins_anew() {
        let counters = |opened| Counters { passive_opens: Some(opened), ..Counters::default() };
        let came =
            ConnectAttemptCounter::default().between(Duration::ZERO, &counters(5), &counters(3));
        assert_eq!((came.opened, came.anew), (None, true));
    }
}
