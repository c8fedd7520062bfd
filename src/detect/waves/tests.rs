//! Waves of the published vectors.

use super::*;
use crate::detect::Herd;

/// Baseline from the herd detector, waves from the mass drop on: the tick and
/// the rhythm of the first verdict.
fn first_verdict(vector: &str, drop: u64) -> Option<(u64, Train, Vec<f64>)> {
    let mut herd = Herd::new(3.0);
    let mut waves = Waves::new(drop);
    let mut found = None;
    for (tick, line) in (0..).zip(vector.lines()) {
        let arrivals = line.trim().parse().unwrap();
        herd.tick(arrivals);
        if tick >= drop
            && let Some(train) = waves.tick(arrivals, herd.baseline().unwrap_or(0.0))
            && found.is_none()
        {
            let all = waves.seen.iter().map(|w| w.width / 10.0);
            let widths = all.skip(waves.seen.len() - train.waves).collect();
            found = Some((tick, train, widths));
        }
    }
    found
}

#[test]
fn published_vectors_are_reproduced() {
    let expected: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/vectors/expected.json")).unwrap();
    macro_rules! each {
        ($($name:literal),*) => {
            [$(($name, include_str!(concat!("../../../tests/vectors/", $name, ".txt")))),*]
        };
    }
    for (name, vector) in
        each!["S1_exp1s", "S2a_exp", "S2b_full", "S3_exp1s", "S3_fixed1", "S3_seedreset"]
    {
        let want = &expected[name];
        let drop = want["drop_tick"].as_u64().unwrap();
        let found = first_verdict(vector, drop);
        let want = &want["first_wave_verdict"];
        let Some((tick, train, widths)) = found else {
            assert!(want.is_null(), "{name}: {want}");
            continue;
        };
        assert_eq!(want["tick"], tick, "{name}");
        let kind = if train.rhythm == Rhythm::Fixed { "fixed" } else { "exp2" };
        assert_eq!(want["kind"], kind, "{name}");
        assert_eq!(want["widths"], serde_json::json!(widths), "{name}");
        let last = want["gaps"].as_array().unwrap().last().unwrap().as_f64().unwrap();
        assert!((train.gap / 10.0 - last).abs() < 0.006, "{name}: {}", train.gap);
    }
}

#[test]
fn steady_traffic_has_no_waves() {
    for name in ["poisson_5", "poisson_100"] {
        let vector = match name {
            "poisson_5" => include_str!("../../../tests/vectors/poisson_5.txt"),
            _ => include_str!("../../../tests/vectors/poisson_100.txt"),
        };
        assert_eq!(first_verdict(vector, 1200).map(|(tick, ..)| tick), None, "{name}");
    }
}
