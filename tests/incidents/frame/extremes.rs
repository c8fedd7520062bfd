//! Figures that no host ever showed: nothing that is drawn of them wraps or panics.
//!
//! What a peer, a log or a recording counts is not ours to bound: the screens subtract
//! and add such counts, and a debug build panics where a release build would show
//! `18446744T tries/min`.

use std::path::Path;

use herdtop::model::Snapshot;
use serde_json::Value;

use super::drawn;

/// So large that two of them still are a count, and five are none.
const HUGE: u64 = 1 << 62;

/// Times are those of the run that looks.
const TIMES: [&str; 8] = ["at", "since", "secs", "nanos", "started", "mono", "wall", "port"];

/// Paths of all counts below.
fn counts(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(all) => {
            let each = all.iter().enumerate();
            each.for_each(|(n, one)| counts(one, &format!("{path}/{n}"), found));
        }
        Value::Object(all) => {
            for (name, one) in all.iter().filter(|(name, _)| !TIMES.contains(&name.as_str())) {
                let name = name.replace('~', "~0").replace('/', "~1");
                counts(one, &format!("{path}/{name}"), found);
            }
        }
        Value::Number(number) if number.is_u64() => found.push(path.to_owned()),
        _ => {}
    }
}

/// Those of the counts that a field of 64 bits holds, each tried by itself.
fn wide(snapshot: &Value) -> Vec<String> {
    let mut found = Vec::new();
    counts(snapshot, "", &mut found);
    found.retain(|path| {
        let mut changed = snapshot.clone();
        if let Some(place) = changed.pointer_mut(path) {
            *place = Value::from(HUGE);
        }
        serde_json::from_value::<Snapshot>(changed).is_ok()
    });
    found
}

/// Every other of them, or every third, is huge, and the rest nothing.
fn shaken(snapshot: &Value, counts: &[String], turn: usize) -> Snapshot {
    let mut changed = snapshot.clone();
    for (n, path) in counts.iter().enumerate() {
        let huge = match turn {
            0 => true,
            1 => false,
            _ => (n / (turn / 2)).is_multiple_of(2) == turn.is_multiple_of(2),
        };
        if let Some(place) = changed.pointer_mut(path) {
            *place = Value::from(if huge { HUGE } else { 0 });
        }
    }
    serde_json::from_value(changed).expect("each was tried")
}

#[test]
fn no_figure_of_a_screen_wraps_whatever_is_counted() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recording/version-1.rec");
    let mut tried = 0;
    drawn::replay(&path, |session, at| {
        if !(12.0..13.0).contains(&at) {
            return;
        }
        let before = session.latest.clone().expect("a moment");
        let snapshot = serde_json::to_value(&before.snapshot).expect("a value");
        let counts = wide(&snapshot);
        assert!(counts.len() > 40, "{counts:?}");
        for turn in 0..12 {
            let moment = session.latest.as_mut().expect("a moment");
            moment.snapshot = shaken(&snapshot, &counts, turn);
            drawn::screens(session, at, &mut |_, _, drawn| {
                let text = drawn.text();
                let wrapped = ["18446744", "18 446 744", "1.8e19"];
                let seen = wrapped.iter().find(|wrapped| text.contains(**wrapped));
                assert_eq!(seen, None, "turn {turn}, {}\n{text}", drawn.place());
            });
            tried += 1;
        }
        session.latest = Some(before);
    });
    assert!(tried > 0);
}
