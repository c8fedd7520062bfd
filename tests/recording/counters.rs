//! Counters of a recording that no host ever showed: rising, falling, beyond measure.

use std::path::Path;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use super::file::{lines, of_version_1, packed, replay, text};
use crate::checks::harness::{Said, say};
use crate::pty::harness::Terminal;

/// Times are another test's.
const TIMES: [&str; 4] = ["at", "secs", "nanos", "started"];

/// What is said of a recording, written there, of which each line behind the first was
/// changed: replayed for machines, for people, and as a report.
fn said_of(path: &Path, mut change: impl FnMut(u64, &mut Value)) -> [Said; 3] {
    let changed = |(n, line): (u64, &str)| {
        let mut line: Value = serde_json::from_str(line).expect("a line");
        if n > 0 {
            change(n, &mut line);
        }
        format!("{line}\n")
    };
    let all: String = (0..).zip(lines(&of_version_1()).lines()).map(changed).collect();
    std::fs::write(path, packed(&all)).expect("written");
    [replay(path, &["--json"]), replay(path, &[]), say(&["report", text(path)])]
}

/// Some of the numbers made others, as large as their field can hold or nothing.
fn shaken(value: &mut Value, random: &mut StdRng) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(|one| shaken(one, random)),
        Value::Object(all) => {
            for (_, one) in all.iter_mut().filter(|(name, _)| !TIMES.contains(&name.as_str())) {
                shaken(one, random);
            }
        }
        Value::Number(number) if random.random_bool(0.2) => {
            let Some(was) = number.as_u64() else { return };
            // What is small may be a port or a byte.
            let large: u64 = if was < 256 { 255 } else { 65_535 };
            *value = Value::from([0, 1, large][random.random_range(0..3)]);
        }
        _ => {}
    }
}

#[test]
fn no_figure_wraps_whatever_the_counters_do() {
    let folder = tempfile::tempdir().expect("a folder");
    for seed in 0..6 {
        let mut random = StdRng::seed_from_u64(seed);
        let path = folder.path().join(format!("{seed}.rec"));
        for said in said_of(&path, |_, line| shaken(line, &mut random)) {
            // A sum that overflows is a panic here, and a wrong figure for users.
            assert!(matches!(said.code, Some(0 | 2)), "seed {seed}: {said:?}");
            assert!(!said.stderr.contains("panicked"), "seed {seed}: {}", said.stderr);
            for wrapped in ["18446744", "18 446 744"] {
                assert!(!said.stdout.contains(wrapped), "seed {seed}: {}", said.stdout);
            }
        }
    }
}

/// What becomes of a counter from one line to the next.
type Course = fn(line: u64, was: u64) -> u64;

/// They fall, begin anew, have only 32 bits, stand still and jump.
const COURSES: [(&str, Course); 4] = [
    ("falling", |line, was| was.saturating_sub(line * 37)),
    ("begun anew", |line, was| if line < 40 { was } else { line % 3 }),
    ("of 32 bits", |line, was| (was + line * 40_000_000) % (1 << 32)),
    ("jumping", |line, was| was + (line % 2) * 3_000_000_000),
];

/// Every number of the kernel's counters, and of the drops of a listener.
fn changed(value: &mut Value, inside: bool, line: u64, course: Course) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(|one| changed(one, inside, line, course)),
        Value::Object(all) => {
            for (name, one) in all.iter_mut().filter(|(name, _)| !TIMES.contains(&name.as_str())) {
                changed(one, inside || name == "counters", line, course);
            }
        }
        Value::Number(number) if inside => {
            if let Some(was) = number.as_u64() {
                *value = Value::from(course(line, was));
            }
        }
        _ => {}
    }
}

/// A rate that no host has: over a hundred million a second, or less than none.
fn absurd(said: &str) -> Option<&str> {
    said.lines().find(|line| {
        let rates = line.split("/s").filter_map(|before| before.rsplit("  ").next());
        let digits = |rate: &str| rate.chars().filter(char::is_ascii_digit).count();
        let many = |rate: &str| rate.chars().all(|c| c.is_ascii_digit() || c == ' ');
        rates.into_iter().any(|rate| many(rate) && digits(rate) > 8)
    })
}

#[test]
fn counters_that_go_backwards_make_no_figure() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, course) in COURSES {
        let path = folder.path().join("changed.rec");
        for said in said_of(&path, |n, line| changed(line, false, n, course)) {
            assert_eq!(said.code, Some(0), "{name}: {said:?}");
            assert!(!said.stderr.contains("panicked"), "{name}: {}", said.stderr);
            assert_eq!(absurd(&said.stdout), None, "{name}");
        }
        let screen = Terminal::start(120, 36, &["replay", text(&path), "--speed", "0"]);
        screen.shows("CONNECTIONS/s");
        assert_eq!(absurd(&screen.screen().contents()), None, "{name}");
    }
}

#[test]
fn a_clock_that_goes_backwards_makes_no_figure() {
    let folder = tempfile::tempdir().expect("a folder");
    let back = |n: u64, line: &mut Value| {
        // Every seventh line is of five seconds before.
        if n % 7 == 6 {
            let mono = line.as_object_mut().and_then(|kinds| kinds.values_mut().next());
            if let Some(secs) = mono.and_then(|one| one.pointer_mut("/at/mono/secs")) {
                *secs = Value::from(secs.as_u64().unwrap_or(0).saturating_sub(5));
            }
        }
    };
    for said in said_of(&folder.path().join("back.rec"), back) {
        assert!(matches!(said.code, Some(0 | 2)), "{said:?}");
        assert!(!said.stderr.contains("panicked"), "{}", said.stderr);
        assert_eq!(absurd(&said.stdout), None);
    }
}
