//! Connections that were lost at once, and how many are back.
//!
//! Ordinary churn of a small service is no loss: 14 of 68 connections that live for
//! seconds leave within ten seconds by themselves. A loss happens within three
//! seconds, and more close in them than nature explains.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::Duration;

use super::loss::GOES_ON;
use super::{Closes, Loss};
use crate::model::ListenerSnapshot;
use crate::sample::Stamp;
use crate::units::{float, whole};

/// A loss happens within this time.
const WITHIN: Duration = Duration::from_millis(3500);
/// What is open is only right from the next walk on: some died so long before.
const EARLIER: Duration = Duration::from_millis(1200);
/// At least so many, and this share of those before.
const LEAST: u64 = 10;
const SHARE: f64 = 0.2;
/// Where nobody tells of closes it is not known how many are natural: 20 of 76
/// connections that live for seconds left by themselves.
const UNTOLD: (u64, f64) = (20, 0.4);
/// Where they are back at once: so many that a walk had seen died within this.
const REFILLED: (u64, f64) = (20, 0.3);
const REFILLED_WITHIN: Duration = Duration::from_millis(1500);
/// Standard deviations above the natural rate of closing.
const Z: f64 = 6.0;
/// Who came back has stayed for so long.
const STAYS: Duration = Duration::from_millis(1200);
/// A wave of those who are turned away comes and goes within this.
const WAVE: Duration = Duration::from_secs(20);
/// Those who came just before, and go while all the others stay, were lost to nobody: 66 of
/// 91 that a proxy kept waiting for two seconds and told 503 were "clients that left".
/// So many others there have to be, and this share of them stays.
const OTHERS: (u64, f64) = (10, 0.2);
const ALL: f64 = 0.95;
/// Losses remembered: their period tells an idle timeout.
const KEPT: usize = 8;
const REMEMBERED: Duration = Duration::from_mins(15);

/// What a derivation knows of the ends of connections.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::detect) struct KnownEnds<'a> {
    /// Deaths, where these are told.
    pub(super) closes: Option<&'a Closes>,
    /// Those who come do not stay: they are none that are lost.
    pub(super) turns_away: bool,
    /// Of those that died just now, how many the walk before had seen.
    pub(super) stood: u64,
}

/// The losses of one service.
#[derive(Debug, Clone, Default)]
pub(in crate::detect) struct Losses {
    /// Open connections of the last derivations, and whether that was estimated.
    lately: VecDeque<(Stamp, u64, bool)>,
    all: VecDeque<Loss>,
    /// By walk: how many were older than five seconds, and how many were younger.
    ages: VecDeque<(Duration, u64, u64)>,
    /// When many went that had come just before, and only these.
    passed: Option<Duration>,
}

impl Losses {
    /// Takes the connections of a derivation in.
    pub(in crate::detect) fn observe(
        &mut self,
        at: Stamp,
        whole: &ListenerSnapshot,
        seen: KnownEnds<'_>,
    ) {
        let KnownEnds { closes, turns_away, .. } = seen;
        let open = whole.open.unwrap_or(0);
        let age = |then: &Stamp| at.mono.saturating_sub(then.mono);
        self.note_ages(at.mono, whole);
        while self.lately.front().is_some_and(|(then, ..)| age(then) > WITHIN) {
            self.lately.pop_front();
        }
        // Who is told 1013 is there for a moment: back is who has stayed.
        let stays = self.lately.iter().filter(|(then, ..)| age(then) <= STAYS);
        let stays = stays.map(|(_, open, _)| *open).fold(open, u64::min);
        // Of one before the last as well: "64 % back" stood beside 58 % that were open.
        for loss in &mut self.all {
            loss.update(at, stays, closes);
        }
        let goes_on = |l: &Loss| age(&l.at) < GOES_ON && l.returned.is_none();
        if !turns_away
            && !self.all.back().is_some_and(goes_on)
            && let Some((then, before, fell)) = self.fall(at, whole, seen)
            && !self.are_passing(at.mono, then.mono, (before, fell))
        {
            let gone = closes.map_or(fell, |c| c.between(then.mono, at.mono).max(fell));
            let from = then.mono.saturating_sub(EARLIER);
            let first = closes.and_then(|c| c.first_burst(from, at.mono));
            let ago = at.mono.saturating_sub(first.unwrap_or(at.mono));
            let since = Stamp { mono: at.mono.saturating_sub(ago), wall: at.wall - ago };
            self.begin(since, before, before - fell, gone, true);
            if let Some(loss) = self.all.back_mut() {
                (loss.open, loss.most) = (open, (open, at.mono));
            }
            // What went before it says nothing of what comes after.
            self.lately.clear();
        }
        self.lately.push_back((at, open, whole.estimated));
        self.all.retain(|loss| age(&loss.at) < REMEMBERED);
    }

    fn note_ages(&mut self, now: Duration, whole: &ListenerSnapshot) {
        let Some((walked, ages)) = whole.walked.zip(whole.ages) else { return };
        if self.ages.back().is_none_or(|(last, ..)| *last < walked) {
            let old = ages.classes[2..].iter().sum::<u64>() + ages.before_watch;
            self.ages.push_back((walked, old, ages.classes[0] + ages.classes[1]));
        }
        let kept = WITHIN + EARLIER;
        while self.ages.get(1).is_some_and(|(then, ..)| now.saturating_sub(*then) > kept) {
            self.ages.pop_front();
        }
    }

    /// Whether those who have gone since `then` had come just before, and only these; while
    /// no walk has told since, they may be.
    fn are_passing(&mut self, now: Duration, then: Duration, lost: (u64, u64)) -> bool {
        let (before, fell) = lost;
        let known = self.ages.iter().rfind(|(walked, ..)| *walked <= then);
        let Some(&(_, old, young)) = known else { return false };
        if young < fell || old < OTHERS.0.max(whole(OTHERS.1 * float(before))) {
            return false;
        }
        let newest = self.ages.back().filter(|(walked, ..)| *walked > then);
        let stay = newest.is_none_or(|(_, stay, _)| float(*stay) >= ALL * float(old));
        if stay && newest.is_some() {
            self.passed = Some(now);
        }
        stay
    }

    /// Whether many went within this time that had come just before, and only these.
    pub(in crate::detect) fn have_passed(&self, now: Duration, within: Duration) -> bool {
        self.passed.is_some_and(|at| now.saturating_sub(at) <= within)
    }

    /// Since when, of how many, and by how many they fell, if nature does not explain it.
    fn fall(
        &self,
        at: Stamp,
        whole: &ListenerSnapshot,
        seen: KnownEnds<'_>,
    ) -> Option<(Stamp, u64, u64)> {
        let closes = seen.closes;
        let open = whole.open.unwrap_or(0);
        let age = |then: &Stamp| at.mono.saturating_sub(then.mono);
        let within = self.lately.iter().filter(|(then, ..)| age(then) <= WITHIN);
        // An estimate that the next walk takes back is no fall: 240 handshakes of four
        // ports that nothing had connected to yet were put to the fifth, and then
        // "240 of 500 connections closed". Of one that closes follow, so many fell.
        let fallen = |&(then, before, estimated): &(Stamp, u64, bool)| {
            let fell = before.saturating_sub(open);
            if !estimated {
                return Some((then, before, fell));
            }
            let told = closes?.between(then.mono.saturating_sub(EARLIER), at.mono);
            Some((then, before, fell.min(told)))
        };
        let plain = within.rev().filter_map(fallen).max_by_key(|(_, _, fell)| *fell);
        let lost = |(then, before, fell): &(Stamp, u64, u64)| {
            let took = age(then);
            let gone = closes.map_or(*fell, |c| c.between(then.mono, at.mono).max(*fell));
            is_loss(*before, *fell, gone, took, closes)
        };
        // Those who are back within a second leave no fall between two derivations.
        let refilled = |(then, before, fell): (Stamp, u64, u64)| {
            let stood = seen.stood.min(before).max(fell);
            let least = REFILLED.0.max(crate::units::whole(REFILLED.1 * float(before)));
            let surprises = closes.is_some_and(|c| c.surprise(stood, REFILLED_WITHIN) >= Z);
            (stood >= least && surprises).then_some((then, before, stood))
        };
        plain.filter(lost).or_else(|| plain.and_then(refilled))
    }

    /// A process ended: what it held is lost, however small a part that is.
    pub(in crate::detect) fn follow(&mut self, at: Stamp, open: u64, closes: &Closes) {
        let near = |l: &Loss| {
            l.at.mono <= at.mono + Duration::from_secs(3)
                && at.mono <= l.at.mono + GOES_ON
                && l.returned.is_none_or(|returned| returned.mono >= at.mono)
        };
        let known = self.all.iter().any(|l| near(l) || l.at.mono >= at.mono);
        let lately =
            |then: &Stamp| then.mono <= at.mono && at.mono.saturating_sub(then.mono) <= WITHIN;
        let before = self.lately.iter().filter(|(then, ..)| lately(then));
        let Some(before) = before.map(|(_, open, _)| *open).max().filter(|_| !known) else {
            return;
        };
        let from = at.mono.saturating_sub(Duration::from_millis(1500));
        let gone = closes.between(from, at.mono + Duration::from_secs(1));
        let gone = gone.max(before.saturating_sub(open)).min(before);
        let mass = gone >= LEAST.max(whole(SHARE * float(before)));
        self.begin(at, before, before.saturating_sub(gone).min(open), gone, mass);
        if let Some(loss) = self.all.back_mut() {
            loss.open = open;
        }
    }

    fn begin(&mut self, at: Stamp, before: u64, open: u64, closed: u64, mass: bool) {
        if self.all.len() == KEPT {
            self.all.pop_front();
        }
        let lowest = open.min(before);
        let most = (lowest, at.mono);
        self.all.push_back(Loss { at, before, lowest, open, closed, returned: None, most, mass });
    }

    /// Those who come are turned away: a wave that came and went just now was none that
    /// was open before, where others are still missing.
    pub(in crate::detect) fn forget_waves(
        &mut self,
        now: Duration,
        real: impl Fn(Duration) -> bool,
    ) {
        let young = |l: &Loss| now.saturating_sub(l.at.mono) < WAVE && !real(l.at.mono);
        while self.all.len() > 1 && self.all.back().is_some_and(young) {
            let before = &self.all[self.all.len() - 2];
            if !before.mass || before.returned.is_some() {
                return;
            }
            self.all.pop_back();
        }
    }

    /// The loss at that moment.
    pub(in crate::detect) fn near(&self, at: Duration, within: Duration) -> Option<&Loss> {
        self.all.iter().rev().find(|l| l.at.mono.abs_diff(at) <= within)
    }

    /// The mass loss before the last one.
    pub(in crate::detect) fn before_last(&self) -> Option<&Loss> {
        self.all.iter().rev().filter(|l| l.mass).nth(1)
    }

    /// All that are remembered, oldest first.
    pub(in crate::detect) fn all(&self) -> impl Iterator<Item = &Loss> {
        self.all.iter()
    }

    /// The last loss.
    pub(in crate::detect) fn last(&self) -> Option<&Loss> {
        self.all.back()
    }

    /// Seconds between the last losses, oldest first.
    pub(in crate::detect) fn gaps(&self) -> Vec<f64> {
        let at: Vec<f64> =
            self.all.iter().filter(|l| l.mass).map(|l| l.at.mono.as_secs_f64()).collect();
        at.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }
}

/// Whether so many of those before are lost, and not only gone by nature.
fn is_loss(before: u64, fell: u64, gone: u64, took: Duration, closes: Option<&Closes>) -> bool {
    let (least, share) = if closes.is_some() { (LEAST, SHARE) } else { UNTOLD };
    let surprises = closes.is_none_or(|closes| closes.surprise(gone, took) >= Z);
    fell >= least.max(whole(share * float(before))) && surprises
}
