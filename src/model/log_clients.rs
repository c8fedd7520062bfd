//! Who comes, as far as logs beside the sockets name addresses: of each log so far, and
//! lately by the second.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::sample::{LogClient, LogClients, LogReading};

/// Logs whose clients are kept apart.
const LOGS: usize = 16;
/// Names told of each.
const TOLD: usize = 10;
/// So long seconds are kept: a herd that lasts longer is told by its last minutes.
const KEPT: TimeDelta = TimeDelta::minutes(5);

/// Who has tried, by log: each tells all that it has seen so far.
#[derive(Debug, Clone, Default)]
pub(super) struct ClientsByLog(BTreeMap<String, LogClients>);

impl ClientsByLog {
    /// Takes what a log says; all of them together.
    pub(super) fn take(&mut self, log: &str, clients: &LogClients) -> LogClients {
        if self.0.len() < LOGS || self.0.contains_key(log) {
            self.0.insert(log.to_owned(), clients.clone());
        }
        let mut all = LogClients::default();
        for clients in self.0.values() {
            all.attempts += clients.attempts;
            all.beyond += clients.beyond;
            add(&mut all.addresses, &clients.addresses);
            add(&mut all.networks, &clients.networks);
        }
        sort(&mut all.addresses);
        sort(&mut all.networks);
        all
    }
}

fn add(all: &mut Vec<LogClient>, more: &[LogClient]) {
    for client in more {
        match all.iter_mut().find(|known| known.name == client.name) {
            Some(known) => known.attempts += client.attempts,
            None => all.push(client.clone()),
        }
    }
}

fn sort(all: &mut Vec<LogClient>) {
    all.sort_by(|a, b| (b.attempts, &a.name).cmp(&(a.attempts, &b.name)));
    all.truncate(TOLD);
}

/// What one second told of networks.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ClientSecond {
    at: DateTime<Utc>,
    networks: Vec<LogClient>,
    /// Attempts of networks that are not named.
    elsewhere: u64,
}

/// Seconds that are shared together by the moments that are kept.
const TOGETHER: usize = 16;

/// Where the clients of the last minutes came from. The moments that are kept share all
/// of it but its end: written anew for each, it was a third of the reading of a day's log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecentClients {
    full: Arc<VecDeque<Arc<Vec<Arc<ClientSecond>>>>>,
    last: Vec<Arc<ClientSecond>>,
}

/// Where those came from that arrived since a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Attempts whose line names an address.
    pub attempts: u64,
    /// The network that had the most (/24, /64), and how many.
    pub most: (String, u64),
}

impl RecentClients {
    pub(super) fn take(&mut self, at: DateTime<Utc>, reading: &LogReading) {
        if reading.networks.is_empty() {
            return;
        }
        if let Some(last) = self.last.last_mut().filter(|s| s.at.timestamp() == at.timestamp()) {
            let last = Arc::make_mut(last);
            last.elsewhere += reading.elsewhere;
            add(&mut last.networks, &reading.networks);
            return;
        }
        if self.last.len() >= TOGETHER {
            let full = Arc::make_mut(&mut self.full);
            full.push_back(Arc::new(std::mem::take(&mut self.last)));
            let old = |seconds: &Arc<Vec<Arc<ClientSecond>>>| {
                seconds.last().is_none_or(|last| at - last.at > KEPT)
            };
            while full.front().is_some_and(old) {
                full.pop_front();
            }
        }
        let (networks, elsewhere) = (reading.networks.clone(), reading.elsewhere);
        self.last.push(Arc::new(ClientSecond { at, networks, elsewhere }));
    }

    /// From the newest on, as far back as they are kept.
    fn newest_first(&self) -> impl Iterator<Item = &ClientSecond> {
        let full = self.full.iter().rev().flat_map(|seconds| seconds.iter().rev());
        self.last.iter().rev().chain(full).map(Arc::as_ref)
    }

    /// Where those came from who arrived since then; none where no line names an address.
    #[must_use]
    pub fn since(&self, then: DateTime<Utc>) -> Option<Origin> {
        let from = then.timestamp();
        let mut networks: HashMap<&str, u64> = HashMap::new();
        let mut attempts = 0;
        let lately = self.newest_first().take_while(|second| second.at.timestamp() >= from);
        for second in lately {
            attempts += second.elsewhere;
            for client in &second.networks {
                attempts += client.attempts;
                *networks.entry(&client.name).or_default() += client.attempts;
            }
        }
        let most = networks.into_iter().max_by(|a, b| (a.1, b.0).cmp(&(b.1, a.0)))?;
        Some(Origin { attempts, most: (most.0.to_owned(), most.1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(name: &str, attempts: u64) -> LogClient {
        LogClient { name: name.to_owned(), attempts }
    }

    #[test]
    fn what_several_logs_tell_is_added_up() {
        let clients = |addresses: &[(&str, u64)]| LogClients {
            attempts: addresses.iter().map(|(_, n)| n).sum(),
            addresses: addresses.iter().map(|(name, n)| client(name, *n)).collect(),
            ..LogClients::default()
        };
        let mut all = ClientsByLog::default();
        all.take("a.log", &clients(&[("10.0.0.1", 3)]));
        all.take("b.log", &clients(&[("10.0.0.2", 5), ("10.0.0.1", 1)]));
        let both = all.take("a.log", &clients(&[("10.0.0.1", 7)]));
        assert_eq!(
            (both.attempts, both.addresses),
            (13, vec![client("10.0.0.1", 8), client("10.0.0.2", 5)])
        );
    }

    #[test]
    fn those_since_a_moment_are_told_by_the_network_that_has_most() {
        let at = |second: i64| DateTime::from_timestamp(1_795_269_923 + second, 0).unwrap();
        let mut recent = RecentClients::default();
        assert_eq!(recent.since(at(0)), None);
        for second in 0..400 {
            let networks = vec![
                client("10.0.0.0/24", if second < 390 { 9 } else { 1 }),
                client("10.0.1.0/24", 2),
            ];
            let reading = LogReading { networks, elsewhere: 1, ..LogReading::default() };
            recent.take(at(second), &reading);
        }
        let told = recent.since(at(390)).unwrap();
        assert_eq!((told.attempts, told.most), (40, ("10.0.1.0/24".to_owned(), 20)));
        assert!(recent.newest_first().count() <= 301 + 2 * TOGETHER, "bounded");
    }
}
