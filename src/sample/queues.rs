//! What waits in the queues of open connections.

use serde::{Deserialize, Serialize};

/// Upper bounds of the classes of a queue that is not empty, bytes; the last class is
/// open. A socket begins with 16 KiB for what it sends and may have 4 MiB (`tcp_wmem`).
pub const QUEUE_BOUNDS: [u64; 3] = [4 << 10, 64 << 10, 1 << 20];

/// One kind of queue, over all established connections.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// Connections by what waits: nothing, up to each bound, above.
    pub classes: [u64; 5],
    /// What waits in all of them, bytes.
    pub bytes: u64,
    /// What waits in the fullest, bytes.
    pub fullest: u64,
}

impl Queued {
    /// Adds one connection with so many bytes.
    pub fn add(&mut self, bytes: u64) {
        let above = QUEUE_BOUNDS.iter().filter(|bound| bytes > **bound).count();
        let class = if bytes == 0 { 0 } else { above + 1 };
        if let Some(count) = self.classes.get_mut(class) {
            *count += 1;
        }
        self.bytes = self.bytes.saturating_add(bytes);
        self.fullest = self.fullest.max(bytes);
    }

    /// Connections in which anything waits.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.classes.iter().skip(1).fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The sum, class by class.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Self {
        for (class, more) in self.classes.iter_mut().zip(other.classes) {
            *class = class.saturating_add(more);
        }
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.fullest = self.fullest.max(other.fullest);
        self
    }
}

/// Both queues of the established connections at a walk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queues {
    /// Sent and not yet acknowledged, or not yet sent (`idiag_wqueue`): of who does not
    /// keep up with what it is sent.
    pub send: Queued,
    /// Received and not yet read by the process (`idiag_rqueue`): of a process that does
    /// not keep up.
    pub receive: Queued,
}

impl Queues {
    /// The sum of both, kind by kind.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { send: self.send.plus(other.send), receive: self.receive.plus(other.receive) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_of_one_class_and_adds_up() {
        let mut all = Queued::default();
        for bytes in [0, 1, 4 << 10, (4 << 10) + 1, 1 << 20, (1 << 20) + 1] {
            all.add(bytes);
        }
        assert_eq!(all.classes, [1, 2, 1, 1, 1]);
        assert_eq!((all.waiting(), all.fullest), (5, (1 << 20) + 1));
        let twice = all.plus(all);
        assert_eq!((twice.classes, twice.bytes), ([2, 4, 2, 2, 2], 2 * all.bytes));
        assert_eq!(twice.fullest, all.fullest);
    }
}
