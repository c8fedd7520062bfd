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
    assert_eq!(snapshot.listeners.len(), 3_000);
    let kept = snapshot.listeners.iter().filter(|l| model.history().listener(l.address).is_some());
    assert_eq!(kept.count(), 64);
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
