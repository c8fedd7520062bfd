//! Very many listeners, of which some come and go.

use super::*;

/// So many of them, from that number on.
fn listening(from: u16) -> Vec<Listener> {
    let one = |n: u16| Listener {
        local: ([127, 0, 0, 1], n).into(),
        inode: u64::from(n) + 7,
        cookie: u64::from(n) + 1,
        ..listener(0)
    };
    (from..from + 1_500).map(one).collect()
}

/// Told once, then by each change: a minute of them.
fn told() -> Vec<Record> {
    let sample = |second: u16| {
        let moment = at(u64::from(second) * 1_000);
        let mut sample = Sample { processes: Some(vec![process("gateway")]), ..Sample::at(moment) };
        if second == 0 || second > 40 {
            let mut now = listening(second);
            now[7].accept_queue = u32::from(second % 3);
            sample.listeners = Some(Reading::Seen(now));
        }
        Record::Sample(Box::new(sample))
    };
    (0..60).map(sample).collect()
}

fn listeners(record: &Record) -> Option<&Vec<Listener>> {
    let Record::Sample(sample) = record else { return None };
    sample.listeners.as_ref()?.seen()
}

#[test]
fn they_are_written_by_what_changes_and_read_as_they_were() {
    let records = kept(told());
    let keep = Keep { bytes: 1 << 30, span: Duration::MAX, older: 0, durable: false };
    let (_folder, path) = written(&records, keep);
    let mut reader = open(&path);
    let read: Vec<Record> = reader.by_ref().collect();
    assert_eq!((read == records, reader.fault()), (true, None));
    let size = std::fs::metadata(&path).unwrap().len();
    assert!(size < 80_000, "{size} bytes: nineteen lists, of which the first is written whole");
}

#[test]
fn a_later_part_begins_with_those_that_are_not_told_again() {
    let records = kept(told());
    let keep = Keep { bytes: 1 << 30, span: Duration::from_secs(25), older: 1, durable: false };
    let (_folder, path) = written(&records, keep);
    let mut reader = Reader::open_last(&path, 1).unwrap();
    assert_eq!(reader.header().part, 3);
    let read: Vec<Record> = reader.by_ref().collect();
    assert_eq!(reader.fault(), None);
    let [known, rest @ ..] = read.as_slice() else { panic!("nothing was read") };
    assert!(records.ends_with(rest) && rest.len() < 20, "{} records", rest.len());
    let before = records.len() - rest.len();
    let last = records[..before].iter().rev().find_map(listeners);
    assert_eq!(listeners(known), last);
}

#[test]
fn a_tail_begins_with_them_and_stays_within_its_budget() {
    let tail = Tail::start(header()).unwrap();
    // Two hours: those of the first second hold on until long after it was let go.
    for second in 0..7_200 {
        let mut sample = Sample::at(at(second * 1_000));
        if second == 0 {
            sample.listeners = Some(Reading::Seen(listening(0)));
        }
        tail.insert(Record::Sample(Box::new(sample)));
    }
    assert!(tail.bytes() < 9 << 18, "{} bytes", tail.bytes());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.rec");
    tail.save(path.clone()).unwrap();
    let mut reader = open(&path);
    let first = reader.next().expect("what is known");
    assert_eq!(listeners(&first), Some(&listening(0)));
    assert!(reader.by_ref().count() > 3_000);
    assert_eq!(reader.fault(), None);
}
