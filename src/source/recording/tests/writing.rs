//! A recording under way: its parts, and a disk or a stranger that gets between.

use std::os::unix::fs::FileExt;

use super::*;

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

/// A writer under way that has these on disk.
fn started(records: &[Record]) -> (tempfile::TempDir, PathBuf, Writer) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r");
    let writer = Writer::start(path.clone(), Keep::halves(1 << 30), header()).unwrap();
    records.iter().cloned().for_each(|record| writer.insert(record));
    wait(&writer, |status| status.bytes > 400);
    (folder, path, writer)
}

#[test]
fn a_removed_file_begins_anew_and_the_loss_is_told() {
    let records = run(100);
    let (_folder, path, writer) = started(&records[..50]);
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
    let (_folder, path, writer) = started(&records[..50]);
    // As copytruncate of logrotate(8) does.
    std::fs::File::options().write(true).open(&path).unwrap().set_len(0).unwrap();
    // It is seen before a block is written: that which was under way when the file was
    // cut needs another behind it.
    let cut = |status: &Status| {
        records[50..].iter().cloned().for_each(|record| writer.insert(record));
        status.fault.as_ref().is_some_and(|f| f.contains("was cut from"))
    };
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
fn a_file_that_was_cut_while_a_block_was_written_begins_a_new_part_too() {
    let records = run(100);
    let (_folder, path, writer) = started(&records[..50]);
    // What is left of it then: a hole, and a block behind it.
    let cut = std::fs::File::options().read(true).write(true).open(&path).unwrap();
    let whole = std::fs::read(&path).unwrap();
    let (hole, block) = whole.split_at(whole.len() - 40);
    cut.set_len(0).unwrap();
    cut.write_all_at(block, hole.len() as u64).unwrap();
    let told = |status: &Status| {
        records[50..].iter().cloned().for_each(|record| writer.insert(record));
        status.fault.as_ref().is_some_and(|f| f.contains("was cut from outside"))
    };
    wait(&writer, told);
    drop(writer);
    let mut reader = open(&path);
    assert_eq!(reader.header().part, 2);
    assert!(reader.by_ref().count() > 0);
    assert_eq!(reader.fault(), None);
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
