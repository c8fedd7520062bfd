//! A source and a session wired together.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::sync::mpsc::{Receiver, channel};

use crate::app::App;
use crate::clock::{Clock, SystemClock};
use crate::config::Settings;
use crate::output::HostName;
use crate::sample::{Sample, Stamp};
use crate::session::Session;
use crate::source::host::{Host, Options, WalkFor};
use crate::text;

/// Samples that may wait: 50 s of the fast lane, should drawing be stuck.
const WAITING: usize = 512;

/// The host source, what is made of it, and who is in focus.
pub(super) struct Rig {
    pub(super) session: Session,
    pub(super) app: App,
    pub(super) host: Host,
    pub(super) name: HostName,
    samples: Receiver<Sample>,
    clock: Arc<SystemClock>,
}

impl Rig {
    /// Starts the lanes.
    pub(super) fn start(settings: &Settings) -> anyhow::Result<Self> {
        let clock = Arc::new(SystemClock::start());
        let (out, samples) = channel(WAITING);
        let options = Options {
            watch: settings.watch.clone(),
            netns: settings.netns.clone(),
            walk_share: settings.walk_share.0,
            exact: settings.exact,
            procfs_only: settings.procfs_only,
        };
        let host = Host::start(options, clock.clone(), out).context("cannot watch this host")?;
        let name = host_name();
        let app = App::new(name.name.clone(), settings.watching(), settings.notes.clone());
        let session = Session::new(settings.model(), settings.thresholds.clone());
        Ok(Self { session, app, host, name, samples, clock })
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
        let app = &mut self.app;
        self.session.derive(at, app.focus(), |snapshot| {
            app.follow(snapshot);
            app.focus()
        });
        // A herd is what the exact closes are for.
        let herd = self.session.judge.ledger().firing().any(|a| a.rule == "herd");
        self.host.hold_events(herd);
    }

    /// The listener in focus.
    pub(super) fn focus(&self) -> Option<SocketAddr> {
        self.app.focus()
    }

    /// One last walk, and everything until it is in. Bounded: a source that does
    /// not answer leaves the figures as they are.
    pub(super) async fn settle(&mut self) {
        const LONGEST: Duration = Duration::from_secs(10);
        let asked = self.now().mono;
        self.host.walk(WalkFor::Verdict);
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
fn host_name() -> HostName {
    let system = rustix::system::uname();
    HostName {
        name: text::clean(&system.nodename().to_string_lossy(), 40),
        kernel: text::clean(&system.release().to_string_lossy(), 40),
    }
}
