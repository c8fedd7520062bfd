//! Whoever wants to leave leaves, whatever the program is at.

use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Signal;

use super::harness::{Ends, Service, Terminal};

const RECORDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recording/version-1.rec");

#[test]
fn a_replay_that_waits_for_its_first_reading_is_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("slow.rec");
    assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
    let path = path.to_str().expect("a path of ours");
    for (arguments, output) in [
        (&["replay", path][..], None),
        (&["replay", path, "--at", "14:00"], None),
        (&["replay", path, "--json"], Some(Stdio::null())),
        (&["report", path], Some(Stdio::null())),
    ] {
        let ends = Ends { input: None, output };
        let mut terminal = Terminal::start_on(100, 30, arguments, &[], ends);
        let mut pipe = File::options().write(true).open(path).expect("its reader");
        // The header alone: now it waits for the rest.
        let recording = std::fs::read(RECORDING).expect("a recording");
        pipe.write_all(&recording[..345]).expect("taken");
        terminal.listens_to(Signal::INT);
        terminal.types("\x03");
        assert_eq!(terminal.exit_code(), Some(130), "{arguments:?}");
    }
}

/// A pager that is not scrolled takes 64 KiB; then whoever writes stands.
#[test]
fn one_that_writes_into_a_pipe_nobody_reads_is_ended_by_a_signal() {
    let service = Service::with(1);
    let port = service.argument();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let full = writer.try_clone().expect("a descriptor");
    let ends = Ends { input: None, output: Some(writer.into()) };
    let arguments = ["stream", "-p", &port, "-i", "100ms"];
    let mut terminal = Terminal::start_on(100, 30, &arguments, &[], ends);
    terminal.wait_for("the pipe is full", |_| {
        let mut room = [PollFd::new(&full, PollFlags::OUT)];
        poll(&mut room, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).is_ok_and(|ready| ready == 0)
    });
    terminal.types("\x03");
    assert_eq!(terminal.exit_code(), Some(130));
    drop(reader);
}
