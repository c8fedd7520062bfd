//! What comes to a service, and what of it stays: connections that are gone within
//! seconds were turned away, or are short by nature; a service that used to keep them
//! tells the two apart.

use std::collections::VecDeque;
use std::time::Duration;

use crate::model::ListenerSnapshot;
use crate::units::float;

/// Those that came within the last five seconds are told apart by age.
const WITHIN: Duration = Duration::from_secs(5);
/// A walk may be late by this.
const SLACK: Duration = Duration::from_millis(200);
/// The share that stays by nature follows over so many connections.
const MEMORY: f64 = 200.0;
/// Above this share a service keeps what comes by nature; below the other one
/// it turns away.
const KEEPS: f64 = 0.5;
const TURNS_AWAY: f64 = 0.35;
/// From so many on it is told.
const FEWEST: u64 = 20;
/// From so many on that stay it is over.
const OVER: u64 = 10;
/// Nobody tries for as long as this between two waves: backoffs are cut to a minute.
const REMEMBERED: Duration = Duration::from_secs(70);

/// So many came, and so many of them did not stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) struct TurnedAway {
    pub(in crate::detect) came: u64,
    pub(in crate::detect) away: u64,
    /// When it was seen last.
    pub(in crate::detect) at: Duration,
}

/// The intake of one service.
#[derive(Debug, Clone, Default)]
pub(in crate::detect) struct Intake {
    /// Opened up to each walk of the last five seconds, and how many of those that came
    /// since the one before it were still there.
    walks: VecDeque<(Duration, u64, u64)>,
    /// Share that stays by nature, and of how many.
    natural: Option<f64>,
    seen: f64,
    told: Option<TurnedAway>,
    /// Opened since that was told.
    since: u64,
}

impl Intake {
    /// Takes the figures of a service in; `settled` while nothing was lost just before.
    pub(in crate::detect) fn observe(
        &mut self,
        now: Duration,
        whole: &ListenerSnapshot,
        settled: bool,
    ) {
        let Some((walked, ages)) = whole.walked.zip(whole.ages) else { return };
        let opened = whole.opened_total;
        let known = ages.classes.iter().sum::<u64>() + ages.before_watch > 0;
        if self.walks.back().is_some_and(|(last, ..)| *last >= walked) {
            return;
        }
        let before = self.walks.back().map_or(opened, |(_, before, _)| *before);
        let since = self.walks.back().map_or(walked, |(then, ..)| *then);
        // Younger than a second, or than five.
        let short = walked.saturating_sub(since) <= Duration::from_secs(1) + SLACK;
        let young = if short { ages.classes[0] } else { ages.classes[0] + ages.classes[1] };
        self.walks.push_back((walked, opened, young.min(opened.saturating_sub(before))));
        let old = |then: Duration| walked.saturating_sub(then) > WITHIN + SLACK;
        while self.walks.front().is_some_and(|(then, ..)| old(*then)) {
            self.walks.pop_front();
        }
        if !known || !settled {
            return;
        }
        // Of an interval a little longer than the class too few would seem to stay.
        let came = self.walks.front().map_or(0, |(_, before, _)| opened.saturating_sub(*before));
        let stayed = (ages.classes[0] + ages.classes[1]).min(came);
        // Who is rejected is gone at once: a client that stays three seconds by habit was
        // let in.
        let met: u64 = self.walks.iter().skip(1).map(|(.., met)| met).sum();
        let few = float(stayed.max(met)) < TURNS_AWAY * float(came);
        let keeps = self.natural.is_some_and(|share| share >= KEEPS);
        self.since += opened.saturating_sub(before);
        if came >= FEWEST && few && keeps {
            (self.told, self.since) = (Some(TurnedAway { came, away: came - stayed, at: now }), 0);
        } else if self.told.is_some_and(|told| !few && self.since >= OVER.max(told.away / 2)) {
            self.told = None;
        }
        if came > 0 && !(came >= FEWEST && few) {
            let share = float(stayed) / float(came);
            self.seen += float(came);
            let weight = (float(came) / self.seen).max(float(came) / MEMORY / 5.0).min(1.0);
            self.natural = Some(self.natural.map_or(share, |n| n + weight * (share - n)));
        }
    }

    /// What came lately and did not stay; none while it keeps what comes, or never did.
    pub(in crate::detect) fn turned_away(&self, now: Duration) -> Option<TurnedAway> {
        self.told.filter(|told| now.saturating_sub(told.at) <= REMEMBERED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Ages;

    /// Feeds a service that keeps so many of those that come, second by second.
    fn run(seconds: &[(u64, u64)]) -> (Intake, Duration) {
        let (mut intake, mut opened, mut now) = (Intake::default(), 0, Duration::ZERO);
        for (second, (came, _)) in (0..).zip(seconds) {
            now = Duration::from_secs(second);
            opened += came;
            let mut ages = Ages { before_watch: 100, ..Ages::default() };
            let upto = usize::try_from(second).unwrap();
            for (age, (_, stayed)) in seconds[..=upto].iter().rev().enumerate() {
                let class = [1, 5, 30, 300].iter().position(|bound| age < *bound).unwrap_or(4);
                ages.classes[class] += stayed;
            }
            let whole = ListenerSnapshot {
                walked: Some(now),
                ages: Some(ages),
                opened_total: opened,
                ..ListenerSnapshot::nothing(([0, 0, 0, 0], 80).into())
            };
            intake.observe(now, &whole, true);
        }
        (intake, now)
    }

    #[test]
    fn waves_that_do_not_stay_are_turned_away_until_some_do() {
        let calm = vec![(2, 2); 20];
        let waves: Vec<_> = (0..60).map(|n| if n % 16 == 0 { (130, 0) } else { (0, 0) }).collect();
        let (intake, now) = run(&[calm.clone(), waves.clone()].concat());
        assert!(intake.turned_away(now).is_some(), "between two waves");
        let (intake, now) = run(&[calm.clone(), waves, vec![(20, 20); 8]].concat());
        assert_eq!(intake.turned_away(now), None, "let in again");
        assert_eq!(run(&calm).0.turned_away(now), None);
    }

    #[test]
    fn those_that_stay_three_seconds_by_habit_are_not_turned_away() {
        let (mut intake, mut opened) = (Intake::default(), 0);
        for second in 0..90_u64 {
            let wave = if second < 30 { 0 } else { 20 };
            let since = second % 6;
            opened += if since == 0 { wave } else { 0 };
            let mut ages = Ages { before_watch: 100, ..Ages::default() };
            match since {
                0 => ages.classes[0] = wave,
                1 | 2 => ages.classes[1] = wave,
                _ => {}
            }
            if second < 30 {
                (opened, ages.classes[0], ages.classes[1]) = (opened + 2, 2, 8);
            }
            let whole = ListenerSnapshot {
                walked: Some(Duration::from_secs(second)),
                ages: Some(ages),
                opened_total: opened,
                ..ListenerSnapshot::nothing(([0, 0, 0, 0], 80).into())
            };
            intake.observe(Duration::from_secs(second), &whole, true);
            let told = intake.turned_away(Duration::from_secs(second));
            assert_eq!(told, None, "at {second}");
        }
    }

    #[test]
    fn connections_that_are_short_by_nature_are_not_turned_away() {
        let (intake, now) = run(&vec![(30, 0); 60]);
        assert_eq!(intake.turned_away(now), None);
    }
}
