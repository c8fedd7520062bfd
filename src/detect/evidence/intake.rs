//! What comes to a service, and what of it stays: connections that are gone before
//! the next walk were turned away, or are short by nature; a service that used to
//! keep them tells the two apart.

use std::collections::VecDeque;
use std::time::Duration;

use super::Closes;
use crate::model::ListenerSnapshot;
use crate::units::float;

/// Walks further apart say nothing of short lives.
const CLOSE_ENOUGH: Duration = Duration::from_millis(2500);
/// What is looked back on.
const KEPT: Duration = Duration::from_secs(30);
/// The share that stays by nature follows over so many connections.
const MEMORY: f64 = 200.0;
/// Above this share a service keeps what comes by nature; below the other one
/// it turns away.
const KEEPS: f64 = 0.5;
const TURNS_AWAY: f64 = 0.35;

/// Between two walks: when, how many came, how many of these stayed.
#[derive(Debug, Clone, Copy)]
struct Interval {
    at: Duration,
    came: u64,
    stayed: u64,
}

/// The intake of one service.
#[derive(Debug, Clone, Default)]
pub(in crate::detect) struct Intake {
    last: Option<(Duration, u64)>,
    lately: VecDeque<Interval>,
    /// Share that stays by nature, and of how many.
    natural: Option<f64>,
    seen: f64,
}

impl Intake {
    /// Takes the listeners of one port in, as they are now.
    pub(in crate::detect) fn observe(
        &mut self,
        now: Duration,
        listeners: &[&ListenerSnapshot],
        closes: &Closes,
    ) {
        let Some(walked) = listeners.iter().filter_map(|l| l.walked).max() else { return };
        let opened = listeners.iter().map(|l| l.opened_total).fold(0, u64::saturating_add);
        let Some((before, then)) = self.last else {
            self.last = Some((walked, opened));
            return;
        };
        if walked <= before {
            return;
        }
        self.last = Some((walked, opened));
        while self.lately.front().is_some_and(|i| now.saturating_sub(i.at) > KEPT) {
            self.lately.pop_front();
        }
        let ages = listeners.iter().filter_map(|l| l.ages);
        let known = ages.clone().any(|a| a.classes.iter().sum::<u64>() + a.before_watch > 0);
        if !known || walked.saturating_sub(before) > CLOSE_ENOUGH {
            return;
        }
        let came = opened.saturating_sub(then);
        // Who was turned away has closed: of those that came as many as did not close
        // have stayed, whatever a walk that is no snapshot says.
        let slack = Duration::from_millis(150);
        let gone = closes.between(before.saturating_sub(slack), walked + slack);
        // Some walks lie between two looks: what is younger than five seconds may be of
        // this interval. Too many is no false alarm, too few would be.
        let young = ages.map(|a| a.classes[0] + a.classes[1]).sum::<u64>();
        let stayed = young.max(came.saturating_sub(gone)).min(came);
        self.lately.push_back(Interval { at: walked, came, stayed });
        if came > 0 && !self.turns_away_now() {
            let share = float(stayed) / float(came);
            self.seen += float(came);
            let weight = (float(came) / self.seen).max(float(came) / MEMORY).min(1.0);
            self.natural = Some(self.natural.map_or(share, |n| n + weight * (share - n)));
        }
    }

    /// Came and turned away per second over the last six; none while it keeps what
    /// comes, or never did.
    pub(in crate::detect) fn turned_away(&self, now: Duration) -> Option<(f64, f64)> {
        const WINDOW: Duration = Duration::from_secs(6);
        const FEWEST: u64 = 20;
        if self.natural.is_none_or(|share| share < KEEPS) {
            return None;
        }
        let lately = || self.lately.iter().filter(|i| now.saturating_sub(i.at) <= WINDOW);
        let (came, stayed) = lately().fold((0, 0), |sum, i| (sum.0 + i.came, sum.1 + i.stayed));
        let rate = |n: u64| float(n) / WINDOW.as_secs_f64();
        (came >= FEWEST && float(stayed) < TURNS_AWAY * float(came))
            .then(|| (rate(came), rate(came.saturating_sub(stayed))))
    }

    fn turns_away_now(&self) -> bool {
        let Some(last) = self.lately.back() else { return false };
        let natural = self.natural.is_some_and(|share| share >= KEEPS);
        natural && last.came >= 5 && float(last.stayed) < TURNS_AWAY * float(last.came)
    }
}
