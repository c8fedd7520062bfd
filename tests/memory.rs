//! Two weeks on a busy host, all that is kept of it in one process: history,
//! moments to look back at, alerts, close codes, a log, and the tail of samples
//! that `e` writes.

#[path = "../benches/memory/world.rs"]
mod world;

use std::time::Duration;

use herdtop::close::Names;
use herdtop::detect::Thresholds;
use herdtop::model::ModelConfig;
use herdtop::sample::Stamp;
use herdtop::session::Session;
use herdtop::source::recording::{Header, Record, RecordedHost, Tail};

/// What the whole program may take.
const BUDGET: u64 = 32 << 20;
/// Its own memory before it has measured anything: runtime, screen, buffers. The
/// pages of the binary's file are not counted on either side.
const AT_START: u64 = 3 << 20;

#[test]
#[ignore = "takes minutes without optimisation; tests/run.sh runs it"]
fn fourteen_days_of_everything_stay_within_the_budget() {
    let start = Stamp {
        mono: Duration::ZERO,
        wall: chrono::DateTime::from_timestamp(1_795_000_000, 0).expect("a plain moment"),
    };
    let model = ModelConfig { everything: true, page_bytes: 4096, ..ModelConfig::default() };
    let thresholds = Thresholds::default();
    let mut session = Session::new(model.clone(), thresholds.clone());
    session.remember(Duration::from_secs(1));
    let host = RecordedHost { name: "edge-07".into(), kernel: "6.8.0".into() };
    let names = Names::default();
    let header = Header::new(host, start, "all listeners".into(), model, thresholds, names);
    let tail = Tail::start(header).expect("a thread");
    let (mut dice, before, mut highest) = (7, resident(), 0);
    // The tail goes back an hour: what was long before it is not kept at all.
    let recent = 14 * world::DAY - 5_000;
    for second in world::seconds(2) {
        let sample = world::sample(start.plus(Duration::from_secs(second)), second, &mut dice);
        let at = sample.at;
        if second > recent {
            tail.insert(Record::Sample(Box::new(sample.clone())));
            // A second has room for it: nothing waits in the queue.
            let _ = tail.bytes();
        }
        session.absorb(sample);
        session.derive(at, None);
        if second % 50 == 0 {
            highest = highest.max(resident().saturating_sub(before));
        }
    }
    let (kept, tail) = (session.bytes_kept() as u64, tail.bytes() as u64);
    let alerts = session.alerts().count();
    // Else the test would hold an empty program to its budget.
    assert!(kept > 14 << 20, "history and moments: {kept} bytes");
    assert!(tail > 3 << 19, "the tail: {tail} bytes");
    assert!(alerts > 100, "{alerts} alerts");
    assert!(
        highest + AT_START < BUDGET,
        "{} KiB, of which {} history and moments, {} tail",
        highest >> 10,
        kept >> 10,
        tail >> 10
    );
}

/// Memory of our own in this process, bytes: without the pages of its file, which
/// are those of the tests.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("status of Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("Linux 4.5");
    let digits = line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number");
    digits << 10
}
