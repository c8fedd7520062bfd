//! Standard output that is a pipe, and one that nobody reads.

use std::process::{Command, Stdio};

use super::harness::{Running, User, herdtop, run};
use super::servers::Server;

#[test]
fn a_stream_ends_by_itself_when_nobody_reads() {
    let server = Server::at("127.0.0.1");
    let args = ["stream", "-p", &server.port(), "-i", "200ms"];
    let mut stream = Running::start(&mut herdtop(User::Own, &args));
    stream.document();
    stream.close_output();
    let said = stream.end();
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_stream_cut_by_head_ends_by_itself() {
    let server = Server::at("127.0.0.1");
    let args = ["stream", "-p", &server.port(), "-i", "200ms"];
    let mut stream = herdtop(User::Own, &args).spawn().expect("start herdtop");
    let lines = stream.stdout.take().expect("a pipe");
    let head = Command::new("head").arg("-1").stdin(lines).output().expect("head(1)");
    let text = String::from_utf8(head.stdout).expect("text");
    assert_eq!(super::schema::document(&text)["schema"], "herdtop.status/1");
    let end = stream.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&end.stderr), "");
    assert_eq!(end.status.code(), Some(0));
}

#[test]
fn without_a_terminal_there_is_one_plain_line_per_interval() {
    let server = Server::at("127.0.0.1");
    let _held = super::clients::hold(&server, server.address, 7);
    let args = ["-p", &server.port(), "-c", "100", "-i", "500ms"];
    let mut plain = Running::start(&mut herdtop(User::Own, &args));
    let start = std::time::Instant::now();
    let lines: Vec<String> = (0..6).filter_map(|_| plain.line()).collect();
    let took = start.elapsed().as_secs_f64();
    assert_eq!(lines.len(), 6);
    // Five intervals lie between six lines; the first waits for the first walk.
    assert!((2.3..6.0).contains(&took), "six lines in {took:.1} s");
    let label = format!(" :{} ", server.port());
    for line in &lines {
        assert!(line.contains(&label) && line.contains("  open 7  "), "{line}");
        assert!(line.contains("  capacity 7 %, room for 93  "), "{line}");
        assert!(!line.contains('\u{1b}'), "no colours in a pipe: {line}");
    }
    plain.close_output();
    let said = plain.end();
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
}

#[test]
fn help_and_version_are_not_surprised_by_a_closed_pipe() {
    for args in [&["--help"][..], &["--version"], &["check", "--help"], &["doctor"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let said = run(herdtop(User::Own, args).stdout(Stdio::from(writer)));
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn a_stream_ends_on_a_signal() {
    use rustix::process::{Pid, Signal, kill_process};
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let mut stream = Running::start(&mut herdtop(User::Own, &["stream", "-p", "1"]));
        stream.document();
        let pid = i32::try_from(stream.pid()).expect("a pid");
        kill_process(Pid::from_raw(pid).expect("a pid"), signal).expect("ours to signal");
        let said = stream.end();
        assert_eq!((said.code, said.stderr.as_str()), (Some(code), ""), "{signal:?}");
    }
}
