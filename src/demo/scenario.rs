//! What happens when: the script of a demo.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use super::child::ServerProcess;
use super::{CAPACITY, CLIENTS};

/// The waits of the clients are as in the real world from this length on.
const FULL_LENGTH: Duration = Duration::from_mins(1);
/// How long nobody listens during a restart.
const OUTAGE: Duration = Duration::from_millis(1500);
/// The script moves in this many steps.
const STEPS: u32 = 120;

/// Which story is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// Growth, overload with 1013, a restart with 1012, the herd, recovery.
    Incident,
    /// Growth until the server refuses with 1013.
    Overload,
    /// A restart with 1012 and the herd after it.
    Restart,
    /// An ordinary day.
    Calm,
}

impl Scenario {
    /// All of them with their names.
    pub const ALL: [(&'static str, Self); 4] = [
        ("incident", Self::Incident),
        ("overload", Self::Overload),
        ("restart", Self::Restart),
        ("calm", Self::Calm),
    ];

    /// By name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, scenario)| *scenario)
    }

    /// Share of the capacity that wants to be connected at this share of the
    /// script, by straight lines between these points.
    const fn crowd(self) -> &'static [(f64, f64)] {
        match self {
            Self::Incident => &[
                (0.0, 0.1),
                (0.2, 0.6),
                (0.3, 0.6),
                (0.5, 1.3),
                (0.6, 1.3),
                (0.75, 0.8),
                (1.0, 0.6),
            ],
            Self::Overload => &[(0.0, 0.1), (0.25, 0.6), (0.6, 1.3), (1.0, 1.3)],
            Self::Restart => &[(0.0, 0.1), (0.3, 0.6), (1.0, 0.6)],
            Self::Calm => &[(0.0, 0.2), (0.3, 0.5), (0.6, 0.45), (1.0, 0.5)],
        }
    }

    /// When the server is restarted, as a share of the script.
    const fn restart_at(self) -> Option<f64> {
        match self {
            Self::Incident => Some(0.62),
            Self::Restart => Some(0.5),
            Self::Overload | Self::Calm => None,
        }
    }

    fn wanted(self, progress: f64) -> usize {
        let points = self.crowd();
        let after = points.iter().position(|(at, _)| *at > progress).unwrap_or(points.len() - 1);
        let ((from, low), (to, high)) = (points[after.max(1) - 1], points[after.max(1)]);
        let share = low + (high - low) * ((progress - from) / (to - from)).clamp(0.0, 1.0);
        let wanted = crate::units::whole(share * crate::units::float(CAPACITY));
        usize::try_from(wanted).unwrap_or(0).min(CLIENTS)
    }
}

/// A short script hurries its clients along, down to a fifth.
pub(super) fn haste(length: Duration) -> f64 {
    (length.as_secs_f64() / FULL_LENGTH.as_secs_f64()).clamp(0.2, 1.0)
}

/// What is played and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Script {
    pub(super) scenario: Scenario,
    pub(super) length: Duration,
    /// Whether it begins anew after its end.
    pub(super) again: bool,
}

/// Plays the script until told to stop, then ends the server.
pub(super) async fn play(
    script: Script,
    server: ServerProcess,
    target: watch::Sender<usize>,
    mut stopping: watch::Receiver<bool>,
) {
    let mut server = Some(server);
    tokio::select! {
        () = perform(script, &mut server, &target) => {}
        () = async { let _ = stopping.wait_for(|&stop| stop).await; } => {}
    }
    if let Some(server) = server {
        server.end().await;
    }
}

async fn perform(
    script: Script,
    server: &mut Option<ServerProcess>,
    target: &watch::Sender<usize>,
) {
    let Some(port) = server.as_ref().map(ServerProcess::port) else { return };
    loop {
        let mut restart_at = script.scenario.restart_at();
        for step in 0..STEPS {
            let progress = f64::from(step) / f64::from(STEPS);
            target.send_replace(script.scenario.wanted(progress));
            if restart_at.is_some_and(|at| progress >= at) {
                restart_at = None;
                if let Some(old) = server.take() {
                    old.restart().await;
                    sleep(OUTAGE).await;
                    // Should the port be taken meanwhile, the demo shows a
                    // server that is down, which is what it then is.
                    *server = ServerProcess::start(port).await.ok();
                }
            }
            sleep(script.length / STEPS).await;
        }
        if !script.again {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_incident_passes_both_levels_and_the_limit() {
        let peak = (0..=100).map(|p| Scenario::Incident.wanted(f64::from(p) / 100.0)).max();
        assert_eq!(peak, Some(CLIENTS));
        let calm = (0..=100).map(|p| Scenario::Calm.wanted(f64::from(p) / 100.0)).max().unwrap();
        assert!(calm as u64 <= CAPACITY * 7 / 10, "an ordinary day raises nothing: {calm}");
    }

    #[test]
    fn every_scenario_has_a_name() {
        for (name, scenario) in Scenario::ALL {
            assert_eq!(Scenario::parse(name), Some(scenario));
        }
        assert_eq!(Scenario::parse("nosuch"), None);
    }
}
