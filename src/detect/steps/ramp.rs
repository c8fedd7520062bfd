//! How fast clients can be let back in.

use std::time::Duration;

use super::Case;
use crate::close::{Class, CloseCode};
use crate::detect::identity::{RuleId, Scope};
use crate::detect::outage::Outage;
use crate::fmt;
use crate::model::{CodeSnapshot, ListenerSnapshot};
use crate::units::{PerSecond, float};

/// A queue over half its backlog says that accepting was already too slow.
const BUSY: f64 = 0.5;

/// Pings that took longer than the path by this come from a saturated event loop.
const LATE: Duration = Duration::from_millis(100);

/// An admission rate that this listener has served before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::detect) struct Ramp {
    /// Clients to let in per second, about.
    pub(in crate::detect) per_second: PerSecond,
    /// Clients that are missing, where a mass drop says how many.
    pub(in crate::detect) missing: Option<u64>,
}

impl Ramp {
    /// From the highest second that was served. None where connections were dropped or
    /// the accept queue did not keep up.
    pub(in crate::detect) fn of(
        listener: &ListenerSnapshot,
        served: Option<PerSecond>,
        outage: Option<&Outage>,
    ) -> Option<Self> {
        let strained = listener.worst_queue.is_some_and(|share| share > BUSY)
            || listener.drops_total.is_some_and(|drops| drops > 0);
        let rate = served.filter(|_| !strained)?.0.floor();
        let missing = outage.filter(|o| o.recovered.is_none()).map(Outage::missing);
        (rate >= 1.0).then_some(Self { per_second: PerSecond(rate), missing })
    }

    /// How long that takes.
    #[must_use]
    pub(in crate::detect) fn lasts(&self) -> Option<Duration> {
        let seconds = float(self.missing?) / self.per_second.0;
        Duration::try_from_secs_f64(seconds.ceil()).ok()
    }

    /// `admit clients at about 480/s for 38s (an estimate: …)`.
    pub(in crate::detect) fn words(&self, listener: &ListenerSnapshot) -> String {
        let rate = fmt::rate(self.per_second);
        let length = self.lasts().map_or_else(String::new, |l| format!(" for {}", fmt::span(l)));
        let missing = self.missing.map(|n| format!("; {} are missing", fmt::count(n)));
        let room = listener.binding().and_then(|limit| limit.headroom);
        let short = room.zip(self.missing).filter(|(room, missing)| room < missing);
        let short = short.map(|(room, _)| format!(", and only room for {}", fmt::count(room)));
        format!(
            "admit clients at about {rate}/s{length} (an estimate, from the most that {} took in \
             a second{}{})",
            listener.port(),
            missing.unwrap_or_default(),
            short.unwrap_or_default(),
        )
    }
}

impl Case<'_> {
    /// The ramp of the listener in question; none where it has rejected clients or
    /// answered late.
    pub(super) fn ramp(&self) -> Option<(Ramp, &ListenerSnapshot)> {
        let listener = self.listener?;
        if self.was_strained(listener) || self.is_strained() {
            return None;
        }
        let service = self.snapshot.service_of(listener.address);
        let served = self.judgement.served.iter().find(|(id, _)| *id == service);
        let served = served.map(|(_, rate)| *rate);
        Some((Ramp::of(listener, served, self.judgement.outage.as_ref())?, listener))
    }
}

impl Case<'_> {
    /// Whether an alert has told so of the listener, or of the probes and codes.
    fn was_strained(&self, listener: &ListenerSnapshot) -> bool {
        let service = self.snapshot.service_of(listener.address);
        self.judgement.alerts().any(|alert| {
            let here = !matches!(alert.scope, Scope::Service(_)) || alert.is_about(service);
            here && matches!(
                alert.rule,
                RuleId::AcceptQueue
                    | RuleId::Crash
                    | RuleId::Lag
                    | RuleId::RefusingNew
                    | RuleId::Upstream
            )
        })
    }

    /// Whether a probe or a code tells so, also where it was not enough for an alert.
    fn is_strained(&self) -> bool {
        let lag = self.snapshot.application.as_ref().and_then(|own| own.lag_p99);
        let mut lags = self.snapshot.targets.iter().filter_map(|t| t.lag).chain(lag);
        let mut attempts = self.snapshot.targets.iter().flat_map(|t| &t.strip);
        let rejected = |class| matches!(class, Class::Overload | Class::Upstream | Class::Crash);
        let overload = |code: &CodeSnapshot| code.code == CloseCode(1013) && code.total > 0;
        lags.any(|lag| lag >= LATE)
            || attempts.any(|attempt| rejected(attempt.outcome.class()))
            || self.snapshot.codes.wire.iter().any(overload)
    }
}
