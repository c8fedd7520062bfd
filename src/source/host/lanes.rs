//! What the lanes share.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::Sender;

use super::destroyed::{DestroyFeed, DestroySocket};
use super::diag::Diag;
use super::watch::{Watch, Watched};
use crate::clock::Clock;
use crate::sample::{Counters, Sample};

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
    /// Connections accepted on the host so far, for the event lane to judge
    /// whether it may come back.
    pub(super) passive_opens: AtomicU64,
    /// Families without a socket are not walked.
    pub(super) has_v4: AtomicBool,
    pub(super) has_v6: AtomicBool,
    pub(super) events: Option<(DestroySocket, Arc<Mutex<DestroyFeed>>)>,
    /// Wakes the slow lane for a walk out of turn.
    pub(super) walk_now: SyncSender<WalkFor>,
    watched: Mutex<Watched>,
}

/// Who asks for a walk out of turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WalkFor {
    /// The user, a drop counter or a new listener: at most one a period.
    Change,
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
        exact: bool,
    ) -> Self {
        Self {
            clock,
            watch,
            out,
            stop: AtomicBool::new(false),
            lost: AtomicU64::new(0),
            hold_events: AtomicBool::new(exact),
            passive_opens: AtomicU64::new(0),
            has_v4: AtomicBool::new(true),
            has_v6: AtomicBool::new(true),
            events: events.map(|feed| (feed.socket(), Arc::new(Mutex::new(feed)))),
            walk_now,
            watched: Mutex::new(Watched::default()),
        }
    }

    /// The watched set. A lane that panicked leaves it usable.
    pub(super) fn watched(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Sends what must not be lost: events and dumps. Waits when nobody takes
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

/// CPU time this thread has used.
pub(super) fn thread_cpu() -> Duration {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(spent).unwrap_or_default()
}
