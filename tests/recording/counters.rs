//! Counters of a recording that no host ever showed: rising, falling, beyond measure.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use super::file::{lines, of_version_1, packed, replay, text};
use crate::checks::harness::{User, herdtop, run};

/// Times are another test's.
const TIMES: [&str; 4] = ["at", "secs", "nanos", "started"];

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
    let all = lines(&of_version_1());
    for seed in 0..6 {
        let mut random = StdRng::seed_from_u64(seed);
        let shake = |(n, line): (usize, &str)| {
            let mut line: Value = serde_json::from_str(line).expect("a line");
            if n > 0 {
                shaken(&mut line, &mut random);
            }
            format!("{line}\n")
        };
        let text_of: String = all.lines().enumerate().map(shake).collect();
        let path = folder.path().join(format!("{seed}.rec"));
        std::fs::write(&path, packed(&text_of)).expect("written");
        let report = run(&mut herdtop(User::Own, &["report", text(&path)]));
        for said in [replay(&path, &["--json"]), replay(&path, &[]), report] {
            // A sum that overflows is a panic here, and a wrong figure for users.
            assert!(matches!(said.code, Some(0 | 2)), "seed {seed}: {said:?}");
            assert!(!said.stderr.contains("panicked"), "seed {seed}: {}", said.stderr);
            for wrapped in ["18446744", "18 446 744"] {
                assert!(!said.stdout.contains(wrapped), "seed {seed}: {}", said.stdout);
            }
        }
    }
}
