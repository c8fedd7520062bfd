//! What happens to the server: killed, asked to restart, full, stopped.

use super::super::story::Event;
use super::{
    AFTER, BACK, DOWN, DOWN_LOOP, HERD, Incident, LOOP, LOST, NO_BACKOFF, NO_JITTER, OK, PLANNED,
    QUEUE, REFUSING, SILENT, STOPPED, STUCK, at, every_way, hold,
};

/// Clients of one strategy at a time: 168 worlds in one test were one thread's work while
/// the others had none.
fn killed(sizes: &[u32], retry: &'static str) {
    hold("killed", every_way(sizes, &[retry]), |how| {
        let gap = 2 + i64::from(how.clients % 7);
        let mut right = vec![OK, LOST, DOWN, BACK, AFTER, NO_JITTER, NO_BACKOFF];
        if how.from > 0 {
            // One who comes later cannot know of what they come.
            right.push(HERD);
        }
        Incident {
            workers: 1,
            events: vec![
                Event {
                    kill: true,
                    signal: Some(9),
                    probe: how.probed.then(|| "refused".to_owned()),
                    lost: how.probed.then_some(1006),
                    ..at(0)
                },
                Event {
                    start: true,
                    hire: 1,
                    probe: how.probed.then(|| "ok".to_owned()),
                    ..at(gap)
                },
            ],
            right,
            must: vec![(1, gap - 1, vec![LOST, DOWN])],
            changes: 7,
        }
    });
}

#[test]
fn a_killed_server_that_comes_back_to_full_jitter() {
    killed(&[20, 100, 3_000], "full");
}

#[test]
fn a_killed_server_that_comes_back_to_exponential_waits() {
    killed(&[20, 100], "exponential");
}

#[test]
fn a_killed_server_that_comes_back_to_fixed_waits() {
    killed(&[20, 100], "fixed");
}

#[test]
fn a_killed_server_that_comes_back_to_the_runbooks_clients() {
    killed(&[20, 100], "runbook");
}

#[test]
fn one_worker_of_three_is_killed() {
    hold("one of three", every_way(&[60, 300, 3_000], &["full", "fixed"]), |_| Incident {
        workers: 3,
        events: vec![Event { lose: 1, signal: Some(11), ..at(0) }, Event { hire: 1, ..at(1) }],
        right: vec![OK, LOST, BACK, AFTER],
        must: vec![(2, 15, vec![LOST])],
        changes: 5,
    });
}

#[test]
fn a_server_that_was_asked_to_restart() {
    hold("asked", every_way(&[60, 300, 3_000], &["full", "fixed"]), |_| Incident {
        workers: 3,
        events: vec![
            Event { lose: 3, asked: true, signal: Some(15), ..at(0) },
            Event { hire: 3, ..at(1) },
        ],
        right: vec![OK, PLANNED, BACK, AFTER],
        must: vec![(2, 15, vec![PLANNED, BACK])],
        changes: 5,
    });
}

#[test]
fn workers_that_are_replaced_one_after_another() {
    hold("rolling", every_way(&[90, 600], &["full"]), |_| Incident {
        workers: 3,
        events: (0..3)
            .flat_map(|n| {
                let lose = Event { lose: 1, asked: true, code: Some(0), ..at(n * 8) };
                [lose, Event { hire: 1, ..at(n * 8 + 1) }]
            })
            .collect(),
        right: vec![OK, PLANNED, BACK, AFTER],
        must: vec![(2, 25, vec![PLANNED, BACK])],
        changes: 6,
    });
}

#[test]
fn a_server_at_its_limit() {
    let retries = ["full", "exponential", "fixed", "runbook"];
    hold("limit", every_way(&[100, 1_000], &retries), |how| Incident {
        workers: 1,
        events: vec![
            Event {
                limit: Some(u64::from(how.clients) + 5),
                clients: usize::try_from(how.clients / 2).expect("few"),
                ..at(0)
            },
            Event { probe: how.probed.then(|| "1013".to_owned()), ..at(1) },
        ],
        right: vec![OK, REFUSING, HERD, NO_JITTER, NO_BACKOFF],
        must: vec![(5, 60, vec![REFUSING])],
        changes: 5,
    });
}

#[test]
fn a_server_that_is_stopped() {
    hold("stopped", every_way(&[20, 100, 3_000], &["full"]), |how| Incident {
        workers: 1,
        events: vec![
            Event {
                stopped: Some(true),
                queue: Some(3),
                rate: Some(0.0),
                probe: how.probed.then(|| "none".to_owned()),
                ping: None,
                ..at(0)
            },
            Event { stopped: Some(false), queue: Some(0), rate: Some(1.0), ..at(30) },
        ],
        right: vec![OK, STOPPED, SILENT, STUCK],
        must: vec![(5, 28, vec![STOPPED])],
        changes: 4,
    });
}

#[test]
fn a_queue_that_is_full() {
    hold("queue", every_way(&[100, 1_000], &["full"]), |how| Incident {
        workers: 1,
        events: vec![
            Event {
                queue: Some(129),
                dropped: Some(60.0),
                rate: Some(0.0),
                probe: how.probed.then(|| "none".to_owned()),
                ..at(0)
            },
            Event { queue: Some(0), dropped: Some(0.0), rate: Some(1.0), ..at(40) },
        ],
        right: vec![OK, QUEUE, STUCK, SILENT],
        must: vec![(3, 38, vec![QUEUE, STUCK])],
        changes: 4,
    });
}

#[test]
fn a_server_that_dies_again_and_again() {
    hold("loop", every_way(&[60, 200], &["full", "fixed"]), |how| {
        let probe = |word: &str| how.probed.then(|| word.to_owned());
        let deaths = (0..6).flat_map(|n| {
            let kill = Event { kill: true, signal: Some(11), probe: probe("refused"), ..at(n * 7) };
            [kill, Event { start: true, hire: 1, probe: probe("ok"), ..at(n * 7 + 2) }]
        });
        Incident {
            workers: 1,
            events: deaths.collect(),
            right: vec![OK, LOST, DOWN, LOOP, DOWN_LOOP, BACK, AFTER, NO_JITTER, NO_BACKOFF],
            must: vec![(16, 45, vec![LOOP])],
            changes: if how.hidden { 12 } else { 8 },
        }
    });
}
