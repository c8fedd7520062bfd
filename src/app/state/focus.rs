//! Which service the screen is of.

use std::net::SocketAddr;

use super::app::App;
use crate::model::Snapshot;

impl App {
    /// What is to be looked at, if the user says so: what was chosen, and while the
    /// picture stands whatever it is of.
    #[must_use]
    pub fn chosen(&self) -> Option<SocketAddr> {
        if self.is_paused() { self.focus() } else { self.chosen }
    }

    /// Takes in which service is the busiest now, and forgets a chosen one that is gone.
    /// While the picture stands, so does the focus.
    pub fn follow(&mut self, snapshot: &Snapshot, busiest: Option<SocketAddr>) {
        if self.is_paused() {
            return;
        }
        self.busiest = busiest;
        if self.chosen.is_some_and(|chosen| snapshot.listener(chosen).is_none()) {
            self.chosen = None;
        }
    }
}
