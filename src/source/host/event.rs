//! The event lane: counts sockets that die, exactly.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::destroy_socket::DestroySocket;
use super::destroyed::DestroyFeed;
use super::lanes::Lanes;
use crate::sample::{Destroyed, Reading, Sample, TICK};

/// How often the sums are handed on while there are any.
const FLUSH: Duration = TICK;
/// How often the inside hears that the lane is alive.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// What one death costs kernel and reader together (3.5 to 6 µs and 1 to 2.6).
const COST_OF_A_DEATH: f64 = 6e-6;
/// The lane steps aside above this share of one core ...
const DEAREST: f64 = 0.05;
/// ... when it lasts this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// The sums, also when a lane panicked while it held them.
pub(super) fn sums(feed: &Mutex<DestroyFeed>) -> MutexGuard<'_, DestroyFeed> {
    feed.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts until stopped.
pub(super) fn run(lanes: &Lanes) {
    let Some((socket, feed)) = &lanes.events else { return };
    let mut cost = EventCost::default();
    let mut flushed = lanes.clock.now().mono;
    while !lanes.stopped() {
        let (more, due) = match turn(lanes, socket, feed, flushed) {
            Ok(turn) => turn,
            Err(error) => {
                let mut sample = Sample::at(lanes.clock.now());
                sample.destroyed = Some(Reading::Denied(format!("close events: {error}")));
                lanes.deliver(sample);
                return;
            }
        };
        if let Some(destroyed) = more {
            if !destroyed.peerless.is_empty() {
                // An aborted connection, or a listening socket that was closed.
                lanes.note_closed();
            }
            let mut sample = Sample::at(lanes.clock.now());
            let deaths = destroyed.closed.iter().map(|&(_, n)| n).sum::<u64>()
                + destroyed.peerless.len() as u64;
            sample.destroyed = Some(Reading::Seen(destroyed));
            lanes.deliver(sample);
            cost.add(deaths, due);
            flushed = lanes.clock.now().mono;
        }
        if cost.too_dear() && !lanes.hold_events.load(Ordering::Relaxed) {
            step_aside(lanes, socket);
            cost = EventCost::default();
            flushed = lanes.clock.now().mono;
        }
    }
}

/// Waits for events once; the sums if they are due, and the time since the last.
fn turn(
    lanes: &Lanes,
    socket: &DestroySocket,
    feed: &Mutex<DestroyFeed>,
    flushed: Duration,
) -> io::Result<(Option<Destroyed>, Duration)> {
    let since = |now: Duration| now.saturating_sub(flushed);
    let (pending, roomy) = {
        let sums = sums(feed);
        (!sums.is_empty(), sums.is_roomy())
    };
    let period = if pending { FLUSH } else { HEARTBEAT };
    let left = period.saturating_sub(since(lanes.clock.now().mono));
    if socket.wait(left)? && roomy {
        // The buffer holds 50 000 events: one wake for many saves two thirds of
        // the CPU.
        std::thread::sleep(FLUSH.saturating_sub(since(lanes.clock.now().mono)));
    }
    let mut sums = sums(feed);
    sums.drain(lanes.clock.now().mono)?;
    let age = since(lanes.clock.now().mono);
    let due = age >= HEARTBEAT || (age >= FLUSH && !sums.is_empty());
    Ok((due.then(|| sums.take()), age))
}

/// Leaves the groups until connections come at half the rate that was too dear.
fn step_aside(lanes: &Lanes, socket: &DestroySocket) {
    if socket.leave().is_err() {
        return;
    }
    let mut sample = Sample::at(lanes.clock.now());
    sample.destroyed =
        Some(Reading::Seen(Destroyed { stepped_aside: true, ..Destroyed::default() }));
    lanes.deliver(sample);
    let mut calm = Duration::ZERO;
    let mut opens = lanes.passive_opens.load(Ordering::Relaxed);
    while calm < PATIENCE / 3 && !lanes.hold_events.load(Ordering::Relaxed) {
        if !lanes.sleep(HEARTBEAT) {
            return;
        }
        let now = lanes.passive_opens.load(Ordering::Relaxed);
        let rate = crate::units::float(now.saturating_sub(opens)) / HEARTBEAT.as_secs_f64();
        opens = now;
        calm =
            if rate * COST_OF_A_DEATH < DEAREST / 2.0 { calm + HEARTBEAT } else { Duration::ZERO };
    }
    let _ = socket.join();
}

/// Whether the events cost more than they may.
#[derive(Debug, Default)]
struct EventCost {
    dear_for: Duration,
}

impl EventCost {
    fn add(&mut self, deaths: u64, over: Duration) {
        let share = crate::units::float(deaths) * COST_OF_A_DEATH / over.as_secs_f64().max(0.001);
        self.dear_for = if share > DEAREST { self.dear_for + over } else { Duration::ZERO };
    }

    fn too_dear(&self) -> bool {
        self.dear_for >= PATIENCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_lasting_flood_makes_the_lane_step_aside() {
        let mut cost = EventCost::default();
        for _ in 0..299 {
            cost.add(900, FLUSH);
        }
        assert!(!cost.too_dear(), "29.9 s at 9 000 closes a second");
        cost.add(800, FLUSH);
        assert!(!cost.too_dear(), "8 000 a second are within 5 % and start it over");
        for _ in 0..300 {
            cost.add(900, FLUSH);
        }
        assert!(cost.too_dear());
    }
}
