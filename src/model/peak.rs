//! The highest second.

/// The highest whole second so far, and the one under way.
#[derive(Debug, Clone, Default)]
pub(super) struct Peak {
    highest: Option<f64>,
    second: u64,
    sum: f64,
}

impl Peak {
    /// Adds to this second. The peak is that of whole seconds, once they are over.
    pub(super) fn add(&mut self, second: u64, more: f64) {
        if second == self.second {
            self.sum += more;
            return;
        }
        if self.second > 0 {
            self.highest = Some(self.highest.unwrap_or(0.0).max(self.sum));
        }
        (self.second, self.sum) = (second, more);
    }

    /// The highest whole second, the one under way included once it is higher.
    pub(super) fn highest(&self) -> Option<f64> {
        self.highest.map(|highest| highest.max(self.sum))
    }
}
