//! The fresh lane: a new client, again and again.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::sleep;

use super::lane::Target;
use super::open::Open;
use crate::close::{CEILING_FRESH, Class, CloseCode, Outcome, Policy};
use crate::sample::Lane;

/// Makes attempts until dropped; `now` cuts a wait short.
pub(super) async fn run(target: &Target, now: &Notify) {
    let (mut failures, mut failed_by) = (0, None);
    loop {
        let start = target.dialer.now();
        let (progress, attempted) = target.attempt(Lane::Fresh).await;
        let outcome = match attempted {
            Ok(open) => dwell(target, open).await,
            Err(outcome) => outcome,
        };
        let policy = Policy::after(&outcome);
        failures = match outcome.class() {
            Class::Accepted => 0,
            // Another kind of failure is a new situation: a full server that is
            // now gone may be back in a second. The cap holds all the same.
            class if Some(class) != failed_by => 1,
            _ => failures + 1,
        };
        failed_by = Some(outcome.class());
        target.ended(Lane::Fresh, progress, outcome).await;
        // Every five seconds means from start to start.
        let spent = target.dialer.now().saturating_sub(start);
        let every = target.dialer.options.every;
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
    let stayed = tokio::select! {
        stayed = stay(target, &mut open) => stayed,
        () = target.end() => {
            open.leave(CloseCode::GOING_AWAY, "").await;
            return std::future::pending().await;
        }
    };
    target.note_flood(Lane::Fresh, open.is_flooding()).await;
    match stayed {
        Ok(()) => {
            open.leave(CloseCode::NORMAL, "").await;
            Outcome::OpenOk
        }
        // The connection is good, what was said on it is not.
        Err(outcome @ (Outcome::AnswerTimeout | Outcome::AnswerUnexpected(_))) => {
            open.leave(CloseCode::NORMAL, "").await;
            outcome
        }
        Err(outcome) => outcome,
    }
}

async fn stay(target: &Target, open: &mut Open) -> Result<(), Outcome> {
    let start = target.dialer.now();
    target.send_and_expect(open).await?;
    let spent = target.dialer.now().saturating_sub(start);
    let mut over = pin!(sleep(target.dialer.options.dwell.saturating_sub(spent)));
    while let Some(event) = open.next_before(over.as_mut()).await {
        event?;
    }
    Ok(())
}
