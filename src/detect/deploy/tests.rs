//! Deploys made up second by second.

use super::*;
use crate::detect::Judgement;
use crate::model::{Netns, ServiceSnapshot};
use crate::sample::{Endings, Stamp};

/// Second by second: open, and how many that were there ended.
fn watched(before: &[(u64, u64)], after: &[(u64, u64)], done: usize) -> (Deploy, Duration) {
    let mut deploy = Deploy::default();
    let mut now = Duration::ZERO;
    let (mut opened_total, mut was_open) = (0, 0);
    let mut observe = |deploy: &mut Deploy, now: Duration, (open, standing): (u64, u64)| {
        let address = ([0, 0, 0, 0], 80).into();
        opened_total += (open + standing).saturating_sub(was_open);
        was_open = open;
        let whole = ListenerSnapshot {
            open: Some(open),
            opened_total,
            flow_known: true,
            endings: Endings { standing, ..Endings::none(address) },
            ..ListenerSnapshot::nothing(address)
        };
        let id = ServiceId::new(Netns::default(), address);
        let at = Stamp { mono: now, wall: chrono::DateTime::UNIX_EPOCH };
        let services = vec![ServiceSnapshot { id, addresses: vec![address], whole, behind: None }];
        let snapshot = Snapshot { services, ..Snapshot::nothing(at) };
        let judgement = Judgement::waiting(at.wall);
        deploy.observe(&Moment { snapshot, judgement, missing: false });
    };
    for &second in before {
        now += Duration::from_secs(1);
        observe(&mut deploy, now, second);
    }
    deploy.begin(now);
    for (at, &second) in after.iter().enumerate() {
        now += Duration::from_secs(1);
        observe(&mut deploy, now, second);
        if at == done {
            deploy.end(now);
        }
    }
    (deploy, now)
}

#[test]
fn what_ends_beyond_the_usual_was_dropped() {
    let before = [(400, 2); 5];
    let after = [&[(400, 2); 3][..], &[(200, 202), (100, 102), (390, 2)], &[(400, 2); 12]].concat();
    let (deploy, now) = watched(&before, &after, 4);
    let grade = deploy.grade();
    assert_eq!(grade.before, Some(400));
    assert!(grade.dropped.is_some_and(|dropped| dropped.abs_diff(300) < 10), "{grade:?}");
    assert_eq!(grade.drain, Some(Duration::from_secs(1)));
    assert_eq!(grade.back_after, Some(Duration::from_secs(2)));
    assert!(deploy.is_over(now));
}

/// The scan that ended last saw nobody come; the one before it saw all forty.
#[test]
fn the_peak_is_of_all_that_came_whatever_interval_was_the_last() {
    let (deploy, _) = watched(&[(40, 0); 5], &[(40, 40), (40, 0), (40, 0)], 0);
    assert_eq!(deploy.grade().peak, Some(PerSecond(40.0)));
}

#[test]
fn ordinary_churn_is_no_drop() {
    let (deploy, now) = watched(&[(400, 3); 5], &[(400, 4); 60], 0);
    let grade = deploy.grade();
    assert_eq!((grade.dropped, grade.drain, grade.back_after), (Some(0), None, None));
    assert!(deploy.is_over(now));
}

#[test]
fn it_is_not_over_while_they_are_away_or_its_command_runs() {
    let away = [&[(100, 300)][..], &[(100, 0); 40]].concat();
    let (deploy, now) = watched(&[(400, 0); 5], &away, 1);
    assert!(!deploy.is_over(now), "a quarter is there");
    assert_eq!(deploy.grade().back(), Some(Ratio(0.25)));
    assert_eq!(deploy.grade().back_after, None);
    let (deploy, now) = watched(&[(400, 0); 5], &[(400, 0); 40], 99);
    assert!(!deploy.is_over(now), "its command runs");
}

#[test]
fn a_service_that_was_not_there_has_nothing_to_drop() {
    let deploy = Deploy::default();
    let grade = deploy.grade();
    assert_eq!((grade.before, grade.dropped_share(), grade.back()), (None, None, None));
}
