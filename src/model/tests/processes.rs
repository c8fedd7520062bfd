//! The processes behind a listener: how they end, and who of them accepts.

use super::*;

#[test]
fn an_end_has_its_status_also_when_that_comes_later() {
    let ended = |ms, how| {
        let ended = vec![Ended { pid: 7, start_ticks: 0, how }];
        Sample { ended, ..Sample::at(at(ms)) }
    };
    let owners = Owners { pids: vec![(3, vec![7])], ..Owners::default() };
    let process = fixtures::process(7, "ws");
    let status = ExitStatus::of(11);
    let (mut model, snapshot) = run(
        everything(),
        vec![
            listening(0, vec![listener("0.0.0.0:80", 3, 0, Some(0))]),
            Sample { processes: Some(vec![process]), ..Sample::at(at(10)) },
            Sample { owners: Some(Reading::Seen(owners)), ..Sample::at(at(20)) },
            ended(500, None),
        ],
    );
    assert_eq!(snapshot.exits.len(), 1);
    assert_eq!(snapshot.exits[0].how, None);
    model.absorb(ended(600, Some(status)));
    let told = model.derive(at(1_000), None).exits;
    assert_eq!(told.iter().map(|e| e.how).collect::<Vec<_>>(), [Some(status)]);
    assert_eq!((status.signal, status.code), (Some(11), 0));
}

/// A listener held by these processes, with their descriptors of 200 each, and what
/// is open there.
fn held_by(holders: &[(u32, &str, u64)], open: u64, workers: Vec<Worker>) -> Snapshot {
    let processes = holders.iter().map(|&(pid, name, fds)| ProcessReading {
        fds: Reading::Seen(fds),
        fd_soft: Reading::Seen(Some(200)),
        ..fixtures::process(pid, name)
    });
    let owners =
        Owners { pids: vec![(7, holders.iter().map(|h| h.0).collect())], ..Owners::default() };
    let first = Sample {
        processes: Some(processes.collect()),
        owners: Some(Reading::Seen(owners)),
        ..listening(0, vec![listener(ONE, 7, 0, Some(0))])
    };
    let workers = Sample { workers: Some(workers), ..Sample::at(at(200)) };
    run(everything(), vec![first, walk(100, vec![group(ONE, open)], 1), workers]).1
}

/// The room by descriptors and the name.
fn room(snapshot: &Snapshot) -> (Option<u64>, Option<&str>) {
    let l = &snapshot.listeners[0];
    let descriptors = l.limits.iter().find(|l| l.kind == LimitKind::Descriptors);
    (descriptors.and_then(|l| l.headroom), l.process.as_deref())
}

fn worker(pid: u32, held: u64) -> Worker {
    Worker { pid, start_ticks: 0, held: Reading::Seen(held), gone: 0, whole: true }
}

#[test]
fn room_is_that_of_the_processes_that_accept() {
    let found = held_by(
        &[(5, "gunicorn", 6), (6, "gunicorn", 196), (7, "gunicorn", 156)],
        340,
        vec![worker(5, 0), worker(6, 190), worker(7, 150)],
    );
    assert_eq!(room(&found).0, Some(4 + 44));
    let init =
        held_by(&[(1, "systemd", 60), (90, "chat", 186)], 180, vec![worker(1, 0), worker(90, 180)]);
    assert_eq!(room(&init), (Some(14), Some("chat")));
}

#[test]
fn who_accepts_shows_by_descriptors_where_processes_are_closed_to_us() {
    let found = held_by(&[(5, "master", 6), (6, "worker", 156)], 150, vec![]);
    assert_eq!(room(&found), (Some(44), Some("worker")));
}

#[test]
fn who_accepts_and_hands_over_has_no_room_of_its_own() {
    let found = held_by(&[(5, "node", 30)], 100, vec![]);
    assert_eq!(room(&found), (None, Some("node")));
    assert_eq!(found.processes[0].connections, None);
    let said = found.sampling.denied.iter().any(|why| why.contains("hands them over"));
    assert!(said, "{:?}", found.sampling.denied);
    let alone = held_by(&[(5, "node", 106)], 100, vec![]);
    assert_eq!((room(&alone).0, alone.processes[0].connections), (Some(94), Some(100)));
}

#[test]
fn before_anybody_was_seen_to_accept_the_room_is_not_known_and_that_is_said() {
    for holders in [&[(5, "nginx", 6), (6, "nginx", 9)][..], &[(1, "systemd", 60)][..]] {
        let found = held_by(holders, 0, vec![]);
        assert_eq!(room(&found).0, None);
        let said = found.sampling.denied.iter().any(|why| why.contains("seen to accept"));
        assert!(said, "{:?}", found.sampling.denied);
    }
    let one = held_by(&[(5, "node", 6)], 0, vec![]);
    assert_eq!(room(&one), (Some(194), Some("node")), "who is alone will");
    assert!(one.sampling.denied.iter().all(|why| !why.contains("accept")));
}
