//! The sources of this host, what is made of them, and who is told.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::sync::mpsc::{Receiver, channel};

use super::analysis::{Analysis, host_name};
use super::backfill::Backfill;
use super::notify::Notifier;
use super::recorder::Recorder;
use super::redact::Redact;
use super::served::{self, Served};
use super::shown::Shown;
use crate::app::Recorded;
use crate::clock::{Clock, SystemClock};
use crate::config::Settings;
use crate::detect::Alert;
use crate::model::{ModelConfig, Netns, ServiceId, Snapshot};
use crate::output::HostName;
use crate::sample::{ConnectionQuery, Sample, Stamp};
use crate::source::host::{self, Host, Options, WalkFor};
use crate::source::log::Follow;
use crate::source::probe::Prober;
use crate::source::prometheus::Poller;
use crate::source::recording::Record;

/// Samples that may wait: 50 s of the fast lane, should drawing be stuck.
const WAITING: usize = 512;

/// An analysis that goes on.
pub(super) struct Live {
    pub(super) analysis: Analysis,
    sources: Sources,
    recorder: Option<Recorder>,
    notifier: Option<Notifier>,
    served: Option<Served>,
    /// What is kept in a file, and what that costs.
    recorded: Option<Recorded>,
    /// Single connections came in that were not shown yet.
    looked_at: bool,
}

/// Where samples come from.
struct Sources {
    /// None where only probes were asked for.
    host: Option<Host>,
    prober: Option<Prober>,
    _poller: Option<Poller>,
    _logs: Vec<Follow>,
    samples: Receiver<Sample>,
    clock: Arc<SystemClock>,
}

impl Sources {
    fn start(
        settings: &Settings,
        sockets: bool,
        is_screen: bool,
        clock: Arc<SystemClock>,
    ) -> anyhow::Result<Self> {
        let (out, samples) = channel(WAITING);
        let options = Options {
            watch: settings.watch.clone(),
            netns: settings.netns.clone(),
            walk_share: settings.walk_share.0,
            exact: settings.exact,
            prompt: is_screen,
            procfs_only: settings.procfs_only,
            young: settings.young,
        };
        let start = |clock, out| Host::start(options, clock, out).context("cannot watch this host");
        let host = sockets.then(|| start(clock.clone(), out.clone())).transpose()?;
        let plan = settings.plan().cloned();
        let prober = plan
            .map(|plan| Prober::start(plan, clock.clone(), out.clone()))
            .transpose()
            .context("cannot probe")?;
        let follow = |path| Follow::start(path, &settings.log, clock.clone(), out.clone());
        let logs = settings.logs.iter().map(|path| follow(path));
        let logs = logs.collect::<Result<Vec<_>, _>>().map_err(anyhow::Error::msg)?;
        let metrics = settings.metrics.clone();
        let poller = metrics
            .map(|(at, open)| Poller::start(at, open, settings.interval, clock.clone(), out))
            .transpose()
            .map_err(anyhow::Error::msg)?;
        Ok(Self { host, prober, _poller: poller, _logs: logs, samples, clock })
    }
}

impl Live {
    /// Starts the lanes of the host and the probes.
    pub(super) fn start(settings: &Settings) -> anyhow::Result<Self> {
        Self::with(settings, true, None, false)
    }

    /// The same for a screen, and what was before it is known.
    pub(super) fn start_after(
        settings: &Settings,
        before: Option<Backfill>,
    ) -> anyhow::Result<Self> {
        Self::with(settings, true, before, true)
    }

    /// Starts what was asked for: the probes alone, unless something names a
    /// socket of this host. The target's server is on another one, as a rule.
    pub(super) fn start_asked(settings: &Settings) -> anyhow::Result<Self> {
        Self::with(settings, !settings.only_probes(), None, false)
    }

    fn with(
        settings: &Settings,
        sockets: bool,
        before: Option<Backfill>,
        is_screen: bool,
    ) -> anyhow::Result<Self> {
        let resumes = before.as_ref().map_or(Duration::ZERO, |before| before.resumes);
        let clock = Arc::new(SystemClock::resumed(resumes));
        let sources = Sources::start(settings, sockets, is_screen, clock.clone())?;
        let mut redact = Redact::new(settings.redact);
        let host = host_name();
        let host = HostName { name: redact.name(&host.name), ..host };
        let netns = Netns(settings.netns.inode());
        let model = ModelConfig { only_probes: !sockets, netns, ..settings.model() };
        let model = redact.model(model);
        let began = before.as_ref().and_then(Backfill::began).unwrap_or_else(|| clock.now());
        let recorder = Recorder::start(settings, &host, &model, began, is_screen)?;
        let made = (model, settings.thresholds.clone());
        let names = settings.names.clone();
        let watching = redact.text(&settings.watching());
        let mut analysis = Analysis::new(made, host, names, watching, began);
        analysis.labels = served::labels(settings, &mut redact);
        analysis.redact = redact;
        analysis.zone = settings.zone;
        let notifier = Notifier::start(settings)?;
        let served = Served::start(settings)?;
        let looked_at = false;
        let mut live =
            Self { analysis, sources, recorder, notifier, served, recorded: None, looked_at };
        before
            .into_iter()
            .flat_map(|before| before.records)
            .for_each(|record| live.replay_record(record));
        Ok(live)
    }

    /// Takes in what was before.
    fn replay_record(&mut self, record: Record) {
        match record {
            Record::Sample(sample) => {
                let sample = self.analysis.redact.sample(*sample);
                if let Some(recorder) = &self.recorder {
                    recorder.before(Record::Sample(Box::new(sample.clone())));
                }
                self.analysis.session.absorb(sample);
            }
            Record::Derive { at, .. } => {
                self.analysis.derive(at, None);
                if let Some(recorder) = &self.recorder {
                    recorder.derived_before(at, self.analysis.focus());
                }
            }
            Record::Mark { .. } => {}
        }
    }

    /// Now.
    pub(super) fn now(&self) -> Stamp {
        self.sources.clock.now()
    }

    /// The next sample; none when all lanes have ended.
    pub(super) async fn sample(&mut self) -> Option<Sample> {
        self.sources.samples.recv().await
    }

    /// Takes a sample in, and all that wait behind it: the frame rate does not
    /// depend on the event rate. True when a walk was among them.
    pub(super) fn absorb(&mut self, first: Sample) -> bool {
        let mut walked = first.walk.is_some();
        self.keep(first);
        while let Ok(more) = self.sources.samples.try_recv() {
            walked |= more.walk.is_some();
            self.keep(more);
        }
        walked
    }

    fn keep(&mut self, sample: Sample) {
        let sample = self.analysis.redact.sample(sample);
        // Single connections are for whoever looks at them now, and kept nowhere.
        let is_kept = sample.connections.is_none();
        self.looked_at |= !is_kept;
        if let Some(recorder) = self.recorder.as_ref().filter(|_| is_kept) {
            recorder.sample(&sample);
        }
        self.analysis.session.absorb(sample);
    }

    /// Whether single connections came in since this was last asked.
    pub(super) const fn take_looked_at(&mut self) -> bool {
        std::mem::replace(&mut self.looked_at, false)
    }

    /// Derives and judges, and tells who is to be told; a silenced alert makes no
    /// sound.
    pub(super) fn derive(&mut self, chosen: Option<ServiceId>, silenced: impl Fn(&Alert) -> bool) {
        let at = self.now();
        if self.sources.host.is_none() {
            self.keep(Sample { own: host::cost(0), ..Sample::at(at) });
        }
        self.analysis.derive(at, chosen);
        let focus = self.analysis.focus();
        if let Some(recorder) = &self.recorder {
            recorder.derived(at, focus);
            self.recorded = recorder.cost(at);
        }
        if let Some(notifier) = &mut self.notifier {
            notifier.judged(at, &self.analysis, silenced);
        }
        if let Some(served) = &mut self.served {
            served.publish(&self.analysis);
        }
        self.note_faults();
        let needed = |a: &Alert| a.is_firing() && a.rule.rule().needs_closes;
        let herd = self.analysis.session.alerts().any(needed);
        if let Some(host) = &self.sources.host {
            host.hold_events(herd);
        }
    }

    fn note_faults(&mut self) {
        let zone = self.analysis.zone;
        let told = self.notifier.as_ref().map(|notifier| notifier.faults(zone));
        let recording = self.recorder.as_ref().and_then(Recorder::fault);
        let faults =
            told.into_iter().flatten().chain(recording).chain(self.analysis.redact.fault());
        let faults: Vec<String> = faults.collect();
        let redact = &mut self.analysis.redact;
        self.analysis.faults = faults.iter().map(|fault| redact.text(fault)).collect();
    }

    /// The address of the metrics, where they are served.
    pub(super) fn served_at(&self) -> Option<String> {
        self.served.as_ref().map(Served::url)
    }

    /// What rings and notifies on the terminal, since this was last asked.
    pub(super) fn notifications(&mut self) -> Vec<u8> {
        self.notifier.as_mut().map(Notifier::bytes).unwrap_or_default()
    }

    /// The same where there is no screen, and what went wrong with it.
    pub(super) fn notify_stderr(&mut self) {
        if let Some(notifier) = &mut self.notifier {
            notifier.notify_stderr(self.analysis.zone);
        }
    }

    /// Waits until everybody was told.
    pub(super) async fn finish_notifying(&mut self) {
        if let Some(notifier) = &mut self.notifier {
            notifier.finish(self.analysis.zone).await;
        }
        self.note_faults();
    }

    fn count_now(&self, reason: WalkFor) {
        if let Some(host) = &self.sources.host {
            host.walk(reason);
        }
    }

    /// Ends everything; the probes take their leave of the servers.
    pub(super) async fn close(mut self) {
        self.finish_notifying().await;
        drop(self.sources.host);
        drop(self.recorder);
        if let Some(prober) = self.sources.prober {
            prober.leave().await;
        }
    }

    /// Whether a target has not answered at all yet.
    fn is_awaited(&self) -> bool {
        let snapshot = self.analysis.session.snapshot();
        let waiting =
            |s: &Snapshot| s.targets.is_empty() || s.targets.iter().any(|t| t.attempts == 0);
        self.sources.prober.is_some() && snapshot.is_none_or(waiting)
    }

    /// Waits for the first answer of every target, so that a short check has one
    /// to tell of; `longest` is what an attempt can take.
    pub(super) async fn first_answers(&mut self, longest: Duration) {
        let answered = async {
            self.derive(None, |_| false);
            while self.is_awaited() {
                let Some(sample) = self.sample().await else { return };
                self.absorb(sample);
                self.derive(None, |_| false);
            }
        };
        let _ = tokio::time::timeout(longest, answered).await;
    }

    /// What a verdict waits for: an answer of each target, which takes `longest` at
    /// most, a last walk, and whoever is told.
    pub(super) async fn wait_for_verdict(&mut self, longest: Duration) {
        self.first_answers(longest).await;
        self.settle().await;
        self.notify_stderr();
        self.finish_notifying().await;
    }

    /// One last walk, and everything until it is in. Bounded: a source that does
    /// not answer leaves the figures as they are.
    pub(super) async fn settle(&mut self) {
        const LONGEST: Duration = Duration::from_secs(10);
        if self.sources.host.is_none() {
            return self.derive(None, |_| false);
        }
        let asked = self.now().mono;
        self.count_now(WalkFor::Verdict);
        let settled = async {
            while self.analysis.session.walked().is_none_or(|at| at < asked) {
                let Some(sample) = self.sample().await else { return };
                self.absorb(sample);
            }
        };
        let _ = tokio::time::timeout(LONGEST, settled).await;
        self.derive(None, |_| false);
    }
}

impl Shown for Live {
    fn analysis(&self) -> &Analysis {
        &self.analysis
    }

    fn analysis_mut(&mut self) -> &mut Analysis {
        &mut self.analysis
    }

    fn walk(&self) {
        self.count_now(WalkFor::Change);
    }

    fn retune(&mut self, settings: &Settings) {
        if let Some(host) = &mut self.sources.host {
            host.retune(settings.walk_share.0, settings.exact);
        }
        if let Some(notifier) = &mut self.notifier {
            notifier.retune(settings);
        } else {
            let judgement = self.analysis.session.judgement();
            self.notifier = Notifier::start_at(settings, judgement);
        }
    }

    fn ask_connections(&mut self, query: Option<ConnectionQuery>) {
        if let Some(host) = &self.sources.host {
            host.ask_connections(query.map(|query| self.analysis.redact.reveal(query)));
        }
    }

    fn probe_now(&self) {
        if let Some(prober) = &self.sources.prober {
            prober.now();
        }
    }

    fn mark(&self, second: u64, note: String) {
        let now = self.now();
        let wall = self.analysis.session.model.timeline().wall(second).unwrap_or(now.wall);
        if let Some(recorder) = &self.recorder {
            recorder.marked(Stamp { wall, ..now }, note);
        }
    }

    fn recording(&self) -> Option<String> {
        self.recorder.as_ref().and_then(Recorder::file)
    }

    fn recorded(&self) -> Option<Recorded> {
        self.recorded
    }

    fn save(&self, path: &Path) -> Option<String> {
        self.recorder.as_ref().map(|recorder| recorder.save(path))
    }
}
