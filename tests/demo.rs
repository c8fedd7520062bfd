//! `herdtop demo` as a user runs it: a verdict at the end, nothing left behind.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Nothing here takes longer than this; a condition that does not come true by
/// then has failed.
const BOUND: Duration = Duration::from_secs(20);

/// A demo without a screen, the port it serves on, and its server's pid.
struct Demo {
    program: Child,
    port: u16,
    server: u32,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_herdtop"));
    command.arg("demo").env("XDG_CONFIG_HOME", "/nonexistent").stdin(Stdio::null());
    command
}

/// Starts one and reads its port from its first line.
fn start() -> Demo {
    let mut program = command()
        .args(["--no-screen", "--seconds", "60"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut lines = BufReader::new(program.stdout.take().expect("piped")).lines();
    let line = lines.next().expect("a first line").expect("of text");
    let port = line.split(':').nth(3).and_then(|rest| rest.split_whitespace().next());
    let port = port.and_then(|p| p.parse().ok()).unwrap_or_else(|| panic!("no port in '{line}'"));
    // Read on, or the program would stop at a full pipe.
    std::thread::spawn(move || lines.for_each(drop));
    let server = children(program.id()).pop().expect("a server process");
    Demo { program, port, server }
}

/// The processes whose parent is this one.
fn children(parent: u32) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").expect("/proc").flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| stat(*pid).is_some_and(|(_, ppid)| ppid == parent)).collect()
}

/// State and parent of a process.
fn stat(pid: u32) -> Option<(char, u32)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

/// A zombie has ended; its new parent has only not been told yet.
fn is_running(pid: u32) -> bool {
    stat(pid).is_some_and(|(state, _)| state != 'Z')
}

fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < BOUND, "not within {BOUND:?}: {what}");
        std::thread::yield_now();
    }
}

fn nothing_is_left(server: u32, port: u16) {
    wait_until("the server process is gone", || !is_running(server));
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    wait_until("the port is closed", || TcpStream::connect(address).is_err());
}

#[test]
fn a_short_demo_ends_with_the_status_document_and_code_0() {
    let _noise = crate::checks::noise::noisy();
    let output = command()
        .args(["--seconds", "6", "--no-screen", "--json"])
        .output()
        .expect("the binary starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let last = text.lines().last().expect("a last line");
    let document: serde_json::Value = serde_json::from_str(last).expect("a JSON document");
    let listener = &document["listeners"][0];
    let opened = listener["opened_total"].as_u64().expect("counted");
    assert!(opened >= 100, "a herd of {opened}");
    assert_eq!(listener["process"], "herdtop");
    let port = u16::try_from(listener["port"].as_u64().expect("a port")).expect("in range");
    let server = u32::try_from(listener["pids"][0].as_u64().expect("a pid")).expect("in range");
    nothing_is_left(server, port);
}

/// Rule and state of every alert of half a minute of a scenario.
fn half_a_minute_of(scenario: &str) -> Vec<(String, String)> {
    let args = [scenario, "--seconds", "30", "--no-screen", "--json"];
    let output = command().args(args).output().expect("the binary starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let document: serde_json::Value =
        serde_json::from_str(text.lines().last().expect("a last line")).expect("a JSON document");
    let alerts = document["alerts"].as_array().expect("alerts").iter();
    let word = |alert: &serde_json::Value, key| alert[key].as_str().expect("a word").to_owned();
    alerts.map(|alert| (word(alert, "rule"), word(alert, "state"))).collect()
}

#[test]
#[ignore = "takes half a minute; run by tests/run.sh"]
fn the_incident_raises_capacity_herd_and_restart() {
    let _alone = crate::checks::noise::quiet();
    let alerts = half_a_minute_of("incident");
    for rule in ["capacity", "herd", "restart", "refusing_new"] {
        assert!(alerts.iter().any(|(r, _)| r == rule), "no {rule}: {alerts:?}");
    }
    // It ends three quarters full, the clients hardly back.
    let firing = |rule: &str| alerts.iter().any(|(r, state)| r == rule && state == "firing");
    assert!(firing("capacity") && firing("restart"), "{alerts:?}");
}

#[test]
#[ignore = "takes half a minute; run by tests/run.sh"]
fn a_calm_demo_raises_nothing() {
    let _alone = crate::checks::noise::quiet();
    assert_eq!(half_a_minute_of("calm"), []);
}

#[test]
fn an_unknown_scenario_names_those_there_are() {
    let output = command().arg("nosuch").output().expect("the binary starts");
    assert_eq!(output.status.code(), Some(2));
    let line = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(
        line.contains("'nosuch'") && line.contains("incident, overload, restart, calm"),
        "{line}"
    );
}

#[test]
fn interrupted_it_leaves_nothing_behind() {
    let _noise = crate::checks::noise::noisy();
    let mut demo = start();
    assert!(is_running(demo.server));
    let pid = Pid::from_child(&demo.program);
    kill_process(pid, Signal::INT).expect("it runs");
    assert_eq!(demo.program.wait().expect("it ends").code(), Some(130));
    nothing_is_left(demo.server, demo.port);
}

#[test]
fn killed_it_leaves_nothing_behind() {
    let _noise = crate::checks::noise::noisy();
    let mut demo = start();
    demo.program.kill().expect("it runs");
    demo.program.wait().expect("it ends");
    nothing_is_left(demo.server, demo.port);
}
