//! How long a judgement takes: twenty services, each with its clients, its processes and
//! a probe, one of them in an incident. Ends with 1 where the bound is broken.
//!
//! `cargo bench --bench judgement`

use std::io::Write;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use chrono::DateTime;
use herdtop::close::Outcome;
use herdtop::detect::{Judge, Thresholds};
use herdtop::model::{Model, ModelConfig, Snapshot};
use herdtop::sample::{
    Ages, Counters, Destroyed, Group, Lane, Listener, Phases, ProbeEvent, ProbeFact, Reading,
    Sample, Stamp, States, Walk, WalkScope,
};

const SERVICES: u16 = 20;
const SECONDS: u64 = 300;
/// What a judgement may take: its median, and one in a hundred.
const MEDIAN: Duration = Duration::from_millis(1);
const SLOWEST: Duration = Duration::from_millis(3);

fn main() {
    let mut took = judgements();
    took.sort_unstable();
    let median = took[took.len() / 2];
    let slowest = took[took.len() * 99 / 100];
    let broken = median > MEDIAN || slowest > SLOWEST;
    writeln!(
        std::io::stdout(),
        "{SERVICES} services, {} judgements: median {} µs (allowed {}), 99 % {} µs (allowed {})",
        took.len(),
        median.as_micros(),
        MEDIAN.as_micros(),
        slowest.as_micros(),
        SLOWEST.as_micros(),
    )
    .expect("somebody reads");
    std::process::exit(i32::from(broken));
}

/// How long each second's judgement took.
fn judgements() -> Vec<Duration> {
    let wall = DateTime::from_timestamp(1_700_000_000, 0).expect("a time");
    let mut at = Stamp { mono: Duration::ZERO, wall };
    let mut model = Model::new(ModelConfig { everything: true, ..ModelConfig::default() });
    let mut judge = Judge::new(Thresholds::default());
    let mut took = Vec::new();
    for tick in 0..SECONDS * 10 {
        let sample = sample(at, tick);
        judge.hear(&sample);
        if let Some(Reading::Seen(counters)) = &sample.counters {
            judge.count(at, counters, None);
        }
        model.absorb(sample);
        if tick % 10 == 9 {
            let snapshot: Snapshot = model.derive(at, Some(address(0)));
            let began = Instant::now();
            let judgement = judge.judge(&snapshot, Some(address(0)));
            took.push(began.elapsed());
            assert!(!judgement.verdict.sentence.is_empty());
        }
        at = at.plus(Duration::from_millis(100));
    }
    took
}

fn address(service: u16) -> SocketAddr {
    ([0, 0, 0, 0], 8000 + service).into()
}

/// Connections of a service at a tick: the first loses four fifths each minute.
fn open(service: u16, tick: u64) -> u64 {
    let usual = 1_000 + 10 * u64::from(service) + tick % 7;
    if service == 0 && tick % 600 > 300 { usual / 5 } else { usual }
}

fn sample(at: Stamp, tick: u64) -> Sample {
    let services = || 0..SERVICES;
    let listeners = services().map(|service| Listener {
        local: address(service),
        accept_queue: u32::try_from(tick % 3).expect("few"),
        backlog: Some(511),
        drops: Some(0),
        inode: u64::from(service) + 1,
        cookie: u64::from(service) + 1,
    });
    let closed = services().map(|service| (address(service), 3)).collect();
    let counters = Counters {
        passive_opens: Some(tick * 60),
        out_rsts: Some(tick),
        estab_resets: Some(tick),
        listen_drops: Some(0),
        curr_estab: Some(services().map(|service| open(service, tick)).sum()),
        ..Counters::default()
    };
    let walk = Walk {
        scope: WalkScope::Everything,
        by_sock_diag: true,
        groups: services().map(|service| group(service, tick)).collect(),
        outgoing: vec![],
        outgoing_rest: None,
        cpu: Duration::from_millis(1),
        took: Duration::from_millis(1),
        period: Duration::from_secs(1),
    };
    Sample {
        counters: Some(Reading::Seen(counters)),
        listeners: Some(Reading::Seen(listeners.collect())),
        walk: tick.is_multiple_of(10).then_some(Reading::Seen(walk)),
        destroyed: Some(Reading::Seen(Destroyed { closed, ..Destroyed::default() })),
        probes: probes(tick),
        ..Sample::at(at)
    }
}

fn group(service: u16, tick: u64) -> Group {
    let established = open(service, tick);
    Group {
        local: address(service),
        states: States { established, ..States::default() },
        unaccepted: 0,
        fresh: Some(3),
        networks: vec![],
        other_networks: 0,
        addresses: vec![],
        other_addresses: 0,
        queues: None,
        ages: Ages { before_watch: established, ..Ages::default() },
        came: None,
        from_this_host: 0,
    }
}

fn probes(tick: u64) -> Vec<ProbeEvent> {
    let each = (0..u32::from(SERVICES)).flat_map(|target| {
        let event = move |lane, fact| ProbeEvent { target, lane, fact };
        let url = format!("ws://127.0.0.1:{}/", 8_000 + target);
        let first = event(Lane::Fresh, ProbeFact::Target { url, address: None, holds: true });
        let ping = ProbeFact::Ping {
            round_trip: Duration::from_millis(2),
            tcp: Reading::Seen(Duration::from_micros(200)),
        };
        let ended = ProbeFact::Ended {
            phases: Phases::default(),
            outcome: Outcome::OpenOk,
            peer: None,
            agreed: None,
        };
        let held = event(Lane::Held, ended.clone());
        match tick {
            0 => vec![first, held],
            tick if tick % 10 == 0 => vec![event(Lane::Held, ping), event(Lane::Fresh, ended)],
            _ => vec![],
        }
    });
    each.collect()
}
