//! How the clients' attempts and connections ended, counted together.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::ClientsTold;
use super::manners::Ending;

/// What the clients were told, counted together.
#[derive(Debug, Default)]
pub(super) struct Tally {
    told_1012: AtomicU64,
    told_1013: AtomicU64,
    cut: AtomicU64,
    refused: AtomicU64,
}

impl Tally {
    /// Counts one ending.
    pub(super) fn note(&self, ending: Ending) {
        let counter = match ending {
            Ending::Told(1012) => &self.told_1012,
            Ending::Told(1013) => &self.told_1013,
            Ending::Refused => &self.refused,
            Ending::Cut => &self.cut,
            Ending::Told(_) | Ending::Left => return,
        };
        counter.fetch_add(1, Relaxed);
    }

    /// The counts now.
    pub(super) fn told(&self) -> ClientsTold {
        ClientsTold {
            restart_1012: self.told_1012.load(Relaxed),
            try_later_1013: self.told_1013.load(Relaxed),
            cut: self.cut.load(Relaxed),
            refused: self.refused.load(Relaxed),
        }
    }
}
