//! A source and a session wired together.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::sync::mpsc::{Receiver, channel};

use crate::app::App;
use crate::clock::{Clock, SystemClock};
use crate::close::Names;
use crate::config::Settings;
use crate::model::{ModelConfig, Snapshot};
use crate::output::{self, About, HostName, Span};
use crate::sample::{Sample, Stamp};
use crate::session::Session;
use crate::source::host::{self, Host, Options, WalkFor};
use crate::source::log::Follow;
use crate::source::probe::Prober;
use crate::source::prometheus::Poller;
use crate::text;

/// Samples that may wait: 50 s of the fast lane, should drawing be stuck.
const WAITING: usize = 512;

/// Alerts that the exact closes are for.
const NEEDS_CLOSES: [&str; 3] = ["herd", "close_storm", "worker_lost"];

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
}

impl Rig {
    /// Starts the lanes of the host and the probes.
    pub(super) fn start(settings: &Settings) -> anyhow::Result<Self> {
        Self::with(settings, true)
    }

    /// Starts what was asked for: the probes alone, unless something names a
    /// socket of this host. The target's server is on another one, as a rule.
    pub(super) fn start_asked(settings: &Settings) -> anyhow::Result<Self> {
        Self::with(settings, !settings.only_probes())
    }

    fn with(settings: &Settings, sockets: bool) -> anyhow::Result<Self> {
        let clock = Arc::new(SystemClock::start());
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
        let app = App::new(name.name.clone(), settings.watching(), settings.notes.clone())
            .with_names(settings.names.clone());
        let model = ModelConfig { only_probes: !sockets, ..settings.model() };
        let session = Box::new(Session::new(model, settings.thresholds.clone()));
        Ok(Self {
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
        })
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
        self.session.absorb(first);
        while let Ok(more) = self.samples.try_recv() {
            walked |= more.dump.is_some();
            self.session.absorb(more);
        }
        walked
    }

    /// Derives, judges, follows the busiest.
    pub(super) fn derive(&mut self) {
        let at = self.now();
        if self.host.is_none() {
            self.session.absorb(Sample { own: host::cost(0), ..Sample::at(at) });
        }
        let app = &mut self.app;
        self.session.derive(at, app.focus(), |snapshot| {
            app.follow(snapshot);
            app.focus()
        });
        let herd = self.session.judge.ledger().firing().any(|a| NEEDS_CLOSES.contains(&a.rule));
        if let Some(host) = &self.host {
            host.hold_events(herd);
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
        let about = About { host: &self.name, names: &self.names, focus: self.focus(), span };
        output::document(&self.session, about)
    }

    /// The listener in focus.
    pub(super) fn focus(&self) -> Option<SocketAddr> {
        self.app.focus()
    }

    /// Ends everything; the probes take their leave of the servers.
    pub(super) async fn close(self) {
        drop(self.host);
        if let Some(prober) = self.prober {
            prober.leave().await;
        }
    }

    /// Whether a target has not answered at all yet.
    fn is_awaited(&self) -> bool {
        let snapshot = self.session.snapshot.as_ref();
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

/// `uname(2)`; both are text from outside.
pub(super) fn host_name() -> HostName {
    let system = rustix::system::uname();
    HostName {
        name: text::clean(&system.nodename().to_string_lossy(), 40),
        kernel: text::clean(&system.release().to_string_lossy(), 40),
    }
}
