//! What both lanes of a target do: make attempts within the cap, tell, wait.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::sync::{Mutex, watch};
use tokio::time::sleep;

use super::cap::Cap;
use super::dial::{Dialer, Progress};
use super::open::{ConnectionEvent, Open};
use crate::close::{Outcome, Policy};
use crate::sample::{Lane, ProbeEnd, ProbeEvent, ProbeFact, Sample};

/// What is shown of an unexpected message.
const MESSAGE: usize = 60;

/// One target's lanes share this.
pub(super) struct Target {
    pub(super) id: u32,
    pub(super) dialer: Dialer,
    pub(super) cap: RefCell<Cap>,
    /// First come, first served: with `--probe-every 1s` each place would else go
    /// to the lane that wakes first, and the held one could wait for minutes.
    pub(super) turn: Mutex<()>,
    /// Whether the held and the fresh connection are flooded.
    pub(super) floods: (Cell<bool>, Cell<bool>),
    pub(super) out: Sender<Sample>,
    /// True once the program ends.
    pub(super) leaving: watch::Receiver<bool>,
}

impl Target {
    /// Tells what was seen, at this moment.
    pub(super) async fn tell(&self, lane: Lane, fact: ProbeFact) {
        let mut sample = Sample::at(self.dialer.clock.now());
        sample.probes.push(ProbeEvent { target: self.id, lane, fact });
        sample.probe_load = Some(self.dialer.meter.load.get());
        // Nobody listens any more: the lanes are about to be dropped.
        let _ = self.out.send(sample).await;
    }

    /// Waits for a place within the cap and makes an attempt.
    pub(super) async fn attempt(&self, lane: Lane) -> (Progress, Result<Open, Outcome>) {
        let turn = self.turn.lock().await;
        loop {
            let now = self.dialer.now();
            if self.cap.borrow_mut().take(now) {
                break;
            }
            let free_at = self.cap.borrow().free_at();
            sleep(free_at.saturating_sub(now)).await;
        }
        drop(turn);
        self.dialer.meter.count(|load| load.attempts += 1);
        self.tell(lane, ProbeFact::Started).await;
        let mut progress = Progress::new();
        let outcome = self.dialer.attempt(&mut progress).await;
        for _ in 1..progress.tries {
            self.cap.borrow_mut().charge(self.dialer.now());
        }
        (progress, outcome)
    }

    /// Tells how an attempt ended; one of the held lane that was accepted is still open.
    pub(super) async fn ended(&self, lane: Lane, progress: Progress, outcome: Outcome) {
        if lane == Lane::Fresh || outcome != Outcome::OpenOk {
            self.tell_end(progress.ends(), false, &outcome).await;
        }
        let Progress { phases, peer, agreed, .. } = progress;
        self.tell(lane, ProbeFact::Ended { phases, outcome, peer, agreed }).await;
    }

    /// Tells which socket is over, so that the server's side of it is known among all its
    /// closes.
    pub(super) async fn tell_end(
        &self,
        ends: Option<(SocketAddr, SocketAddr)>,
        held: bool,
        outcome: &Outcome,
    ) {
        let Some((local, peer)) = ends else { return };
        let mut sample = Sample::at(self.dialer.clock.now());
        sample.probe_ends.push(ProbeEnd { local, peer, held, outcome: outcome.clone() });
        let _ = self.out.send(sample).await;
    }

    /// Says what is to be said, and waits for what is expected.
    pub(super) async fn send_and_expect(&self, open: &mut Open) -> Result<(), Outcome> {
        let options = &self.dialer.options;
        if let Some(text) = &options.say {
            open.say(text).await;
        }
        let Some(expected) = &options.expect else { return Ok(()) };
        let mut over = pin!(sleep(options.timeout));
        loop {
            match open.next_before(over.as_mut()).await {
                None => return Err(Outcome::AnswerTimeout),
                Some(Err(outcome)) => return Err(outcome),
                Some(Ok(ConnectionEvent::Pong(_))) => {}
                Some(Ok(ConnectionEvent::Message(start))) => {
                    let message = String::from_utf8_lossy(&start);
                    if expected.is_match(&message) {
                        return Ok(());
                    }
                    let shown = self.dialer.redact.clean(&message, MESSAGE);
                    return Err(Outcome::AnswerUnexpected(shown));
                }
            }
        }
    }

    /// Tells when a peer begins to send more than is read of it, and when that is
    /// over.
    pub(super) async fn note_flood(&self, lane: Lane, on: bool) {
        let cell = match lane {
            Lane::Held => &self.floods.0,
            Lane::Fresh => &self.floods.1,
        };
        if cell.replace(on) != on {
            self.tell(lane, ProbeFact::Flood { on }).await;
        }
    }

    /// Returns when the program ends.
    pub(super) async fn end(&self) {
        // An error is the sender's end, which is the program's.
        let _ = self.leaving.clone().wait_for(|leave| *leave).await;
    }

    /// Tells when the lane's next attempt is, the cap included.
    pub(super) async fn announce(&self, lane: Lane, policy: Policy, wait: Duration) {
        let capped = self.cap.borrow().free_at().saturating_sub(self.dialer.now());
        let why = if capped > wait { "at most 1 a second, 20 a minute" } else { policy.words() };
        let after = wait.max(capped);
        self.tell(lane, ProbeFact::Next { after, why: why.to_owned() }).await;
    }
}
