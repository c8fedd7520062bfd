//! What is no file keeps nobody waiting and is not read without end.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::harness::{own_folder, say};

/// Longer than anything here may take on a busy machine, and much shorter than for
/// ever.
const SOON: Duration = Duration::from_secs(20);

fn fifo(folder: &Path) -> String {
    let path = folder.join("pipe.toml");
    assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
    path.to_str().expect("text").to_owned()
}

#[test]
fn pipes_devices_and_folders_are_refused_in_one_line_at_once() {
    let folder = own_folder();
    let (pipe, own) = (fifo(folder.path()), folder.path().to_str().expect("text").to_owned());
    let url = "ws://127.0.0.1:9/";
    for path in [pipe.as_str(), "/dev/zero", "/dev/tty", own.as_str()] {
        let at = format!("@{path}");
        let is_toml = Path::new(path).extension().is_some_and(|end| end == "toml");
        let theme = if is_toml { path.to_owned() } else { format!("{path}/") };
        for args in [
            &["logs", path][..],
            &["replay", path, "--json"],
            &["report", path],
            &["themes", &theme],
            &["check", "--config", path],
            &["check", "-H", &at, url],
            &["check", "--send", &at, url],
            &["check", "--cacert", path, url],
        ] {
            let began = Instant::now();
            let said = say(args);
            assert!(began.elapsed() < SOON, "{args:?} took {:?}", began.elapsed());
            assert!(matches!(said.code, Some(2 | 3)), "{args:?}: {said:?}");
            assert_eq!((said.stderr.lines().count(), said.stdout.as_str()), (1, ""), "{said:?}");
        }
    }
}

#[test]
fn a_log_that_is_a_pipe_nobody_writes_into_does_not_hold_up_a_check() {
    let folder = own_folder();
    let pipe = fifo(folder.path());
    let began = Instant::now();
    let port = super::down::free_port().to_string();
    let said = say(&["check", "--for", "1s", "-p", &port, "--log", &pipe]);
    assert_eq!(said.code, Some(2), "nobody listens there: {said:?}");
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    for device in ["/dev/zero", "/dev/tty"] {
        let said = say(&["check", "--for", "1s", "--log", device]);
        assert!(said.stderr.contains("is a device: name a file"), "{said:?}");
    }
}
