//! The herd: a fixed number of clients and how many of them are to be there.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::client::{Client, Common};
use super::keeper::Cue;
use super::scenario::{PEAK, Script};

/// How often the script is looked at.
const STEP: Duration = Duration::from_millis(100);

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
