//! What is kept of one step of time.

/// Highest, lowest, last and sum of the seconds in a step.
///
/// `f32` is exact up to 16 million, which is beyond any rate and any number of
/// connections of one host.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// The highest second.
    pub max: f32,
    /// The lowest second.
    pub min: f32,
    /// The newest second.
    pub last: f32,
    /// All seconds together.
    pub sum: f32,
    /// How many seconds were measured; none of them = a gap.
    pub count: u32,
}

impl Bucket {
    /// One second.
    #[must_use]
    pub const fn of(value: f32) -> Self {
        Self { max: value, min: value, last: value, sum: value, count: 1 }
    }

    /// Takes in what came later. A gap changes nothing.
    pub fn fold(&mut self, later: Self) {
        if later.is_gap() {
            return;
        }
        if self.is_gap() {
            *self = later;
            return;
        }
        self.max = self.max.max(later.max);
        self.min = self.min.min(later.min);
        self.last = later.last;
        self.sum += later.sum;
        self.count += later.count;
    }
}

/// What a ring holds: something that can be missing.
pub(super) trait Slot: Copy {
    /// Nothing was measured.
    const GAP: Self;

    /// Whether this is such a gap.
    fn is_gap(&self) -> bool;
}

impl Slot for Bucket {
    const GAP: Self = Self { max: 0.0, min: 0.0, last: 0.0, sum: 0.0, count: 0 };

    fn is_gap(&self) -> bool {
        self.count == 0
    }
}

/// Where one step is one reading its four figures are the same: one is kept.
impl Slot for f32 {
    const GAP: Self = Self::NAN;

    fn is_gap(&self) -> bool {
        self.is_nan()
    }
}
