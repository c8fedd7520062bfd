//! Files that a stranger wrote, or that are no recording.

use super::*;

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
