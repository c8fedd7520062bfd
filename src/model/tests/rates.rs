//! Rates, peaks and the line of what is open.

use super::*;

#[test]
fn the_line_of_open_connections_is_of_the_established() {
    let mut closing = group(ONE, 5);
    closing.states.close_wait = 283;
    let (model, snapshot) = run(
        everything(),
        vec![
            listening(0, vec![listener(ONE, 7, 0, Some(0))]),
            walk(100, vec![closing.clone()], 1),
            walk(1_100, vec![closing], 1),
        ],
    );
    assert_eq!(snapshot.listeners[0].open, Some(5));
    let line = &model.history().listener(address(ONE)).unwrap().open;
    let shown: Vec<f32> = line.steps(1, 0, 3).into_iter().flatten().map(|s| s.last).collect();
    assert!(!shown.is_empty() && shown.iter().all(|open| (open - 5.0).abs() < 0.1), "{shown:?}");
}

#[test]
fn a_counter_that_went_backwards_gives_no_rate() {
    let mut model = Model::new(everything());
    model.absorb(passive(0, 1000));
    model.derive(at(0), None);
    model.absorb(passive(1000, 10));
    assert_eq!(model.derive(at(1000), None).rates.accepted, None);
    model.absorb(passive(2000, 30));
    assert_eq!(model.derive(at(2000), None).rates.accepted.map(|r| r.0), Some(20.0));
}

#[test]
fn history_keeps_the_seconds_of_a_long_interval() {
    let (model, _) = run(
        everything(),
        vec![
            listening(0, vec![listener(ONE, 7, 0, Some(0))]),
            passive(0, 0),
            walk(100, vec![group(ONE, 0)], 20),
            passive(5_400, 0),
            passive(5_500, 60),
            passive(9_400, 60),
            passive(9_500, 80),
            walk(10_000, vec![group(ONE, 80)], 20),
        ],
    );
    let history = model.history().listener(address(ONE)).unwrap();
    let seconds = history.opened.steps(1, 0, 10);
    let opened: Vec<u64> =
        seconds.iter().map(|s| s.map_or(0, |s| crate::units::whole(f64::from(s.sum)))).collect();
    assert_eq!(opened, [0, 0, 0, 0, 0, 60, 0, 0, 0, 20, 0]);
}

/// A steady 60 a second, walked each second and counted ten times in it, stopped
/// for the seconds between `stopped`; the highest second of it.
fn peak_of_a_steady_rate(walk_offset: u64, stopped: std::ops::Range<u64>) -> f64 {
    let mut model =
        Model::new(ModelConfig { everything: false, ports: [80].into(), ..everything() });
    let one = |ms| listening(ms, vec![listener(ONE, 7, 0, Some(0))]);
    let by = |ms: u64| ms * 60 / 1_000;
    let (mut seen, mut last) = (0, 0);
    for ms in (0..120_000).step_by(50).filter(|ms| !stopped.contains(&(ms / 1_000))) {
        if ms.is_multiple_of(100) {
            model.absorb(Sample { counters: passive(ms, 500 + by(ms)).counters, ..one(ms) });
        } else if ms >= last + 1_000 + walk_offset {
            // Each is closed at once: none is there at a walk.
            let n = by(ms) - seen;
            let unseen = vec![(address(ONE), n)];
            let died = Destroyed { closed: unseen.clone(), unseen, ..Destroyed::default() };
            let walk = walk(ms, vec![], 1);
            model.absorb(Sample { destroyed: Some(Reading::Seen(died)), ..walk });
            (seen, last) = (by(ms), ms);
            model.derive(at(ms), None);
        }
    }
    let snapshot = model.derive(at(120_000), None);
    let listener = &snapshot.listeners[0];
    let told = model.history().listener(address(ONE)).unwrap();
    let highest = told.opened.columns(0, 120, 120, 120).into_iter().flatten();
    let highest = highest.map(|bucket| bucket.max).fold(0.0, f32::max);
    assert!(highest < 75.0, "no second of the history is higher: {highest}");
    let all = told.opened.total(0, 119, 119).unwrap().sum;
    assert!((f64::from(all) - crate::units::float(listener.opened_total)).abs() < 1.0);
    listener.peak_opened.unwrap().0
}

#[test]
fn a_steady_rate_has_its_own_peak() {
    for offset in [0, 50, 450] {
        let peak = peak_of_a_steady_rate(offset, 0..0);
        assert!((55.0..70.0).contains(&peak), "walks every {} ms: {peak}", 1_000 + offset);
    }
}

#[test]
fn what_came_while_we_were_stopped_is_no_peak() {
    for stopped in [20..36, 30..90] {
        let peak = peak_of_a_steady_rate(0, stopped.clone());
        assert!((55.0..70.0).contains(&peak), "stopped {stopped:?}: {peak}");
    }
}

#[test]
fn bursts_of_drops_stand_in_the_mean_of_the_run_and_do_not_flicker() {
    let mut model = Model::new(everything());
    let mut rates = Vec::new();
    for second in 0..=10_u64 {
        // A burst of eleven every other second.
        let drops = u32::try_from(second.div_ceil(2) * 11).unwrap();
        let counters = Counters {
            listen_overflows: Some(100 + u64::from(drops)),
            listen_drops: Some(200 + u64::from(drops)),
            ..Counters::default()
        };
        model.absorb(Sample {
            counters: Some(Reading::Seen(counters)),
            ..listening(second * 1_000, vec![listener(ONE, 7, 0, Some(3 + drops))])
        });
        let snapshot = model.derive(at(second * 1_000), None);
        rates.extend(snapshot.rates.listen_overflows.map(|r| r.0));
        rates.extend(snapshot.listeners[0].drops.map(|r| r.0));
    }
    assert!(rates.len() >= 18 && rates.iter().all(|&rate| rate > 4.0), "{rates:?}");
    let snapshot = model.derive(at(10_000), None);
    let of = &snapshot.listeners[0];
    assert_eq!((of.drops_total, of.drops_mean.map(|r| r.0)), (Some(55), Some(5.5)));
    let host = &snapshot.rates;
    assert_eq!(host.listen_overflows_mean.map(|r| r.0), Some(5.5));
    assert_eq!(host.listen_drops_mean.map(|r| r.0), Some(5.5));
}
