//! The one loop over live sources: samples in, a derivation each interval, before a
//! screen as soon as something has moved, and whoever is in front of it.

use std::future::pending;
use std::ops::ControlFlow;
use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, interval, sleep};

use super::live::Live;
use super::pace::Pace;
use crate::detect::Alert;
use crate::model::ServiceId;

/// Whoever is in front: a screen, lines, a voice, a check.
pub(super) trait Front {
    /// What comes from outside: a signal, a key.
    type Input;
    /// Whether somebody looks on: the first walk, and what comes and goes, is worth a
    /// derivation of its own.
    const SHOWS_CHANGES: bool = false;

    /// What comes next. May be dropped while it waits.
    async fn next(&mut self) -> Self::Input;

    /// Carries it out; an exit code ends the loop.
    fn handle(&mut self, live: &mut Live, input: Self::Input) -> anyhow::Result<ControlFlow<u8>>;

    /// It was derived.
    fn derived(&mut self, live: &mut Live) -> anyhow::Result<ControlFlow<u8>>;

    /// Bytes that were written so far.
    fn written(&self) -> u64 {
        0
    }

    /// Bytes a second that may be written in the long run.
    fn allowance(&self) -> u64 {
        0
    }

    /// How often it is to be derived, where that was changed on the way.
    fn interval(&self) -> Option<Duration> {
        None
    }

    /// The service to be looked at, by one of its addresses; else the busiest.
    fn chosen(&self) -> Option<ServiceId> {
        None
    }

    /// Single connections were read.
    fn refreshed(&mut self, _: &mut Live) -> anyhow::Result<ControlFlow<u8>> {
        Ok(ControlFlow::Continue(()))
    }

    /// Whether an alert is to make no sound.
    fn is_silenced(&self, _: &Alert) -> bool {
        false
    }
}

/// Runs until `until` has passed, or until there is an exit code.
pub(super) async fn drive<F: Front>(
    live: &mut Live,
    mut every: Duration,
    until: Option<Duration>,
    front: &mut F,
) -> anyhow::Result<Option<u8>> {
    // The first tick is now: the first frame shows what is watched while the first
    // walk is under way.
    let mut tick = ticking(every);
    let end = async {
        match until {
            Some(after) => sleep(after).await,
            None => pending().await,
        }
    };
    tokio::pin!(end);
    let mut pace = Pace::new(every);
    loop {
        if let Some(other) = front.interval().filter(|other| *other != every) {
            (every, tick, pace) = (other, ticking(other), Pace::new(other));
        }
        let wait = pace.wait(live.now().mono);
        let flow = tokio::select! {
            biased;
            input = front.next() => front.handle(live, input)?,
            () = &mut end => return Ok(None),
            _ = tick.tick() => derive(live, front, &mut pace)?,
            () = rest(wait) => {
                // The next in turn is an interval away from it.
                tick.reset();
                derive(live, front, &mut pace)?
            }
            Some(sample) = live.sample() => {
                let first = live.analysis.session.snapshot().is_some_and(|s| !s.ready);
                let walked = live.absorb(sample);
                let read = live.take_read_connections();
                if F::SHOWS_CHANGES && first && walked {
                    derive(live, front, &mut pace)?
                } else if read {
                    front.refreshed(live)?
                } else {
                    if F::SHOWS_CHANGES && live.analysis.session.has_moved() {
                        pace.ask(live.now().mono, front.written(), front.allowance());
                    }
                    ControlFlow::Continue(())
                }
            }
        };
        if let ControlFlow::Break(code) = flow {
            return Ok(Some(code));
        }
    }
}

/// The turns of a derivation, the first of them now; a late one is left out.
fn ticking(every: Duration) -> Interval {
    let mut tick = interval(every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    tick
}

/// Waits so long; none = for ever.
async fn rest(wait: Option<Duration>) {
    match wait {
        Some(wait) => sleep(wait).await,
        None => pending().await,
    }
}

fn derive<F: Front>(
    live: &mut Live,
    front: &mut F,
    pace: &mut Pace,
) -> anyhow::Result<ControlFlow<u8>> {
    pace.derived(live.now().mono, live.analysis.session.has_moved());
    live.derive(front.chosen(), |alert| front.is_silenced(alert));
    front.derived(live)
}
