//! Recordings written and read back: whole, cut, damaged, hostile.

mod damage;
mod many;
mod strangers;
mod tail;
mod whole;
mod writing;

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::DateTime;
use rand::{RngExt, SeedableRng};

use super::parts::nth;
use super::syncing::Syncing;
use super::writing::Writing;
use super::*;
use crate::clock::ManualClock;
use crate::close::{CloseCode, Names, Outcome};
use crate::detect::Thresholds;
use crate::model::ModelConfig;
use crate::sample::{
    Counters, HostReading, Lane, Listener, Owners, Phases, Pressure, ProbeEvent, ProbeFact,
    ProcessReading, Reading, Sample, Stamp,
};

fn start() -> Stamp {
    Stamp { mono: Duration::ZERO, wall: DateTime::from_timestamp(1_795_000_000, 7).unwrap() }
}

fn at(ms: u64) -> Stamp {
    start().plus(Duration::from_millis(ms))
}

fn header() -> Header {
    let mut names = Names::default();
    names.set(CloseCode(4408), "auth timeout".into());
    let host = RecordedHost { name: "edge-07".into(), kernel: "6.8.0".into() };
    let model = ModelConfig {
        ports: [8080].into(),
        capacities: [(8080, 5000)].into(),
        page_bytes: 4096,
        interval: Duration::from_secs(1),
        ..ModelConfig::default()
    };
    let thresholds = Thresholds { herd_factor: 3.3, ..Thresholds::default() };
    Header::new(host, start(), ":8080".into(), model, thresholds, names)
}

fn listener(queue: u32) -> Listener {
    Listener {
        local: ([127, 0, 0, 1], 8080).into(),
        accept_queue: queue,
        backlog: Some(128),
        drops: Some(0),
        inode: 7,
        cookie: 9,
    }
}

/// A run of that many tenths of a second with what each lane brings.
fn run(ticks: u64) -> Vec<Record> {
    let mut all = Vec::new();
    for tick in 0..ticks {
        let moment = at(tick * 100);
        let counters = Counters { passive_opens: Some(tick * 3), ..Counters::default() };
        let queue = u32::from(tick % 7 == 3);
        let mut sample = Sample {
            counters: Some(Reading::Seen(counters)),
            listeners: Some(Reading::Seen(vec![listener(queue)])),
            ..Sample::at(moment)
        };
        if tick == 0 {
            sample.owners = Some(Reading::Seen(owners()));
            sample.probes = vec![target()];
        }
        if tick % 10 == 5 {
            sample.listeners = None;
            sample.processes = Some(vec![process("gateway --verbose")]);
            sample.host = Some(host(0.1 + units(tick)));
            sample.probes = vec![ended(Outcome::CloseClean {
                code: CloseCode(1013),
                reason: "try again".into(),
            })];
        }
        all.push(Record::Sample(Box::new(sample)));
        if tick % 10 == 0 {
            let focus = (tick > 0).then(|| ([127, 0, 0, 1], 8080).into());
            all.push(Record::Derive { at: moment, focus });
        }
    }
    all
}

fn owners() -> Owners {
    Owners { pids: vec![(7, vec![4])], ..Owners::default() }
}

fn target() -> ProbeEvent {
    let fact = ProbeFact::Target { url: "ws://edge/".into(), address: None, holds: true };
    ProbeEvent { target: 0, lane: Lane::Fresh, fact }
}

fn units(tick: u64) -> f64 {
    crate::units::float(tick) / 3.0
}

fn ended(outcome: Outcome) -> ProbeEvent {
    let fact = ProbeFact::Ended { phases: Phases::default(), outcome, peer: None, agreed: None };
    ProbeEvent { target: 0, lane: Lane::Fresh, fact }
}

fn process(command: &str) -> ProcessReading {
    ProcessReading {
        pid: 4,
        start_ticks: 5,
        started: None,
        name: "gateway".into(),
        command: command.into(),
        uid: Reading::Seen(0),
        state: None,
        rss: Reading::Denied("needs root".into()),
        cpu_seconds: Reading::Seen(0.1 + 0.2),
        threads: Reading::Absent,
        busiest_thread: None,
        fds: Reading::Seen(3),
        fd_soft: Reading::Seen(None),
        fd_hard: Reading::Seen(Some(9)),
        cgroup: None,
    }
}

fn host(cpu: f64) -> HostReading {
    HostReading {
        tcp_mem_limit_pages: Reading::Seen(u64::MAX),
        pressure: Reading::Seen(Pressure { cpu, memory: 0.0, io: 0.0 }),
        ..HostReading::nothing()
    }
}

/// The same without what is left out of a recording on purpose.
fn kept(mut records: Vec<Record>) -> Vec<Record> {
    records.iter_mut().for_each(scrub::without_secrets);
    records
}

/// Writes the records; the file and the folder that holds it.
fn written(records: &[Record], keep: Keep) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inc.rec");
    let writer = Writer::start(path.clone(), keep, header()).unwrap();
    records.iter().cloned().for_each(|record| writer.insert(record));
    assert_eq!(writer.status().fault, None);
    (folder, path)
}

fn open(path: &Path) -> Reader {
    Reader::open(path).unwrap_or_else(|error| panic!("{error}"))
}

fn bytes_of(records: &[Record]) -> Vec<u8> {
    let (_folder, path) = written(records, Keep::halves(1 << 30));
    std::fs::read(path).unwrap()
}

fn of_bytes(bytes: Vec<u8>) -> Result<Reader, OpenError> {
    Reader::read("inc.rec", Box::new(Cursor::new(bytes)))
}
