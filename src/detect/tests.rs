//! The judge over samples: whose a thing is where a port has two addresses, or two
//! programs.

use std::net::SocketAddr;
use std::time::Duration;

use super::{Judge, Judgement, RuleId, Scope, Thresholds};
use crate::model::{Model, ModelConfig, ServiceId, Snapshot};
use crate::sample::{
    Counters, Destroyed, Group, Listener, Owners, Reading, Sample, Stamp, Walk, WalkScope, fixtures,
};

const LOCAL: &str = "127.0.0.1:8080";
const PUBLIC: &str = "0.0.0.0:8080";
const PUBLIC_V6: &str = "[::]:8080";

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// A host with two listening sockets on port 8080.
struct Host {
    model: Model,
    judge: Judge,
    at: Stamp,
    /// Address, whose it is, open connections.
    listeners: [(&'static str, u32, u64); 2],
    /// All that were accepted.
    accepted: u64,
    closed: Vec<(SocketAddr, u64)>,
}

impl Host {
    fn new(listeners: [(&'static str, u32, u64); 2]) -> Self {
        let config = ModelConfig {
            ports: [8080].into(),
            interval: Duration::from_secs(1),
            page_bytes: 4096,
            ..ModelConfig::default()
        };
        let thresholds =
            Thresholds { named_ports: [8080].into(), whole_host: false, ..Thresholds::default() };
        let wall = chrono::DateTime::from_timestamp(1_000_000, 0).unwrap();
        let at = Stamp { mono: Duration::from_secs(1), wall };
        let (model, judge) = (Model::new(config), Judge::new(thresholds));
        Self { model, judge, at, listeners, accepted: 1_000, closed: Vec::new() }
    }

    fn socket(&self, n: usize) -> Listener {
        let inode = 7 + n as u64;
        Listener {
            local: address(self.listeners[n].0),
            accept_queue: 0,
            backlog: Some(511),
            drops: Some(0),
            inode,
            cookie: inode,
        }
    }

    fn walk(&self) -> Walk {
        let group = |&(at, _, open): &(&str, u32, u64)| fixtures::group(address(at), open);
        let groups: Vec<Group> = self.listeners.iter().map(group).collect();
        Walk { scope: WalkScope::Everything, groups, ..fixtures::walk(address(LOCAL), 0) }
    }

    /// A second, in which so many are accepted at one of them; those of `gone` do not
    /// listen.
    fn second(&mut self, came: [u64; 2], gone: &[usize]) -> (Snapshot, Judgement) {
        for tick in 0..10 {
            let mut sample = Sample::at(self.at);
            let there = (0..2).filter(|n| !gone.contains(n)).map(|n| self.socket(n));
            sample.listeners = Some(Reading::Seen(there.collect()));
            let share = |all: u64| all * (tick + 1) / 10 - all * tick / 10;
            self.accepted += share(came[0]) + share(came[1]);
            let counters = Counters {
                passive_opens: Some(self.accepted),
                out_rsts: Some(0),
                listen_drops: Some(0),
                ..Counters::default()
            };
            sample.counters = Some(Reading::Seen(counters));
            let closed = std::mem::take(&mut self.closed);
            sample.destroyed = Some(Reading::Seen(Destroyed { closed, ..Destroyed::default() }));
            if tick == 9 {
                for (listener, came) in self.listeners.iter_mut().zip(came) {
                    listener.2 += came;
                }
                sample.walk = Some(Reading::Seen(self.walk()));
                let pids = (7..).zip(self.listeners).map(|(inode, (_, pid, _))| (inode, vec![pid]));
                let (pids, hidden) = (pids.collect(), Vec::new());
                sample.owners = Some(Reading::Seen(Owners { pids, hidden, why: String::new() }));
                let process = |(_, pid, _)| fixtures::process(pid, &format!("app{pid}"));
                sample.processes = Some(self.listeners.map(process).to_vec());
            }
            self.judge.hear(&sample);
            if let Some(Reading::Seen(counters)) = &sample.counters {
                self.judge.count(sample.at, counters, None);
            }
            self.model.absorb(sample);
            self.at = self.at.plus(Duration::from_millis(100));
        }
        let snapshot = self.model.derive(self.at, None);
        let judgement = self.judge.judge(&snapshot, None);
        (snapshot, judgement)
    }
}

fn id(snapshot: &Snapshot, of: &str) -> ServiceId {
    snapshot.service_of(address(of))
}

#[test]
fn of_two_programs_on_one_port_each_has_evidence_of_its_own() {
    let mut host = Host::new([(LOCAL, 21, 300), (PUBLIC, 22, 300)]);
    (0..8).for_each(|_| drop(host.second([0, 0], &[])));
    // The application loses its clients, and listens no more.
    host.closed = vec![(address(LOCAL), 300)];
    host.listeners[0].2 = 0;
    let (snapshot, _) = host.second([0, 0], &[0]);
    assert_eq!(snapshot.services.len(), 2, "{:?}", snapshot.services);
    let (now, evidence) = (host.at.mono, &host.judge.signals().evidence);
    let of = |text| evidence.service(id(&snapshot, text)).unwrap();
    let closed = |text| of(text).closes.between(now.saturating_sub(Duration::from_secs(2)), now);
    assert_eq!((closed(LOCAL), closed(PUBLIC)), (300, 0));
    let gone = |text| of(text).presence.gone_since().is_some();
    assert_eq!((gone(LOCAL), gone(PUBLIC)), (true, false));
    let lost = |text| of(text).losses.last().map(|loss| loss.before);
    assert_eq!((lost(LOCAL), lost(PUBLIC)), (Some(300), None));
}

#[test]
fn a_herd_at_the_second_address_of_a_port_is_one_on_its_service() {
    for (at, came) in [(0, [400, 0]), (1, [0, 400])] {
        let mut host = Host::new([(PUBLIC, 21, 100), (PUBLIC_V6, 21, 100)]);
        (0..20).for_each(|_| drop(host.second([1, 1], &[])));
        let mut told = host.second(came, &[]);
        (0..2).for_each(|_| told = host.second([1, 1], &[]));
        let (snapshot, judgement) = told;
        assert_eq!(snapshot.services.len(), 1, "{:?}", snapshot.services);
        let herds: Vec<_> = judgement.alerts().filter(|a| a.rule == RuleId::Herd).collect();
        let [herd] = herds.as_slice() else { panic!("address {at}: {herds:#?}") };
        let own = snapshot.services[0].id;
        let placed = herd.scope == Scope::Service(own) || judgement.primary == Some(own);
        assert!(placed, "address {at}: {herd:#?}");
        assert!(herd.sentence.contains(":8080 app21"), "address {at}: {}", herd.sentence);
        assert_eq!(judgement.verdict.service, Some(own), "{}", judgement.verdict.sentence);
        assert!((400.0..450.0).contains(&herd.peak), "address {at}: {herd:#?}");
    }
}
