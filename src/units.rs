//! Newtypes for the quantities that would otherwise all be `f64`.
//!
//! Only what has been mixed up in tools like this gets one: a rate is not a
//! count, a ratio is not a percentage, a port is never 0. Formatting lives in
//! [`crate::fmt`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Events per second, over a measured interval.
#[derive(
    Debug, Clone, Copy, PartialEq, PartialOrd, Default, JsonSchema, Serialize, Deserialize,
)]
#[serde(transparent)]
#[schemars(inline)]
pub struct PerSecond(#[schemars(range(min = 0.0))] pub f64);

impl PerSecond {
    /// A rate needs a measured interval; an empty one gives none.
    #[must_use]
    pub fn over(events: f64, interval: std::time::Duration) -> Option<Self> {
        let seconds = interval.as_secs_f64();
        (seconds > 0.0).then(|| Self(events / seconds))
    }
}

/// A quantity of memory in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bytes(pub u64);

/// A share of a whole: 1.0 is all of it. Never a percentage.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ratio(pub f64);

impl Ratio {
    /// `used` of `limit`; none when there is no limit to be a share of.
    #[must_use]
    pub fn of(used: u64, limit: u64) -> Option<Self> {
        (limit > 0).then(|| Self(float(used) / float(limit)))
    }
}

/// A TCP port one can connect to; 0 means "any" to the kernel and is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Port(std::num::NonZeroU16);

impl Port {
    /// The port as a number, or none for 0.
    #[must_use]
    pub const fn new(port: u16) -> Option<Self> {
        match std::num::NonZeroU16::new(port) {
            Some(port) => Some(Self(port)),
            None => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

impl std::fmt::Display for Port {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A count as a float for rates and shares. Exact below 2^53, which at a
/// million connections a second takes 285 years to pass.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
#[must_use]
pub const fn float(count: u64) -> f64 {
    count as f64
}

/// A non-negative float back to a count, rounded; negative and NaN give 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, which is what a count out of range should do"
)]
#[must_use]
pub fn whole(value: f64) -> u64 {
    value.round() as u64
}
