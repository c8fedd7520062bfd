//! Which service is looked at while none was chosen.

use crate::model::{ServiceId, ServiceSnapshot, Snapshot};
use crate::units::float;

/// Follows the busiest service, without flapping between two alike: another one takes
/// over when it is half as busy again for ten snapshots. One that has lost all of its
/// clients is what one looks for, so it has those ten as well.
#[derive(Debug, Clone, Default)]
pub(super) struct Focus {
    busiest: Option<ServiceId>,
    /// The most it has had since, by the same measure.
    peak: f64,
    rival_for: u32,
}

impl Focus {
    /// Looks at a snapshot: the busiest, as settled now.
    pub(super) fn follow(&mut self, snapshot: &Snapshot) -> Option<ServiceId> {
        let services = || snapshot.services.iter().map(|one| (score(one), one.id));
        let own = self.busiest.and_then(|busiest| services().find(|(_, id)| *id == busiest));
        let rival = services().max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let Some((best, rival)) = rival else {
            self.busiest = None;
            return None;
        };
        let other = self.busiest != Some(rival);
        match own {
            Some((own, _)) if other && best <= own * 1.5 => self.rival_for = 0,
            Some((own, _)) if other && (own > 0.0 || self.peak > 0.0) && self.rival_for < 10 => {
                self.rival_for += 1;
            }
            _ => *self = Self { busiest: Some(rival), peak: 0.0, rival_for: 0 },
        }
        let own = services().find(|(_, id)| Some(*id) == self.busiest);
        self.peak = self.peak.max(own.map_or(0.0, |(score, _)| score));
        self.busiest
    }

    /// The busiest, as last settled.
    pub(super) const fn busiest(&self) -> Option<ServiceId> {
        self.busiest
    }
}

/// How busy: what is open, and what comes.
fn score(service: &ServiceSnapshot) -> f64 {
    let whole = &service.whole;
    // The users of what stands behind a proxy of this host are those of the proxy.
    let own = if service.behind.is_some() { 0.5 } else { 1.0 };
    own * (float(whole.open.unwrap_or(0)) + 10.0 * whole.opened.unwrap_or_default().0)
}
