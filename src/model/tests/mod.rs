//! The model over samples: what a host shows, in figures.

mod clients;
mod flow;
mod gaps;
mod listeners;
mod processes;
mod rates;
mod services;

use std::net::SocketAddr;
use std::time::Duration;

use chrono::DateTime;

use super::{LimitKind, Model, ModelConfig, Presence, Snapshot};
use crate::sample::{
    Cgroup, CgroupVersion, Counters, Destroyed, Ended, Endings, ExitStatus, Group, HostReading,
    Listener, Owners, ProcessReading, Reading, Sample, Stamp, Walk, WalkScope, Worker, fixtures,
};

fn at(ms: u64) -> Stamp {
    let start = DateTime::from_timestamp(1_000_000, 0).unwrap();
    Stamp { mono: Duration::ZERO, wall: start }.plus(Duration::from_millis(ms))
}

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn listener(local: &str, inode: u64, queue: u32, drops: Option<u32>) -> Listener {
    Listener {
        local: address(local),
        accept_queue: queue,
        backlog: drops.map(|_| 8),
        drops,
        inode,
        cookie: inode,
    }
}

fn group(local: &str, established: u64) -> Group {
    fixtures::group(address(local), established)
}

fn walk(ms: u64, groups: Vec<Group>, period: u64) -> Sample {
    let walk = Walk {
        scope: WalkScope::Everything,
        by_sock_diag: true,
        groups,
        outgoing: vec![],
        outgoing_rest: None,
        cpu: Duration::from_millis(4),
        took: Duration::from_millis(5),
        period: Duration::from_secs(period),
    };
    Sample { walk: Some(Reading::Seen(walk)), ..Sample::at(at(ms)) }
}

fn listening(ms: u64, listeners: Vec<Listener>) -> Sample {
    Sample { listeners: Some(Reading::Seen(listeners)), ..Sample::at(at(ms)) }
}

fn passive(ms: u64, opens: u64) -> Sample {
    let counters = Counters { passive_opens: Some(opens), ..Counters::default() };
    Sample { counters: Some(Reading::Seen(counters)), ..Sample::at(at(ms)) }
}

fn died(ms: u64, closed: &[(&str, u64)], peerless: &[(&str, u64)], overruns: u64) -> Sample {
    let each = |list: &[(&str, u64)]| list.iter().map(|(a, n)| (address(a), *n)).collect();
    let destroyed = Destroyed {
        closed: each(closed),
        peerless: each(peerless),
        overruns,
        ..Destroyed::default()
    };
    Sample { destroyed: Some(Reading::Seen(destroyed)), ..Sample::at(at(ms)) }
}

/// A host with one watched cgroup that was held back so often.
pub(super) fn cgroup_host(path: &str, throttled: u64, periods: u64) -> HostReading {
    let cgroup = Cgroup {
        oom_kills: Reading::Seen(0),
        cpu_quota: Reading::Seen(Some(1.0)),
        throttled: Reading::Seen(throttled),
        periods: Reading::Seen(periods),
        ..Cgroup::nothing(path.to_owned(), CgroupVersion::V2)
    };
    HostReading { oom_kills: Reading::Seen(0), cgroups: vec![cgroup], ..HostReading::nothing() }
}

fn run(config: ModelConfig, samples: Vec<Sample>) -> (Model, Snapshot) {
    let mut model = Model::new(config);
    let last = samples.last().unwrap().at;
    for sample in samples {
        model.absorb(sample);
    }
    let snapshot = model.derive(last, None);
    (model, snapshot)
}

fn everything() -> ModelConfig {
    ModelConfig { everything: true, page_bytes: 4096, ..ModelConfig::default() }
}

const ONE: &str = "127.0.0.1:80";
