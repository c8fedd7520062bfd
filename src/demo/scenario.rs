//! Which story is played: the size of the crowd over time, and the restarts.

use std::time::Duration;

/// A story the demo can play, over and over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Scenario {
    /// Growth, overload, restart, herd, healing.
    #[default]
    Incident,
    /// More clients than the server admits.
    Overload,
    /// A planned restart under steady load.
    Restart,
    /// Nothing but a little coming and going.
    Calm,
}

/// The crowd at one moment; both in thousandths, of the script and of the
/// admission limit.
struct CrowdMark {
    at: u64,
    crowd: u64,
}

const fn mark(at: u64, crowd: u64) -> CrowdMark {
    CrowdMark { at, crowd }
}

/// The first two marks are the ramp from nobody, which only the first pass
/// has; so the second and the last must agree.
const INCIDENT: &[CrowdMark] = &[
    mark(0, 0),
    mark(150, 600),
    mark(300, 600),
    mark(450, 950),
    mark(550, 1300),
    mark(800, 1300),
    mark(950, 600),
    mark(1000, 600),
];
const OVERLOAD: &[CrowdMark] = &[
    mark(0, 0),
    mark(150, 600),
    mark(350, 950),
    mark(450, 1300),
    mark(850, 1300),
    mark(950, 600),
    mark(1000, 600),
];
const RESTART: &[CrowdMark] = &[mark(0, 0), mark(150, 600), mark(1000, 600)];
const CALM: &[CrowdMark] = &[mark(0, 0), mark(150, 450), mark(1000, 450)];

/// The largest crowd of any story, in thousandths of the admission limit.
pub(super) const PEAK: u64 = 1300;

impl Scenario {
    /// All of them, the default first.
    pub const ALL: [Self; 4] = [Self::Incident, Self::Overload, Self::Restart, Self::Calm];

    /// As typed on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Overload => "overload",
            Self::Restart => "restart",
            Self::Calm => "calm",
        }
    }

    /// One line for help and completion.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Incident => {
                "clients outgrow the server, it turns them away, restarts, and the herd comes back"
            }
            Self::Overload => "a third more clients than fit; the rest is closed with 1013",
            Self::Restart => "a steady server closes everyone with 1012 and comes back on its port",
            Self::Calm => "half full, with mild coming and going",
        }
    }

    /// The scenario of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scenario| scenario.name() == name)
    }

    /// How long one pass lasts when nobody says otherwise.
    #[must_use]
    pub const fn usual_length(self) -> Duration {
        Duration::from_mins(1)
    }

    const fn marks(self) -> &'static [CrowdMark] {
        match self {
            Self::Incident => INCIDENT,
            Self::Overload => OVERLOAD,
            Self::Restart => RESTART,
            Self::Calm => CALM,
        }
    }

    /// When in a pass the server restarts, in thousandths.
    const fn restart_at(self) -> Option<u64> {
        match self {
            Self::Incident => Some(700),
            Self::Restart => Some(500),
            Self::Overload | Self::Calm => None,
        }
    }
}

/// One scenario laid over real time, repeated for ever.
#[derive(Debug, Clone, Copy)]
pub(super) struct Script {
    scenario: Scenario,
    length: Duration,
    limit: u64,
}

impl Script {
    /// Shorter passes than a second are played as one second.
    pub(super) fn new(scenario: Scenario, length: Duration, limit: u64) -> Self {
        Self { scenario, length: length.max(Duration::from_secs(1)), limit }
    }

    /// How fast everything goes: a clients' second lasts this long.
    ///
    /// Passes of 40 s and more run in real time; shorter ones shorten every
    /// wait alike, so that the herd still fits between its causes.
    pub(super) fn second(&self) -> Duration {
        (self.length / 40).clamp(Duration::from_millis(50), Duration::from_secs(1))
    }

    /// How long the port stays shut when the server restarts.
    pub(super) fn down_for(&self) -> Duration {
        (self.length * 3 / 40).min(Duration::from_millis(1500))
    }

    /// How many clients want to be connected then.
    pub(super) fn crowd(&self, elapsed: Duration) -> u64 {
        let (pass, at) = self.position(elapsed);
        let marks = self.scenario.marks();
        let share = match (marks.iter().rfind(|m| m.at <= at), marks.iter().find(|m| m.at > at)) {
            (Some(first), Some(next)) if pass > 0 && first.at == 0 => next.crowd,
            (Some(from), Some(to)) => {
                let (done, span) = (at - from.at, to.at - from.at);
                (from.crowd * (span - done) + to.crowd * done) / span
            }
            (Some(only), None) | (None, Some(only)) => only.crowd,
            (None, None) => 0,
        };
        share * self.limit / 1000
    }

    /// Whether the server is to restart after `before` and up to `now`.
    pub(super) fn restarts_between(&self, before: Duration, now: Duration) -> bool {
        let due = |(pass, at): (u64, u64)| {
            self.scenario.restart_at().map_or(0, |restart| pass + u64::from(at >= restart))
        };
        due(self.position(now)) > due(self.position(before))
    }

    /// Which pass, and where in it in thousandths.
    fn position(&self, elapsed: Duration) -> (u64, u64) {
        let thousandths = elapsed.as_millis() * 1000 / self.length.as_millis().max(1);
        let thousandths = u64::try_from(thousandths).unwrap_or(u64::MAX);
        (thousandths / 1000, thousandths % 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(scenario: Scenario) -> Script {
        Script::new(scenario, Duration::from_mins(1), 400)
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn names_lead_back() {
        for scenario in Scenario::ALL {
            assert_eq!(Scenario::parse(scenario.name()), Some(scenario));
        }
        assert_eq!(Scenario::parse("storm"), None);
        assert_eq!(Scenario::default(), Scenario::Incident);
    }

    #[test]
    fn marks_are_in_order_and_close_the_circle() {
        for scenario in Scenario::ALL {
            let marks = scenario.marks();
            assert!(marks.is_sorted_by(|a, b| a.at < b.at), "{scenario:?}");
            assert_eq!(marks[0].crowd, 0);
            assert_eq!(marks[1].crowd, marks[marks.len() - 1].crowd, "{scenario:?}");
            assert!(marks.iter().all(|m| m.crowd <= PEAK), "{scenario:?}");
        }
    }

    #[test]
    fn the_incident_passes_its_stations() {
        let script = script(Scenario::Incident);
        let crowd = |seconds| script.crowd(at(seconds));
        assert_eq!(crowd(0), 0);
        assert_eq!(crowd(9), 240);
        assert_eq!(crowd(27), 380);
        assert_eq!(crowd(40), 520);
        assert_eq!(crowd(58), 240);
        assert_eq!(crowd(60), 240, "a second pass does not start from nobody");
        assert_eq!(crowd(100), 520);
    }

    #[test]
    fn one_restart_a_pass() {
        let script = script(Scenario::Incident);
        let restarts = |from: u64, to: u64| {
            (from..to).filter(|s| script.restarts_between(at(*s), at(s + 1))).count()
        };
        assert_eq!(restarts(0, 41), 0);
        assert_eq!(restarts(41, 42), 1);
        assert_eq!(restarts(42, 101), 0);
        assert_eq!(restarts(0, 180), 3);
        assert!(!Script::new(Scenario::Calm, at(60), 400).restarts_between(at(0), at(600)));
    }

    #[test]
    fn short_passes_hurry() {
        let second = |length| Script::new(Scenario::Incident, length, 400).second();
        assert_eq!(second(at(60)), at(1));
        assert_eq!(second(at(20)), Duration::from_millis(500));
        assert_eq!(second(Duration::ZERO), Duration::from_millis(50));
    }
}
