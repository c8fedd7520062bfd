//! At which interval clients are heard, where most of them are by one.
//!
//! One look cannot tell a period from an age: of clients that say nothing after they came
//! the last byte is as old as they are. So the same interval has to be seen for twice as
//! long as it is; what only ages grows in that time. It shows in one of two ways. Clients
//! that ping by themselves are spread evenly over it, with nobody beyond. A server that
//! pings all at once hears them all at once, and again after the interval.

use std::collections::VecDeque;
use std::time::Duration;

use crate::sample::SampledGroup;
use crate::units::float;

/// Fewer say nothing.
const FEWEST: u64 = 10;
/// "Most": of all that were looked at.
const MOST: f64 = 0.5;
/// Shorter is a service that is talked to all the time, longer no ping.
const SHORTEST: u32 = 1_000;
const LONGEST: u32 = 600_000;
/// Looks alike within this part, over so long at the least.
const ALIKE: f64 = 0.15;
const AT_LEAST: Duration = Duration::from_secs(10);
/// Once seen it holds for so long: when most have fallen silent it does not show any more.
const HOLDS: Duration = Duration::from_hours(6);
/// Rounds of a server that pings all at once, that have to be alike.
const ROUNDS: usize = 3;

/// The period of one listener's clients.
#[derive(Debug, Clone, Default)]
pub(super) struct PingPeriod {
    /// Seen over and over again, and when last.
    seen: Option<(Duration, Duration)>,
    /// Evenly spread over this since then.
    spread: Option<(Duration, u32)>,
    /// When all were heard, round by round; and the longest that was ago in these.
    rounds: VecDeque<Duration>,
    longest: Duration,
}

impl PingPeriod {
    /// The period, where there is one.
    pub(super) fn seen(&self) -> Option<Duration> {
        self.seen.map(|(period, _)| period)
    }

    /// This one, or that of another address.
    pub(super) fn or(&self, other: &Self) -> Self {
        if self.seen.is_some() { self.clone() } else { other.clone() }
    }

    /// Takes a look in.
    pub(super) fn observe(&mut self, at: Duration, group: &SampledGroup) {
        if self.seen.is_some_and(|(_, when)| at.saturating_sub(when) > HOLDS) {
            self.seen = None;
        }
        if let Some(period) = self.spread(at, group).or_else(|| self.round(at, group)) {
            self.seen = Some((period, at));
        }
    }

    /// Whether they have been spread over the same interval for long enough.
    fn spread(&mut self, at: Duration, group: &SampledGroup) -> Option<Duration> {
        let Some(now) = spread_over(group) else {
            self.spread = None;
            return None;
        };
        let alike = |known: u32| f64::from(now.abs_diff(known)) <= ALIKE * f64::from(known);
        match &mut self.spread {
            Some((since, known)) if alike(*known) => {
                *known = now.max(*known);
                let period = Duration::from_millis((*known).into());
                (at.saturating_sub(*since) >= AT_LEAST.max(period * 2)).then_some(period)
            }
            other => {
                *other = Some((at, now));
                None
            }
        }
    }

    /// Whether the last rounds in which all were heard are as far from each other.
    fn round(&mut self, at: Duration, group: &SampledGroup) -> Option<Duration> {
        let ago = Duration::from_millis(together(group)?.into());
        let heard = at.checked_sub(ago)?;
        match self.rounds.back() {
            // The same round, as well as it can be read.
            Some(last) if heard.abs_diff(*last) < Duration::from_millis(SHORTEST.into()) => {}
            Some(last) if heard < *last => {
                self.rounds.clear();
                self.longest = Duration::ZERO;
            }
            _ => self.rounds.push_back(heard),
        }
        self.longest = self.longest.max(ago);
        while self.rounds.len() > ROUNDS + 1 {
            self.rounds.pop_front();
        }
        let apart = |(a, b): (&Duration, &Duration)| b.saturating_sub(*a);
        let apart: Vec<Duration> =
            self.rounds.iter().zip(self.rounds.iter().skip(1)).map(apart).collect();
        let shortest = *apart.iter().min()?;
        // A look may have missed a round.
        let whole = |gap: &Duration| {
            let times = gap.as_secs_f64() / shortest.as_secs_f64();
            (times - times.round()).abs() <= ALIKE
        };
        // Of rounds shorter than the time between two looks only these would show.
        let most = Duration::from_millis(LONGEST.into()).min(self.longest * 2);
        (apart.len() >= ROUNDS && shortest <= most && apart.iter().all(whole)).then_some(shortest)
    }
}

/// Those that talk, where these are most.
fn talking(group: &SampledGroup) -> Option<u64> {
    let all = SampledGroup::count(&group.talking, |_| true);
    (all >= FEWEST && float(all) >= MOST * float(group.found)).then_some(all)
}

/// The interval over which most of them are spread evenly, with hardly anybody between it
/// and three times as much.
fn spread_over(group: &SampledGroup) -> Option<u32> {
    const QUARTER: std::ops::RangeInclusive<f64> = 0.1..=0.45;
    const BEYOND: f64 = 0.02;
    let all = talking(group)?;
    let list = &group.talking;
    let between = |from, to| SampledGroup::count(list, |ms| (from..to).contains(&ms));
    let fits = |end: u32| {
        let inside = between(0, end + 1);
        let quarter = |part: u32| float(between(end / 4 * part, end / 4 * (part + 1)));
        float(inside) >= MOST * float(all)
            && float(inside) >= MOST * float(group.found)
            && float(between(end + 1, end.saturating_mul(3))) <= BEYOND * float(inside)
            && (0..4).all(|part| QUARTER.contains(&(quarter(part) / float(inside))))
    };
    let ends = list.iter().map(|(ms, _)| *ms);
    ends.filter(|end| (SHORTEST..=LONGEST).contains(end)).find(|end| fits(*end))
}

/// How long ago most of them were heard at the same moment.
fn together(group: &SampledGroup) -> Option<u32> {
    const WITHIN: u32 = 250;
    let all = talking(group)?;
    let list = &group.talking;
    let near = |at: u32| {
        let within = WITHIN + at / 50;
        SampledGroup::count(list, |ms| ms.abs_diff(at) <= within)
    };
    let (at, most) = list.iter().map(|(ms, _)| (*ms, near(*ms))).max_by_key(|(_, n)| *n)?;
    (float(most) >= 0.8 * float(all)).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::whole;

    /// So many looks, two seconds apart, at clients heard so many milliseconds ago.
    fn looks(seconds: u64, heard: impl Fn(u64, u64) -> Option<u64>) -> PingPeriod {
        let mut period = PingPeriod::default();
        for second in (0..seconds).step_by(2) {
            let mut group = SampledGroup::none(([127, 0, 0, 1], 80).into());
            for client in 0..200 {
                let Some(ago) = heard(second * 1_000, client) else { continue };
                group.found += 1;
                group.add_heard(u32::try_from(ago).unwrap(), true);
            }
            period.observe(Duration::from_secs(1_000 + second), &group);
        }
        period
    }

    #[test]
    fn clients_that_ping_show_their_period() {
        // Each begins at its own moment.
        let pings = |ms: u64, client: u64| Some((ms + client * 977) % 25_000);
        assert_eq!(looks(48, pings).seen(), None, "for twice as long as it is");
        let seen = looks(80, pings).seen().unwrap();
        assert!((24_000..26_000).contains(&seen.as_millis()), "{seen:?}");
        // A third of them is gone, and its last byte ages.
        let some = |ms: u64, client: u64| {
            if client.is_multiple_of(3) { Some(400_000 + ms) } else { pings(ms, client) }
        };
        assert_eq!(looks(80, some).seen().unwrap().as_secs(), seen.as_secs());
    }

    #[test]
    fn a_server_that_pings_all_at_once_shows_it_round_by_round() {
        let seen = looks(150, |ms, client| Some((ms + client) % 30_000)).seen().unwrap();
        assert!((29_000..31_000).contains(&seen.as_millis()), "{seen:?}");
    }

    #[test]
    fn what_only_ages_and_what_is_said_by_chance_have_no_period() {
        // All came within a minute, spoke for a while, and are silent since.
        let aging = looks(600, |ms, client| Some(ms + client * 300));
        assert_eq!(aging.seen(), None);
        // Somebody writes now and then: most of the silences are short, some are long.
        let chance = |ms: u64, client: u64| {
            let dice = (ms * 31 + client * 7_919) % 1_000;
            Some(whole(-(1.0 - float(dice) / 1_000.0).ln() * 20_000.0))
        };
        assert_eq!(looks(600, chance).seen(), None);
        // A prompt service.
        assert_eq!(looks(100, |ms, client| Some((ms + client) % 300)).seen(), None);
        assert_eq!(looks(100, |ms, c| (c < 5).then_some((ms + c * 977) % 25_000)).seen(), None);
    }
}
