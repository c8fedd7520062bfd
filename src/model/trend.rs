//! Which way the number of open connections goes, beside its forecast.

use crate::units::PerSecond;

/// So many standard deviations of chance above none.
const SURE: f64 = 3.0;
/// A net change below this is none, per second.
const NONE: f64 = 1.0;

/// Where there is no forecast: which way it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// Not measured: one of the rates is not known.
    #[default]
    Unknown,
    /// As many come as go, but for chance.
    Steady,
    /// More come than go, yet not at a rate that would tell when it is full.
    Irregular,
    /// More go than come.
    Shrinking,
}

impl Direction {
    /// That of these rates: what two Poisson rates differ by chance is none.
    #[must_use]
    pub fn of(opened: Option<PerSecond>, closed: Option<PerSecond>) -> Self {
        let Some((opened, closed)) = opened.zip(closed) else { return Self::Unknown };
        let (net, chance) = (opened.0 - closed.0, (opened.0 + closed.0).max(0.0).sqrt());
        match net {
            net if net.abs() <= NONE.max(SURE * chance) => Self::Steady,
            net if net > 0.0 => Self::Irregular,
            _ => Self::Shrinking,
        }
    }

    /// In words, where a limit is known.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unknown => "growth not measured",
            Self::Steady => "stable",
            Self::Irregular => "too irregular to estimate",
            Self::Shrinking => "shrinking",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_by_chance_is_no_direction() {
        let of = |opened, closed| Direction::of(Some(PerSecond(opened)), Some(PerSecond(closed)));
        assert_eq!(of(30.0, 34.0), Direction::Steady);
        assert_eq!(of(0.4, 0.0), Direction::Steady);
        assert_eq!(of(244.0, 37.0), Direction::Irregular);
        assert_eq!(of(0.0, 454.0), Direction::Shrinking);
        assert_eq!(Direction::of(None, Some(PerSecond(900.0))), Direction::Unknown);
    }
}
