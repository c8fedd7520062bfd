//! Who the clients of a herd were: the networks of the seconds it lasted.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

use crate::detect::HerdRecord;
use crate::sample::{LogClient, LogHerdClients, LogReading};

/// A herd is known some seconds after it has begun.
const RECENT: TimeDelta = TimeDelta::minutes(2);
/// Herds and networks kept; a log that has more herds has waves of one.
const HERDS: usize = 64;
const NETWORKS: usize = 4_096;
/// Networks told of each.
const TOLD: usize = 10;

/// The clients of herds.
#[derive(Debug, Default)]
pub(super) struct HerdClients {
    recent: VecDeque<(DateTime<Utc>, Vec<LogClient>, u64)>,
    running: Option<Herd>,
    over: Vec<LogHerdClients>,
}

#[derive(Debug)]
struct Herd {
    onset: DateTime<Utc>,
    /// The last second that was counted.
    upto: DateTime<Utc>,
    networks: HashMap<String, u64>,
    /// Attempts of networks that are not counted by themselves.
    elsewhere: u64,
}

impl HerdClients {
    /// Takes a second in.
    pub(super) fn take(&mut self, at: DateTime<Utc>, log: &LogReading) {
        if log.networks.is_empty() {
            return;
        }
        self.recent.push_back((at, log.networks.clone(), log.elsewhere));
        while self.recent.front().is_some_and(|(old, ..)| at - *old > RECENT) {
            self.recent.pop_front();
        }
    }

    /// A herd may have begun, or be over.
    pub(super) fn judge(&mut self, herds: &[HerdRecord], running: bool) {
        let onset = herds.last().filter(|_| running).map(|herd| herd.onset);
        if self.running.as_ref().map(|herd| herd.onset) != onset {
            self.end();
            // The second it began in is a part of it.
            self.running = onset.map(|onset| Herd {
                onset,
                upto: onset - TimeDelta::seconds(1),
                networks: HashMap::new(),
                elsewhere: 0,
            });
        }
        let Some(herd) = &mut self.running else { return };
        let upto = herd.upto;
        for (at, networks, elsewhere) in self.recent.iter().filter(|(at, ..)| *at > upto) {
            herd.elsewhere += elsewhere;
            for network in networks {
                if herd.networks.len() < NETWORKS || herd.networks.contains_key(&network.name) {
                    *herd.networks.entry(network.name.clone()).or_default() += network.attempts;
                } else {
                    herd.elsewhere += network.attempts;
                }
            }
            herd.upto = *at;
        }
    }

    fn end(&mut self) {
        let Some(herd) = self.running.take().filter(|_| self.over.len() < HERDS) else { return };
        let attempts = herd.elsewhere + herd.networks.values().sum::<u64>();
        let mut networks: Vec<LogClient> = herd
            .networks
            .into_iter()
            .map(|(name, attempts)| LogClient { name, attempts })
            .collect();
        networks.sort_unstable_by(|a, b| (b.attempts, &a.name).cmp(&(a.attempts, &b.name)));
        networks.truncate(TOLD);
        if attempts > 0 {
            self.over.push(LogHerdClients { onset: herd.onset, attempts, networks });
        }
    }

    /// What is known of all of them.
    pub(super) fn told(&mut self, herds: &[HerdRecord]) -> Vec<LogHerdClients> {
        self.end();
        // A herd's beginning may have been put right since.
        let mut over = std::mem::take(&mut self.over);
        for who in &mut over {
            let nearest = herds.iter().min_by_key(|h| (h.onset - who.onset).abs());
            if let Some(herd) =
                nearest.filter(|h| (h.onset - who.onset).abs() < TimeDelta::seconds(5))
            {
                who.onset = herd.onset;
            }
        }
        over
    }
}
