//! Recordings written and read back: whole, cut, damaged, hostile.

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
        memory: Reading::Absent,
        file_handles: Reading::Absent,
        conntrack: Reading::Absent,
        tcp_mem_limit_pages: Reading::Seen(u64::MAX),
        ephemeral_ports: Reading::Absent,
        somaxconn: Reading::Absent,
        tasks: Reading::Absent,
        pressure: Reading::Seen(Pressure { cpu, memory: 0.0, io: 0.0 }),
        oom_kills: Reading::Absent,
        cgroups: vec![],
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

#[test]
fn what_is_read_is_what_was_recorded_to_the_last_bit() {
    let records = run(200);
    let (_folder, path) = written(&records, Keep::halves(1 << 30));
    let mut reader = open(&path);
    assert_eq!(reader.header(), &header());
    let read: Vec<Record> = reader.by_ref().collect();
    assert_eq!(read, kept(records));
    assert_eq!(reader.fault(), None);
}

#[test]
fn only_its_owner_may_read_it_and_nothing_is_written_over() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r");
    let begin = |path: &Path| Writer::start(path.to_owned(), Keep::halves(1 << 30), header());
    // As mktemp makes it, but for everybody.
    std::fs::write(&path, "").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    drop(begin(&path).unwrap());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let before = std::fs::read(&path).unwrap();
    let error = begin(&path).unwrap_err();
    assert!(error.to_string().contains("exists already"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let link = folder.path().join("link");
    symlink(folder.path().join("target"), &link).unwrap();
    assert!(begin(&link).is_err(), "a link may lead anywhere");
}

#[test]
fn secrets_stay_out() {
    let hidden = "hunter2";
    let sample = Sample {
        processes: Some(vec![process(&format!("/usr/bin/redis --requirepass {hidden}"))]),
        ..Sample::at(at(0))
    };
    let (_folder, path) = written(&[Record::Sample(Box::new(sample))], Keep::halves(1 << 30));
    let text = format!("{:?}", open(&path).collect::<Vec<_>>());
    assert!(text.contains("/usr/bin/redis …") && !text.contains(hidden), "{text}");
}

#[test]
fn cut_anywhere_it_gives_what_lies_before_and_says_truncated() {
    let records = kept(run(60));
    let whole = bytes_of(&records);
    for length in 0..whole.len() {
        let reader = match of_bytes(whole[..length].to_vec()) {
            Ok(reader) => reader,
            Err(OpenError::Empty(_) | OpenError::Broken(_)) => continue,
            Err(other) => panic!("{length}: {other}"),
        };
        is_a_prefix(reader, &records, Some(FaultKind::Truncated), length);
    }
}

#[test]
fn with_a_byte_flipped_anywhere_it_gives_a_prefix_and_never_panics() {
    let records = kept(run(60));
    let whole = bytes_of(&records);
    let mut random = rand::rngs::StdRng::seed_from_u64(7);
    for place in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << random.random_range(0..8);
        if let Ok(reader) = of_bytes(bytes) {
            is_a_prefix(reader, &records, None, place);
        }
    }
}

/// Reads all there is; `fault` is how it has to end, if that is known.
fn is_a_prefix(mut reader: Reader, all: &[Record], fault: Option<FaultKind>, place: usize) {
    let read: Vec<Record> = reader.by_ref().collect();
    assert!(all.starts_with(&read), "at {place}: {} records, not as recorded", read.len());
    let found = reader.fault();
    assert!(found.is_some() || read.len() == all.len(), "at {place}: a silent loss");
    if let Some(kind) = fault {
        assert_eq!(found.map(|f| f.kind), Some(kind), "at {place}");
    }
}

#[test]
fn damage_in_the_middle_is_told_with_its_place() {
    let records = kept(run(300));
    let mut bytes = bytes_of(&records);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    let mut reader = of_bytes(bytes).unwrap();
    let read = reader.by_ref().count();
    assert!((100..records.len() - 100).contains(&read), "{read} records");
    let fault = reader.fault().unwrap();
    assert_eq!((fault.kind, fault.line), (FaultKind::Damaged, read as u64 + 1));
    assert!(fault.byte < middle as u64 && fault.byte > middle as u64 - 4096, "{fault}");
    let said = fault.to_string();
    assert!(said.starts_with("recording 'inc.rec' is damaged at byte "), "{said}");
}

#[test]
fn a_file_that_is_none_says_so() {
    let pack = |text: &str| block::pack(text.as_bytes()).unwrap();
    let mut newer = header();
    newer.schema = "herdtop.recording/2".into();
    newer.herdtop = "9.9.9".into();
    let newer = serde_json::to_string(&newer).unwrap();
    for (bytes, says) in [
        (vec![], "is empty"),
        (b"PK\x03\x04 zip".to_vec(), "is not a recording: it begins with 'PK"),
        (vec![0x1f], "is truncated at byte 0"),
        (pack("hello\n"), "is some other compressed file"),
        (pack("{\"schema\":\"herdtop.status/1\"}\n"), "names no format"),
        (pack("{\"schema\":\"herdtop.recording/1\"}\n"), "its header is wrong: missing field"),
        (pack(&format!("{newer}\n")), "has format 2, written by herdtop 9.9.9"),
    ] {
        let said = of_bytes(bytes).unwrap_err().to_string();
        assert!(said.contains(says) && said.lines().count() == 1, "'{said}' lacks '{says}'");
    }
    let said = Reader::open(Path::new("/nonexistent/x")).unwrap_err().to_string();
    assert!(said.starts_with("recording '/nonexistent/x': No such file"), "{said}");
    let said = Reader::open(Path::new("/tmp")).unwrap_err().to_string();
    assert!(said.contains("it is a folder"), "{said}");
}

#[test]
fn what_a_stranger_wrote_is_cleaned_and_weighed() {
    let lines = |extra: &str| {
        let mut bytes =
            block::pack(format!("{}\n", serde_json::to_string(&header()).unwrap()).as_bytes())
                .unwrap();
        bytes.extend(block::pack(format!("{extra}\n").as_bytes()).unwrap());
        of_bytes(bytes).unwrap()
    };
    let stamp = serde_json::to_string(&at(0)).unwrap();
    let mark = format!("{{\"mark\":{{\"at\":{stamp},\"note\":\"a\\u001b[2Jb\"}}}}");
    let read = lines(&mark).next();
    assert_eq!(read, Some(Record::Mark { at: at(0), note: "a [2Jb".into() }));
    let mut far = at(0);
    far.mono = Duration::MAX;
    let far = serde_json::to_string(&far).unwrap();
    for wrong in [format!("{{\"derive\":{{\"at\":{far}}}}}"), "{}".into(), "{\"x".into()] {
        let mut reader = lines(&wrong);
        assert_eq!(reader.next(), None);
        assert_eq!(reader.fault().unwrap().kind, FaultKind::Damaged);
    }
    // A thousand to one: 64 MB of blanks in one block.
    let mut reader = lines(&" ".repeat(64 << 20));
    assert_eq!(reader.next(), None);
    assert!(reader.fault().unwrap().what.contains("beyond all measure"));
}

#[test]
fn parts_are_read_as_one_and_the_oldest_goes() {
    let records = kept(run(900));
    let keep = Keep { bytes: 6_000, span: Duration::MAX, older: 2, durable: true };
    let (folder, path) = written(&records, keep);
    let size = |n| std::fs::metadata(nth(&path, n)).map(|m| m.len());
    let total: u64 = (0..=2).map(|n| size(n).unwrap()).sum();
    assert!(total <= 3 * keep.bytes, "{total} bytes in three parts");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    let mut reader = open(&path);
    assert!(reader.header().part > 1, "the first part is gone");
    // What was told in the part that is gone, and then the records.
    let Some(Record::Sample(known)) = reader.next() else { panic!("nothing is known") };
    assert_eq!((known.owners, known.probes), (Some(Reading::Seen(owners())), vec![target()]));
    let read: Vec<Record> = reader.by_ref().collect();
    assert_eq!(reader.fault(), None);
    assert!(records.ends_with(&read) && read.len() > 50, "{} records", read.len());
    let last = Reader::open_last(&path, 1).unwrap();
    assert!(last.count() < read.len());
    // A part of another run is not read along.
    std::fs::write(nth(&path, 2), bytes_of(&records)).unwrap();
    assert!(open(&path).count() < read.len());
}

#[test]
fn a_removed_file_begins_anew_and_the_loss_is_told() {
    let records = run(100);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r");
    let writer = Writer::start(path.clone(), Keep::halves(1 << 30), header()).unwrap();
    records[..50].iter().cloned().for_each(|record| writer.insert(record));
    wait(&writer, |status| status.bytes > 400);
    std::fs::remove_file(&path).unwrap();
    records[50..].iter().cloned().for_each(|record| writer.insert(record));
    wait(&writer, |status| status.fault.is_some());
    drop(writer);
    let mut reader = open(&path);
    assert_eq!(reader.header().part, 2);
    assert!(reader.by_ref().count() > 0);
    assert_eq!(reader.fault(), None);
}

#[test]
fn a_file_cut_from_outside_begins_a_new_part_and_says_so() {
    let records = run(100);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r");
    let writer = Writer::start(path.clone(), Keep::halves(1 << 30), header()).unwrap();
    records[..50].iter().cloned().for_each(|record| writer.insert(record));
    wait(&writer, |status| status.bytes > 400);
    // As copytruncate of logrotate(8) does.
    std::fs::File::options().write(true).open(&path).unwrap().set_len(0).unwrap();
    records[50..].iter().cloned().for_each(|record| writer.insert(record));
    let cut = |status: &Status| status.fault.as_ref().is_some_and(|f| f.contains("was cut from"));
    wait(&writer, cut);
    drop(writer);
    let mut reader = open(&path);
    assert_eq!(reader.header().part, 2);
    let read: Vec<Record> = reader.by_ref().collect();
    let told = |record: &Record| matches!(record, Record::Mark { note, .. } if note.contains("cut from outside"));
    assert!(read.iter().any(told), "{read:?}");
    assert!(read.iter().any(|record| matches!(record, Record::Sample(_))), "and goes on");
    assert_eq!(reader.fault(), None);
}

#[test]
fn texts_without_end_are_cut_and_lines_without_end_are_refused() {
    let first = |line: &str| {
        let header = serde_json::to_string(&header()).unwrap();
        let mut bytes = block::pack(format!("{header}\n").as_bytes()).unwrap();
        bytes.extend(block::pack(format!("{line}\n").as_bytes()).unwrap());
        let mut reader = of_bytes(bytes).unwrap();
        (reader.next(), reader.fault())
    };
    let stamp = serde_json::to_string(&at(0)).unwrap();
    let mark = |note: &str| format!("{{\"mark\":{{\"at\":{stamp},\"note\":\"{note}\"}}}}");
    let (read, fault) = first(&mark(&"x".repeat(1 << 20)));
    let Some(Record::Mark { note, .. }) = read else { panic!("{fault:?}") };
    assert!(note.len() < 5_000, "{} bytes of plain letters", note.len());
    let (read, fault) = first(&mark(&"x".repeat(9 << 20)));
    assert_eq!(read, None);
    assert!(fault.unwrap().what.contains("beyond all measure"));
    let long = Header { watching: "w".repeat(100_000), ..header() };
    let host = RecordedHost { name: "h".repeat(100_000), kernel: "k".into() };
    let text = serde_json::to_string(&Header { host, ..long.clone() }).unwrap();
    let read = of_bytes(block::pack(format!("{text}\n").as_bytes()).unwrap()).unwrap();
    assert!(read.header().watching.len() < 100 && read.header().host.name.len() < 100);
    let text = serde_json::to_string(&Header { watching: "w".repeat(1 << 20), ..long }).unwrap();
    let refused = of_bytes(block::pack(format!("{text}\n").as_bytes()).unwrap()).unwrap_err();
    assert!(refused.to_string().contains("too long"), "{refused}");
}

#[test]
fn a_disk_that_does_not_answer_holds_up_no_record_and_is_told() {
    let records = run(400);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r");
    let (answer, asked) = std::sync::mpsc::channel::<()>();
    let sync = move |_: &std::fs::File| {
        let _ = asked.recv();
        Ok(())
    };
    let clock = Arc::new(ManualClock::at(start().wall));
    let disk = Some(Syncing::start(Box::new(sync), clock.clone()).unwrap());
    let (status, keep) = (Arc::<Mutex<Status>>::default(), Keep::halves(1 << 30));
    let writing = Writing::begin(path.clone(), keep, header(), Arc::clone(&status), disk).unwrap();
    let writer = Writer::over(writing, status).unwrap();
    records[..300].iter().cloned().for_each(|record| writer.insert(record));
    wait(&writer, |status| status.bytes > 4_000);
    clock.advance(Duration::from_secs(12));
    records[300..].iter().cloned().for_each(|record| writer.insert(record));
    let told = |status: &Status| status.fault.clone().unwrap_or_default();
    wait(&writer, |status| told(status).contains("the disk has not answered for 12 s"));
    // What was given is in the file, whatever the disk says: a killed program
    // would lose no more than its last block.
    let before = writer.status().lost;
    let is_there = |reader: Reader| reader.count() + 30 > records.len();
    let began = std::time::Instant::now();
    while !is_there(open(&path)) {
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", writer.status());
        std::thread::yield_now();
    }
    assert_eq!(before, 0);
    drop(answer);
    drop(writer);
    assert_eq!(open(&path).collect::<Vec<_>>(), kept(records));
}

/// Waits, bounded, until the writer says so.
fn wait(writer: &Writer, until: impl Fn(&Status) -> bool) {
    let began = std::time::Instant::now();
    while !until(&writer.status()) {
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", writer.status());
        std::thread::yield_now();
    }
}

/// What a tail has kept of these records, written and read back.
fn saved(records: &[Record]) -> (Saved, Vec<Record>, Option<Fault>) {
    let folder = tempfile::tempdir().unwrap();
    let tail = Tail::start(header()).unwrap();
    records.iter().cloned().for_each(|record| tail.insert(record));
    let path = folder.path().join("r.rec");
    let saved = tail.save(path.clone()).unwrap();
    assert_eq!(saved.bytes, std::fs::metadata(&path).unwrap().len());
    assert!(tail.save(path.clone()).is_err(), "nothing is written over");
    let mut reader = open(&path);
    let read = reader.by_ref().collect();
    (saved, read, reader.fault())
}

#[test]
fn the_last_of_a_run_is_written_when_it_is_asked_for() {
    let records = kept(run(600));
    let (saved, read, fault) = saved(&records);
    assert_eq!((read, fault), (records, None));
    assert_eq!(saved.span, Duration::from_millis(59_900));
}

#[test]
fn a_tail_goes_back_an_hour_and_knows_what_was_told_before() {
    // Two hours, a sample a second: the first told who owns what, and of a target.
    let hours = (0..7_200).map(|second| {
        let mut sample = Sample {
            listeners: Some(Reading::Seen(vec![listener(3)])),
            ..Sample::at(at(second * 1000))
        };
        if second == 0 {
            sample.owners = Some(Reading::Seen(owners()));
            sample.probes = vec![target()];
        }
        Record::Sample(Box::new(sample))
    });
    let (saved, read, fault) = saved(&hours.collect::<Vec<_>>());
    assert_eq!(fault, None);
    assert!((3_600..=3_900).contains(&saved.span.as_secs()), "{saved:?}");
    let Record::Sample(known) = &read[0] else { panic!("nothing is known") };
    assert_eq!((&known.owners, &known.probes), (&Some(Reading::Seen(owners())), &vec![target()]));
    assert_eq!(read.last().unwrap().at(), at(7_199_000));
}

#[test]
fn a_tail_of_a_busy_host_is_shorter_and_never_over_its_budget() {
    let tail = Tail::start(header()).unwrap();
    let mut seed = 1_u64;
    let mut word = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        format!("{seed:016x}")
    };
    let mut highest = 0;
    for second in 0..1_200 {
        // Names that nothing can pack: 8 KB a second.
        let names = (0..500).map(|_| word()).collect::<String>();
        let sample =
            Sample { processes: Some(vec![process(&names)]), ..Sample::at(at(second * 1000)) };
        tail.insert(Record::Sample(Box::new(sample)));
        highest = highest.max(if second % 30 == 0 { tail.bytes() } else { 0 });
    }
    // Within its 2 MiB but for a block, and full.
    assert!((3 << 19..9 << 18).contains(&highest), "{highest} bytes");
    let folder = tempfile::tempdir().unwrap();
    let saved = tail.save(folder.path().join("r")).unwrap();
    assert!((300..1_200).contains(&saved.span.as_secs()), "what fits: {saved:?}");
}
