//! The account of one listener, walk by walk.

use std::time::Duration;

use super::{Account, Deaths, WalkedConnections};

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// When the counters were read before: ten times a second.
const fn tick_before(seconds: u64) -> Duration {
    Duration::from_millis(seconds * 1_000 - 100)
}

const fn died(closed: u64) -> Deaths {
    Deaths { closed, late: 0, unseen: 0 }
}

/// A walk that knows no socket again, the counters read up to it.
const fn walk(second: u64, live: u64, established: u64) -> WalkedConnections {
    WalkedConnections {
        at: s(second),
        live,
        established,
        fresh: None,
        accepted_to: s(second),
        accepted: None,
    }
}

#[test]
fn connections_accepted_and_closed_between_two_walks_are_counted() {
    let mut account = Account::default();
    account.destroyed(s(0), s(0), died(7));
    assert_eq!(
        account.walked(walk(1, 500, 500)),
        None,
        "deaths before the first walk are not ours"
    );
    account.destroyed(s(2), s(2), died(400));
    let settled = account.walked(walk(3, 510, 505)).unwrap();
    assert_eq!((settled.opened, settled.closed), (410, 400));
    assert_eq!(account.totals(), (410, 400));
    assert_eq!(account.established(), Some(505));
}

#[test]
fn a_listener_that_comes_late_has_opened_all_it_has() {
    let mut account = Account::default();
    account.begin(s(5));
    account.destroyed(s(6), s(6), died(2));
    let settled = account.walked(walk(7, 3, 3)).unwrap();
    assert_eq!((settled.opened, settled.closed), (5, 2));
}

#[test]
fn guesses_between_walks_are_put_right_by_the_next() {
    let mut account = Account::default();
    account.walked(walk(0, 100, 100));
    account.accepted(tick_before(1), s(1), 30.0);
    account.accepted(tick_before(2), s(2), 10.0);
    account.destroyed(s(2), s(2), died(5));
    assert_eq!(account.established(), Some(135));
    let settled = account.walked(walk(3, 115, 115)).unwrap();
    assert_eq!((settled.opened, settled.closed), (20, 5));
    let shape: Vec<_> = settled.slots.iter().map(|slot| slot.opened).collect();
    assert_eq!(shape, [15.0, 5.0], "the shape stays, the sum is exact");
}

#[test]
fn opened_without_a_guess_are_spread_over_the_interval() {
    let mut account = Account::default();
    account.walked(walk(0, 0, 0));
    let settled = account.walked(walk(4, 8, 8)).unwrap();
    let parts = |n| settled.slots.iter().map(move |slot| slot.opened * slot.part(s(n), s(n + 1)));
    let shape: Vec<f64> = (0..4).map(|n| parts(n).sum()).collect();
    assert_eq!(shape, [2.0, 2.0, 2.0, 2.0]);
}

#[test]
fn lost_deaths_are_inferred_from_what_the_host_accepted() {
    let mut account = Account::default();
    account.walked(walk(0, 100, 100));
    account.accepted(tick_before(1), s(1), 50.0);
    account.destroyed(s(1), s(1), died(10));
    account.closes_unknown();
    let settled = account.walked(walk(2, 110, 110)).unwrap();
    assert_eq!((settled.opened, settled.closed), (50, 40));
    account.destroyed(s(3), s(3), died(3));
    assert_eq!(account.walked(walk(4, 110, 110)).unwrap().closed, 3, "known again after a walk");
}

#[test]
fn an_interval_with_lost_deaths_teaches_no_share() {
    let mut account = Account::default();
    account.walked(walk(0, 10, 10));
    account.destroyed(s(1), s(1), died(90));
    account.walked(walk(1, 10, 10));
    account.learn_share(100);
    assert_eq!(account.share, Some(0.9));
    // Of 40 000 that were let in and closed the events of 500 were told.
    account.destroyed(s(2), s(2), died(500));
    account.closes_unknown();
    account.walked(WalkedConnections { accepted: Some(40_000), ..walk(2, 10, 10) });
    account.learn_share(41_000);
    assert_eq!(account.share, Some(0.9));
    assert_eq!((account.totals(), account.take_missed()), ((40_090, 40_090), 39_500));
}

#[test]
fn a_walk_that_is_no_snapshot_never_gives_a_negative_count() {
    let mut account = Account::default();
    account.walked(walk(0, 100, 100));
    assert_eq!(account.walked(walk(1, 98, 98)).unwrap().opened, 0);
    account.destroyed(s(2), s(2), died(2));
}

#[test]
fn a_death_beside_its_walk_opens_nothing() {
    let told = |walk: WalkedConnections, fresh| WalkedConnections { fresh: Some(fresh), ..walk };
    let (mut early, mut late) = (Account::default(), Account::default());
    for account in [&mut early, &mut late] {
        account.walked(told(walk(1, 60, 60), 60));
    }
    // 29 die while the walk is under way: it saw them ...
    early.walked(told(walk(2, 60, 60), 0));
    early.destroyed(s(2), s(2), died(29));
    assert_eq!(early.established(), Some(31));
    early.walked(told(walk(3, 31, 31), 0));
    // ... or it did not, and their events come after it.
    late.walked(told(walk(2, 31, 31), 0));
    late.destroyed(s(2), s(2), Deaths { closed: 29, late: 29, unseen: 0 });
    assert_eq!(late.established(), Some(31));
    late.walked(told(walk(3, 31, 31), 0));
    assert_eq!((early.totals(), late.totals()), ((0, 29), (0, 29)));
}

#[test]
fn what_no_walk_saw_was_opened_and_closed() {
    let mut account = Account::default();
    account.walked(WalkedConnections { fresh: Some(5), ..walk(0, 5, 5) });
    account.destroyed(s(1), s(1), Deaths { closed: 12, late: 0, unseen: 10 });
    let settled = account.walked(WalkedConnections { fresh: Some(3), ..walk(2, 6, 6) }).unwrap();
    assert_eq!((settled.opened, settled.closed), (13, 12));
}
