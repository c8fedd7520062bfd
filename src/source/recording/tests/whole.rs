//! A recording that nothing happened to.

use super::*;

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
