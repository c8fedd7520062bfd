//! Who listens: listeners that share a port, wait, go and come back.

use super::*;

#[test]
fn a_listener_that_closes_is_no_closed_connection() {
    let (_, snapshot) = run(
        everything(),
        vec![
            listening(0, vec![listener(ONE, 7, 0, Some(0))]),
            walk(100, vec![group(ONE, 5)], 1),
            // The server aborted two connections, then closed its listener.
            died(500, &[], &[("0.0.0.0:80", 99), ("0.0.0.0:80", 98), (ONE, 7)], 0),
            listening(600, vec![]),
            walk(1100, vec![group(ONE, 3)], 1),
        ],
    );
    let l = snapshot.listener(address(ONE)).unwrap();
    assert_eq!((l.opened_total, l.closed_total), (0, 2));
    assert_eq!(l.presence, Presence::Gone);
}

#[test]
fn workers_that_share_a_port_are_one_listener() {
    let two = vec![listener(ONE, 7, 9, Some(3)), listener(ONE, 8, 1, Some(0))];
    let (_, snapshot) =
        run(everything(), vec![listening(0, two), walk(100, vec![group(ONE, 5)], 1)]);
    assert_eq!(snapshot.listeners.len(), 1);
    let l = &snapshot.listeners[0];
    assert_eq!((l.accept_queue, l.backlog), (Some(10), Some(16)));
    assert!(l.fullest_queue.is_some_and(|share| share > 1.0), "one of them is over its limit");
    assert_eq!(l.drops_total, Some(0), "what was dropped before we came is not counted");
}

#[test]
fn where_drops_are_not_told_there_are_not_none() {
    let mut model = Model::new(everything());
    model.absorb(listening(0, vec![listener(ONE, 7, 1, None)]));
    model.derive(at(0), None);
    let snapshot = model.derive(at(1000), None);
    assert_eq!((snapshot.listeners[0].drops, snapshot.listeners[0].backlog), (None, None));
}

#[test]
fn a_named_port_waits_and_is_replaced_by_the_real_listener() {
    let config = ModelConfig { ports: [80].into(), ..everything() };
    let mut model = Model::new(ModelConfig { everything: false, ..config });
    model.absorb(listening(0, vec![]));
    assert_eq!(model.derive(at(0), None).listeners[0].presence, Presence::Never);
    model.absorb(listening(1000, vec![listener("[::1]:80", 7, 0, Some(0))]));
    let snapshot = model.derive(at(1000), None);
    let shown: Vec<_> = snapshot.listeners.iter().map(|l| l.address.to_string()).collect();
    assert_eq!(shown, ["[::1]:80"]);
}

#[test]
fn a_host_with_thousands_of_listeners_keeps_few_histories() {
    let many: Vec<_> = (0..3_000u16)
        .map(|n| listener(&format!("127.0.0.1:{}", 2_000 + n), 10_000 + u64::from(n), 0, Some(0)))
        .collect();
    let busy: Vec<_> = many.iter().take(200).map(|l| group(&l.local.to_string(), 1)).collect();
    let (model, snapshot) = run(
        everything(),
        vec![listening(0, many), walk(100, busy.clone(), 1), walk(1100, busy, 1)],
    );
    assert_eq!(snapshot.listeners.len(), 64, "the busiest one by one");
    let others = snapshot.others.unwrap();
    assert_eq!((others.listeners, others.open), (2_936, Some(136)), "the others as a sum");
    let kept = snapshot.listeners.iter().filter(|l| model.history().listener(l.address).is_some());
    assert_eq!(kept.count(), 64);
}

/// Of three thousand one is asleep until it gets a connection: nothing of it is missing
/// then, and nothing of the others is counted twice.
#[test]
fn a_listener_that_was_asleep_is_counted_as_exactly_as_the_others() {
    const LATE: &str = "127.0.0.1:4900";
    let many = || -> Vec<_> {
        let one = |n: u16| {
            let address = format!("127.0.0.1:{}", 2_000 + n);
            listener(&address, 10_000 + u64::from(n), 0, Some(0))
        };
        (0..3_000).map(one).collect()
    };
    let busy = |more: Option<(&str, u64)>| -> Vec<Group> {
        let mut groups: Vec<_> =
            (0..64).map(|n| group(&format!("127.0.0.1:{}", 2_000 + n), 9)).collect();
        groups.extend(more.map(|(at, open)| group(at, open)));
        groups
    };
    let mut model = Model::new(everything());
    for sample in [listening(0, many()), walk(100, busy(None), 1), walk(1_100, busy(None), 1)] {
        model.absorb(sample);
    }
    let others = model.derive(at(1_200), None).others.expect("others");
    assert_eq!((others.listeners, others.open, others.opened_total), (2_936, Some(0), 0));
    // Four come between two walks, and one of them is gone before the second.
    model.absorb(died(1_500, &[(LATE, 1)], &[], 0));
    model.absorb(walk(2_100, busy(Some((LATE, 3))), 1));
    let snapshot = model.derive(at(2_200), None);
    let sum = |of: fn(&crate::model::ListenerSnapshot) -> u64| {
        snapshot.listeners.iter().map(of).sum::<u64>()
    };
    let others = snapshot.others.expect("others");
    assert_eq!(sum(|l| l.open.unwrap_or(0)) + others.open.unwrap_or(0), 64 * 9 + 3);
    assert_eq!(sum(|l| l.opened_total) + others.opened_total, 4);
    assert_eq!(sum(|l| l.closed_total) + others.closed_total, 1);
    assert_eq!(snapshot.listeners.len() as u64 + others.listeners, 3_000);
    // It drops clients: that is trouble, and it is listed.
    let mut dropping = many();
    if let Some(late) = dropping.iter_mut().find(|l| l.local == address(LATE)) {
        (late.accept_queue, late.drops) = (9, Some(5));
    }
    model.absorb(listening(2_500, dropping));
    let snapshot = model.derive(at(2_600), None);
    let late = snapshot.listener(address(LATE)).expect("it is listed");
    assert_eq!(late.drops_total, Some(5));
    let others = snapshot.others.expect("others");
    assert_eq!(snapshot.listeners.len() as u64 + others.listeners, 3_000);
}

#[test]
fn a_listener_that_comes_back_does_not_leave_its_clients_to_its_neighbour() {
    let both =
        || vec![listener("0.0.0.0:80", 1, 0, Some(0)), listener("0.0.0.0:90", 2, 0, Some(0))];
    let accepted = |ms: u64, opened: u64| {
        let counters = Counters { passive_opens: Some(opened), ..Counters::default() };
        Sample { counters: Some(Reading::Seen(counters)), ..Sample::at(at(ms)) }
    };
    let config =
        ModelConfig { ports: [80, 90].into(), everything: false, ..ModelConfig::default() };
    let mut model = Model::new(config);
    let walk = |ms, gateway, chat| {
        walk(ms, vec![group("0.0.0.0:80", gateway), group("0.0.0.0:90", chat)], 8)
    };
    for sample in [listening(0, both()), accepted(0, 1000), walk(1, 500, 100)] {
        model.absorb(sample);
    }
    // The gateway is gone, its neighbour gets five clients, a walk sees both.
    model.absorb(listening(1000, both().split_off(1)));
    model.absorb(accepted(1100, 1005));
    model.absorb(walk(1200, 0, 105));
    // It is back, and everybody with it.
    model.absorb(Sample { listeners: listening(1300, both()).listeners, ..accepted(1300, 1205) });
    model.absorb(accepted(2000, 3005));
    let chat = |snapshot: &Snapshot| snapshot.listener(address("0.0.0.0:90")).and_then(|l| l.open);
    assert_eq!(chat(&model.derive(at(2000), None)), Some(105));
    model.absorb(walk(3000, 2000, 105));
    let snapshot = model.derive(at(3000), None);
    assert_eq!(chat(&snapshot), Some(105));
    let gateway = snapshot.listener(address("0.0.0.0:80")).expect("the gateway");
    assert_eq!(gateway.opened_total, 2000);
}
