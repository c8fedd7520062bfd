//! Processes that the kernel killed for memory, by its counters.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::sample::{HostReading, Stamp};

/// Kills are told of this long.
const REMEMBERED: Duration = Duration::from_mins(5);
/// A process that ended so close to a move of a counter may be its reason.
const NEAR: Duration = Duration::from_secs(1);

/// A counter of kills that moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OomKill {
    /// When it was seen.
    pub at: Stamp,
    /// By how many.
    pub kills: u64,
    /// In the cgroup of a watched process; none = elsewhere on this host, or it
    /// cannot be told where.
    pub cgroup: Option<String>,
    /// Whether the counters of all watched cgroups are known, so that a kill
    /// outside them hit another service.
    pub elsewhere: bool,
    /// The reading before.
    after: Duration,
}

/// The counters as last read.
#[derive(Debug, Clone, Default)]
pub(super) struct Oom {
    read: Option<Duration>,
    host: Option<u64>,
    cgroups: BTreeMap<String, u64>,
    kills: VecDeque<OomKill>,
}

impl Oom {
    /// Takes the host's readings in.
    pub(super) fn read(&mut self, at: Stamp, host: &HostReading) {
        while self.kills.front().is_some_and(|k| at.mono.saturating_sub(k.at.mono) > REMEMBERED) {
            self.kills.pop_front();
        }
        let after = self.read.replace(at.mono).unwrap_or(at.mono);
        let total = host.oom_kills.seen().copied();
        let counts =
            host.cgroups.iter().filter_map(|c| Some((c.path.clone(), *c.oom_kills.seen()?)));
        let cgroups: BTreeMap<String, u64> = counts.collect();
        let mut told = 0;
        for (path, now) in &cgroups {
            let kills = self.cgroups.get(path).map_or(0, |before| now.saturating_sub(*before));
            if kills > 0 {
                told = kills.saturating_add(told);
                let cgroup = Some(path.clone());
                self.kills.push_back(OomKill { at, kills, cgroup, elsewhere: false, after });
            }
        }
        let moved = total.zip(self.host).map_or(0, |(now, before)| now.saturating_sub(before));
        if moved > told {
            let elsewhere = !cgroups.is_empty() && cgroups.len() == host.cgroups.len();
            let kills = moved - told;
            self.kills.push_back(OomKill { at, kills, cgroup: None, elsewhere, after });
        }
        (self.host, self.cgroups) = (total.or(self.host), cgroups);
    }

    /// Whether a process of this cgroup that ended then may have been killed for
    /// memory. Where its own cgroup counts, another's kill is not its end.
    pub(super) fn suspects(&self, ended: Duration, cgroup: Option<&str>) -> bool {
        let counts = cgroup.is_some_and(|path| self.cgroups.contains_key(path));
        self.kills.iter().any(|kill| {
            let near = ended + NEAR >= kill.after && ended <= kill.at.mono + NEAR;
            let its = match &kill.cgroup {
                Some(path) => cgroup == Some(path.as_str()),
                None => !counts,
            };
            near && its
        })
    }

    /// Those of the last minutes, oldest first.
    pub(super) fn kills(&self) -> Vec<OomKill> {
        self.kills.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::cgroup_host;
    use crate::sample::{Cgroup, Reading};

    fn at(second: u64) -> Stamp {
        let wall = chrono::DateTime::from_timestamp(1_000_000, 0).unwrap();
        Stamp { mono: Duration::ZERO, wall }.plus(Duration::from_secs(second))
    }

    fn host(total: u64, cgroups: &[(&str, u64)]) -> HostReading {
        let mut host = cgroup_host("/", 0, 0);
        let model = host.cgroups.remove(0);
        host.oom_kills = Reading::Seen(total);
        host.cgroups.extend(cgroups.iter().map(|&(path, kills)| {
            let (path, oom_kills) = (path.to_owned(), Reading::Seen(kills));
            Cgroup { path, oom_kills, ..model.clone() }
        }));
        host
    }

    #[test]
    fn kills_of_before_our_time_are_none() {
        let mut oom = Oom::default();
        oom.read(at(1), &host(40, &[("/a", 3)]));
        oom.read(at(2), &host(40, &[("/a", 3), ("/b", 9)]));
        assert!(oom.kills().is_empty());
    }

    #[test]
    fn a_kill_in_a_watched_cgroup_is_told_once_and_with_its_place() {
        let mut oom = Oom::default();
        oom.read(at(1), &host(40, &[("/a", 3), ("/b", 0)]));
        oom.read(at(2), &host(41, &[("/a", 4), ("/b", 0)]));
        let kills: Vec<_> = oom.kills().into_iter().map(|k| (k.kills, k.cgroup)).collect();
        assert_eq!(kills, [(1, Some("/a".to_owned()))]);
        let ended = Duration::from_millis(1500);
        assert!(oom.suspects(ended, Some("/a")));
        assert!(!oom.suspects(ended, Some("/b")), "its own cgroup counts none");
        assert!(!oom.suspects(ended, None), "the host counts no other");
        assert!(!oom.suspects(Duration::from_secs(9), Some("/a")), "long after");
    }

    #[test]
    fn a_kill_on_the_host_may_be_anybody_whose_cgroup_does_not_count() {
        let mut oom = Oom::default();
        oom.read(at(1), &host(40, &[("/a", 3)]));
        oom.read(at(2), &host(41, &[("/a", 3)]));
        assert!(oom.kills()[0].elsewhere);
        assert!(oom.suspects(Duration::from_secs(2), None));
        assert!(!oom.suspects(Duration::from_secs(2), Some("/a")));
        oom.read(at(400), &host(41, &[]));
        assert!(oom.kills().is_empty(), "forgotten");
    }
}
