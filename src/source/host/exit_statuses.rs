//! With which status processes ended lately.

use std::collections::VecDeque;
use std::time::Duration;

use super::connector::ProcessEnd;
use crate::sample::ExitStatus;

/// Of ends that nobody asked for the statuses are kept this long ...
const KEPT: Duration = Duration::from_secs(10);
/// ... and so many at most: a build server ends thousands a second.
const MOST_KEPT: usize = 4096;

/// With which status processes ended lately.
#[derive(Debug, Default)]
pub(super) struct ExitStatuses(VecDeque<(Duration, ProcessEnd)>);

impl ExitStatuses {
    pub(super) fn note(&mut self, now: Duration, end: ProcessEnd) {
        if self.0.len() >= MOST_KEPT {
            self.0.pop_front();
        }
        self.0.push_back((now, end));
    }

    /// That of a process that has just ended.
    pub(super) fn of(&self, now: Duration, pid: u32) -> Option<ExitStatus> {
        let lately = self.0.iter().rev().take_while(|(then, _)| now.saturating_sub(*then) < KEPT);
        lately.map(|(_, end)| end).find(|end| end.pid == pid).map(|end| end.status)
    }
}

#[cfg(test)]
mod tests {
    use super::super::connector::Connector;
    use super::*;

    /// The ends of these processes, waited for.
    fn ends_of(connector: &mut Connector, pids: &[u32]) -> Vec<ExitStatus> {
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        let mut statuses = ExitStatuses::default();
        loop {
            for end in connector.ends().unwrap() {
                statuses.note(Duration::ZERO, end);
            }
            let told: Vec<_> =
                pids.iter().filter_map(|&p| statuses.of(Duration::ZERO, p)).collect();
            if told.len() == pids.len() {
                return told;
            }
            assert!(std::time::Instant::now() < deadline, "{told:?} of {pids:?}");
            std::thread::yield_now();
        }
    }

    #[test]
    fn the_kernel_tells_a_planned_end_from_a_crash() {
        let mut connector = match Connector::open() {
            Ok(connector) => connector,
            Err(error) => {
                // In a container it has to say so, and not hang. The initial
                // namespaces have fixed numbers (`linux/proc_ns.h`).
                let own = |kind| std::fs::read_link(format!("/proc/self/ns/{kind}")).unwrap();
                let initial = [("pid", 4_026_531_836_u64), ("user", 4_026_531_837)];
                let inside = initial
                    .iter()
                    .all(|(k, n)| own(k) == std::path::Path::new(&format!("{k}:[{n}]")));
                assert!(!inside, "{error}");
                return;
            }
        };
        let shell = |script: &str| {
            let mut child = std::process::Command::new("sh").args(["-c", script]).spawn().unwrap();
            child.wait().unwrap();
            child.id()
        };
        let scripts = ["exit 0", "exit 3", "kill -TERM $$", "kill -KILL $$", "kill -SEGV $$"];
        let told = ends_of(&mut connector, &scripts.map(shell));
        let told: Vec<_> = told.iter().map(|s| (s.code, s.signal, s.core_dump)).collect();
        let wanted = [
            (0, None, false),
            (3, None, false),
            (0, Some(15), false),
            (0, Some(9), false),
            (0, Some(11), true),
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn of_a_build_server_s_ends_only_the_newest_are_kept() {
        let (mut statuses, status) = (ExitStatuses::default(), ExitStatus::of(0x300));
        for pid in 0..20_000 {
            statuses.note(Duration::from_millis(pid.into()), ProcessEnd { pid, status });
        }
        assert!(statuses.0.len() <= MOST_KEPT);
        let now = Duration::from_secs(20);
        assert_eq!((statuses.of(now, 0), statuses.of(now, 19_999)), (None, Some(status)));
        assert_eq!(statuses.of(now * 2, 19_999), None);
    }
}
