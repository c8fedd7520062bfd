//! What the clients do by themselves; the server is well.

use super::super::story::Event;
use super::{AFTER, BACK, CUT, Incident, LEFT, OK, at, every_way, hold};

#[test]
fn clients_that_leave_at_once() {
    hold("left", every_way(&[60, 300, 3_000], &["full"]), |how| Incident {
        workers: 2,
        events: vec![Event { leave: u64::from(how.clients) * 7 / 10, ..at(0) }],
        right: vec![OK, LEFT, CUT],
        must: vec![(2, 30, vec![LEFT, CUT])],
        changes: 4,
    });
}

#[test]
fn clients_that_are_cut_and_come_back() {
    hold("cut", every_way(&[60, 300, 3_000], &["full"]), |how| Incident {
        workers: 2,
        events: (0..2)
            .map(|n| Event {
                leave: u64::from(how.clients) * 7 / 10,
                back_after: Some(1),
                ..at(30 * n)
            })
            .collect(),
        right: vec![OK, LEFT, CUT, AFTER, BACK],
        must: vec![(32, 36, vec![CUT])],
        changes: 9,
    });
}

#[test]
fn ordinary_traffic() {
    hold("ordinary", every_way(&[8, 100, 3_000], &["full"]), |how| Incident {
        workers: 2,
        events: vec![Event {
            rate: Some((f64::from(how.clients) / 40.0).clamp(0.3, 25.0)),
            ..at(0)
        }],
        right: vec![OK],
        must: vec![],
        changes: 0,
    });
}
