//! What the lanes share.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::Sender;

use super::destroy_socket::DestroySocket;
use super::destroyed::DestroyFeed;
use super::diag::Diag;
use super::exit_statuses::ExitStatuses;
use super::processes::Identity;
use super::sockets::Families;
use super::watch::{Watch, Watched};
use crate::clock::Clock;
use crate::sample::{Counters, Listener, Sample};

/// Where the sockets are read from.
#[derive(Debug)]
pub(super) enum SocketTable {
    /// `sock_diag`.
    Diag(Diag),
    /// A `/proc/…/net` folder, and why `sock_diag` is not used.
    Procfs(PathBuf),
}

/// One rung of each lane to the others.
pub(super) struct Lanes {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) watch: Watch,
    pub(super) out: Sender<Sample>,
    pub(super) stop: AtomicBool,
    /// Samples thrown away because nobody took them.
    pub(super) lost: AtomicU64,
    /// Set while an alert needs the exact closes, or by `--exact`.
    pub(super) hold_events: AtomicBool,
    /// Share of one core the walks may take, as the bits of an `f64`.
    pub(super) walk_share: AtomicU64,
    /// Connections accepted on the host so far, for the event lane to judge
    /// whether it may come back.
    pub(super) passive_opens: AtomicU64,
    /// Families without a socket are not walked: by the gauges, which may be a second
    /// old, and by the listeners.
    has_v4: AtomicBool,
    has_v6: AtomicBool,
    listens_v4: AtomicBool,
    listens_v6: AtomicBool,
    /// A listening socket may have been closed: the fast lane looks at once.
    closed: AtomicBool,
    pub(super) events: Option<(DestroySocket, Arc<Mutex<DestroyFeed>>)>,
    /// Set when a process behind a listener ended: the interval lane looks at once.
    pub(super) ended: AtomicBool,
    /// Wakes the slow lane for a walk out of turn.
    pub(super) walk_now: SyncSender<WalkFor>,
    statuses: Mutex<ExitStatuses>,
    watched: Mutex<Watched>,
    behind: Mutex<Behind>,
}

/// The processes behind the listeners, for the lanes that follow them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Behind {
    /// All of them, and those that lately were.
    pub(super) all: Vec<Identity>,
    /// Ports whose listeners are held by two processes or more ...
    pub(super) shared_ports: Vec<u16>,
    /// ... and these.
    pub(super) sharing: Vec<Identity>,
}

/// Who asks for a walk out of turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WalkFor {
    /// The user, a drop counter or a new listener: at most one a period.
    Change,
    /// The counters say that connections came or went: within the budget, at most
    /// four a second.
    Moved,
    /// The last walk before a verdict: always granted.
    Verdict,
}

impl Lanes {
    pub(super) fn new(
        clock: Arc<dyn Clock>,
        watch: Watch,
        out: Sender<Sample>,
        events: Option<DestroyFeed>,
        walk_now: SyncSender<WalkFor>,
        (exact, walk_share): (bool, f64),
    ) -> Self {
        Self {
            clock,
            watch,
            out,
            stop: AtomicBool::new(false),
            lost: AtomicU64::new(0),
            hold_events: AtomicBool::new(exact),
            walk_share: AtomicU64::new(walk_share.to_bits()),
            passive_opens: AtomicU64::new(0),
            has_v4: AtomicBool::new(true),
            has_v6: AtomicBool::new(true),
            listens_v4: AtomicBool::new(false),
            listens_v6: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            events: events.map(|feed| (feed.socket(), Arc::new(Mutex::new(feed)))),
            ended: AtomicBool::new(false),
            walk_now,
            behind: Mutex::default(),
            statuses: Mutex::default(),
            watched: Mutex::new(Watched::default()),
        }
    }

    /// The watched set. A lane that panicked leaves it usable.
    pub(super) fn watched(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// With which status processes ended lately.
    pub(super) fn statuses(&self) -> MutexGuard<'_, ExitStatuses> {
        self.statuses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The processes whose end is waited for.
    pub(super) fn followed(&self) -> Vec<Identity> {
        self.behind.lock().unwrap_or_else(PoisonError::into_inner).all.clone()
    }

    /// Ports that several processes share, and who they are.
    pub(super) fn sharing(&self) -> (Vec<u16>, Vec<Identity>) {
        let behind = self.behind.lock().unwrap_or_else(PoisonError::into_inner);
        (behind.shared_ports.clone(), behind.sharing.clone())
    }

    /// Takes in who is behind the listeners now. The first walk that can tell
    /// whose the connections are is made at once.
    pub(super) fn follow(&self, now: Behind) {
        let mut behind = self.behind.lock().unwrap_or_else(PoisonError::into_inner);
        if !now.shared_ports.is_empty() && behind.shared_ports.is_empty() {
            // A full channel means a walk is due anyway.
            let _ = self.walk_now.try_send(WalkFor::Change);
        }
        *behind = now;
    }

    /// Which families have sockets.
    pub(super) fn families(&self) -> Families {
        let is = |gauge: &AtomicBool, listens: &AtomicBool| {
            gauge.load(Ordering::Relaxed) || listens.load(Ordering::Relaxed)
        };
        Families { v4: is(&self.has_v4, &self.listens_v4), v6: is(&self.has_v6, &self.listens_v6) }
    }

    /// Notes of which families somebody listens.
    pub(super) fn note_listening(&self, found: &[Listener]) {
        let (mut v4, mut v6) = (false, false);
        for listener in found {
            v4 |= listener.local.is_ipv4();
            v6 |= listener.local.is_ipv6();
        }
        self.listens_v4.store(v4, Ordering::Relaxed);
        self.listens_v6.store(v6, Ordering::Relaxed);
    }

    /// A listening socket may have been closed.
    pub(super) fn note_closed(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    /// Whether one was since this was last asked.
    pub(super) fn take_closed(&self) -> bool {
        self.closed.swap(false, Ordering::Relaxed)
    }

    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.out.is_closed()
    }

    /// Sends what may be lost, since the next reading tells the same: raw
    /// counters.
    pub(super) fn offer(&self, sample: Sample) {
        if self.out.try_send(sample).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Sends what must not be lost: events and walks. Waits when nobody takes
    /// them; what the kernel then drops it reports itself.
    pub(super) fn deliver(&self, sample: Sample) {
        if self.out.blocking_send(sample).is_err() {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Notes what other lanes need of the counters.
    pub(super) fn note(&self, counters: &Counters) {
        if let Some(opens) = counters.passive_opens {
            self.passive_opens.store(opens, Ordering::Relaxed);
        }
        self.has_v4.store(counters.tcp_inuse != Some(0), Ordering::Relaxed);
        self.has_v6.store(counters.tcp6_inuse != Some(0), Ordering::Relaxed);
    }

    /// Sleeps in steps so that stopping is prompt; false = stop.
    pub(super) fn sleep(&self, mut left: Duration) -> bool {
        const STEP: Duration = Duration::from_millis(250);
        while !left.is_zero() && !self.stopped() {
            let step = left.min(STEP);
            std::thread::sleep(step);
            left -= step;
        }
        !self.stopped()
    }
}
