//! `check --during`: a deploy and what it does to clients.

use std::path::Path;
use std::process::Command;

use rustix::fs::{CWD, Mode, mkfifoat};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::clients::hold;
use super::harness::{Running, Said, User, herdtop, own_folder};
use super::schema;
use super::servers::Server;

/// A check during this shell script.
fn during(server: &Server, more: &[&str], script: &str) -> Command {
    let port = server.port();
    let args = ["check", "--during", "-p", &port];
    let run = ["--", "sh", "-c", script];
    herdtop(User::Own, &[&args[..], more, &run].concat())
}

fn fifo(folder: &Path, name: &str) -> String {
    let path = folder.join(name);
    mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR).expect("a FIFO");
    path.to_str().expect("a path").to_owned()
}

/// Runs one that drops these 40 clients, of which so many come back while it runs.
fn restart(more: &[&str], back: usize) -> Said {
    let server = Server::at("127.0.0.1");
    let held = hold(&server, server.address, 40);
    let folder = own_folder();
    let (begun, done) = (fifo(folder.path(), "begun"), fifo(folder.path(), "done"));
    let script = format!("echo >{begun}; cat {done}; exit 0");
    let run = Running::start(&mut during(&server, more, &script));
    // Opens once the script does.
    std::fs::read(&begun).expect("it begins");
    server.drop_held();
    drop(held);
    let _returned = hold(&server, server.address, back);
    std::fs::write(&done, "").expect("it waits");
    run.end()
}

#[test]
fn a_restart_is_graded_by_what_it_dropped_and_when_they_were_back() {
    let said = restart(&["--json"], 40);
    let document = schema::document(said.stdout.trim_end());
    let deploy = &document["deploy"];
    assert_eq!((&deploy["open_before"], &deploy["open_after"]), (&40.into(), &40.into()));
    assert_eq!((&deploy["dropped"], &deploy["dropped_ratio"]), (&40.into(), &1.0.into()));
    assert_eq!(deploy["back_ratio"], 1.0, "{deploy}");
    assert!(deploy["back_after_s"].as_f64().is_some_and(|after| after < 5.0), "{deploy}");
    assert!(deploy["peak_opened_per_s"].as_f64().is_some_and(|peak| peak >= 20.0), "{deploy}");
    let ended = (&deploy["command"], &deploy["exit_code"], &deploy["signal"]);
    assert_eq!(ended, (&"sh".into(), &0.into(), &Value::Null), "{deploy}");
    let severity = deploy["severity"].as_str().expect("how bad");
    let code = ["ok", "warning", "critical", "unknown"].iter().position(|one| *one == severity);
    assert_eq!(said.code, code.and_then(|code| i32::try_from(code).ok()), "{deploy}");
}

#[test]
fn clients_that_do_not_come_back_are_waited_for_no_longer_than_asked() {
    let said = restart(&["--for", "12s"], 10);
    let line = said.stdout.trim_end();
    assert!(line.contains("'sh' exit code 0 after "), "{line}");
    assert!(line.contains("; dropped 40 of 40 open (100 %); "), "{line}");
    assert!(line.contains("; 25 % back"), "{line}");
    assert_ne!(said.code, Some(0), "{line}");
}

#[test]
fn one_that_does_nothing_to_them_is_ok_and_one_that_fails_is_critical() {
    let server = Server::at("127.0.0.1");
    let _held = hold(&server, server.address, 20);
    let run = |script| Running::start(&mut during(&server, &["--for", "12s"], script));
    let [fine, wrong, killed] =
        ["echo its output", "exit 3", "kill -9 $$"].map(run).map(Running::end);
    let lines: Vec<&str> = fine.stdout.lines().collect();
    assert_eq!(lines[0], "its output");
    assert!(lines[1].starts_with("OK 'sh' exit code 0 after "), "{}", lines[1]);
    assert!(lines[1].contains("; dropped 0 of 20 open"), "{}", lines[1]);
    assert!(lines[1].contains("; clients stayed"), "{}", lines[1]);
    assert!(wrong.stdout.starts_with("CRIT 'sh' exit code 3 after "), "{}", wrong.stdout);
    assert!(killed.stdout.starts_with("CRIT 'sh' killed by signal 9 after "), "{}", killed.stdout);
    assert_eq!([fine.code, wrong.code, killed.code], [Some(0), Some(2), Some(2)]);
}

#[test]
fn whoever_ends_us_ends_the_command_which_is_waited_for() {
    let server = Server::at("127.0.0.1");
    let script = "trap 'echo cleaning up; exit 0' TERM; echo up; while :; do sleep 0.05; done";
    let mut run = Running::start(&mut during(&server, &[], script));
    assert_eq!(run.line().as_deref(), Some("up"));
    let pid = Pid::from_raw(i32::try_from(run.pid()).expect("a pid")).expect("not 0");
    kill_process(pid, Signal::TERM).expect("it runs");
    assert_eq!(run.line().as_deref(), Some("cleaning up"));
    let said = run.end();
    assert!(said.stdout.contains("'sh' exit code 0 after "), "{said:?}");
    assert_eq!(said.code, Some(143));
}

#[test]
fn what_cannot_be_run_is_one_line_and_3() {
    let server = Server::at("127.0.0.1");
    let port = server.port();
    for (args, about) in [
        (&["check", "--during", "-p", &port, "--", "no-such-deploy"][..], "'no-such-deploy'"),
        (&["check", "--during", "-p", &port], "--during"),
        (&["check", "-p", &port, "--", "true"], "--during"),
    ] {
        let said = Running::start(&mut herdtop(User::Own, args)).end();
        assert_eq!((said.code, said.stdout.as_str()), (Some(3), ""), "{args:?}: {said:?}");
        assert_eq!(said.stderr.lines().count(), 1, "{args:?}: {}", said.stderr);
        assert!(said.stderr.contains(about), "{args:?}: {}", said.stderr);
    }
}
