//! What a deploy did to clients: graded from its start until they are back.
//!
//! Before it starts the usual is learned: how many are open, and how many of those end
//! in a second by themselves. What ends beyond that was dropped by the deploy.

mod drops;

use std::time::Duration;

use self::drops::Drops;
use super::causes::ended_since;
use super::judgement::Moment;
use super::verdict::{Severity, Verdict};
use crate::close::CloseCode;
use crate::model::{CodeSnapshot, CodeSource, ListenerSnapshot, ServiceId, Snapshot};
use crate::units::{PerSecond, Ratio, float};

/// From this share of those that were open before on, clients are back.
const BACK: Ratio = Ratio(0.95);
/// So long they have to stay back, and nobody may be dropped.
const STAYS: Duration = Duration::from_secs(5);
/// A command may return before what it asked for is done, as `systemctl reload` and
/// `docker restart -d` do: nothing that begins within this is missed.
const SETTLES: Duration = Duration::from_secs(10);

/// A deploy under way.
#[derive(Debug, Clone, Default)]
pub struct Deploy {
    service: Option<ServiceId>,
    /// When it began, and when its command ended.
    began: Option<Duration>,
    ended: Option<Duration>,
    /// Open when it began; none where that was not known.
    before: Option<u64>,
    /// What was said when it began.
    severity_before: Option<Severity>,
    open: Option<u64>,
    drops: Drops,
    peak: Option<PerSecond>,
    /// Opened in all, at the observation before.
    opened: Option<(Duration, u64)>,
    /// Since when they are back without a break.
    back_since: Option<Duration>,
    worst: Option<Verdict>,
    /// Close codes counted before it.
    codes_before: Vec<ToldCode>,
    codes: Vec<ToldCode>,
    probed: Option<Probed>,
    /// Attempts of the probes up to here were looked at.
    seen: Duration,
}

/// So many were told a code, as a source says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldCode {
    /// Which.
    pub code: CloseCode,
    /// Who says so.
    pub source: CodeSource,
    /// How many times.
    pub count: u64,
}

/// Attempts of the probes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Probed {
    /// That ended.
    pub attempts: u64,
    /// That were rejected.
    pub rejected: u64,
}

/// What it did.
#[derive(Debug, Clone, PartialEq)]
pub struct Grade {
    /// The service; none where nobody listened.
    pub service: Option<ServiceId>,
    /// Open when it began.
    pub before: Option<u64>,
    /// Open now.
    pub open: Option<u64>,
    /// Connections ended beyond the usual; none where no close events are told.
    pub dropped: Option<u64>,
    /// From the first that was dropped to the last.
    pub drain: Option<Duration>,
    /// The most that came in a second.
    pub peak: Option<PerSecond>,
    /// What clients were told, the most frequent first.
    pub codes: Vec<ToldCode>,
    /// What the probes met; none without a target.
    pub probed: Option<Probed>,
    /// From the first that was dropped until 95 % were back; none while they are not,
    /// and where nobody was dropped.
    pub back_after: Option<Duration>,
    /// What the worst verdict was since it began.
    pub worst: Option<Verdict>,
    /// What was said when it began.
    pub severity_before: Option<Severity>,
}

impl Grade {
    /// Of those that were open before; more than once dropped is more than 1.
    #[must_use]
    pub fn dropped_share(&self) -> Option<Ratio> {
        Ratio::of(self.dropped?, self.before?)
    }

    /// How many are open of those that were.
    #[must_use]
    pub fn back(&self) -> Option<Ratio> {
        Ratio::of(self.open?, self.before?)
    }

    /// How bad it was for clients.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.worst.as_ref().map_or(Severity::Unknown, |verdict| verdict.severity)
    }
}

impl Deploy {
    /// Of this service; none where it is not there yet: then of the busiest, once there
    /// is one.
    #[must_use]
    pub fn of(service: Option<ServiceId>) -> Self {
        Self { service, ..Self::default() }
    }

    /// The service it is of.
    #[must_use]
    pub const fn service(&self) -> Option<ServiceId> {
        self.service
    }

    /// The command is about to start.
    pub fn begin(&mut self, now: Duration) {
        self.began = Some(now);
        self.before = self.open;
    }

    /// The command ended.
    pub fn end(&mut self, now: Duration) {
        self.ended.get_or_insert(now);
    }

    /// Takes what was derived in, each once.
    pub fn observe(&mut self, moment: &Moment) {
        let Snapshot { at, codes, services, .. } = &moment.snapshot;
        let told = |c: &CodeSnapshot| ToldCode { code: c.code, source: c.source, count: c.total };
        let codes = codes.wire.iter().map(told).collect();
        self.service = self.service.or_else(|| services.first().map(|service| service.id));
        let whole = self.whole(&moment.snapshot);
        self.open = whole.and_then(|whole| whole.open);
        let opened = self.opened_since(at.mono, whole);
        if self.began.is_none() {
            self.drops.learn(at.mono, whole);
            self.codes_before = codes;
            self.severity_before = Some(moment.judgement.verdict.severity);
            self.seen = at.mono;
            return;
        }
        self.codes = codes;
        self.drops.observe(at.mono, whole);
        self.count_probes(&moment.snapshot);
        for opened in whole.and_then(|whole| whole.opened).into_iter().chain(opened) {
            self.peak = Some(self.peak.map_or(opened, |peak| PerSecond(peak.0.max(opened.0))));
        }
        if self.is_back() {
            self.back_since.get_or_insert(at.mono);
        } else {
            self.back_since = None;
        }
        let verdict = &moment.judgement.verdict;
        if self.worst.as_ref().is_none_or(|worst| verdict.severity >= worst.severity) {
            self.worst = Some(verdict.clone());
        }
    }

    /// What came between the observation before and this one, per second. A rate is that
    /// of the last interval between two scans: where two end between two observations the
    /// forty that came back in the first were in none.
    fn opened_since(
        &mut self,
        now: Duration,
        service: Option<&ListenerSnapshot>,
    ) -> Option<PerSecond> {
        let total = service.filter(|service| service.flow_known)?.opened_total;
        let (then, before) = self.opened.replace((now, total))?;
        let seconds = now.saturating_sub(then).as_secs_f64();
        // In less than a second a few are a high rate.
        let opened = float(total.saturating_sub(before)) / seconds.max(1.0);
        Some(PerSecond(opened))
    }

    /// Whether there is nothing more to wait for.
    #[must_use]
    pub fn is_over(&self, now: Duration) -> bool {
        let passed = |since: Option<Duration>, longest| {
            since.is_some_and(|since| now.saturating_sub(since) >= longest)
        };
        let is_calm = self.drops.last().is_none() || passed(self.drops.last(), STAYS);
        let is_back = self.before.is_none() || passed(self.back_since, STAYS);
        passed(self.ended, SETTLES) && is_calm && is_back
    }

    /// What it did so far.
    #[must_use]
    pub fn grade(&self) -> Grade {
        let before = |one: &ToldCode| {
            let same = |other: &&ToldCode| (other.code, other.source) == (one.code, one.source);
            self.codes_before.iter().find(same).map_or(0, |other| other.count)
        };
        let since =
            |one: &ToldCode| ToldCode { count: one.count.saturating_sub(before(one)), ..*one };
        let mut codes: Vec<ToldCode> = self.codes.iter().map(since).collect();
        codes.retain(|one| one.count > 0);
        codes.sort_by_key(|one| (std::cmp::Reverse(one.count), one.code));
        let first = self.drops.first();
        let back = self.back_since.zip(first);
        Grade {
            service: self.service,
            before: self.before,
            open: self.open,
            dropped: self.drops.dropped(),
            drain: first.zip(self.drops.last()).map(|(first, last)| last.saturating_sub(first)),
            peak: self.peak,
            codes,
            probed: self.probed,
            back_after: back.map(|(back, first)| back.saturating_sub(first)),
            worst: self.worst.clone(),
            severity_before: self.severity_before,
        }
    }

    /// By its name; one whose addresses have changed by its port.
    fn whole<'a>(&self, snapshot: &'a Snapshot) -> Option<&'a ListenerSnapshot> {
        let service = self.service?;
        let mut on_port = snapshot.services.iter().filter(|one| one.id.port == service.port);
        let named = on_port.clone().find(|one| one.id == service);
        let alone = on_port.next().filter(|_| on_port.next().is_none());
        named.or(alone).map(|one| &one.whole)
    }

    /// As many as were open before are again, or nearly.
    fn is_back(&self) -> bool {
        let Some(share) = self.open.zip(self.before).and_then(|(open, b)| Ratio::of(open, b))
        else {
            return self.before == Some(0);
        };
        share >= BACK
    }

    fn count_probes(&mut self, snapshot: &Snapshot) {
        if snapshot.targets.is_empty() {
            return;
        }
        let probed = self.probed.get_or_insert_default();
        for (_, is_rejected) in ended_since(snapshot, Some(self.seen)) {
            probed.attempts += 1;
            probed.rejected += u64::from(is_rejected);
        }
        self.seen = snapshot.at.mono;
    }
}

#[cfg(test)]
mod tests;
