//! Which service the screen is of. The user chooses one of its listeners, a row.

use std::net::SocketAddr;

use super::app::App;
use crate::model::{ServiceId, Snapshot};

impl App {
    /// What is to be looked at, if the user says so: what was chosen, and while the
    /// picture stands whatever it is of. Named by any of its addresses.
    #[must_use]
    pub fn chosen(&self) -> Option<ServiceId> {
        let listener = if self.is_paused() { self.listener() } else { self.chosen };
        listener.map(|address| ServiceId::new(self.netns, address))
    }

    /// The service that the big numbers are of, by the names of this snapshot.
    pub(in crate::app) fn focus(&self, snapshot: &Snapshot) -> Option<ServiceId> {
        self.listener().map(|address| snapshot.service_of(address))
    }

    /// The listener that was chosen, else the first of the busiest service.
    pub(in crate::app) fn listener(&self) -> Option<SocketAddr> {
        self.chosen.or_else(|| self.busiest.map(|service| service.socket()))
    }

    /// Takes in which service is the busiest now, and forgets a chosen one that is gone.
    /// While the picture stands, so does the focus.
    pub fn follow(&mut self, snapshot: &Snapshot, busiest: Option<ServiceId>) {
        if self.is_paused() {
            return;
        }
        (self.busiest, self.netns) = (busiest, snapshot.netns);
        if self.chosen.is_some_and(|chosen| snapshot.listener(chosen).is_none()) {
            self.chosen = None;
        }
    }
}
