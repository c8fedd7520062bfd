//! What a rule's value is measured in, and so how it is written.

use std::time::Duration;

use super::RuleId;
use crate::fmt;
use crate::units::{PerSecond, Ratio, whole};

/// The unit of the value an alert keeps the peak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Of a limit, or of a core.
    Share,
    /// Connections per second.
    PerSecond,
    /// Connections, workers, attempts.
    Count,
    /// Milliseconds.
    Millis,
    /// Seconds until the limit is reached, below zero: less is worse.
    SecondsLeft,
    /// It is so, or not.
    Nothing,
}

impl Measure {
    /// That of a rule.
    #[must_use]
    pub fn of(rule: RuleId) -> Self {
        rule.rule().doc.measure
    }

    /// A value as text; none where it tells nothing.
    #[must_use]
    pub fn write(self, value: f64) -> Option<String> {
        match self {
            Self::Share => Some(fmt::percent(Ratio(value))),
            Self::PerSecond => Some(format!("{}/s", fmt::rate(PerSecond(value)))),
            Self::Count => Some(fmt::count(whole(value))),
            Self::Millis => Some(format!("{} ms", fmt::count(whole(value)))),
            Self::SecondsLeft => Some(fmt::span(Duration::from_secs(whole(-value)))),
            Self::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_in_the_unit_of_its_rule() {
        let written = |rule, value| Measure::of(rule).write(value);
        assert_eq!(written(RuleId::Capacity, 0.87).as_deref(), Some("87 %"));
        assert_eq!(written(RuleId::Herd, 5_429.0).as_deref(), Some("5 429/s"));
        assert_eq!(written(RuleId::WorkerLost, 1_204.0).as_deref(), Some("1 204"));
        assert_eq!(written(RuleId::Lag, 388.4).as_deref(), Some("388 ms"));
        assert_eq!(written(RuleId::TimeToFull, -41.0).as_deref(), Some("41s"));
        assert_eq!(written(RuleId::Down, 1.0), None);
    }
}
