//! What is told of a herd when it is over, and while it runs.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::foreign::{Own, Share};
use super::waves::{Rhythm, Train};
use crate::sample::Stamp;
use crate::units::{float, whole};

/// Fewer are no herd.
const LEAST: u64 = 20;
/// Seconds of a herd that are kept: it is a level shift after ten minutes.
const SECONDS: usize = 900;

/// One herd.
#[derive(Debug, Clone, PartialEq)]
pub struct HerdRecord {
    /// When it began.
    pub onset: DateTime<Utc>,
    /// When it was over; none = still runs.
    pub end: Option<DateTime<Utc>>,
    /// Arrivals in it, without those that are usual or somebody else's, as far as that
    /// is known.
    pub total: u64,
    /// Highest second, without what was somebody else's.
    pub peak: u64,
    /// The usual rate before it.
    pub baseline: f64,
    /// The waves in it, if its clients back off without jitter.
    pub train: Option<Train>,
    /// It lasted ten minutes and is the new normal.
    pub level_shift: bool,
    began: Duration,
    /// What was counted of it, and before it fell quiet and began anew.
    counted: u64,
    earlier: u64,
    /// The highest second that was counted, and whether what was somebody else's in it
    /// is taken off yet.
    highest: u64,
    is_highest: bool,
    /// What was somebody else's is taken off.
    is_right: bool,
    own: u64,
    usual: f64,
    /// Tries by second since the onset.
    seconds: Vec<u64>,
}

impl HerdRecord {
    /// One that began then; `usual` is what came before it as we saw it ourselves.
    pub(super) fn new(at: Stamp, baseline: f64, usual: f64) -> Self {
        Self {
            onset: at.wall,
            end: None,
            total: 0,
            peak: 0,
            baseline,
            train: None,
            level_shift: false,
            began: at.mono,
            counted: 0,
            earlier: 0,
            highest: 0,
            is_highest: false,
            is_right: false,
            own: 0,
            usual,
            seconds: Vec::new(),
        }
    }

    /// Takes a tick in.
    pub(super) fn note(&mut self, at: Stamp, tries: u64, total: u64, peak: u64) {
        // It was put right by what is known since: what comes now is added to that.
        self.counted = total;
        if !self.is_right {
            self.total = self.total.max(self.earlier + total);
        }
        if peak > self.highest {
            (self.highest, self.is_highest) = (peak, true);
            self.peak = self.peak.max(peak);
        }
        let second = at.mono.saturating_sub(self.began).as_secs();
        let Ok(second) = usize::try_from(second) else { return };
        if second < SECONDS {
            if self.seconds.len() <= second {
                self.seconds.resize(second + 1, 0);
            }
            self.seconds[second] += tries;
        }
    }

    /// It goes on after a quiet that was taken for its end.
    pub(super) fn reopen(&mut self) {
        (self.end, self.earlier, self.counted) = (None, self.total, 0);
    }

    /// Whether fewer than a herd of it were our own.
    pub(super) fn is_foreign(&self) -> bool {
        self.is_right && self.own < LEAST
    }

    /// Takes off what was somebody else's, and in so many seconds what is usual.
    pub(super) fn put_right(&mut self, foreign: Share, seconds: f64) {
        self.baseline = match foreign.usual {
            Some(usual) if foreign.before > 0.5 => usual,
            _ => self.usual,
        };
        self.is_right = true;
        let others = self.baseline.mul_add(seconds, foreign.since);
        self.own = self.earlier + whole((float(self.counted) - others).max(0.0));
        if std::mem::take(&mut self.is_highest) {
            self.peak = whole((float(self.highest) - foreign.now).max(0.0));
        }
        self.is_consistent();
    }

    /// So many came that are our own, as walks have counted.
    pub(super) fn settle(&mut self, own: Own) {
        (self.is_right, self.own) = (true, self.earlier + whole(own.total));
        self.peak = self.peak.max(whole(own.peak));
        self.is_consistent();
    }

    fn is_consistent(&mut self) {
        // No second had more than all of them.
        self.peak = self.peak.min(self.own + whole(self.baseline.ceil()));
        // Of its first second no fewer than that second had.
        self.total = if self.own < LEAST { self.own } else { self.own.max(self.peak) };
    }

    /// When it began, on the clock that does not jump.
    pub(super) const fn began(&self) -> Duration {
        self.began
    }

    /// How many times the usual rate its highest second was.
    #[must_use]
    pub fn factor(&self) -> f64 {
        float(self.peak) / self.baseline.max(1.0)
    }

    /// Over how long most of it came: from the tenth to the nine tenths of its
    /// arrivals, to the second.
    #[must_use]
    pub fn spread(&self) -> Duration {
        let all: u64 = self.seconds.iter().sum();
        let reaches = |share: f64| {
            let mut sum = 0;
            self.seconds.iter().position(|n| {
                sum += n;
                float(sum) >= share * float(all)
            })
        };
        let (first, last) = (reaches(0.1).unwrap_or(0), reaches(0.9).unwrap_or(0));
        Duration::from_secs((last - first + 1) as u64)
    }

    /// From the highest second until no second reached half of it any more.
    #[must_use]
    pub fn half_life(&self) -> Duration {
        let Some(peak) = self.seconds.iter().max() else { return Duration::ZERO };
        let at = self.seconds.iter().position(|n| n == peak).unwrap_or(0);
        let last = self.seconds.iter().rposition(|n| n * 2 >= *peak).unwrap_or(at);
        Duration::from_secs((last - at + 1) as u64)
    }

    /// Whether it dies down: the last third of it is under half of the first.
    #[must_use]
    pub fn heals(&self) -> bool {
        let third = self.seconds.len() / 3;
        let sum = |part: &[u64]| part.iter().sum::<u64>();
        third == 0
            || sum(&self.seconds[self.seconds.len() - third..]) * 2 < sum(&self.seconds[..third])
    }

    /// `fixed`, `exponential` or `none`, as the status document has it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.train.map(|t| t.rhythm) {
            Some(Rhythm::Fixed) => "fixed",
            Some(Rhythm::Exponential) => "exponential",
            None => "none",
        }
    }
}
