//! What one more connection costs of each resource.

use super::slope::Slope;
use crate::units::float;

/// What the processes of a listener use; none where it was not read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resources {
    /// Resident memory, bytes.
    pub(super) rss: Option<u64>,
    /// Threads.
    pub(super) threads: Option<u64>,
    /// Memory held by TCP, bytes.
    pub(super) tcp: Option<u64>,
}

/// The same for one connection; none while it is not known or not stable.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Prices {
    /// Bytes of resident memory.
    pub(super) rss: Option<f64>,
    /// Threads.
    pub(super) threads: Option<f64>,
    /// Bytes of TCP memory.
    pub(super) tcp: Option<f64>,
}

/// Learns the prices from what was used at how many connections.
#[derive(Debug, Clone, Default)]
pub(super) struct PriceEstimator {
    rss: Slope,
    threads: Slope,
    tcp: Slope,
}

impl PriceEstimator {
    /// Takes in what was used while so many were open.
    pub(super) fn learn(&mut self, open: u64, used: Resources) {
        for (slope, used) in [
            (&mut self.rss, used.rss),
            (&mut self.threads, used.threads),
            (&mut self.tcp, used.tcp),
        ] {
            if let Some(used) = used {
                slope.add(float(open), float(used));
            }
        }
    }

    /// As known now.
    pub(super) fn prices(&self) -> Prices {
        Prices {
            rss: self.rss.per_connection(),
            threads: self.threads.per_connection(),
            tcp: self.tcp.per_connection(),
        }
    }
}
