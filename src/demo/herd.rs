//! The herd: a fixed number of clients and how many of them are to be there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::ClientsTold;
use super::client::{Client, Common};
use super::keeper::Cue;
use super::manners::Ending;
use super::scenario::{PEAK, Script};

/// How often the script is looked at.
const STEP: Duration = Duration::from_millis(100);
/// The least time between two attempts of the whole herd: 2000 a second.
const SPACING: Duration = Duration::from_micros(500);

/// Lets attempts through one by one.
#[derive(Debug)]
pub(super) struct Turnstile(Mutex<Instant>);

impl Turnstile {
    /// Free from now on.
    pub(super) fn new() -> Self {
        Self(Mutex::new(Instant::now()))
    }

    /// Waits for our turn.
    pub(super) async fn pass(&self) {
        let turn = {
            let mut next = self.0.lock().await;
            let turn = (*next).max(Instant::now());
            *next = turn + SPACING;
            turn
        };
        sleep_until(turn).await;
    }
}

/// What the clients were told, counted together.
#[derive(Debug, Default)]
pub(super) struct Tally {
    told_1012: AtomicU64,
    told_1013: AtomicU64,
    cut: AtomicU64,
    refused: AtomicU64,
}

impl Tally {
    /// Counts one ending.
    pub(super) fn note(&self, ending: Ending) {
        let counter = match ending {
            Ending::Told(1012) => &self.told_1012,
            Ending::Told(1013) => &self.told_1013,
            Ending::Refused => &self.refused,
            Ending::Cut => &self.cut,
            Ending::Told(_) | Ending::Left => return,
        };
        counter.fetch_add(1, Relaxed);
    }

    /// The counts now.
    pub(super) fn told(&self) -> ClientsTold {
        ClientsTold {
            restart_1012: self.told_1012.load(Relaxed),
            try_later_1013: self.told_1013.load(Relaxed),
            cut: self.cut.load(Relaxed),
            refused: self.refused.load(Relaxed),
        }
    }
}

/// Starts all clients there will ever be, and the script that calls them.
pub(super) fn gather(
    script: Script,
    limit: u64,
    common: &Arc<Common>,
    cues: mpsc::Sender<Cue>,
) -> JoinSet<()> {
    let mut herd = JoinSet::new();
    let (call, crowd) = watch::channel(0);
    for number in 0..limit * PEAK / 1000 {
        herd.spawn(Client::new(number, Arc::clone(common)).live(crowd.clone()));
    }
    herd.spawn(direct(script, call, cues));
    herd
}

/// Plays the script: calls and dismisses clients, and cues the restarts.
async fn direct(script: Script, call: watch::Sender<u64>, cues: mpsc::Sender<Cue>) {
    let start = Instant::now();
    let mut before = Duration::ZERO;
    let mut steps = interval(STEP);
    steps.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        steps.tick().await;
        let now = start.elapsed();
        // Every change wakes the whole herd.
        call.send_if_modified(|crowd| {
            std::mem::replace(crowd, script.crowd(now)) != script.crowd(now)
        });
        if script.restarts_between(before, now) {
            // Full means that one restart is under way: it will do.
            let _ = cues.try_send(Cue::Restart);
        }
        before = now;
    }
}
