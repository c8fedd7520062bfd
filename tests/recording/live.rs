//! A live run and its replay say the same.

use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use super::file::{alerts, of_version_1, replay, text};
use crate::checks::harness::{Running, User, herdtop, run, say};
use crate::checks::{noise, schema};

#[test]
fn a_replay_says_what_the_live_run_said_to_the_last_figure() {
    let _noise = noise::noisy();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("demo.rec");
    let arguments = ["demo", "--seconds", "12", "--no-screen", "--json", "--record", text(&path)];
    let live = say(&arguments).document();
    assert!(!alerts(&live).is_empty(), "an incident without an alert: {live}");
    let fast = replay(&path, &["--json"]).document();
    assert_eq!(alerts(&fast), alerts(&live));
    assert_eq!(fast, live);
    let endings = live["services"][0]["endings"].as_array().expect("endings");
    let labelled = |ending: &serde_json::Value| ending["label_source"] == "probe";
    assert!(endings.iter().any(labelled), "no probe named an ending: {endings:#?}");
    assert_eq!(replay(&path, &["--json", "--speed", "20"]).document(), live);
    assert_eq!(say(&["report", text(&path), "--format", "json"]).document(), live);
    let mode = std::fs::metadata(&path).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "only its owner may read it");
}

#[test]
fn what_version_1_wrote_is_read_for_ever() {
    let document = replay(&of_version_1(), &["--json"]).document();
    let rules: Vec<String> = alerts(&document).into_iter().map(|(rule, _)| rule).collect();
    for rule in ["herd", "capacity", "refusing_new"] {
        assert!(rules.iter().any(|r| r == rule), "no {rule} in {rules:?}");
    }
    assert!(document["listeners"][0]["opened_total"].as_u64() > Some(500), "{document}");
}

#[test]
fn plain_lines_are_those_of_the_run_and_the_verdict_is_last() {
    let said = replay(&of_version_1(), &[]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    assert!(said.stdout.lines().count() > 15, "{}", said.stdout);
    let last = said.stdout.lines().last().expect("a verdict");
    assert!(last.starts_with("WARN restarting (planned): RESTARTED "), "{last}");
}

#[test]
fn it_comes_through_a_pipe_as_well() {
    let file = std::fs::File::open(of_version_1()).expect("the recording");
    let mut command = herdtop(User::Own, &["replay", "-", "--json"]);
    let piped = run(command.stdin(Stdio::from(file))).document();
    assert_eq!(piped, replay(&of_version_1(), &["--json"]).document());
}

#[test]
fn a_moment_is_named_in_three_ways() {
    let at = |time: &str| {
        let mut command =
            herdtop(User::Own, &["replay", text(&of_version_1()), "--json", "--at", time]);
        let document = run(command.env("TZ", "UTC")).document();
        document["at"].as_str().expect("a time").to_owned()
    };
    let end = replay(&of_version_1(), &["--json"]).document();
    let end = chrono::DateTime::parse_from_rfc3339(end["at"].as_str().expect("a time"));
    let end = end.expect("RFC 3339").to_utc();
    let wanted = end - chrono::TimeDelta::seconds(8);
    let found =
        [at("8s ago"), at(&wanted.to_rfc3339()), at(&wanted.format("%H:%M:%S").to_string())];
    for found in found {
        let found = chrono::DateTime::parse_from_rfc3339(&found).expect("RFC 3339").to_utc();
        let late = (found - wanted).num_milliseconds();
        assert!((-1000..=1000).contains(&late), "{late} ms beside {wanted}");
    }
}

#[test]
fn killed_it_has_all_but_the_last_two_seconds() {
    let _noise = noise::noisy();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("killed.rec");
    let mut stream = Running::start(&mut herdtop(User::Own, &["stream", "--record", text(&path)]));
    let mut last = stream.document();
    for _ in 0..4 {
        last = stream.document();
    }
    // Dropping sends SIGKILL.
    drop(stream);
    let said = replay(&path, &["--json"]);
    assert_eq!(said.code, Some(0));
    assert!(said.stderr.contains("is truncated at byte"), "{}", said.stderr);
    let document = schema::document(&said.stdout);
    let denied = document["sampling"]["denied"][0].as_str().expect("a reason");
    assert!(denied.contains("truncated"), "{denied}");
    let at = |document: &serde_json::Value| {
        let at = document["at"].as_str().expect("a time");
        chrono::DateTime::parse_from_rfc3339(at).expect("RFC 3339")
    };
    let missing = (at(&last) - at(&document)).num_milliseconds();
    // One derivation is a second: what was derived within two seconds may be gone.
    assert!(missing <= 2000, "{missing} ms lost");
}

#[test]
fn a_recording_that_is_full_goes_on_and_keeps_the_newer_half() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("r.rec");
    let arguments = ["stream", "--record", text(&path), "--record-max", "1M", "-i", "100ms"];
    // The queues of six hundred listeners, told anew whenever one of them changes.
    let bind = |_| std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let listeners: Vec<_> = (0..600).map(bind).collect();
    let mut held = Vec::new();
    let mut stream = Running::start(&mut herdtop(User::Own, &arguments));
    let older = folder.path().join("r.rec.1");
    let first = |path: &std::path::Path| {
        let lines = super::file::lines(path);
        let header: serde_json::Value =
            serde_json::from_str(lines.lines().next().unwrap_or("{}")).expect("a header");
        header["part"].as_u64()
    };
    let mut seen = 0_usize;
    while !(older.exists() && path.exists() && first(&path) == Some(2)) {
        let one: &std::net::TcpListener = &listeners[seen % listeners.len()];
        let address = one.local_addr().expect("its address");
        held.push(std::net::TcpStream::connect(address).expect("a connection"));
        stream.document();
        seen += 1;
        assert!(seen < 1_200, "it does not rotate within two minutes");
    }
    let names = std::fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(names, 2, "one older part and no more");
    let size = |path: &std::path::Path| std::fs::metadata(path).expect("it is there").len();
    assert!(size(&path) + size(&older) <= 1 << 20, "over --record-max");
    drop(stream);
    let said = replay(&path, &["--json"]);
    assert_eq!(said.code, Some(0), "both parts are one recording: {said:?}");
    let document = schema::document(&said.stdout);
    // The busiest in full, the others summed.
    let one_by_one = document["listeners"].as_array().map_or(0, Vec::len);
    let summed = document["listeners_others"]["listeners"].as_u64().unwrap_or(0);
    assert!(one_by_one as u64 + summed >= 600, "{document}");
}
