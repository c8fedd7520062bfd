//! History over days, as the model feeds it.

use std::net::SocketAddr;

use super::{History, Second};
use crate::close::CloseCode;
use crate::model::connect_attempts::ConnectAttempts;
use crate::model::{CodeSnapshot, CodeSource, Limit, LimitKind, Model, ModelConfig, Snapshot};
use crate::sample::Stamp;
use crate::units::PerSecond;

const DAY: u64 = 86_400;
/// What the whole program may take; the history alone has to leave room.
const BUDGET: usize = 32 * 1024 * 1024;

fn address(port: u16) -> SocketAddr {
    ([127, 0, 0, 1], port).into()
}

fn quiet() -> Snapshot {
    let at = Stamp {
        mono: std::time::Duration::ZERO,
        wall: chrono::DateTime::from_timestamp(1_795_000_000, 0).unwrap(),
    };
    Model::new(ModelConfig::default()).derive(at, None)
}

fn code(code: u16, total: u64, five_minutes: u64) -> CodeSnapshot {
    CodeSnapshot {
        code: CloseCode(code),
        source: CodeSource::Probe,
        per_second: PerSecond(0.0),
        before: PerSecond(0.0),
        last_minute: 0,
        five_minutes,
        total,
        spark: vec![],
    }
}

fn whole(value: f32) -> u64 {
    crate::units::whole(f64::from(value))
}

type Told = std::option::IntoIter<(u64, Second)>;

/// One second of listeners that have so much open, the first one with the most.
fn told(second: u64, listeners: u16, open: f64) -> Vec<(SocketAddr, Told)> {
    let of = |n| {
        let open = open / f64::from(n + 1);
        Second { opened: 1.0, measured: 1.0, closed: 1.0, open }
    };
    (0..listeners).map(|n| (address(1_000 + n), Some((second, of(n))).into_iter())).collect()
}

#[test]
fn fourteen_days_of_many_listeners_and_codes_stay_below_the_budget() {
    let mut history = History::new();
    let mut snapshot = quiet();
    let mut highest = 0;
    // Every five minutes, and by the second at the end, when all rings are full:
    // gaps take the same room.
    let seconds = (0..14 * DAY).step_by(300).chain(14 * DAY..14 * DAY + 1_000);
    for (n, second) in (0_u64..).zip(seconds) {
        history.walked(&told(second, 100, 50_000.0));
        let now = Some(n * 40);
        for tick in 0..10 {
            let came = ConnectAttempts { opened: now, refused: now, dropped: now, anew: false };
            history.count(second * 10 + tick, Some(came));
        }
        if second % 1_200 == 0 || second > 14 * DAY {
            let codes = (0..200).map(|c| code(3_000 + c, n, n % u64::from(c + 1)));
            snapshot.codes.wire = codes.collect();
            history.note(second, &snapshot);
        }
        highest = highest.max(history.bytes());
    }
    assert!(highest < BUDGET / 2, "{highest} bytes leave no room for the rest");
    assert!(highest > BUDGET / 8, "{highest} bytes: the test does not fill it");
}

#[test]
fn the_busiest_keep_two_days_and_the_rest_half_an_hour() {
    let mut history = History::new();
    for second in (0..2 * DAY).step_by(20) {
        history.walked(&told(second, 40, 40_000.0));
    }
    let now = 2 * DAY;
    let kept = |port| {
        let opened = &history.listener(address(port)).unwrap().opened;
        opened.oldest().map_or(0, |oldest| (now - oldest).div_ceil(3_600))
    };
    assert_eq!((kept(1_000), kept(1_015)), (48, 48));
    assert_eq!((kept(1_016), kept(1_039)), (1, 1), "half an hour for the others");
    let all = history.all().opened.total(now - 600, now, now).unwrap();
    assert!((all.max - 40.0).abs() < 0.1, "{all:?}");
    assert!(history.all().open.oldest().is_some_and(|oldest| oldest < 60));
}

#[test]
fn a_listener_that_becomes_busy_takes_the_place_of_the_least_busy() {
    let mut history = History::new();
    for second in 0..3_000 {
        let mut seconds = told(second, 17, 17_000.0);
        if second >= 1_000 {
            // The seventeenth is now the busiest of all.
            let busy = seconds[16].1.next().map(|(at, one)| (at, Second { open: 90_000.0, ..one }));
            seconds[16].1 = busy.into_iter();
        }
        history.walked(&seconds);
    }
    let late = &history.listener(address(1_016)).unwrap().opened;
    assert!(late.oldest().is_some_and(|oldest| oldest < 1_000), "its past included");
    let pushed_out = &history.listener(address(1_015)).unwrap().opened;
    assert!(pushed_out.oldest().is_some_and(|oldest| oldest >= 1_200), "only half an hour");
}

#[test]
fn codes_are_counted_by_the_second_and_limits_keep_their_highest() {
    let mut history = History::new();
    let mut snapshot = quiet();
    let mut model = Model::new(ModelConfig { ports: [80].into(), ..ModelConfig::default() });
    model.absorb(crate::sample::Sample {
        listeners: Some(crate::sample::Reading::Seen(vec![])),
        ..crate::sample::Sample::at(snapshot.at)
    });
    let stamp = snapshot.at;
    snapshot.services = model.derive(stamp, None).services;
    for second in 0..7_200 {
        let storm = u64::from(second >= 3_600) * 50 + u64::from(second >= 3_601) * 7;
        snapshot.codes.wire = vec![code(1013, 1_000 + storm, 57)];
        let used = if second == 100 { 97 } else { 10 };
        snapshot.services[0].whole.limits = vec![Limit {
            kind: LimitKind::Capacity,
            scope: ":80".into(),
            used,
            limit: 100,
            headroom: Some(100 - used),
            binding: true,
            source: None,
        }];
        history.note(second, &snapshot);
    }
    let codes = history.code(CloseCode(1013), CodeSource::Probe).unwrap();
    let storm = codes.total(3_000, 4_000, 7_199).unwrap();
    assert_eq!((whole(storm.max), whole(storm.sum)), (50, 57));
    let first = codes.total(0, 100, 7_199).unwrap();
    assert_eq!(whole(first.sum), 1_000, "what came with the first moment is not lost");
    let limit = history.limit(LimitKind::Capacity, ":80").unwrap();
    let peak = limit.total(0, 3_600, 7_199).unwrap();
    assert!((peak.max - 0.97).abs() < 1e-6 && (peak.last - 0.10).abs() < 1e-6, "{peak:?}");
    assert!(history.limit(LimitKind::Capacity, ":81").is_none());
}
