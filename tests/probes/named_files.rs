//! Files that are named on the command line: nobody waits for them, and none is
//! read without end.

use std::path::Path;
use std::time::{Duration, Instant};

use super::run::together;
use crate::checks::harness::{User, herdtop, run};

/// Named where a file is wanted; the one line that is said of it.
fn complaint(flag: &str, path: &Path, at: bool) -> String {
    let path = path.to_str().expect("a plain path");
    let value = if at { format!("@{path}") } else { path.to_owned() };
    let args = ["check", "--for", "1s", "wss://127.0.0.1:1/", flag, &value];
    let start = Instant::now();
    let said = run(&mut herdtop(User::Own, &args));
    assert!(start.elapsed() < Duration::from_secs(5), "{flag} {value}: {:?}", start.elapsed());
    assert_eq!(said.code, Some(3), "{flag} {value}: {said:?}");
    assert_eq!(said.stderr.lines().count(), 1, "{said:?}");
    said.stderr
}

#[test]
fn a_pipe_a_device_and_a_folder_are_refused_in_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let fifo = folder.path().join("fifo");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    let kind = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, kind, mode, 0).expect("a fifo");
    let flags = [("--header", true), ("--send", true), ("--cacert", false)];
    let paths = [
        (fifo.as_path(), "a pipe"),
        (Path::new("/dev/zero"), "a device"),
        (folder.path(), "a folder"),
    ];
    let cases: Vec<_> =
        flags.iter().flat_map(|flag| paths.iter().map(move |path| (flag, path))).collect();
    together(&cases, |((flag, at), (path, what))| {
        let said = complaint(flag, path, *at);
        assert!(said.contains(what) && said.contains(flag), "{said}");
    });
}

#[test]
fn a_file_without_end_is_refused_for_its_size() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("huge");
    let file = std::fs::File::create(&path).expect("created");
    // Sparse: it has a size and no blocks.
    file.set_len(8 << 30).expect("a size");
    for (flag, at) in [("--header", true), ("--send", true), ("--cacert", false)] {
        assert!(complaint(flag, &path, at).contains("larger than"), "{flag}");
    }
}
