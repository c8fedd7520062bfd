//! The last of a run, kept in memory.

use super::*;

/// What a tail has kept of these records, written and read back.
fn saved(records: &[Record]) -> (Duration, Vec<Record>, Option<Fault>) {
    let folder = tempfile::tempdir().unwrap();
    let tail = Tail::start(header()).unwrap();
    records.iter().cloned().for_each(|record| tail.insert(record));
    let path = folder.path().join("r.rec");
    let span = tail.save(path.clone()).unwrap();
    assert!(tail.save(path.clone()).is_err(), "nothing is written over");
    let mut reader = open(&path);
    let read = reader.by_ref().collect();
    (span, read, reader.fault())
}

#[test]
fn the_last_of_a_run_is_written_when_it_is_asked_for() {
    let records = kept(run(600));
    let (span, read, fault) = saved(&records);
    assert_eq!((read, fault), (records, None));
    assert_eq!(span, Duration::from_millis(59_900));
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
    let (span, read, fault) = saved(&hours.collect::<Vec<_>>());
    assert_eq!(fault, None);
    assert!((3_600..=3_900).contains(&span.as_secs()), "{span:?}");
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
    let span = tail.save(folder.path().join("r")).unwrap();
    assert!((300..1_200).contains(&span.as_secs()), "what fits: {span:?}");
}
