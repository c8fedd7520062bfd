//! How often the connections may be counted.
//!
//! No way of counting is cheap enough for 4 Hz at 100 000 connections (80 ms of
//! CPU a walk), so the period follows the cost: a fixed share of one core.

use std::time::Duration;

/// Never more often: at 1 s the walk of a small host is still free.
const SHORTEST: Duration = Duration::from_secs(1);
/// Never more seldom: states and clients must not be older than a minute.
const LONGEST: Duration = Duration::from_mins(1);
/// What the rest of the program takes beyond this the walks give up, down to half
/// of theirs: together they stay under 1 % of a core.
const FOR_OTHERS: f64 = 0.005;
/// A walk for what was just seen comes this long after the last such walk: four
/// pictures a second are what somebody who looks on can follow.
const QUICKEST: Duration = Duration::from_millis(250);
/// By so much of their time such walks may be ahead of the share: what comes after
/// quiet is counted at once, and again as it goes on; then they pay it back.
const LENT: Duration = Duration::from_secs(2);
/// Weight of the newest cost in the moving mean: three walks to follow a change.
const NEWEST: f64 = 0.5;

/// The slow lane's allowance.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    share: f64,
    mean: Option<f64>,
    /// CPU of all other threads: when it was read, how much so far, and its share
    /// of a core lately.
    others: Option<(Duration, Duration, Option<f64>)>,
    debt: Duration,
    extra_left: bool,
    /// When a walk was last made for what was just seen.
    quick: Option<Duration>,
}

impl Budget {
    /// `share` of one core, 0.004 by default.
    pub(super) const fn new(share: f64) -> Self {
        Self {
            share,
            mean: None,
            others: None,
            debt: Duration::ZERO,
            extra_left: true,
            quick: None,
        }
    }

    /// The share is another from now on.
    pub(super) const fn allow(&mut self, share: f64) {
        self.share = share;
    }

    /// Takes in what all other threads have used so far. What was before the first
    /// reading is the start, which is paid once.
    pub(super) fn others(&mut self, now: Duration, used: Duration) {
        let Some((then, before, mean)) = self.others else {
            self.others = Some((now, used, None));
            return;
        };
        let passed = now.saturating_sub(then);
        if passed >= SHORTEST {
            let share = used.saturating_sub(before).as_secs_f64() / passed.as_secs_f64();
            let mean = mean.map_or(share, |mean| mean + NEWEST * (share - mean));
            self.others = Some((now, used, Some(mean)));
        }
    }

    /// The share of a core the walks may take now.
    fn allowed(&self) -> f64 {
        let others = self.others.and_then(|(.., mean)| mean).unwrap_or(0.0);
        (self.share + FOR_OTHERS - others).clamp(self.share / 2.0, self.share)
    }

    /// Takes in what a walk cost and says how long to wait for the next.
    pub(super) fn spent(&mut self, cpu: Duration) -> Duration {
        let cost = cpu.as_secs_f64();
        let mean = self.mean.map_or(cost, |mean| mean + NEWEST * (cost - mean));
        self.mean = Some(mean);
        self.extra_left = true;
        let period = Duration::from_secs_f64(mean / self.allowed()).clamp(SHORTEST, LONGEST);
        (period + std::mem::take(&mut self.debt)).min(LONGEST)
    }

    /// Whether one walk out of turn may be made now: one a period, and the next
    /// period pays for it with the `left` of this one.
    pub(super) const fn extra(&mut self, left: Duration) -> bool {
        if !self.extra_left {
            return false;
        }
        self.debt = left;
        self.extra_left = false;
        true
    }

    /// When the connections may be counted for what was just seen, the walk in turn being
    /// `left` away; none where that has to wait for it.
    pub(super) fn quick(&mut self, now: Duration, left: Duration) -> Option<Duration> {
        if self.ahead(left) > LENT && !std::mem::take(&mut self.extra_left) {
            return None;
        }
        Some(self.quick.map_or(now, |last| now.max(last + QUICKEST)))
    }

    /// How much of its share's time a walk would be ahead: a cheap one has a second and
    /// does not take all of it.
    fn ahead(&self, left: Duration) -> Duration {
        let whole = Duration::from_secs_f64(self.mean.unwrap_or(0.0) / self.allowed());
        left.saturating_sub(SHORTEST.saturating_sub(whole))
    }

    /// After such a walk: the next in turn is a period away from it, and what this one
    /// was ahead.
    pub(super) fn spent_quick(&mut self, now: Duration, left: Duration, cpu: Duration) -> Duration {
        let extra_left = self.extra_left;
        self.debt = self.ahead(left);
        let period = self.spent(cpu);
        (self.extra_left, self.quick) = (extra_left, Some(now));
        period
    }

    /// After a walk out of turn the allowance stays used until the next in turn.
    pub(super) fn spent_extra(&mut self, cpu: Duration) -> Duration {
        let period = self.spent(cpu);
        self.extra_left = false;
        period
    }
}

/// Work whose next turn waits in proportion to what it cost.
#[derive(Debug, Default)]
pub(super) struct Pacer {
    last: Option<Duration>,
    rest: Duration,
}

impl Pacer {
    /// Whether it is `every` since the last turn, and longer if it was costly.
    pub(super) fn is_due(&self, now: Duration, every: Duration) -> bool {
        self.last.is_none_or(|last| now.saturating_sub(last) >= every.max(self.rest))
    }

    /// A turn is over; the next one comes after `rest` at the earliest.
    pub(super) const fn done(&mut self, now: Duration, rest: Duration) {
        (self.last, self.rest) = (Some(now), rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_period_follows_the_cost() {
        let period = |ms| Budget::new(0.004).spent(Duration::from_millis(ms));
        assert_eq!(period(1), Duration::from_secs(1), "never more often than each second");
        assert_eq!(period(8), Duration::from_secs(2), "10 000 connections");
        assert_eq!(period(80), Duration::from_secs(20), "100 000 connections");
        assert_eq!(period(900), Duration::from_mins(1), "never more seldom than each minute");
    }

    #[test]
    fn the_walks_give_way_to_a_busy_program() {
        let period = |others| {
            let mut budget = Budget::new(0.004);
            for second in 0..10 {
                let at = Duration::from_secs(second);
                budget.others(at, Duration::from_secs(9) + at.mul_f64(others));
            }
            budget.spent(Duration::from_millis(80)).as_secs()
        };
        assert_eq!(period(0.004), 20, "the start is paid once and does not count");
        assert_eq!(period(0.006), 26, "0.3 % for the walks");
        assert_eq!(period(0.05), 40, "a herd under way: never less than half");
    }

    #[test]
    fn a_walk_out_of_turn_is_charged_to_the_next_period() {
        let mut budget = Budget::new(0.004);
        budget.spent(Duration::from_millis(8));
        assert!(budget.extra(Duration::from_secs(1)));
        assert_eq!(budget.spent_extra(Duration::from_millis(8)), Duration::from_secs(3));
        assert!(!budget.extra(Duration::from_secs(1)), "at most one a period");
        budget.spent(Duration::from_millis(8));
        assert!(budget.extra(Duration::from_secs(1)));
    }

    #[test]
    fn what_was_just_seen_is_counted_at_once_and_then_as_the_share_allows() {
        let ms = Duration::from_millis;
        let mut cheap = Budget::new(0.004);
        cheap.spent(ms(2).div_f64(10.0));
        assert_eq!(cheap.quick(ms(100), ms(900)), Some(ms(100)), "the first one at once");
        let next = cheap.spent_quick(ms(100), ms(900), ms(2).div_f64(10.0));
        assert_eq!(next, ms(1_000), "0.2 ms of the 4 ms of a second: nothing to pay back");
        assert_eq!(cheap.quick(ms(200), ms(900)), Some(ms(350)), "then four a second");
        let mut dear = Budget::new(0.004);
        dear.spent(ms(8));
        assert_eq!(dear.quick(ms(100), ms(1_900)), Some(ms(100)), "10 000 connections");
        assert_eq!(dear.spent_quick(ms(100), ms(1_900), ms(8)), ms(3_900), "paid back");
        assert_eq!(dear.quick(ms(200), ms(3_800)), Some(ms(350)), "the one out of turn");
        dear.spent_quick(ms(350), ms(3_650), ms(8));
        assert_eq!(dear.quick(ms(450), ms(5_500)), None, "and no more");
        assert_eq!(dear.quick(ms(4_000), ms(1_900)), Some(ms(4_000)), "until it is paid back");
    }

    #[test]
    fn a_costly_search_rests_a_hundred_times_as_long() {
        const EVERY: Duration = Duration::from_secs(30);
        let second = Duration::from_secs;
        let mut search = Pacer::default();
        assert!(search.is_due(Duration::ZERO, EVERY), "the first one at once");
        search.done(second(1), Duration::from_millis(300) * 100);
        assert!(!search.is_due(second(30), Duration::ZERO));
        assert!(search.is_due(second(31), Duration::ZERO));
        search.done(second(40), Duration::from_micros(200) * 100);
        assert!(search.is_due(second(41), Duration::ZERO), "a cheap one goes on as asked");
        assert!(!search.is_due(second(69), EVERY) && search.is_due(second(70), EVERY));
    }
}
