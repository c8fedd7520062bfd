//! The model over samples: what a host shows, in figures.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::DateTime;

use super::{LimitKind, Model, ModelConfig, Presence, Snapshot};
use crate::sample::{
    Cgroup, CgroupVersion, Counters, Destroyed, Dump, DumpScope, Ended, Endings, ExitStatus, Group,
    HostReading, Listener, Owners, Reading, Sample, Stamp, fixtures,
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

fn dump(ms: u64, groups: Vec<Group>, period: u64) -> Sample {
    let dump = Dump {
        scope: DumpScope::Everything,
        by_sock_diag: true,
        groups,
        outgoing: vec![],
        cpu: Duration::from_millis(4),
        took: Duration::from_millis(5),
        period: Duration::from_secs(period),
    };
    Sample { dump: Some(Reading::Seen(dump)), ..Sample::at(at(ms)) }
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
        stepped_aside: false,
        endings: vec![],
    };
    Sample { destroyed: Some(Reading::Seen(destroyed)), ..Sample::at(at(ms)) }
}

/// A host with one watched cgroup that was held back so often.
pub(super) fn cgroup_host(path: &str, throttled: u64, periods: u64) -> HostReading {
    let cgroup = Cgroup {
        path: path.to_owned(),
        version: CgroupVersion::V2,
        memory: Reading::Absent,
        pids: Reading::Absent,
        oom_kills: Reading::Seen(0),
        cpu_quota: Reading::Seen(Some(1.0)),
        throttled: Reading::Seen(throttled),
        periods: Reading::Seen(periods),
        throttled_for: Reading::Absent,
    };
    HostReading {
        memory: Reading::Absent,
        file_handles: Reading::Absent,
        conntrack: Reading::Absent,
        tcp_mem_limit_pages: Reading::Absent,
        ephemeral_ports: Reading::Absent,
        somaxconn: Reading::Absent,
        tasks: Reading::Absent,
        pressure: Reading::Absent,
        oom_kills: Reading::Seen(0),
        cgroups: vec![cgroup],
    }
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

#[test]
fn a_listener_that_closes_is_no_closed_connection() {
    let (_, snapshot) = run(
        everything(),
        vec![
            listening(0, vec![listener(ONE, 7, 0, Some(0))]),
            dump(100, vec![group(ONE, 5)], 1),
            // The server aborted two connections, then closed its listener.
            died(500, &[], &[("0.0.0.0:80", 99), ("0.0.0.0:80", 98), (ONE, 7)], 0),
            listening(600, vec![]),
            dump(1100, vec![group(ONE, 3)], 1),
        ],
    );
    let l = snapshot.listener(address(ONE)).unwrap();
    assert_eq!((l.opened_total, l.closed_total), (0, 2));
    assert_eq!(l.presence, Presence::Gone);
}

#[test]
fn workers_that_share_a_port_are_one_listener() {
    let two = vec![listener(ONE, 7, 9, Some(3)), listener(ONE, 8, 1, Some(0))];
    let (_, snapshot) =
        run(everything(), vec![listening(0, two), dump(100, vec![group(ONE, 5)], 1)]);
    assert_eq!(snapshot.listeners.len(), 1);
    let l = &snapshot.listeners[0];
    assert_eq!((l.accept_queue, l.backlog), (Some(10), Some(16)));
    assert!(l.fullest_queue.is_some_and(|share| share > 1.0), "one of them is over its limit");
    assert_eq!(l.drops_total, 0, "what was dropped before we came is not counted");
}

#[test]
fn where_drops_are_not_told_there_are_not_none() {
    let mut model = Model::new(everything());
    model.absorb(listening(0, vec![listener(ONE, 7, 1, None)]));
    model.derive(at(0), None);
    let snapshot = model.derive(at(1000), None);
    assert_eq!((snapshot.listeners[0].drops, snapshot.listeners[0].backlog), (None, None));
}

#[test]
fn between_seldom_walks_figures_are_carried_on_and_marked() {
    let two = || vec![listener(ONE, 7, 0, Some(0)), listener("127.0.0.1:81", 8, 0, Some(0))];
    let other = || group("127.0.0.1:81", 1);
    let (_, snapshot) = run(
        everything(),
        vec![
            listening(0, two()),
            passive(0, 1000),
            dump(100, vec![group(ONE, 99), other()], 20),
            passive(1000, 1040),
            died(1100, &[(ONE, 10)], &[], 0),
        ],
    );
    let l = snapshot.listener(address(ONE)).unwrap();
    // Split by size, 100 to 2: the neighbour gets one of forty.
    assert_eq!((l.open, l.estimated), (Some(128), true));
}

#[test]
fn alone_on_the_host_the_count_between_walks_is_exact() {
    let (_, snapshot) = run(
        everything(),
        vec![
            listening(0, vec![listener(ONE, 7, 0, Some(0))]),
            passive(0, 1000),
            dump(100, vec![group(ONE, 99)], 20),
            passive(1000, 1040),
            died(1100, &[(ONE, 10)], &[], 0),
        ],
    );
    let l = snapshot.listener(address(ONE)).unwrap();
    assert_eq!((l.open, l.estimated), (Some(129), false));
}

#[test]
fn lost_events_are_counted_and_the_closes_inferred() {
    let (_, snapshot) = run(
        everything(),
        vec![
            listening(0, vec![listener(ONE, 7, 0, Some(0))]),
            passive(0, 1000),
            dump(100, vec![group(ONE, 50)], 1),
            passive(900, 1100),
            died(1000, &[(ONE, 30)], &[], 2),
            dump(1100, vec![group(ONE, 50)], 1),
        ],
    );
    let l = snapshot.listener(address(ONE)).unwrap();
    assert_eq!((l.opened_total, l.closed_total), (100, 100));
    assert_eq!(snapshot.sampling.events_lost, 2);
}

#[test]
fn a_counter_that_went_backwards_gives_no_rate() {
    let mut model = Model::new(everything());
    model.absorb(passive(0, 1000));
    model.derive(at(0), None);
    model.absorb(passive(1000, 10));
    assert_eq!(model.derive(at(1000), None).rates.accepted, None);
    model.absorb(passive(2000, 30));
    assert_eq!(model.derive(at(2000), None).rates.accepted.map(|r| r.0), Some(20.0));
}

#[test]
fn a_named_port_waits_and_is_replaced_by_the_real_listener() {
    let config = ModelConfig { ports: [80].into(), ..everything() };
    let mut model = Model::new(ModelConfig { everything: false, ..config });
    model.absorb(listening(0, vec![]));
    assert_eq!(model.derive(at(0), None).listeners[0].presence, Presence::Never);
    model.absorb(listening(1000, vec![listener("[::1]:80", 7, 0, Some(0))]));
    let snapshot = model.derive(at(1000), None);
    let shown: Vec<_> = snapshot.listeners.iter().map(|l| l.address.to_string()).collect();
    assert_eq!(shown, ["[::1]:80"]);
}

#[test]
fn a_capacity_without_a_port_is_for_the_listener_in_focus() {
    let mut model = Model::new(ModelConfig { capacity: Some(10), ..everything() });
    let two = vec![listener(ONE, 7, 0, Some(0)), listener("127.0.0.1:81", 8, 0, Some(0))];
    model.absorb(listening(0, two));
    model.absorb(dump(100, vec![group(ONE, 5)], 1));
    let snapshot = model.derive(at(200), Some(address(ONE)));
    let has = |text| {
        let limits = &snapshot.listener(address(text)).unwrap().limits;
        limits.iter().any(|l| l.kind == LimitKind::Capacity)
    };
    assert!(has(ONE) && !has("127.0.0.1:81"));
}

#[test]
fn a_host_with_thousands_of_listeners_keeps_few_histories() {
    let many: Vec<_> = (0..3_000u16)
        .map(|n| listener(&format!("127.0.0.1:{}", 2_000 + n), 10_000 + u64::from(n), 0, Some(0)))
        .collect();
    let busy: Vec<_> = many.iter().take(200).map(|l| group(&l.local.to_string(), 1)).collect();
    let (model, snapshot) = run(
        everything(),
        vec![listening(0, many), dump(100, busy.clone(), 1), dump(1100, busy, 1)],
    );
    assert_eq!(snapshot.listeners.len(), 3_000);
    let kept = snapshot.listeners.iter().filter(|l| model.history().listener(l.address).is_some());
    assert_eq!(kept.count(), 64);
}

#[test]
fn history_keeps_the_seconds_of_a_long_interval() {
    let (model, _) = run(
        everything(),
        vec![
            listening(0, vec![listener(ONE, 7, 0, Some(0))]),
            passive(0, 0),
            dump(100, vec![group(ONE, 0)], 20),
            passive(5_500, 60),
            passive(9_500, 80),
            dump(10_000, vec![group(ONE, 80)], 20),
        ],
    );
    let history = model.history().listener(address(ONE)).unwrap();
    let seconds = history.opened.steps(1, 0, 10);
    let opened: Vec<u64> =
        seconds.iter().map(|s| s.map_or(0, |s| crate::units::whole(f64::from(s.sum)))).collect();
    assert_eq!(opened, [0, 0, 0, 0, 0, 60, 0, 0, 0, 20, 0]);
}

#[test]
fn a_listener_that_comes_back_does_not_leave_its_clients_to_its_neighbour() {
    let both =
        || vec![listener("0.0.0.0:80", 1, 0, Some(0)), listener("0.0.0.0:90", 2, 0, Some(0))];
    let accepted = |ms: u64, opened: u64| {
        let counters = Counters { passive_opens: Some(opened), ..Counters::default() };
        Sample { counters: Some(Reading::Seen(counters)), ..Sample::at(at(ms)) }
    };
    let config =
        ModelConfig { ports: [80, 90].into(), everything: false, ..ModelConfig::default() };
    let mut model = Model::new(config);
    let walk = |ms, gateway, chat| {
        dump(ms, vec![group("0.0.0.0:80", gateway), group("0.0.0.0:90", chat)], 8)
    };
    for sample in [listening(0, both()), accepted(0, 1000), walk(1, 500, 100)] {
        model.absorb(sample);
    }
    // The gateway is gone, its neighbour gets five clients, a walk sees both.
    model.absorb(listening(1000, both().split_off(1)));
    model.absorb(accepted(1100, 1005));
    model.absorb(walk(1200, 0, 105));
    // It is back, and everybody with it.
    model.absorb(Sample { listeners: listening(1300, both()).listeners, ..accepted(1300, 1205) });
    model.absorb(accepted(2000, 3005));
    let chat = |snapshot: &Snapshot| snapshot.listener(address("0.0.0.0:90")).and_then(|l| l.open);
    assert_eq!(chat(&model.derive(at(2000), None)), Some(105));
    model.absorb(walk(3000, 2000, 105));
    let snapshot = model.derive(at(3000), None);
    assert_eq!(chat(&snapshot), Some(105));
    let gateway = snapshot.listener(address("0.0.0.0:80")).expect("the gateway");
    assert_eq!(gateway.opened_total, 2000);
}

#[test]
fn how_connections_ended_stands_with_their_listener_until_it_is_told() {
    let mut ends = Endings { orderly: 9, asked: 9, ..Endings::none(address("10.0.0.1:80")) };
    ends.add_idle(60, 9);
    let destroyed = Destroyed {
        closed: vec![(ends.local, 9)],
        peerless: vec![(ends.local, 3), (ends.local, 77)],
        endings: vec![ends.clone()],
        ..Destroyed::default()
    };
    let (mut model, first) = run(
        everything(),
        vec![
            listening(0, vec![listener("0.0.0.0:80", 3, 0, Some(0))]),
            dump(100, vec![group("10.0.0.1:80", 10)], 1),
            Sample { destroyed: Some(Reading::Seen(destroyed)), ..Sample::at(at(900)) },
        ],
    );
    let told = &first.listeners[0].endings;
    assert_eq!((told.orderly, told.aborted), (9, 1), "one of the peerless was the listener");
    assert_eq!(told.idle, [(60, 9)]);
    assert_eq!(model.derive(at(1_900), None).listeners[0].endings.total(), 0, "told once");
}

#[test]
fn an_end_has_its_status_also_when_that_comes_later() {
    let ended = |ms, how| {
        let ended = vec![Ended { pid: 7, start_ticks: 0, how }];
        Sample { ended, ..Sample::at(at(ms)) }
    };
    let owners = Owners { pids: vec![(3, vec![7])], ..Owners::default() };
    let process = fixtures::process(7, "ws");
    let status = ExitStatus::of(11);
    let (mut model, snapshot) = run(
        everything(),
        vec![
            listening(0, vec![listener("0.0.0.0:80", 3, 0, Some(0))]),
            Sample { processes: Some(vec![process]), ..Sample::at(at(10)) },
            Sample { owners: Some(Reading::Seen(owners)), ..Sample::at(at(20)) },
            ended(500, None),
        ],
    );
    assert_eq!(snapshot.exits.len(), 1);
    assert_eq!(snapshot.exits[0].how, None);
    model.absorb(ended(600, Some(status)));
    let told = model.derive(at(1_000), None).exits;
    assert_eq!(told.iter().map(|e| e.how).collect::<Vec<_>>(), [Some(status)]);
    assert_eq!((status.signal, status.code), (Some(11), 0));
}

#[test]
fn where_the_kernel_does_not_tell_how_processes_end_that_is_said() {
    let told = |reading| {
        let sample = Sample { exit_statuses: Some(reading), ..Sample::at(at(0)) };
        run(everything(), vec![sample]).1.sampling.denied
    };
    let why = "exit statuses: no answer";
    assert_eq!(told(Reading::Denied(why.into())), [why]);
    assert!(told(Reading::Seen(())).is_empty());
}
