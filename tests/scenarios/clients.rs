//! Clients that lost their server and try again.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Numbers that look random and are the same each run (`SplitMix64`).
#[derive(Debug)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// From 0 to 1.
    pub(super) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        f64::from(u32::try_from((z ^ (z >> 31)) >> 32).expect("32 bits")) / 4_294_967_296.0
    }

    /// Poisson with this mean (Knuth).
    pub(super) fn poisson(&mut self, mean: f64) -> u64 {
        let (limit, mut product, mut count) = ((-mean).exp(), self.unit(), 0);
        while product > limit {
            product *= self.unit();
            count += 1;
        }
        count
    }
}

/// How they wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strategy {
    Fixed,
    Exponential,
    Full,
    Runbook,
}

impl Strategy {
    pub(super) fn named(name: &str) -> Self {
        match name {
            "fixed" => Self::Fixed,
            "exponential" => Self::Exponential,
            "full" => Self::Full,
            "runbook" => Self::Runbook,
            other => panic!("no strategy {other}"),
        }
    }

    fn delay(self, attempt: i32, dice: &mut Dice) -> f64 {
        let backoff = 2_f64.powi(attempt.min(6)).min(60.0);
        match self {
            Self::Fixed => 1.0,
            Self::Exponential => backoff,
            Self::Full => dice.unit() * backoff,
            Self::Runbook => 1.0 + dice.unit(),
        }
    }
}

/// Those that wait for their next try.
#[derive(Debug, Default)]
pub(super) struct Waiting(BinaryHeap<Reverse<(u64, i32, Strategy)>>);

impl Waiting {
    /// One more waits for its next try.
    pub(super) fn add(&mut self, tick: u64, attempt: i32, how: Strategy, dice: &mut Dice) {
        // The path there and back: 20 to 80 ms.
        let wait = how.delay(attempt, dice) + 0.02 + 0.06 * dice.unit();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a minute in ticks"
        )]
        let ticks = (wait * 10.0) as u64;
        self.0.push(Reverse((tick + ticks.max(1), attempt + 1, how)));
    }

    /// One that tries now, and its number of tries so far.
    pub(super) fn due(&mut self, tick: u64) -> Option<(i32, Strategy)> {
        let Reverse((at, ..)) = self.0.peek()?;
        if *at > tick {
            return None;
        }
        self.0.pop().map(|Reverse((_, attempt, how))| (attempt, how))
    }
}
