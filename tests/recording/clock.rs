//! Recordings over which the wall clock was set.

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::file::{lines, of_version_1, packed, text};
use crate::checks::harness::{Said, User, herdtop, run};

/// The recording that is always the same, its clock set by so much in its middle.
fn stepped(folder: &Path, name: &str, by: impl Fn(usize) -> TimeDelta) -> std::path::PathBuf {
    let all = lines(&of_version_1());
    let total = all.lines().count();
    let set = |(n, line): (usize, &str)| {
        let mut line: Value = serde_json::from_str(line).expect("a line");
        let by = by(n * 100 / total);
        for record in line.as_object_mut().expect("an object").values_mut() {
            let wall = record.get_mut("at").and_then(|at| at.get_mut("wall"));
            if let Some(wall) = wall {
                let at: DateTime<Utc> =
                    wall.as_str().and_then(|at| at.parse().ok()).expect("a time");
                *wall = Value::String((at + by).to_rfc3339());
            }
        }
        format!("{line}\n")
    };
    let path = folder.join(name);
    let text: String = all.lines().enumerate().map(set).collect();
    std::fs::write(&path, packed(&text)).expect("written");
    path
}

fn report(path: &Path, args: &[&str]) -> Said {
    let all = [&["report", text(path)], args].concat();
    run(herdtop(User::Own, &all).env("TZ", "UTC"))
}

/// The lines of a report that hold figures of the whole run.
fn figures(report: &str) -> Vec<String> {
    let wanted = ["- Impact: ", "- 1 herd", "- 3 of "];
    let found = report.lines().filter(|line| wanted.iter().any(|begin| line.starts_with(begin)));
    found.map(str::to_owned).collect()
}

#[test]
fn a_clock_set_back_loses_nothing_and_is_an_event() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = report(&of_version_1(), &[]).stdout;
    let hour = |part| if part > 55 { TimeDelta::hours(-1) } else { TimeDelta::zero() };
    let back = report(&stepped(folder.path(), "back.rec", hour), &[]);
    assert_eq!((back.code, back.stderr.as_str()), (Some(0), ""));
    assert!(back.stdout.contains("the wall clock was set back by 1h00m ("), "{}", back.stdout);
    assert!(back.stdout.contains("in between the clock was set"), "{}", back.stdout);
    assert!(figures(&whole).len() > 1, "{whole}");
    assert_eq!(figures(&back.stdout), figures(&whole));
    for row in ["| CRIT | capacity |", "| WARN | herd |"] {
        assert!(back.stdout.contains(row), "{}", back.stdout);
    }
}

#[test]
fn a_clock_set_forward_is_an_event_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let hour = |part| if part > 55 { TimeDelta::hours(1) } else { TimeDelta::zero() };
    let said = report(&stepped(folder.path(), "forward.rec", hour), &[]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    assert!(said.stdout.contains("the wall clock went forward by 1h00m:"), "{}", said.stdout);
}

#[test]
fn a_clock_that_jumps_by_centuries_costs_no_time_and_no_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    // To 2199 and back again, on and on.
    let centuries =
        |part: usize| TimeDelta::days(if part.is_multiple_of(2) { 0 } else { 365 * 173 });
    let path = stepped(folder.path(), "centuries.rec", centuries);
    for args in [
        &["report", text(&path)][..],
        &["report", text(&path), "--format", "html"],
        &["replay", text(&path), "--json"],
        &["replay", text(&path), "--plain"],
    ] {
        let began = Instant::now();
        let said = run(&mut herdtop(User::Own, args));
        assert_eq!(said.code, Some(0), "{args:?}: {}", said.stderr);
        assert!(began.elapsed() < Duration::from_secs(30), "{args:?}: {:?}", began.elapsed());
        assert!(said.stdout.len() < 1 << 20, "{args:?}: {} bytes", said.stdout.len());
    }
}

/// What a document tells of the whole run, without its times.
fn told(document: &str) -> Value {
    let document: Value = serde_json::from_str(document).expect("a document");
    let part = |key: &str, of: &[&str]| -> Vec<Value> {
        let all = document[key].as_array().expect("a list").iter();
        all.map(|one| of.iter().map(|key| one[key].clone()).collect()).collect()
    };
    serde_json::json!({
        "totals": document["totals"],
        "alerts": part("alerts", &["rule", "severity", "state", "peak"]),
        "herds": part("herds", &["total", "peak_per_s", "kind"]),
        "closes": document["closes"],
    })
}

/// A range is between two moments of the recording, whatever the clock showed: by its
/// times the half before a clock was set back would be after its end.
#[test]
fn every_format_tells_the_same_whatever_the_clock_was_set_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = report(&of_version_1(), &["--format", "json"]).stdout;
    let impact = figures(&report(&of_version_1(), &[]).stdout);
    let fixed = stepped(folder.path(), "fixed.rec", |_| TimeDelta::zero());
    for hours in [-1, 1, -24] {
        let by = |part| if part > 55 { TimeDelta::hours(hours) } else { TimeDelta::zero() };
        let path = stepped(folder.path(), &format!("{hours}.rec"), by);
        // From the first second that the clock showed to the last.
        let (from, to) = ("2026-11-21T11:16:50Z", "2026-11-21T11:17:30Z");
        let to: DateTime<Utc> = to.parse().expect("a time");
        let to = (to + TimeDelta::hours(hours)).to_rfc3339();
        for range in [&[][..], &["--from", from], &["--to", &to], &["--from", from, "--to", &to]] {
            let with =
                |format: &'static str| report(&path, &[range, &["--format", format]].concat());
            let json = with("json");
            assert_eq!(json.stderr, "", "{hours} h, {range:?}");
            assert_eq!(told(&json.stdout), told(&whole), "{hours} h, {range:?}");
            assert_eq!(figures(&with("md").stdout), impact, "{hours} h, {range:?}");
            let html = with("html").stdout;
            let plain = report(&fixed, &["--format", "html"]).stdout;
            let of = |page: &str| page.lines().find(|l| l.contains("Impact: ")).map(str::to_owned);
            assert_eq!(of(&html), of(&plain), "{hours} h, {range:?}");
        }
    }
}

/// The part behind the step is asked for by what the clock showed then.
#[test]
fn a_part_is_found_by_what_the_clock_showed() {
    let folder = tempfile::tempdir().expect("a folder");
    let hour = |part| if part > 55 { TimeDelta::hours(-1) } else { TimeDelta::zero() };
    let path = stepped(folder.path(), "back.rec", hour);
    let at = |args: &[&str]| {
        let all = [&["replay", text(&path), "--json"], args].concat();
        run(herdtop(User::Own, &all).env("TZ", "UTC"))
    };
    for wanted in ["10:17:10", "2026-11-21T10:17:10Z", "3s ago"] {
        let said = at(&["--at", wanted]);
        assert_eq!(said.code, Some(0), "{wanted}: {}", said.stderr);
        let shown = said.document()["at"].as_str().expect("a time").to_owned();
        assert!(shown.starts_with("2026-11-21T10:17:1"), "{wanted}: {shown}");
        let from = report(&path, &["--from", wanted]);
        assert_eq!(from.code, Some(0), "{wanted}: {}", from.stderr);
        let range = "\n- 2026-11-21 10:17:1";
        assert!(from.stdout.contains(range), "{wanted}: {}", from.stdout);
    }
}
