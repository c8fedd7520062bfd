//! Close codes counted by second, as long as they are shown.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use super::probe_snapshot::{CodeSnapshot, CodeSource, Codes};
use crate::close::{CloseCode, Outcome};
use crate::units::{PerSecond, float};

/// Single seconds are kept this long.
const KEPT_SECONDS: u64 = 300;
/// A rate is over this.
const RATE_SECONDS: u64 = 10;
const MINUTE: u64 = 60;
/// A hostile server could send a new code each time.
const MOST_CODES: usize = 64;
/// Steps of the sparkline.
const STEP_SECONDS: u64 = 10;
const STEPS: usize = 30;

/// All codes seen so far.
#[derive(Debug, Clone, Default)]
pub(super) struct CodeCounts {
    wire: BTreeMap<(CloseCode, CodeSource), Count>,
    browser: BTreeMap<u16, u64>,
    since: Option<u64>,
    /// Who is listened to.
    sources: BTreeSet<CodeSource>,
}

/// So many, and when.
#[derive(Debug, Clone, Default)]
pub(super) struct Count {
    total: u64,
    /// Second and how many, oldest first; only seconds with any.
    seconds: VecDeque<(u64, u64)>,
}

impl Count {
    pub(super) fn add(&mut self, second: u64, times: u64) {
        self.total += times;
        match self.seconds.back_mut() {
            Some((last, count)) if *last == second => *count += times,
            _ => self.seconds.push_back((second, times)),
        }
        while self.seconds.front().is_some_and(|(at, _)| at + KEPT_SECONDS < second) {
            self.seconds.pop_front();
        }
    }

    /// From `longest` seconds ago up to `shortest` seconds ago.
    pub(super) fn within(&self, now: u64, longest: u64, shortest: u64) -> u64 {
        let age = |at: u64| now.saturating_sub(at);
        let inside = |at: u64| age(at) < longest && age(at) >= shortest;
        self.seconds.iter().filter(|(at, _)| inside(*at)).map(|(_, n)| n).sum()
    }
}

impl Count {
    /// Since the start.
    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    /// From this second on, and before that one.
    pub(super) fn between(&self, from: u64, to: u64) -> u64 {
        self.seconds.iter().filter(|(at, _)| (from..to).contains(at)).map(|(_, n)| n).sum()
    }

    /// In all seconds that are known one by one.
    pub(super) fn kept(&self) -> u64 {
        self.seconds.iter().map(|(_, n)| n).sum()
    }

    /// How many of these seconds had any.
    pub(super) fn busy(&self) -> usize {
        self.seconds.len()
    }

    /// The first and the last of them.
    pub(super) fn ends(&self) -> Option<(u64, u64)> {
        Some((self.seconds.front()?.0, self.seconds.back()?.0))
    }

    /// Takes so many of this second out.
    pub(super) fn take(&mut self, second: u64, times: u64) {
        self.total = self.total.saturating_sub(times);
        if let Ok(at) = self.seconds.binary_search_by_key(&second, |(at, _)| *at) {
            self.seconds[at].1 = self.seconds[at].1.saturating_sub(times);
            if self.seconds[at].1 == 0 {
                self.seconds.remove(at);
            }
        }
    }

    /// Takes those of these seconds out.
    pub(super) fn split_off(&mut self, from: u64, to: u64) -> Self {
        let is_of = |at: u64| (from..to).contains(&at);
        let seconds: VecDeque<_> =
            self.seconds.iter().copied().filter(|(at, _)| is_of(*at)).collect();
        self.seconds.retain(|(at, _)| !is_of(*at));
        let total = seconds.iter().map(|(_, n)| n).sum();
        self.total = self.total.saturating_sub(total);
        Self { total, seconds }
    }

    /// Adds another's.
    pub(super) fn merge(&mut self, other: &Self) {
        self.total = self.total.saturating_add(other.total);
        for &(at, more) in &other.seconds {
            match self.seconds.binary_search_by_key(&at, |(second, _)| *second) {
                Ok(found) => self.seconds[found].1 += more,
                Err(place) => self.seconds.insert(place, (at, more)),
            }
        }
    }

    /// Takes another's out.
    pub(super) fn without(mut self, other: &Self) -> Self {
        self.total = self.total.saturating_sub(other.total);
        for (at, count) in &mut self.seconds {
            *count = count.saturating_sub(other.between(*at, *at + 1));
        }
        self
    }
}

impl CodeCounts {
    /// From now on codes of this source are looked for.
    pub(super) fn watch(&mut self, at: Duration, source: CodeSource) {
        self.since.get_or_insert(at.as_secs());
        self.sources.insert(source);
    }

    /// Counts what an outcome carried.
    pub(super) fn count(&mut self, at: Duration, outcome: &Outcome) {
        if let Some(code) = outcome.browser_code() {
            *self.browser.entry(code.0).or_default() += 1;
        }
        if let Some(code) = outcome.wire_code() {
            self.add(at, code, CodeSource::Probe, 1);
        }
    }

    /// Counts a code that a source told so many times.
    pub(super) fn add(&mut self, at: Duration, code: CloseCode, source: CodeSource, times: u64) {
        let key = (code, source);
        if !self.wire.contains_key(&key) && self.wire.len() >= MOST_CODES {
            let rarest = self.wire.iter().min_by_key(|(_, count)| count.total).map(|(key, _)| *key);
            if let Some(rarest) = rarest {
                self.wire.remove(&rarest);
            }
        }
        self.wire.entry(key).or_default().add(at.as_secs(), times);
    }

    /// The codes at this moment.
    pub(super) fn snapshot(&self, at: Duration) -> Codes {
        let now = at.as_secs();
        let mut wire: Vec<CodeSnapshot> = self
            .wire
            .iter()
            .map(|(&(code, source), count)| one(now, self.since, code, source, count))
            .collect();
        sort(&mut wire);
        Codes {
            wire,
            browser: self.browser.clone(),
            sources: self.sources.iter().copied().collect(),
        }
    }

    /// The codes of a log that came lately, each with its counts.
    pub(super) fn logged(&self) -> impl Iterator<Item = (CloseCode, &Count)> {
        let of_log = self.wire.iter().filter(|((_, source), _)| *source == CodeSource::Log);
        of_log.map(|((code, _), count)| (*code, count))
    }
}

/// The most in the last five minutes first.
pub(super) fn sort(wire: &mut [CodeSnapshot]) {
    wire.sort_by_key(|c| (std::cmp::Reverse((c.five_minutes, c.total)), c.code));
}

/// One code of one source, watched since that second.
pub(super) fn one(
    now: u64,
    since: Option<u64>,
    code: CloseCode,
    source: CodeSource,
    count: &Count,
) -> CodeSnapshot {
    let watched = since.map_or(0, |since| now.saturating_sub(since) + 1);
    let rate = |longest: u64, shortest: u64| {
        let span = longest.min(watched.max(1)).saturating_sub(shortest).max(1);
        PerSecond(float(count.within(now, longest, shortest)) / float(span))
    };
    // Steps end at whole tens: a past one never changes again.
    let end = now / STEP_SECONDS;
    let mut sums = [0_u64; STEPS];
    for (at, n) in &count.seconds {
        let back = usize::try_from(end.saturating_sub(at / STEP_SECONDS)).unwrap_or(STEPS);
        if let Some(sum) = sums.get_mut(back) {
            *sum += n;
        }
    }
    let spark = sums.into_iter().enumerate().rev().map(|(back, sum)| {
        let step = end.checked_sub(back as u64)?;
        let seen = since.is_some_and(|since| step >= since / STEP_SECONDS);
        seen.then(|| float(sum) / float(STEP_SECONDS))
    });
    CodeSnapshot {
        code,
        source,
        per_second: rate(RATE_SECONDS, 0),
        before: rate(RATE_SECONDS + MINUTE, RATE_SECONDS),
        last_minute: count.within(now, MINUTE, 0),
        five_minutes: count.within(now, KEPT_SECONDS, 0),
        total: count.total,
        spark: spark.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(code: u16) -> Outcome {
        Outcome::CloseClean { code: CloseCode(code), reason: String::new() }
    }

    #[test]
    fn both_histograms_are_kept() {
        let mut codes = CodeCounts::default();
        codes.watch(Duration::ZERO, CodeSource::Probe);
        let refused = Outcome::Http {
            status: 503,
            retry_after: None,
            server: None,
            body: String::new(),
            hint: None,
        };
        let illegal = Outcome::CloseIllegalCode { raw: 1015, reason: String::new() };
        for outcome in [closed(1013), closed(1014), illegal, refused, Outcome::EofNoClose] {
            codes.count(Duration::from_secs(1), &outcome);
        }
        let seen = codes.snapshot(Duration::from_secs(2));
        let wire: Vec<u16> = seen.wire.iter().map(|c| c.code.0).collect();
        assert_eq!(wire, [1006, 1013, 1014, 1015], "a refusal has no code");
        let browser = [(1006, 3), (1013, 1), (1014, 1)];
        assert_eq!(seen.browser, browser.into());
    }

    #[test]
    fn a_rate_is_over_ten_seconds_and_less_at_the_start() {
        let mut codes = CodeCounts::default();
        codes.watch(Duration::ZERO, CodeSource::Probe);
        for second in 0..5 {
            codes.count(Duration::from_secs(second), &closed(1012));
        }
        let rate = |at| codes.snapshot(Duration::from_secs(at)).wire[0].per_second.0;
        assert!((rate(4) - 1.0).abs() < 1e-9);
        assert!((rate(9) - 0.5).abs() < 1e-9);
        assert!(rate(20).abs() < 1e-9);
        let later = &codes.snapshot(Duration::from_secs(80)).wire[0];
        assert_eq!((later.last_minute, later.five_minutes, later.total), (0, 5, 5));
        assert!(later.before.0.abs() < 1e-9);
    }

    #[test]
    fn a_server_with_a_new_code_each_time_takes_no_memory() {
        let mut codes = CodeCounts::default();
        codes.count(Duration::ZERO, &closed(1013));
        codes.count(Duration::ZERO, &closed(1013));
        for code in 3000..4999 {
            codes.count(Duration::from_secs(u64::from(code)), &closed(code));
        }
        let seen = codes.snapshot(Duration::from_secs(5000));
        assert_eq!(seen.wire.len(), MOST_CODES);
        assert!(seen.wire.iter().any(|c| c.code.0 == 1013), "the frequent ones stay");
    }
}
