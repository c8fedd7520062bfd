//! `--log`: the log beside the sockets, as it is written.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use super::Log;
use crate::checks::harness::{Running, User, herdtop, say};

/// A stream that follows the log; once it does.
fn following(log: &Log, args: &[&str]) -> Running {
    let path = log.path("app.log");
    let mut command = herdtop(User::Own, &["stream", "-i", "200ms", "--log"]);
    command.arg(&path).args(args);
    let mut running = Running::start(&mut command);
    running.document_where("the log", |document| !document["log"].is_null());
    running
}

fn append(path: &Path, text: &str) {
    let mut file = File::options().append(true).create(true).open(path).expect("the log");
    file.write_all(text.as_bytes()).expect("written");
}

fn total(document: &Value, what: &str) -> u64 {
    document["log"][what]["total"].as_u64().unwrap_or(0)
}

/// How often real clients were told this code.
fn code(document: &Value, code: u16) -> u64 {
    let closes = document["closes"].as_array().expect("closes").iter();
    let found = closes.filter(|c| c["code"] == code && c["source"] == "log");
    found.map(|c| c["total"].as_u64().expect("a count")).sum()
}

#[test]
fn what_is_written_is_told_with_its_code_and_errors() {
    let log = Log::of(["client connected".to_owned(), "client disconnected 1001".to_owned()]);
    let mut running = following(&log, &[]);
    let path = log.path("app.log");
    append(&path, "client connected\nclient connected\nERROR no room\u{1b}[31m\nsomething else\n");
    append(&path, "client disconnected code=1013 full\nclient connected");
    let document = running.document_where("both lines", |d| code(d, 1013) == 1);
    assert_eq!((total(&document, "opened"), code(&document, 1001)), (2, 0), "only what is new");
    assert_eq!(document["log"]["last_errors"][0]["line"], "ERROR no room", "colours are peeled");
    assert_eq!(document["log"]["unmatched"], 1);
    append(&path, "\n");
    running.document_where("the line when it is whole", |d| total(d, "opened") == 3);
}

#[test]
fn an_access_log_tells_of_a_connection_when_it_is_over() {
    let log = Log::of([String::new()]);
    let mut running = following(&log, &[]);
    let nginx = "10.0.0.7 - - [21/Nov/2026:14:05:23 +0000] \"GET /ws HTTP/1.1\" 101 812 \"-\" \"curl\" 12.345\n";
    let plain = "10.0.0.7 - - [21/Nov/2026:14:05:24 +0000] \"GET / HTTP/1.1\" 200 812 \"-\" \"curl\" 0.001\n";
    append(&log.path("app.log"), &[nginx, plain, nginx].concat());
    let document = running.document_where("its end", |d| total(d, "closed") == 2);
    assert_eq!(total(&document, "opened"), 2);
    let notes = document["log"]["notes"].to_string();
    assert!(notes.contains("written when a connection ends"), "{notes}");
}

#[test]
fn rotation_by_name_and_by_truncation_loses_nothing() {
    let log = Log::of(["client connected".to_owned()]);
    let mut running = following(&log, &[]);
    let path = log.path("app.log");
    append(&path, "client connected\n");
    std::fs::rename(&path, log.path("app.log.1")).expect("renamed");
    append(&log.path("app.log.1"), "client connected\n");
    append(&path, "client connected\n");
    running.document_where("both files", |d| total(d, "opened") == 3);
    File::options().write(true).open(&path).expect("the log").set_len(0).expect("cut");
    append(&path, "client 4 connected\n");
    running.document_where("the cut file", |d| total(d, "opened") == 4);
}

#[test]
fn the_journal_is_read_from_standard_input_until_it_ends() {
    let mut command = herdtop(User::Own, &["stream", "-i", "200ms", "--log", "-"]);
    let mut child = command.stdin(Stdio::piped()).spawn().expect("it starts");
    let mut input = child.stdin.take().expect("its input");
    let mut running = Running::of(child);
    let line = "2026-11-21T14:00:01+0000 web app[8]: client disconnected (code: 1006, reason: )\n";
    input.write_all(line.as_bytes()).expect("written");
    running.document_where("the line", |d| code(d, 1006) == 1);
    drop(input);
    running.document_where("the end of it", |d| {
        d["sampling"]["denied"].to_string().contains("log -: has ended")
    });
}

#[test]
fn patterns_of_ones_own_are_used_live_too() {
    let log = Log::of([]);
    let own = ["--log-open", "joined", "--log-close", r"left (?<code>\d+)"];
    let mut running = following(&log, &own);
    append(&log.path("app.log"), "player joined\nplayer left 4408\nclient connected\n");
    let document = running.document_where("the lines", |d| code(d, 4408) == 1);
    assert_eq!(total(&document, "opened"), 1);
}

#[test]
fn a_log_that_cannot_be_followed_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().to_str().expect("text");
    for (args, about) in [
        (["--log", "/nonexistent/app.log"], "'/nonexistent/app.log': No such file"),
        (["--log", folder], "is a folder"),
        (["--log-close", "(x"], "--log-close '(x': is no regular expression"),
        (["--log-time", "%Q"], "--log-time '%Q'"),
    ] {
        let said = say(&[&["stream"], &args[..]].concat());
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{args:?}: {said:?}");
        assert_eq!(said.stderr.lines().count(), 1, "{args:?}: {}", said.stderr);
        assert!(said.stderr.contains(about), "{args:?}: {}", said.stderr);
    }
}

#[test]
fn a_connection_told_by_proxy_and_application_is_said_to_be_counted_twice() {
    let log = Log::of([String::new()]);
    log.write("proxy.log", b"");
    let proxy = log.path("proxy.log");
    let mut running = following(&log, &["--log", proxy.to_str().expect("a name")]);
    append(
        &proxy,
        "10.0.0.7 - - [21/Nov/2026:14:05:23 +0000] \"GET /ws HTTP/1.1\" 101 8 \"-\" \"c\" 1.345\n",
    );
    append(&log.path("app.log"), "client connected\nclient disconnected code=1001\n");
    let document = running.document_where("both logs", |d| total(d, "closed") == 2);
    let said = |d: &Value| d["log"]["notes"].to_string().contains("told by both was counted twice");
    assert!(said(&document), "{}", document["log"]["notes"]);
}

#[test]
fn the_clients_of_two_logs_are_added_up() {
    let log = Log::of([String::new()]);
    log.write("b.log", b"");
    let other = log.path("b.log");
    let mut running = following(&log, &["--log", other.to_str().expect("a name")]);
    append(&log.path("app.log"), "client connected from 203.0.113.7\n");
    append(&other, "client connected from 203.0.113.7\nclient connected from 203.0.113.9\n");
    let document = running.document_where("both logs", |d| total(d, "opened") == 3);
    let clients = &document["log"]["clients"];
    assert_eq!(
        (&clients["attempts"], &clients["addresses"][0]["attempts"]),
        (&3.into(), &2.into())
    );
}

#[test]
fn the_next_writer_of_a_pipe_is_waited_for_and_what_was_lost_is_said() {
    let log = Log::of([]);
    let pipe = log.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let mut command = herdtop(User::Own, &["stream", "-i", "200ms", "--log"]);
    let mut running = Running::start(command.arg(&pipe));
    let write = |text: &str| {
        let mut writer = File::options().write(true).open(&pipe).expect("its reader");
        writer.write_all(text.as_bytes()).expect("written");
    };
    write("client connected\n");
    running.document_where("the first writer", |d| {
        total(d, "opened") == 1 && d["log"]["notes"].to_string().contains("next one is waited for")
    });
    write("client connected\nclient conn");
    running.document_where("the second one", |d| {
        d["log"]["notes"].to_string().contains("closed it within a line, whose rest is lost")
    });
    write("client connected\n");
    let document = running.document_where("the third one", |d| total(d, "opened") == 3);
    assert_eq!(document["log"]["unmatched"], 1, "the torn line tells nothing");
    assert!(!document["sampling"]["denied"].to_string().contains("has ended"));
}
