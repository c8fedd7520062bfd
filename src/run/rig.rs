//! A source and a session wired together.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, FixedOffset, Local, TimeZone, Utc};
use tokio::sync::mpsc::{Receiver, channel};

use super::before::Before;
use super::recorder::Recorder;
use super::telling::Teller;
use crate::app::App;
use crate::clock::{Clock, SystemClock};
use crate::close::Names;
use crate::config::Settings;
use crate::detect::Alert;
use crate::model::{ModelConfig, Netns, Snapshot};
use crate::output::{self, About, HostName, Span};
use crate::sample::{Sample, Stamp};
use crate::session::Session;
use crate::source::host::{self, Host, Options, WalkFor};
use crate::source::log::Follow;
use crate::source::probe::Prober;
use crate::source::prometheus::Poller;
use crate::text;

mod export;
mod past;

/// Samples that may wait: 50 s of the fast lane, should drawing be stuck.
const WAITING: usize = 512;

/// The sources, what is made of them, and who is in focus.
pub(super) struct Rig {
    /// Boxed: the futures that hold a rig would be 16 KB each.
    pub(super) session: Box<Session>,
    pub(super) app: App,
    /// None where only probes were asked for.
    host: Option<Host>,
    prober: Option<Prober>,
    _poller: Option<Poller>,
    _logs: Vec<Follow>,
    name: HostName,
    names: Names,
    samples: Receiver<Sample>,
    clock: Arc<SystemClock>,
    recorder: Option<Recorder>,
    teller: Option<Teller>,
    /// When what it knows begins.
    began: Stamp,
    /// The focus after the last derivation. The next one begins with it, whatever
    /// was chosen meanwhile: so a replay, which knows no keys, derives the same.
    focused: Option<SocketAddr>,
}

impl Rig {
    /// Starts the lanes of the host and the probes.
    pub(super) fn start(settings: &Settings) -> anyhow::Result<Self> {
        Self::with(settings, true, None, false)
    }

    /// The same for a screen, and what was before it is known.
    pub(super) fn start_after(settings: &Settings, before: Option<Before>) -> anyhow::Result<Self> {
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
        before: Option<Before>,
        is_screen: bool,
    ) -> anyhow::Result<Self> {
        let resumes = before.as_ref().map_or(Duration::ZERO, |before| before.resumes);
        let clock = Arc::new(SystemClock::resumed(resumes));
        let (out, samples) = channel(WAITING);
        let options = Options {
            watch: settings.watch.clone(),
            netns: settings.netns.clone(),
            walk_share: settings.walk_share.0,
            exact: settings.exact,
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
        let name = host_name();
        let mut app = App::new(name.name.clone(), settings.watching(), settings.notes.clone())
            .with_names(settings.names.clone());
        app.bind(settings.keys.clone());
        let netns = Netns(settings.netns.inode());
        let model = ModelConfig { only_probes: !sockets, netns, ..settings.model() };
        let began = before.as_ref().and_then(Before::began).unwrap_or_else(|| clock.now());
        let recorder = Recorder::start(settings, &name, &model, began, is_screen)?;
        let session = Box::new(Session::new(model, settings.thresholds.clone()));
        let mut rig = Self {
            session,
            app,
            host,
            prober,
            _poller: poller,
            _logs: logs,
            name,
            names: settings.names.clone(),
            samples,
            clock,
            recorder,
            teller: Teller::start(settings),
            began,
            focused: None,
        };
        before.into_iter().flat_map(|before| before.records).for_each(|record| rig.relive(record));
        Ok(rig)
    }

    /// Now.
    pub(super) fn now(&self) -> Stamp {
        self.clock.now()
    }

    /// The next sample; none when all lanes have ended.
    pub(super) async fn sample(&mut self) -> Option<Sample> {
        self.samples.recv().await
    }

    /// Takes a sample in, and all that wait behind it: the frame rate does not
    /// depend on the event rate. True when a walk was among them.
    pub(super) fn absorb(&mut self, first: Sample) -> bool {
        let mut walked = first.dump.is_some();
        self.take_in(first);
        while let Ok(more) = self.samples.try_recv() {
            walked |= more.dump.is_some();
            self.take_in(more);
        }
        walked
    }

    fn take_in(&mut self, sample: Sample) {
        if let Some(recorder) = &self.recorder {
            recorder.sample(&sample);
        }
        self.session.absorb(sample);
    }

    /// Derives, judges, follows the busiest.
    pub(super) fn derive(&mut self) {
        let at = self.now();
        if self.host.is_none() {
            self.take_in(Sample { own: host::cost(0), ..Sample::at(at) });
        }
        let focus = self.judge(at);
        if let (Some(recorder), Some(latest)) = (&self.recorder, &mut self.session.latest) {
            recorder.derived(at, focus);
            self.app.recorded = recorder.tell(at, &mut latest.snapshot);
        }
        if let Some(teller) = &mut self.teller {
            teller.judged(at, &mut self.session, focus, &self.app, &self.name);
        }
        let needed = |a: &Alert| a.is_firing() && a.rule.rule().needs_closes;
        let herd = self.session.alerts().any(needed);
        if let Some(host) = &self.host {
            host.hold_events(herd);
        }
    }

    /// The session derives and judges; what is in focus then.
    fn judge(&mut self, at: Stamp) -> Option<SocketAddr> {
        self.session.speak_in(zone(at.wall));
        let app = &mut self.app;
        let mut focus = None;
        self.session.derive(at, self.focused, |snapshot| {
            app.follow(snapshot);
            focus = app.focus();
            focus
        });
        self.focused = focus;
        focus
    }

    /// The user has marked a second of history.
    pub(super) fn marked(&self, second: u64, note: String) {
        let now = self.now();
        let wall = self.session.model.timeline().wall(second).unwrap_or(now.wall);
        if let Some(recorder) = &self.recorder {
            recorder.marked(Stamp { wall, ..now }, note);
        }
    }

    /// Whether the picture would be another by now.
    pub(super) fn is_due(&self) -> bool {
        let latest = self.session.snapshot().map(|snapshot| snapshot.at.mono);
        latest.is_none_or(|at| self.app.is_due(self.session.model.timeline().second(at)))
    }

    /// What rings and notifies on the terminal, since this was last asked.
    pub(super) fn rings(&mut self) -> Vec<u8> {
        self.teller.as_mut().map(Teller::bytes).unwrap_or_default()
    }

    /// The same where there is no screen, and what went wrong with it.
    pub(super) fn tell_aside(&mut self) {
        if let Some(teller) = &mut self.teller {
            teller.tell_aside();
        }
    }

    /// Waits until everybody was told.
    pub(super) async fn finish_telling(&mut self) {
        if let Some(teller) = &mut self.teller {
            teller.finish(&mut self.session).await;
        }
    }

    /// Counts the connections out of turn.
    pub(super) fn walk(&self, reason: WalkFor) {
        if let Some(host) = &self.host {
            host.walk(reason);
        }
    }

    /// Knocks at every target now, within the cap.
    pub(super) fn probe_now(&self) {
        if let Some(prober) = &self.prober {
            prober.now();
        }
    }

    /// The status document of this moment.
    pub(super) fn document(&self, span: Span) -> Option<String> {
        self.document_of(span, None)
    }

    fn document_of(&self, span: Span, from: Option<DateTime<Utc>>) -> Option<String> {
        let (host, names, focus) = (&self.name, &self.names, self.focus());
        output::document(&self.session, About { host, names, focus, span, from })
    }

    /// What is left in the terminal of a screen.
    pub(super) fn summary(&self, recorded: Option<&str>) -> Option<String> {
        let (host, names, focus) = (&self.name, &self.names, self.focus());
        let run = output::Run { host, names, focus, began: self.began.wall, recorded };
        output::summary(&self.session, run)
    }

    /// The user's own names of close codes.
    pub(super) const fn names(&self) -> &Names {
        &self.names
    }

    /// The listener in focus when it last derived.
    pub(super) const fn focus(&self) -> Option<SocketAddr> {
        self.focused
    }

    /// Ends everything; the probes take their leave of the servers.
    pub(super) async fn close(mut self) {
        self.finish_telling().await;
        drop(self.host);
        drop(self.recorder);
        if let Some(prober) = self.prober {
            prober.leave().await;
        }
    }

    /// Whether a target has not answered at all yet.
    fn is_awaited(&self) -> bool {
        let snapshot = self.session.snapshot();
        let waiting =
            |s: &Snapshot| s.targets.is_empty() || s.targets.iter().any(|t| t.attempts == 0);
        self.prober.is_some() && snapshot.is_none_or(waiting)
    }

    /// Waits for the first answer of every target, so that a short check has one
    /// to tell of; `longest` is what an attempt can take.
    pub(super) async fn first_answers(&mut self, longest: Duration) {
        let answered = async {
            self.derive();
            while self.is_awaited() {
                let Some(sample) = self.sample().await else { return };
                self.absorb(sample);
                self.derive();
            }
        };
        let _ = tokio::time::timeout(longest, answered).await;
    }

    /// One last walk, and everything until it is in. Bounded: a source that does
    /// not answer leaves the figures as they are.
    pub(super) async fn settle(&mut self) {
        const LONGEST: Duration = Duration::from_secs(10);
        if self.host.is_none() {
            return self.derive();
        }
        let asked = self.now().mono;
        self.walk(WalkFor::Verdict);
        let settled = async {
            while self.session.walked().is_none_or(|at| at < asked) {
                let Some(sample) = self.sample().await else { return };
                self.absorb(sample);
            }
        };
        let _ = tokio::time::timeout(LONGEST, settled).await;
        self.derive();
    }
}

/// The time zone of whoever looks, as it is at that moment.
fn zone(at: DateTime<Utc>) -> FixedOffset {
    Local.offset_from_utc_datetime(&at.naive_utc())
}

/// `uname(2)`; both are text from outside.
pub(super) fn host_name() -> HostName {
    let system = rustix::system::uname();
    HostName {
        name: text::clean(&system.nodename().to_string_lossy(), 40),
        kernel: text::clean(&system.release().to_string_lossy(), 40),
    }
}
