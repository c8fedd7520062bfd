//! Losses second by second.

use super::*;

fn run(open: &[u64]) -> Losses {
    let seconds = open.windows(2).map(|pair| (pair[1], false, pair[0].saturating_sub(pair[1])));
    told(&seconds.collect::<Vec<_>>())
}

/// By second: how many are open, whether that is an estimate, how many closed.
fn told(seconds: &[(u64, bool, u64)]) -> Losses {
    let start = Stamp {
        mono: Duration::from_secs(100),
        wall: chrono::DateTime::from_timestamp(1_000_000, 0).unwrap(),
    };
    let (mut losses, mut closes) = (Losses::default(), Closes::default());
    for (second, &(open, estimated, closed)) in (0..).zip(seconds) {
        let at = start.plus(Duration::from_secs(second));
        closes.note(at.mono, 3 + closed);
        let whole = ListenerSnapshot {
            open: Some(open),
            estimated,
            ..ListenerSnapshot::nothing(([0, 0, 0, 0], 80).into())
        };
        let seen = KnownEnds { closes: Some(&closes), ..KnownEnds::default() };
        losses.observe(at, &whole, seen);
        closes.learn(at.mono);
    }
    losses
}

#[test]
fn a_loss_is_followed_until_its_clients_are_back() {
    let open = [vec![300; 12], vec![200, 190, 250, 290, 299, 299, 299]].concat();
    let losses = run(&open);
    let loss = losses.last().unwrap();
    assert_eq!((loss.before, loss.lowest, loss.open), (300, 190, 299));
    assert!(loss.returned.is_some());
}

#[test]
fn an_estimate_that_is_taken_back_is_no_loss_and_one_that_closes_follow_is() {
    let calm = [(260, false, 0); 5];
    let taken_back = [&calm[..], &[(500, true, 0), (260, false, 0)]].concat();
    assert_eq!(told(&taken_back).last(), None);
    let lost = [&calm[..], &[(500, true, 0), (210, true, 290)]].concat();
    assert_eq!(told(&lost).last().map(|l| (l.before, l.lowest)), Some((500, 210)));
}

#[test]
fn those_who_are_back_within_a_second_were_lost_too() {
    let start = Stamp {
        mono: Duration::from_secs(100),
        wall: chrono::DateTime::from_timestamp(1_000_000, 0).unwrap(),
    };
    let (mut losses, mut closes) = (Losses::default(), Closes::default());
    for second in 0..20 {
        let at = start.plus(Duration::from_secs(second));
        let stood = if second == 15 { 120 } else { 0 };
        closes.note(at.mono, stood);
        let whole = ListenerSnapshot {
            open: Some(200),
            ..ListenerSnapshot::nothing(([0, 0, 0, 0], 80).into())
        };
        losses.observe(at, &whole, KnownEnds { closes: Some(&closes), turns_away: false, stood });
        closes.learn(at.mono);
    }
    let loss = losses.last().unwrap();
    assert_eq!((loss.before, loss.lowest, loss.closed), (200, 80, 120));
    assert!(loss.returned.is_some());
}

#[test]
fn what_leaves_little_by_little_is_no_loss() {
    let churn: Vec<u64> = (0..60).map(|n| 60 + 14 * (n / 10 % 2)).collect();
    let slow: Vec<u64> = (0..60).map(|n| 300 - 4 * n).collect();
    assert!(run(&slow).last().is_none());
    assert!(run(&churn).last().is_none_or(|l| l.fell() >= 14), "{:?}", run(&churn).last());
}

#[test]
fn of_a_loss_before_the_last_it_is_known_too_how_many_are_back() {
    // Two workers of four, twelve seconds apart; then all are back.
    let fall = [300, 320, 340, 350, 360, 364, 364, 364, 364, 364, 364, 364, 364];
    let again = [232, 240, 250, 260, 300, 350, 398, 399, 399];
    let first = |open: &[u64]| {
        let losses = run(&[&[400; 12], open].concat());
        let first = losses.all().next().copied();
        first.map(|loss| (losses.all().count(), loss.open, loss.returned.is_some()))
    };
    assert_eq!(first(&[&fall[..], &again[..3]].concat()), Some((2, 240, false)));
    assert_eq!(first(&[&fall[..], &again].concat()), Some((2, 399, true)));
}
