//! The model over samples: what a host shows, in figures.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::DateTime;

use super::{LimitKind, Model, ModelConfig, Presence, Snapshot};
use crate::sample::{
    Cgroup, CgroupVersion, Counters, Destroyed, Dump, DumpScope, Ended, Endings, ExitStatus, Group,
    HostReading, Listener, Owners, ProcessReading, Reading, Sample, Stamp, Worker, fixtures,
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
        ..Destroyed::default()
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
    assert_eq!(l.drops_total, Some(0), "what was dropped before we came is not counted");
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
    assert_eq!(snapshot.sampling.events_lost, 70, "of 100 the deaths of 30 were told");
}

#[test]
fn of_one_port_of_many_lost_events_are_put_right_too() {
    let config = ModelConfig { ports: [80].into(), everything: false, ..everything() };
    let mut model = Model::new(config);
    let fresh = |n| Group { fresh: Some(n), ..group(ONE, 5) };
    // Ten a second come to this port and five to others; all are closed at once.
    let mut opens = 1_000;
    model.absorb(listening(0, vec![listener(ONE, 7, 0, Some(0))]));
    for second in 0..20 {
        let ms = second * 1_000;
        model.absorb(passive(ms + 900, opens));
        let told = Destroyed {
            closed: vec![(address(ONE), 10)],
            unseen: vec![(address(ONE), 10)],
            ..Destroyed::default()
        };
        model.absorb(Sample { destroyed: Some(Reading::Seen(told)), ..Sample::at(at(ms + 950)) });
        model.absorb(dump(ms + 1_000, vec![fresh(0)], 1));
        opens += 15;
    }
    let before = model.derive(at(20_500), None).listeners[0].opened_total;
    assert_eq!(before, 190);
    // Then 40 000 in a second, of whose ends few are told.
    model.absorb(passive(20_900, opens - 15 + 40_005));
    model.absorb(died(20_950, &[(ONE, 400)], &[], 3));
    model.absorb(dump(21_000, vec![fresh(0)], 1));
    let snapshot = model.derive(at(21_000), None);
    let l = &snapshot.listeners[0];
    assert_eq!((l.opened_total, l.closed_total), (40_190, 40_190));
    assert_eq!(snapshot.sampling.events_lost, 39_600);
    assert_eq!(l.peak_opened.map(|p| p.0 > 30_000.0), Some(true));
}

#[test]
fn without_close_events_what_was_opened_is_an_estimate_or_not_told() {
    let deaf = |config: ModelConfig, counters: Sample| {
        let refused = Reading::Denied("close events refused (seccomp)".to_owned());
        let first = Sample { destroyed: Some(refused), ..Sample::at(at(0)) };
        run(
            config,
            vec![
                listening(0, vec![listener(ONE, 7, 0, None)]),
                passive(0, 1_000),
                first,
                dump(100, vec![group(ONE, 5)], 1),
                counters,
                dump(1_100, vec![group(ONE, 5)], 1),
            ],
        )
        .1
    };
    let host = deaf(everything(), passive(1_000, 1_060));
    let l = &host.listeners[0];
    assert_eq!((l.opened.map(|r| r.0), l.estimated), (Some(60.0), true));
    assert_eq!((l.opened_total, l.closed_total), (60, 60));
    let one = ModelConfig { ports: [80].into(), everything: false, ..everything() };
    let one = deaf(one, passive(1_000, 1_060));
    let l = &one.listeners[0];
    assert_eq!((l.opened, l.closed, l.peak_opened), (None, None, None));
    assert!(!l.flow_known && l.open == Some(5) && !l.estimated);
    let said = |s: &Snapshot| s.sampling.denied.iter().any(|w| w.starts_with("opened and closed"));
    assert!(said(&host) && said(&one), "{:?}", one.sampling.denied);
}

#[test]
fn the_line_of_open_connections_is_of_the_established() {
    let mut closing = group(ONE, 5);
    closing.states.close_wait = 283;
    let (model, snapshot) = run(
        everything(),
        vec![
            listening(0, vec![listener(ONE, 7, 0, Some(0))]),
            dump(100, vec![closing.clone()], 1),
            dump(1_100, vec![closing], 1),
        ],
    );
    assert_eq!(snapshot.listeners[0].open, Some(5));
    let line = &model.history().listener(address(ONE)).unwrap().open;
    let shown: Vec<f32> = line.steps(1, 0, 3).into_iter().flatten().map(|s| s.last).collect();
    assert!(!shown.is_empty() && shown.iter().all(|open| (open - 5.0).abs() < 0.1), "{shown:?}");
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
    assert_eq!(snapshot.listeners.len(), 64, "the busiest one by one");
    let others = snapshot.others.unwrap();
    assert_eq!((others.listeners, others.open), (2_936, Some(136)), "the others as a sum");
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
            passive(5_400, 0),
            passive(5_500, 60),
            passive(9_400, 60),
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

const V4: &str = "0.0.0.0:80";
const V6: &str = "[::]:80";
const LOCAL: &str = "127.0.0.1:80";

/// Which processes hold the listening sockets of these inodes.
fn owned(ms: u64, by: &[(u64, u32)]) -> Sample {
    let owners = Owners {
        pids: by.iter().map(|(inode, pid)| (*inode, vec![*pid])).collect(),
        hidden: vec![],
        why: String::new(),
    };
    let processes =
        by.iter().map(|(_, pid)| fixtures::process(*pid, &format!("app{pid}"))).collect();
    Sample { owners: Some(Reading::Seen(owners)), processes: Some(processes), ..Sample::at(at(ms)) }
}

/// Two addresses of port 80 with 90 and 100 connections; their processes are given.
fn two_addresses(config: ModelConfig, second: &str, pids: [u32; 2]) -> (Model, Snapshot) {
    let both = || vec![listener(V4, 7, 3, Some(0)), listener(second, 8, 2, Some(0))];
    let groups = |more: u64| vec![group(V4, 90 + more), group(second, 100 + more)];
    let samples = vec![
        listening(0, both()),
        owned(50, &[(7, pids[0]), (8, pids[1])]),
        dump(100, groups(0), 1),
        passive(600, 1_000),
        passive(1_000, 1_010),
        dump(1_100, groups(5), 1),
    ];
    run(config, samples)
}

fn capacity(snapshot: &Snapshot, text: &str) -> Option<(u64, u64)> {
    let whole = snapshot.focused(Some(address(text)))?;
    let limit = whole.limits.iter().find(|l| l.kind == LimitKind::Capacity)?;
    Some((limit.used, limit.limit))
}

#[test]
fn two_sockets_of_one_program_are_one_service() {
    let config = ModelConfig { ports: [80].into(), capacity: Some(200), ..ModelConfig::default() };
    let (model, snapshot) = two_addresses(config, V6, [21, 21]);
    let [service] = snapshot.services.as_slice() else { panic!("{:?}", snapshot.services) };
    assert_eq!(service.addresses, [address(V4), address(V6)]);
    assert_eq!(service.id.to_string(), V4);
    assert_eq!(service.whole.open, Some(200));
    assert_eq!(service.whole.accept_queue, Some(5));
    assert_eq!(service.whole.label(), ":80 app21");
    for text in [V4, V6] {
        assert_eq!(capacity(&snapshot, text), Some((200, 200)), "full, from wherever it is seen");
        let row = snapshot.listener(address(text)).unwrap();
        assert_eq!(row.limits, service.whole.limits, "the address says nothing else: {text}");
    }
    let rows: Vec<_> = snapshot.listeners.iter().map(|l| l.open.unwrap()).collect();
    assert_eq!(rows, [105, 95], "the addresses stay to be seen");
    let history = model.history().service(address(V4)).unwrap();
    let most = history.opened.steps(1, 0, 2).into_iter().flatten().map(|s| s.max).sum::<f32>();
    assert!((most - 10.0).abs() < 0.1, "ten were opened on both: {most}");
}

#[test]
fn a_proxy_and_its_application_on_one_port_are_two_services_and_never_summed() {
    let config = ModelConfig { ports: [80].into(), capacity: Some(200), ..ModelConfig::default() };
    let (_, snapshot) = two_addresses(config.clone(), LOCAL, [21, 22]);
    let found: Vec<_> = snapshot.services.iter().map(|s| (s.whole.label(), s.whole.open)).collect();
    assert_eq!(
        found,
        [("127.0.0.1:80 app22".to_owned(), Some(105)), ("0.0.0.0:80 app21".to_owned(), Some(95))]
    );
    assert_eq!((capacity(&snapshot, V4), capacity(&snapshot, LOCAL)), (None, None));
    let said = snapshot.sampling.denied.iter().find(|d| d.starts_with("capacity")).unwrap();
    for part in ["0.0.0.0:80 app21", "127.0.0.1:80 app22", "-c ADDR:PORT=N"] {
        assert!(said.contains(part), "{said}");
    }
    let named = [(address(LOCAL), 200)].into();
    let config = ModelConfig { capacity: None, capacities_at: named, ..config };
    let (_, snapshot) = two_addresses(config, LOCAL, [21, 22]);
    assert_eq!((capacity(&snapshot, V4), capacity(&snapshot, LOCAL)), (None, Some((105, 200))));
    assert!(snapshot.sampling.denied.iter().all(|d| !d.starts_with("capacity")));
}

#[test]
fn a_service_keeps_its_name_while_the_address_it_is_named_by_is_listed() {
    let mut model = Model::new(ModelConfig { ports: [80].into(), ..ModelConfig::default() });
    let name = |snapshot: &Snapshot| snapshot.services[0].id.to_string();
    model.absorb(listening(0, vec![listener(V6, 8, 0, Some(0))]));
    assert_eq!(name(&model.derive(at(0), None)), V6);
    model.absorb(listening(500, vec![listener(V4, 7, 0, Some(0)), listener(V6, 8, 0, Some(0))]));
    let both = model.derive(at(1_000), None);
    assert_eq!((name(&both), both.services.len()), (V6.to_owned(), 1), "not known yet whose");
    model.absorb(listening(1_500, vec![listener(V4, 7, 0, Some(0))]));
    let one_gone = model.derive(at(2_000), None);
    assert_eq!(name(&one_gone), V6);
    assert!(one_gone.services[0].whole.is_present(), "somebody listens on the port");
}

/// A steady 60 a second, walked each second and counted ten times in it, stopped
/// for the seconds between `stopped`; the highest second of it.
fn peak_of_a_steady_rate(walk_offset: u64, stopped: std::ops::Range<u64>) -> f64 {
    let mut model =
        Model::new(ModelConfig { everything: false, ports: [80].into(), ..everything() });
    let one = |ms| listening(ms, vec![listener(ONE, 7, 0, Some(0))]);
    let by = |ms: u64| ms * 60 / 1_000;
    let (mut seen, mut last) = (0, 0);
    for ms in (0..120_000).step_by(50).filter(|ms| !stopped.contains(&(ms / 1_000))) {
        if ms.is_multiple_of(100) {
            model.absorb(Sample { counters: passive(ms, 500 + by(ms)).counters, ..one(ms) });
        } else if ms >= last + 1_000 + walk_offset {
            // Each is closed at once: none is there at a walk.
            let n = by(ms) - seen;
            let unseen = vec![(address(ONE), n)];
            let died = Destroyed { closed: unseen.clone(), unseen, ..Destroyed::default() };
            let walk = dump(ms, vec![], 1);
            model.absorb(Sample { destroyed: Some(Reading::Seen(died)), ..walk });
            (seen, last) = (by(ms), ms);
            model.derive(at(ms), None);
        }
    }
    let snapshot = model.derive(at(120_000), None);
    let listener = &snapshot.listeners[0];
    let told = model.history().listener(address(ONE)).unwrap();
    let highest = told.opened.columns(0, 120, 120, 120).into_iter().flatten();
    let highest = highest.map(|bucket| bucket.max).fold(0.0, f32::max);
    assert!(highest < 75.0, "no second of the history is higher: {highest}");
    let all = told.opened.total(0, 119, 119).unwrap().sum;
    assert!((f64::from(all) - crate::units::float(listener.opened_total)).abs() < 1.0);
    listener.peak_opened.unwrap().0
}

#[test]
fn a_steady_rate_has_its_own_peak() {
    for offset in [0, 50, 450] {
        let peak = peak_of_a_steady_rate(offset, 0..0);
        assert!((55.0..70.0).contains(&peak), "walks every {} ms: {peak}", 1_000 + offset);
    }
}

#[test]
fn what_came_while_we_were_stopped_is_no_peak() {
    for stopped in [20..36, 30..90] {
        let peak = peak_of_a_steady_rate(0, stopped.clone());
        assert!((55.0..70.0).contains(&peak), "stopped {stopped:?}: {peak}");
    }
}

#[test]
fn bursts_of_drops_stand_in_the_mean_of_the_run_and_do_not_flicker() {
    let mut model = Model::new(everything());
    let mut rates = Vec::new();
    for second in 0..=10_u64 {
        // A burst of eleven every other second.
        let drops = u32::try_from(second.div_ceil(2) * 11).unwrap();
        let counters = Counters {
            listen_overflows: Some(100 + u64::from(drops)),
            listen_drops: Some(200 + u64::from(drops)),
            ..Counters::default()
        };
        model.absorb(Sample {
            counters: Some(Reading::Seen(counters)),
            ..listening(second * 1_000, vec![listener(ONE, 7, 0, Some(3 + drops))])
        });
        let snapshot = model.derive(at(second * 1_000), None);
        rates.extend(snapshot.rates.listen_overflows.map(|r| r.0));
        rates.extend(snapshot.listeners[0].drops.map(|r| r.0));
    }
    assert!(rates.len() >= 18 && rates.iter().all(|&rate| rate > 4.0), "{rates:?}");
    let snapshot = model.derive(at(10_000), None);
    let of = &snapshot.listeners[0];
    assert_eq!((of.drops_total, of.drops_mean.map(|r| r.0)), (Some(55), Some(5.5)));
    let host = &snapshot.rates;
    assert_eq!(host.listen_overflows_mean.map(|r| r.0), Some(5.5));
    assert_eq!(host.listen_drops_mean.map(|r| r.0), Some(5.5));
}

#[test]
fn what_is_not_told_has_its_reason() {
    let (_, snapshot) = run(
        everything(),
        vec![Sample {
            listeners: Some(Reading::Seen(vec![listener(ONE, 7, 0, None)])),
            ..passive(0, 5)
        }],
    );
    let l = &snapshot.listeners[0];
    assert_eq!((l.drops, l.drops_mean, l.drops_total), (None, None, None));
    let said = |what: &str| snapshot.sampling.denied.iter().any(|why| why.starts_with(what));
    assert!(said("drops and backlog of listeners"), "{:?}", snapshot.sampling.denied);
    assert!(said("ListenOverflows, ListenDrops"), "{:?}", snapshot.sampling.denied);
}

/// A listener held by these processes, with their descriptors of 200 each, and what
/// is open there.
fn held_by(holders: &[(u32, &str, u64)], open: u64, workers: Vec<Worker>) -> Snapshot {
    let processes = holders.iter().map(|&(pid, name, fds)| ProcessReading {
        fds: Reading::Seen(fds),
        fd_soft: Reading::Seen(Some(200)),
        ..fixtures::process(pid, name)
    });
    let owners =
        Owners { pids: vec![(7, holders.iter().map(|h| h.0).collect())], ..Owners::default() };
    let first = Sample {
        processes: Some(processes.collect()),
        owners: Some(Reading::Seen(owners)),
        ..listening(0, vec![listener(ONE, 7, 0, Some(0))])
    };
    let workers = Sample { workers: Some(workers), ..Sample::at(at(200)) };
    run(everything(), vec![first, dump(100, vec![group(ONE, open)], 1), workers]).1
}

/// The room by descriptors and the name.
fn room(snapshot: &Snapshot) -> (Option<u64>, Option<&str>) {
    let l = &snapshot.listeners[0];
    let descriptors = l.limits.iter().find(|l| l.kind == LimitKind::Descriptors);
    (descriptors.and_then(|l| l.headroom), l.process.as_deref())
}

fn worker(pid: u32, held: u64) -> Worker {
    Worker { pid, start_ticks: 0, held: Reading::Seen(held), gone: 0, whole: true }
}

#[test]
fn room_is_that_of_the_processes_that_accept() {
    let found = held_by(
        &[(5, "gunicorn", 6), (6, "gunicorn", 196), (7, "gunicorn", 156)],
        340,
        vec![worker(5, 0), worker(6, 190), worker(7, 150)],
    );
    assert_eq!(room(&found).0, Some(4 + 44));
    let init =
        held_by(&[(1, "systemd", 60), (90, "chat", 186)], 180, vec![worker(1, 0), worker(90, 180)]);
    assert_eq!(room(&init), (Some(14), Some("chat")));
}

#[test]
fn who_accepts_shows_by_descriptors_where_processes_are_closed_to_us() {
    let found = held_by(&[(5, "master", 6), (6, "worker", 156)], 150, vec![]);
    assert_eq!(room(&found), (Some(44), Some("worker")));
}

#[test]
fn who_accepts_and_hands_over_has_no_room_of_its_own() {
    let found = held_by(&[(5, "node", 30)], 100, vec![]);
    assert_eq!(room(&found), (None, Some("node")));
    assert_eq!(found.processes[0].connections, None);
    let said = found.sampling.denied.iter().any(|why| why.contains("hands them over"));
    assert!(said, "{:?}", found.sampling.denied);
    let alone = held_by(&[(5, "node", 106)], 100, vec![]);
    assert_eq!((room(&alone).0, alone.processes[0].connections), (Some(94), Some(100)));
}

#[test]
fn before_anybody_was_seen_to_accept_the_room_is_not_known_and_that_is_said() {
    for holders in [&[(5, "nginx", 6), (6, "nginx", 9)][..], &[(1, "systemd", 60)][..]] {
        let found = held_by(holders, 0, vec![]);
        assert_eq!(room(&found).0, None);
        let said = found.sampling.denied.iter().any(|why| why.contains("seen to accept"));
        assert!(said, "{:?}", found.sampling.denied);
    }
    let one = held_by(&[(5, "node", 6)], 0, vec![]);
    assert_eq!(room(&one), (Some(194), Some("node")), "who is alone will");
    assert!(one.sampling.denied.iter().all(|why| !why.contains("accept")));
}
