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
