//! What two weeks of memory cost: resident memory, and the time a second takes.
//!
//! A busy host, a moment every second at the end: sixteen listeners with their
//! clients, a hundred more, three targets, dozens of close codes. Run alone:
//! `cargo bench --bench memory`. Figures go to the README, not into a test.

use std::io::Write;
use std::time::{Duration, Instant};

use herdtop::close::{CloseCode, Outcome};
use herdtop::detect::Thresholds;
use herdtop::model::ModelConfig;
use herdtop::sample::{
    Ages, Counters, Destroyed, Dump, DumpScope, Group, Lane, Listener, Network, Phases, ProbeEvent,
    ProbeFact, ProcessReading, Reading, Sample, Stamp, States,
};
use herdtop::session::Session;

const DAY: u64 = 86_400;
const LISTENERS: u16 = 116;
const BUSY: u16 = 16;

fn main() {
    let mut session = Session::new(
        ModelConfig { everything: true, page_bytes: 4096, ..ModelConfig::default() },
        Thresholds::default(),
    );
    session.remember(Duration::from_secs(1));
    let start = Stamp {
        mono: Duration::ZERO,
        wall: chrono::DateTime::from_timestamp(1_795_000_000, 0).expect("a plain moment"),
    };
    let before = resident();
    let mut dice = 7;
    // Every twenty minutes, every two, by ten seconds, then by the second: all rings
    // are full at the end, since gaps take the same room, and all blocks.
    let days = (0..12 * DAY).step_by(1_200).chain((12 * DAY..14 * DAY - 21_600).step_by(120));
    let hours = (14 * DAY - 21_600..14 * DAY).step_by(10);
    let mut spent = (Duration::ZERO, 0_u32);
    let mut highest = 0;
    for second in days.chain(hours).chain(14 * DAY..14 * DAY + 600) {
        let at = start.plus(Duration::from_secs(second));
        session.absorb(sample(at, second, &mut dice));
        let begun = Instant::now();
        session.derive(at, None, |s| s.listeners.first().map(|l| l.address));
        spent = (spent.0 + begun.elapsed(), spent.1 + 1);
        highest = highest.max(session.bytes_kept());
    }
    let mut lines = vec![
        format!("kept           {} MiB by the sizes of rings and blocks", highest >> 20),
        format!("resident       {} MiB more, the rest of the model included", grown(before) >> 20),
        format!("a derivation   {:?} on average, keeping it included", spent.0 / spent.1),
    ];
    let begun = Instant::now();
    let kept = |back: &u64| session.moment(14 * DAY - back).is_some_and(|m| !m.missing);
    let reach = (0..48).map(|hour| hour * 3_600).take_while(kept).last().unwrap_or(0);
    let reads = u32::try_from(reach / 3_600 + 2).expect("few");
    lines.push(format!("a look back    {:?} on average", begun.elapsed() / reads));
    lines.push(format!("moments        of {} hours, on a host as busy as this", reach / 3_600));
    for line in lines {
        writeln!(std::io::stdout(), "{line}").expect("standard output");
    }
    assert!(grown(before) < 32 << 20, "over 32 MiB");
}

fn grown(before: usize) -> usize {
    resident().saturating_sub(before)
}

/// Resident memory of this process, bytes.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("statm of Linux");
    let pages: usize = statm.split(' ').nth(1).and_then(|n| n.parse().ok()).expect("a number");
    pages * 4096
}

fn roll(dice: &mut u64, sides: u64) -> u64 {
    *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*dice >> 33) % sides
}

fn sample(at: Stamp, second: u64, dice: &mut u64) -> Sample {
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
    let dump = Dump {
        scope: DumpScope::Everything,
        by_sock_diag: true,
        groups,
        outgoing: vec![],
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
        dump: Some(Reading::Seen(dump)),
        processes: Some((0..8).map(|n| process(n, second, dice)).collect()),
        probes: probes(second, dice),
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
        networks: (0..clients).map(|c| (network(c), roll(dice, 200))).collect(),
        other_networks: roll(dice, 50),
        ages: Ages { classes: [1, 2, 3, 4, roll(dice, 900)], ..Ages::default() },
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
