//! The one loop over live sources: samples in, a derivation each interval, and whoever
//! is in front of it.

use std::future::pending;
use std::ops::ControlFlow;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, sleep};

use super::live::Live;
use crate::detect::Alert;
use crate::model::ServiceId;

/// Whoever is in front: a screen, lines, a voice, a check.
pub(super) trait Front {
    /// What comes from outside: a signal, a key.
    type Input;
    /// Whether the first walk is worth a derivation of its own.
    const SHOWS_FIRST_WALK: bool = false;

    /// What comes next. May be dropped while it waits.
    async fn next(&mut self) -> Self::Input;

    /// Carries it out; an exit code ends the loop.
    fn handle(&mut self, live: &mut Live, input: Self::Input) -> anyhow::Result<ControlFlow<u8>>;

    /// It was derived.
    fn derived(&mut self, live: &mut Live) -> anyhow::Result<ControlFlow<u8>>;

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
    every: Duration,
    until: Option<Duration>,
    front: &mut F,
) -> anyhow::Result<Option<u8>> {
    // The first tick is now: the first frame shows what is watched while the first
    // walk is under way.
    let mut tick = interval(every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let end = async {
        match until {
            Some(after) => sleep(after).await,
            None => pending().await,
        }
    };
    tokio::pin!(end);
    loop {
        let flow = tokio::select! {
            biased;
            input = front.next() => front.handle(live, input)?,
            () = &mut end => return Ok(None),
            _ = tick.tick() => derive(live, front)?,
            Some(sample) = live.sample() => {
                let first = live.analysis.session.snapshot().is_some_and(|s| !s.ready);
                let walked = live.absorb(sample);
                let read = live.take_looked_at();
                if F::SHOWS_FIRST_WALK && first && walked {
                    derive(live, front)?
                } else if read {
                    front.refreshed(live)?
                } else {
                    ControlFlow::Continue(())
                }
            }
        };
        if let ControlFlow::Break(code) = flow {
            return Ok(Some(code));
        }
    }
}

fn derive<F: Front>(live: &mut Live, front: &mut F) -> anyhow::Result<ControlFlow<u8>> {
    live.derive(front.chosen(), |alert| front.is_silenced(alert));
    front.derived(live)
}
