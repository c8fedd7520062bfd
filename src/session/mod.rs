//! Model and judge behind one door: samples in, snapshots and verdicts out.
//!
//! Screen, check, stream and demo all hold one of these, so they cannot
//! disagree. Pure like what it holds: the time comes with the samples. One that
//! remembers can show any moment of the last two days again.

mod archive;
#[cfg(test)]
pub(crate) mod fixtures;
mod focus;
mod moment;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::time::Duration;

use archive::Archive;
use chrono::FixedOffset;
use focus::Focus;

use crate::detect::{Alert, Judge, Judgement, Moment, Thresholds, Verdict};
use crate::model::{Model, ModelConfig, PastSeconds, ServiceId, Snapshot};
use crate::sample::{Reading, Sample, Stamp};

/// One run over one source.
#[derive(Debug)]
pub struct Session {
    /// What the samples mean.
    pub model: Model,
    /// What is to be thought of it.
    pub judge: Judge,
    /// The latest derivation, and what was thought of it.
    pub latest: Option<Moment>,
    focus: Focus,
    /// What was looked at at the last derivation. The next one begins with it, whatever
    /// was chosen meanwhile: so a replay, which knows no keys, derives the same.
    focused: Option<ServiceId>,
    walked: Option<Duration>,
    shared_out: Option<Duration>,
    /// None where nobody looks back.
    archive: Option<Archive>,
    /// Seconds from one derivation to the next.
    every: u64,
    /// Whether the first walk had been made at the last derivation.
    told: bool,
    /// The second that was noted last: what was seen then is kept of it.
    noted: Option<u64>,
}

impl Session {
    /// A session that has seen nothing.
    #[must_use]
    pub fn new(model: ModelConfig, thresholds: Thresholds) -> Self {
        Self {
            model: Model::new(model),
            judge: Judge::new(thresholds),
            latest: None,
            focus: Focus::default(),
            focused: None,
            walked: None,
            shared_out: None,
            archive: None,
            every: 1,
            told: false,
            noted: None,
        }
    }

    /// Keeps every moment from now on, to be shown again: for a screen, which has
    /// one every so often.
    pub fn remember(&mut self, every: Duration) {
        self.every = every.as_secs();
        self.archive.get_or_insert_with(Archive::new);
    }

    /// The user notes this moment: of its second this is what is shown again, whatever
    /// comes within it.
    pub fn note(&mut self, second: u64) {
        let Some(latest) = &self.latest else { return };
        if self.model.timeline().second(latest.snapshot.at.mono) != second {
            return;
        }
        if let Some(archive) = &mut self.archive
            && let Some(bytes) = moment::pack(latest)
        {
            archive.put(second, &bytes);
            self.noted = Some(second);
        }
    }

    /// Takes a sample in.
    pub fn absorb(&mut self, sample: Sample) {
        self.judge.hear(&sample);
        if let Some(Reading::Seen(counters)) = &sample.counters {
            self.judge.count(sample.at, counters, sample.host_age);
        }
        if let Some(Reading::Seen(log)) = &sample.log
            && !log.ticks.is_empty()
        {
            self.judge.told(sample.at, &log.ticks);
        }
        if sample.walk.is_some() {
            self.walked = Some(sample.at.mono);
        }
        if sample.workers.is_some() {
            self.shared_out = Some(sample.at.mono);
        }
        self.model.absorb(sample);
    }

    /// Whether connections came or went since the latest derivation.
    #[must_use]
    pub const fn has_moved(&self) -> bool {
        self.model.has_moved()
    }

    /// When the connections were last counted, and where several processes share
    /// a listener put to the one that holds them.
    #[must_use]
    pub fn walked(&self) -> Option<Duration> {
        self.walked.map(|walked| self.shared_out.map_or(walked, |shared| shared.min(walked)))
    }

    /// Derives and judges. The service that was chosen, named by any of its addresses,
    /// is looked at while it is listed, else the busiest.
    pub fn derive(&mut self, at: Stamp, chosen: Option<ServiceId>) {
        let snapshot = self.model.derive(at, self.focused.map(|service| service.socket()));
        let busiest = self.focus.follow(&snapshot);
        let chosen = chosen.and_then(|chosen| snapshot.service_at(chosen.socket()));
        let focus = chosen.map(|service| service.id).or(busiest);
        self.focused = focus;
        let judgement = self.judge.judge(&snapshot, focus.map(|service| service.socket()));
        let moment = Moment { snapshot, judgement, missing: false };
        self.keep(&moment);
        self.latest = Some(moment);
    }

    /// There is a moment to be shown before the first derivation: one of which
    /// nothing is known.
    pub fn wait(&mut self, at: Stamp) {
        let (snapshot, judgement) = (Snapshot::nothing(at), Judgement::waiting(at.wall));
        self.latest = Some(Moment { snapshot, judgement, missing: false });
    }

    /// Takes in a moment that was judged elsewhere, as by the hosts that serve it, and what
    /// is known of the seconds up to it: opened, closed and open of each service, in order.
    pub fn show(&mut self, moment: Moment, past: &[(SocketAddr, PastSeconds)]) {
        self.model.recall(&moment.snapshot, past);
        self.focused = self.focus.follow(&moment.snapshot);
        self.latest = Some(moment);
    }

    /// The sentences name times of day of this zone from now on.
    pub const fn speak_in(&mut self, zone: FixedOffset) {
        self.judge.speak_in(zone);
    }

    /// The service that was looked at at the latest derivation.
    #[must_use]
    pub const fn focused(&self) -> Option<ServiceId> {
        self.focused
    }

    /// The busiest one, which is looked at while none is chosen.
    #[must_use]
    pub const fn busiest(&self) -> Option<ServiceId> {
        self.focus.busiest()
    }

    /// The figures of the latest derivation.
    #[must_use]
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.latest.as_ref().map(|moment| &moment.snapshot)
    }

    /// What was thought of them.
    #[must_use]
    pub fn judgement(&self) -> Option<&Judgement> {
        self.latest.as_ref().map(|moment| &moment.judgement)
    }

    /// The verdict on them.
    #[must_use]
    pub fn verdict(&self) -> Option<&Verdict> {
        self.judgement().map(|judgement| &judgement.verdict)
    }

    /// Every alert so far, newest first.
    pub fn alerts(&self) -> impl Iterator<Item = &Alert> {
        self.judgement().into_iter().flat_map(Judgement::alerts)
    }

    fn keep(&mut self, moment: &Moment) {
        let snapshot = &moment.snapshot;
        let second = self.model.timeline().second(snapshot.at.mono);
        // The first walk is told of at once, within the second that began without it.
        let told = std::mem::replace(&mut self.told, snapshot.ready);
        let better = snapshot.ready && !told;
        let due = |archive: &&mut Archive| better || archive.wants(second);
        if let Some(archive) = self.archive.as_mut().filter(due)
            && let Some(bytes) = moment::pack(moment)
        {
            archive.put(second, &bytes);
        }
    }

    /// What was seen and thought in a second of history; none before the first
    /// derivation. Where nothing was kept, the moment says so.
    #[must_use]
    pub fn moment(&self, second: u64) -> Option<Moment> {
        let latest = self.latest.as_ref()?;
        let timeline = self.model.timeline();
        let newest = timeline.second(latest.snapshot.at.mono);
        if second > newest || second == newest && self.noted != Some(second) {
            return Some(latest.clone());
        }
        let kept = self.archive.as_ref().and_then(|archive| archive.get(second, self.every));
        let moment = kept.and_then(|(_, bytes)| moment::unpack(&bytes, &latest.judgement));
        Some(moment.unwrap_or_else(|| moment::missing(second, timeline, &latest.snapshot)))
    }

    /// Memory held by what is kept of the past, bytes.
    #[must_use]
    pub fn bytes_kept(&self) -> usize {
        self.model.history().bytes() + self.archive.as_ref().map_or(0, Archive::bytes)
    }
}
