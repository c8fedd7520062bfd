//! The detector against vectors, starts and levels.

use super::*;

fn run(vector: &str) -> (Herd, Vec<u64>, Vec<u64>) {
    let (mut herd, mut onsets, mut ends) = (Herd::new(3.0), vec![], vec![]);
    for (tick, line) in (0..).zip(vector.lines()) {
        match herd.tick(line.trim().parse().unwrap()) {
            HerdState::Onset => onsets.push(tick),
            HerdState::Ended { tick } => ends.push(tick),
            HerdState::Unchanged | HerdState::LevelShift => {}
        }
    }
    (herd, onsets, ends)
}

macro_rules! vectors {
    ($($name:ident),*) => {
        [$((stringify!($name), include_str!(concat!("../../../tests/vectors/", stringify!($name), ".txt")))),*]
    };
}

#[test]
fn published_vectors_are_reproduced() {
    let expected: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/vectors/expected.json")).unwrap();
    let mut all = vectors![
        S1_exp1s,
        S2a_exp,
        S2b_full,
        S3_exp1s,
        S3_fixed1,
        S3_seedreset,
        poisson_5,
        poisson_100
    ]
    .to_vec();
    all.push(("poisson_0.2", include_str!("../../../tests/vectors/poisson_0.2.txt")));
    for (name, vector) in all {
        let (herd, onsets, ends) = run(vector);
        let want = &expected[name];
        assert_eq!(serde_json::json!(onsets), want["onset_ticks"], "{name}: onsets");
        assert_eq!(serde_json::json!(ends), want["end_ticks"], "{name}: ends");
        let near = |got: f64, key: &str| {
            let want = want[key].as_f64().unwrap();
            assert!((got - want).abs() < 1e-5, "{name}: {key} {got} != {want}");
        };
        near(herd.baseline().unwrap(), "final_baseline");
        near(herd.dispersion(), "final_phi");
    }
}

#[test]
fn a_herd_is_found_at_every_start_from_the_second_second_on() {
    for quiet in 10..=100_u64 {
        // A second alone needs the average since boot beside it.
        for prior in [None, Some(0.5)].into_iter().filter(|p| p.is_some() || quiet >= 20) {
            let mut herd = Herd::new(3.0).eager();
            if let Some(prior) = prior {
                herd.suppose(prior);
            }
            let onset = |herd: &mut Herd, n| herd.tick(n) == HerdState::Onset;
            let early = (0..quiet).filter(|n| onset(&mut herd, u64::from(n % 5 == 0))).count();
            assert_eq!(early, 0, "{quiet}");
            let onsets: Vec<bool> = (0..30).map(|_| onset(&mut herd, 30)).collect();
            let at = onsets.iter().position(|onset| *onset);
            assert!(at.is_some_and(|at| at < 5), "after {quiet} ticks: {at:?}");
            let (total, ..) = herd.running().unwrap();
            assert!((900..=945).contains(&total), "after {quiet} ticks: {total}");
        }
    }
}

#[test]
fn a_first_second_that_was_cut_short_makes_no_herd_of_what_is_usual() {
    for prior in [None, Some(25.0)] {
        let mut herd = Herd::new(3.0).eager();
        if let Some(prior) = prior {
            herd.suppose(prior);
        }
        let first = (0..10).map(|n| herd.tick(u64::from(n == 9)));
        let rest: Vec<HerdState> = first.collect();
        assert!(rest.iter().all(|state| *state != HerdState::Onset));
        let onset = (0..600).any(|_| herd.tick(3) == HerdState::Onset);
        assert!(!onset, "{prior:?}: 30 a second from the second second on is what is usual");
    }
}

#[test]
fn a_cold_start_at_fifty_a_second_still_alarms() {
    let mut herd = Herd::new(3.0);
    let mut feed = |seconds: u64, per_tick: u64| {
        (0..seconds * 10).filter(|_| herd.tick(per_tick) == HerdState::Onset).count()
    };
    assert_eq!(feed(30, 5), 0);
    assert_eq!(feed(2, 60), 1);
}

/// Onsets of a steady rate, with what is supposed of it.
fn supposed(prior: f64, per_tick: u64, changed: bool) -> usize {
    let mut herd = Herd::new(3.0);
    herd.suppose(prior);
    let tick = |_| {
        herd.saw_change(changed);
        herd.tick(per_tick) == HerdState::Onset
    };
    (0..900).map(tick).filter(|onset| *onset).count()
}

#[test]
fn a_herd_that_runs_when_we_come_is_found_by_the_average_since_boot() {
    assert_eq!(supposed(5.0, 50, true), 1);
}

#[test]
fn a_young_container_on_an_old_host_does_not_cry_wolf() {
    for per_tick in [1, 2, 10] {
        assert_eq!(supposed(0.001, per_tick, false), 0, "{per_tick} a tick");
    }
}

#[test]
fn ten_minutes_of_it_are_the_new_normal() {
    let mut herd = Herd::new(3.0);
    for _ in 0..300 {
        herd.tick(1);
    }
    let changes: Vec<_> =
        (0..6_100).map(|_| herd.tick(50)).filter(|c| *c != HerdState::Unchanged).collect();
    assert_eq!(changes, [HerdState::Onset, HerdState::LevelShift]);
    assert!(herd.baseline().is_some_and(|b| (b - 500.0).abs() < 1.0));
}
