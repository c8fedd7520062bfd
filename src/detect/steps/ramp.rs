//! How fast clients can be let back in.

use std::time::Duration;

use super::Case;
use crate::detect::outage::Outage;
use crate::fmt;
use crate::model::ListenerSnapshot;
use crate::units::{PerSecond, float};

/// A queue over half its backlog says that accepting was already too slow.
const BUSY: f64 = 0.5;

/// An admission rate that this listener has taken before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::detect) struct Ramp {
    /// Clients to let in per second, about.
    pub(in crate::detect) per_second: PerSecond,
    /// Clients that are missing, where a mass drop says how many.
    pub(in crate::detect) missing: Option<u64>,
}

impl Ramp {
    /// From the highest second that was opened; half of it where the accept
    /// queue did not keep up with that, or connections were dropped.
    pub(in crate::detect) fn of(
        listener: &ListenerSnapshot,
        outage: Option<&Outage>,
    ) -> Option<Self> {
        let peak = listener.peak_opened?.0;
        let strained = listener.fullest_queue.is_some_and(|share| share > BUSY)
            || listener.drops.is_some_and(|drops| drops.0 > 0.0);
        let rate = if strained { peak / 2.0 } else { peak }.floor();
        let missing = outage.filter(|o| o.recovered.is_none()).map(Outage::missing);
        (rate >= 1.0).then_some(Self { per_second: PerSecond(rate), missing })
    }

    /// How long that takes.
    #[must_use]
    pub(in crate::detect) fn lasts(&self) -> Option<Duration> {
        let seconds = float(self.missing?) / self.per_second.0;
        Duration::try_from_secs_f64(seconds.ceil()).ok()
    }

    /// `let clients back in at about 480/s for 0:38 (an estimate: …)`.
    pub(in crate::detect) fn words(&self, listener: &ListenerSnapshot) -> String {
        let rate = fmt::rate(self.per_second);
        let length = self.lasts().map_or_else(String::new, |l| format!(" for {}", fmt::span(l)));
        let missing = self.missing.map(|n| format!("; {} are missing", fmt::count(n)));
        let room = listener.binding().and_then(|limit| limit.headroom);
        let short = room.zip(self.missing).filter(|(room, missing)| room < missing);
        let short = short.map(|(room, _)| format!(", and only {} more fit", fmt::count(room)));
        format!(
            "let clients in at about {rate}/s{length} (an estimate, from the most that {} took in \
             a second{}{})",
            listener.port(),
            missing.unwrap_or_default(),
            short.unwrap_or_default(),
        )
    }
}

impl Case<'_> {
    /// The ramp of the listener in question.
    pub(super) fn ramp(&self) -> Option<(Ramp, &ListenerSnapshot)> {
        let listener = self.listener?;
        Some((Ramp::of(listener, self.judgement.outage.as_ref())?, listener))
    }
}
