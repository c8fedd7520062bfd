//! Whose local time is written: a value that is handed in, since only `run` asks the
//! machine.

use chrono::{DateTime, FixedOffset, Offset, Utc};

/// A time zone.
#[derive(Debug, Clone, Copy)]
pub enum Zone {
    /// The same all year.
    Fixed(FixedOffset),
    /// What it is at each moment, by whoever knows: summer time ends within a run.
    Of(fn(DateTime<Utc>) -> FixedOffset),
}

impl Default for Zone {
    fn default() -> Self {
        Self::Fixed(Utc.fix())
    }
}

impl Zone {
    /// East of Greenwich at that moment.
    #[must_use]
    pub fn offset(self, at: DateTime<Utc>) -> FixedOffset {
        match self {
            Self::Fixed(offset) => offset,
            Self::Of(known) => known(at),
        }
    }

    /// That moment on the clock there.
    #[must_use]
    pub fn local(self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        at.with_timezone(&self.offset(at))
    }
}
