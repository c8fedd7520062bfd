//! The fresh lane: a new client, again and again.

use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::lane::Target;
use super::open::Open;
use crate::close::{CEILING_FRESH, CloseCode, Outcome, Policy};
use crate::sample::Lane;

/// Knocks until dropped; `now` cuts a wait short.
pub(super) async fn run(target: &Target, now: &Notify) {
    let mut failures = 0;
    loop {
        let start = target.door.now();
        let (progress, knocked) = target.knock(Lane::Fresh).await;
        let outcome = match knocked {
            Ok(open) => dwell(target, open).await,
            Err(outcome) => outcome,
        };
        let policy = Policy::after(&outcome);
        failures = if outcome == Outcome::OpenOk { 0 } else { failures + 1 };
        target.ended(Lane::Fresh, progress, outcome).await;
        // Every five seconds means from start to start.
        let spent = target.door.now().saturating_sub(start);
        let every = target.door.manner.every;
        let wait = match policy.wait(every, CEILING_FRESH, failures, rand::random()) {
            wait if policy == Policy::Usual => wait.saturating_sub(spent),
            wait => wait,
        };
        target.announce(Lane::Fresh, policy, wait).await;
        rest(wait, now).await;
    }
}

async fn rest(wait: Duration, now: &Notify) {
    tokio::select! {
        () = sleep(wait) => {}
        () = now.notified() => {}
    }
}

/// Overloaded servers answer 101 and then close with 1013: an attempt is only
/// accepted once it has been open for a while.
async fn dwell(target: &Target, mut open: Open) -> Outcome {
    let start = target.door.now();
    if let Err(outcome) = target.greet(&mut open).await {
        open.leave(CloseCode::NORMAL, "").await;
        return outcome;
    }
    let spent = target.door.now().saturating_sub(start);
    let stay = async {
        loop {
            if let Err(outcome) = open.next().await {
                return outcome;
            }
        }
    };
    let stayed = timeout(target.door.manner.dwell.saturating_sub(spent), stay);
    let ended = tokio::select! {
        ended = stayed => ended,
        () = target.end() => {
            open.leave(CloseCode::GOING_AWAY, "").await;
            return std::future::pending().await;
        }
    };
    if let Ok(outcome) = ended {
        return outcome;
    }
    open.leave(CloseCode::NORMAL, "").await;
    Outcome::OpenOk
}
