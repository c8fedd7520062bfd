//! Which listener is followed while none was chosen.

use std::net::SocketAddr;

use super::app::App;
use crate::model::Snapshot;

impl App {
    /// Follows the busiest listener, without flapping between two alike: another
    /// one takes over when it is half as busy again for ten snapshots. One that has
    /// lost all of its clients is what one looks for, so it has those ten as well.
    /// While the picture stands, so does the focus.
    pub fn follow(&mut self, snapshot: &Snapshot) {
        if self.is_paused() {
            return;
        }
        let score = |address: SocketAddr| {
            let l = snapshot.listener(address)?;
            Some(crate::units::float(l.open.unwrap_or(0)) + 10.0 * l.opened.unwrap_or_default().0)
        };
        let rival = snapshot
            .listeners
            .iter()
            .filter_map(|l| Some((score(l.address)?, l.address)))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let Some((best, rival)) = rival else {
            self.busiest = None;
            return;
        };
        match self.busiest.and_then(score) {
            Some(own) if self.busiest != Some(rival) && best <= own * 1.5 => self.rival_for = 0,
            Some(own)
                if self.busiest != Some(rival)
                    && (own > 0.0 || self.busiest_peak > 0.0)
                    && self.rival_for < 10 =>
            {
                self.rival_for += 1;
            }
            _ => {
                self.busiest = Some(rival);
                self.rival_for = 0;
                self.busiest_peak = 0.0;
            }
        }
        let own = self.busiest.and_then(score).unwrap_or(0.0);
        self.busiest_peak = self.busiest_peak.max(own);
        if self.chosen.is_some_and(|c| snapshot.listener(c).is_none()) {
            self.chosen = None;
        }
    }
}
