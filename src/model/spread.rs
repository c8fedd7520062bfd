//! How long things took, counted by how long.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Buckets: one for each bound, and one for all that is longer.
const BUCKETS: usize = 12;

/// Durations since the start, each in the bucket of the shortest bound it keeps to; what
/// is longer than all of them comes last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// How many in each bucket alone.
    pub counts: [u64; BUCKETS],
    /// All together.
    pub sum: Duration,
}

impl Spread {
    /// From a handshake on loopback to one that a client gives up.
    pub const BOUNDS: [Duration; BUCKETS - 1] = [
        Duration::from_millis(1),
        Duration::from_micros(2_500),
        Duration::from_millis(5),
        Duration::from_millis(10),
        Duration::from_millis(25),
        Duration::from_millis(50),
        Duration::from_millis(100),
        Duration::from_millis(250),
        Duration::from_secs(1),
        Duration::from_millis(2_500),
        Duration::from_secs(10),
    ];

    /// Counts one.
    pub fn add(&mut self, took: Duration) {
        let bucket = Self::BOUNDS.iter().position(|bound| took <= *bound);
        self.counts[bucket.unwrap_or(Self::BOUNDS.len())] += 1;
        self.sum = self.sum.saturating_add(took);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_in_the_bucket_of_the_shortest_bound_it_keeps_to() {
        let mut spread = Spread::default();
        for took in [0, 1, 2, 1_000, 60_000] {
            spread.add(Duration::from_millis(took));
        }
        assert_eq!(spread.counts, [2, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1]);
        assert_eq!(spread.sum, Duration::from_millis(61_003));
    }
}
