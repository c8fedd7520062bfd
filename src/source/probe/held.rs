//! The held lane: one connection kept open and pinged, its life and its end.

use std::time::Duration;

use tokio::time::sleep;

use super::dial::Progress;
use super::lane::Target;
use super::open::{ConnectionEvent, Open};
use super::round_trip::RoundTrips;
use crate::close::{CEILING_HELD, CloseCode, Outcome, Policy};
use crate::sample::{Lane, ProbeFact};

/// Between two pings, give or take a half: what the server does once a second, a
/// timer that blocks its loop for 800 ms say, must not be missed by pings that
/// come in step with it (a tenth of jitter read 175 ms there after 12 s), and a
/// server with a thousand watchers shall not get all pings at once.
const PING_EVERY: Duration = Duration::from_secs(1);
/// The same in its first seconds, and for some after an answer that was late: of a loop
/// that is blocked for 700 ms every 2 s three of eight checks of five seconds saw nothing.
/// Six bytes each way, and none while one is under way.
const PING_CLOSELY: Duration = Duration::from_millis(250);
const CLOSELY_FOR: Duration = Duration::from_secs(6);
const LATE: Duration = Duration::from_millis(100);
/// So many times as long a pong may take of a peer that floods.
const FLOODED: u32 = 4;
/// A connection that lasted this long makes the next failure the first.
const STABLE: Duration = Duration::from_secs(10);

/// Holds until dropped.
pub(super) async fn run(target: &Target) {
    let mut failures = 0;
    let mut round_trips = RoundTrips::open();
    loop {
        let (progress, attempted) = target.attempt(Lane::Held).await;
        let outcome = match attempted {
            Err(outcome) => {
                target.ended(Lane::Held, progress, outcome.clone()).await;
                failures += 1;
                outcome
            }
            Ok(open) => {
                let (ends, _known) = (progress.ends(), progress.local.clone());
                let mut hold = Hold::new(target, &mut round_trips);
                let outcome = hold.keep(open, progress).await;
                let age = hold.age();
                if hold.told {
                    target.tell_end(ends, true, &outcome).await;
                    target
                        .tell(Lane::Held, ProbeFact::Lost { outcome: outcome.clone(), age })
                        .await;
                }
                failures = if age >= STABLE { 1 } else { failures + 1 };
                outcome
            }
        };
        let policy = Policy::after(&outcome);
        let wait = policy.wait(target.dialer.options.every, CEILING_HELD, failures, rand::random());
        target.announce(Lane::Held, policy, wait).await;
        sleep(wait).await;
    }
}

/// One connection while it is held.
struct Hold<'a> {
    target: &'a Target,
    round_trips: &'a mut RoundTrips,
    since: Duration,
    /// Past its dwell, and told so.
    told: bool,
    next_ping: Duration,
    /// Until then it is looked at closely.
    closely_until: Duration,
    /// Number and time of the ping under way.
    pinged: Option<(u64, Duration)>,
    pings: u64,
}

impl<'a> Hold<'a> {
    fn new(target: &'a Target, round_trips: &'a mut RoundTrips) -> Self {
        let since = target.dialer.now();
        let closely_until = since + CLOSELY_FOR;
        let (told, next_ping, pinged, pings) = (false, since, None, 0);
        Self { target, round_trips, since, told, next_ping, closely_until, pinged, pings }
    }

    fn age(&self) -> Duration {
        self.target.dialer.now().saturating_sub(self.since)
    }

    /// Keeps it to its end.
    async fn keep(&mut self, mut open: Open, progress: Progress) -> Outcome {
        let mut progress = Some(progress);
        let target = self.target;
        let ended = match self.target.send_and_expect(&mut open).await {
            Ok(()) => loop {
                let step = tokio::select! {
                    step = self.step(&mut open) => step,
                    () = target.end() => {
                        open.leave(CloseCode::GOING_AWAY, "").await;
                        return std::future::pending().await;
                    }
                };
                match step {
                    // Nothing had come by then, no Close either.
                    Ok(StepEnd::Idle) if self.age() >= target.dialer.options.dwell => {
                        if let Some(progress) = progress.take() {
                            target.ended(Lane::Held, progress, Outcome::OpenOk).await;
                            self.told = true;
                        }
                    }
                    Ok(_) => {}
                    Err(outcome) => break outcome,
                }
                target.note_flood(Lane::Held, open.is_flooding()).await;
            },
            Err(outcome) => outcome,
        };
        target.note_flood(Lane::Held, false).await;
        if let Some(progress) = progress {
            self.target.ended(Lane::Held, progress, ended.clone()).await;
        }
        ended
    }

    /// Until something came or something is due.
    async fn step(&mut self, open: &mut Open) -> Result<StepEnd, Outcome> {
        let options = &self.target.dialer.options;
        let now = self.target.dialer.now();
        let due = match self.pinged {
            Some((_, at)) => {
                // What is not read cannot be found to be an answer.
                let patience = if open.is_flooding() { FLOODED } else { 1 };
                let late = at + options.timeout * patience;
                if now >= late {
                    return Err(Outcome::PingTimeout);
                }
                late
            }
            None if now >= self.next_ping => {
                self.pings += 1;
                self.pinged = Some((self.pings, now));
                open.ping(self.pings.to_be_bytes().to_vec()).await;
                return Ok(StepEnd::Done);
            }
            None => self.next_ping,
        };
        let due = if self.told { due } else { due.min(self.since + options.dwell) };
        // A timer takes a millisecond even for nothing, in which a busy peer would
        // always be first.
        let wait = due.saturating_sub(now);
        let over = async {
            if !wait.is_zero() {
                sleep(wait).await;
            }
        };
        let read = tokio::select! {
            biased;
            read = open.read() => read,
            () = over => return Ok(StepEnd::Idle),
        };
        if let Some(ConnectionEvent::Pong(payload)) = open.answer(read).await? {
            self.ponged(open, &payload).await;
        }
        Ok(StepEnd::Done)
    }

    async fn ponged(&mut self, open: &Open, payload: &[u8]) {
        // An unasked pong is legal and tells nothing (RFC 6455 section 5.5.3).
        let Some((number, at)) = self.pinged else { return };
        if payload != number.to_be_bytes() {
            return;
        }
        self.pinged = None;
        let now = self.target.dialer.now();
        let jitter: f64 = rand::random();
        if now.saturating_sub(at) >= LATE {
            self.closely_until = now + CLOSELY_FOR;
        }
        let every = if now < self.closely_until { PING_CLOSELY } else { PING_EVERY };
        self.next_ping = at + every.mul_f64(0.5 + jitter);
        // It has waited behind what we did not read: our own doing.
        if open.is_flooding() {
            return;
        }
        let tcp = self.round_trips.least(open.wire.ends());
        let round_trip = now.saturating_sub(at);
        self.target.tell(Lane::Held, ProbeFact::Ping { round_trip, tcp }).await;
    }
}

/// How a step ended.
enum StepEnd {
    /// Something came, or was sent.
    Done,
    /// The time was up, and nothing had come.
    Idle,
}
