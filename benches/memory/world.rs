//! A busy host, made up: sixteen listeners with their clients, a hundred more,
//! three targets, dozens of close codes, a log, and a storm of errors now and then.

use std::time::Duration;

use herdtop::close::{CloseCode, Outcome};
use herdtop::sample::{
    Ages, Counters, Destroyed, Group, Lane, Listener, LogCode, LogLine, LogReading, Network,
    Phases, ProbeEvent, ProbeFact, ProcessReading, Queues, Reading, Sample, Stamp, States, Walk,
    WalkScope,
};

pub(crate) const DAY: u64 = 86_400;
const LISTENERS: u16 = 116;
const BUSY: u16 = 16;

/// The seconds of two weeks that are sampled: every twenty minutes, every two, by
/// ten seconds, then by the second. All rings are full at the end, since gaps take
/// the same room, and all blocks. Steps `coarser` times as long take less time.
pub(crate) fn seconds(coarser: usize) -> impl Iterator<Item = u64> {
    let days = (0..12 * DAY).step_by(1_200 * coarser);
    let days = days.chain((12 * DAY..14 * DAY - 21_600).step_by(120 * coarser));
    let hours = (14 * DAY - 21_600..14 * DAY).step_by(10 * coarser);
    days.chain(hours).chain(14 * DAY..14 * DAY + 600)
}

fn roll(dice: &mut u64, sides: u64) -> u64 {
    *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*dice >> 33) % sides
}

/// What all lanes bring in a second.
pub(crate) fn sample(at: Stamp, second: u64, dice: &mut u64) -> Sample {
    let listeners = (0..LISTENERS).map(|n| Listener {
        local: ([10, 0, 0, 1], 8_000 + n).into(),
        accept_queue: u32::try_from(roll(dice, 9)).unwrap_or(0),
        backlog: Some(511),
        drops: Some(u32::try_from(second / 7).unwrap_or(0)),
        inode: u64::from(n),
        cookie: u64::from(n) + 1,
    });
    let listeners: Vec<Listener> = listeners.collect();
    let groups = (0..LISTENERS).map(|n| group(n, dice)).collect();
    let walk = Walk {
        scope: WalkScope::Everything,
        by_sock_diag: true,
        groups,
        outgoing: vec![],
        outgoing_rest: None,
        cpu: Duration::from_millis(3),
        took: Duration::from_millis(4),
        period: Duration::from_secs(1),
    };
    let closed = (0..BUSY).map(|n| (([10, 0, 0, 1], 8_000 + n).into(), roll(dice, 300)));
    let destroyed = Destroyed { closed: closed.collect(), ..Destroyed::default() };
    let counters = Counters {
        passive_opens: Some(second * 900),
        out_rsts: Some(second * 20),
        estab_resets: Some(second * 3),
        listen_drops: Some(second / 9),
        curr_estab: Some(40_000 + roll(dice, 900)),
        ..Counters::default()
    };
    Sample {
        counters: Some(Reading::Seen(counters)),
        listeners: Some(Reading::Seen(listeners)),
        destroyed: Some(Reading::Seen(destroyed)),
        walk: Some(Reading::Seen(walk)),
        processes: Some((0..8).map(|n| process(n, second, dice)).collect()),
        probes: probes(second, dice),
        log: Some(Reading::Seen(log(at, second, dice))),
        ..Sample::at(at)
    }
}

fn group(n: u16, dice: &mut u64) -> Group {
    let busy = n < BUSY;
    let established = if busy { 2_000 + roll(dice, 400) } else { roll(dice, 5) };
    let clients = if busy { 20 } else { 2 };
    let network = |c: u8| Network([10, 20, c, 0].into());
    Group {
        local: ([10, 0, 0, 1], 8_000 + n).into(),
        states: States { established, close_wait: roll(dice, 9), ..States::default() },
        unaccepted: 0,
        fresh: None,
        networks: (0..clients).map(|c| (network(c), roll(dice, 200))).collect(),
        other_networks: roll(dice, 50),
        addresses: (0..clients.min(8)).map(|c| ([10, 20, c, 7].into(), roll(dice, 90))).collect(),
        other_addresses: roll(dice, 900),
        queues: Some(Queues::default()),
        ages: Ages { classes: [1, 2, 3, 4, roll(dice, 900)], ..Ages::default() },
        came: None,
        from_this_host: 0,
    }
}

fn process(n: u32, second: u64, dice: &mut u64) -> ProcessReading {
    ProcessReading {
        pid: 2_000 + n,
        start_ticks: u64::from(n),
        started: None,
        name: "gateway".into(),
        command: format!("/usr/bin/gateway --worker {n} --listen 10.0.0.1:8000"),
        uid: Reading::Seen(33),
        state: None,
        rss: Reading::Seen((1 << 30) + roll(dice, 1 << 20)),
        cpu_seconds: Reading::Seen(f64::from(u32::try_from(second).unwrap_or(0)) * 0.3),
        threads: Reading::Seen(14),
        busiest_thread: None,
        fds: Reading::Seen(2_000 + roll(dice, 300)),
        fd_soft: Reading::Seen(Some(65_536)),
        fd_hard: Reading::Seen(Some(1_048_576)),
        cgroup: Some("/system.slice/gateway.service".into()),
    }
}

fn probes(second: u64, dice: &mut u64) -> Vec<ProbeEvent> {
    let on = |target, fact| ProbeEvent { target, lane: Lane::Fresh, fact };
    let mut events = Vec::new();
    for target in 0..3 {
        if second == 0 {
            let url = format!("wss://edge-{target}.example.com/chat");
            events.push(on(target, ProbeFact::Target { url, address: None, holds: true }));
        }
        let took = Duration::from_micros(900 + roll(dice, 90_000));
        let phases = Phases { tcp: Some(took), upgrade: Some(took), ..Phases::default() };
        let code = 3_000 + u16::try_from(roll(dice, 60)).unwrap_or(0);
        let outcome = match roll(dice, 3) {
            0 => Outcome::CloseClean { code: CloseCode(code), reason: "try again later".into() },
            _ => Outcome::OpenOk,
        };
        let agreed = Some("permessage-deflate".to_owned());
        events.push(on(target, ProbeFact::Ended { phases, outcome, peer: None, agreed }));
    }
    events
}

/// The application's log; in one minute of twenty a storm of errors.
fn log(at: Stamp, second: u64, dice: &mut u64) -> LogReading {
    let storm = (second / 60).is_multiple_of(20);
    let errors = if storm { 40 } else { 0 };
    let text = format!("Traceback in worker {}: KeyError 'room'", roll(dice, 900));
    let codes: Vec<LogCode> = (0..30)
        .map(|n| LogCode {
            code: if storm && n == 0 { 1011 } else { 4_000 + n },
            count: 1 + errors,
            reason: Some(format!("reason {}", roll(dice, 9_000))),
        })
        .collect();
    LogReading {
        opened: 700 + roll(dice, 90),
        closed: 690,
        errors,
        last_errors: vec![LogLine { at: at.wall, text }],
        codes,
        ..LogReading::default()
    }
}
