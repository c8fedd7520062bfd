//! Opened and closed: between walks, with lost events, and where nobody tells.

use super::*;

#[test]
fn between_seldom_walks_figures_are_carried_on_and_marked() {
    let two = || vec![listener(ONE, 7, 0, Some(0)), listener("127.0.0.1:81", 8, 0, Some(0))];
    let other = || group("127.0.0.1:81", 1);
    let (_, snapshot) = run(
        everything(),
        vec![
            listening(0, two()),
            passive(0, 1000),
            walk(100, vec![group(ONE, 99), other()], 20),
            passive(1000, 1040),
            died(1100, &[(ONE, 10)], &[], 0),
        ],
    );
    let l = snapshot.listener(address(ONE)).unwrap();
    // Split by size, 100 to 2: the neighbour gets one of forty.
    assert_eq!((l.open, l.estimated), (Some(128), true));
    assert_eq!(l.states.unwrap().established, 128, "of open and established there is one figure");
}

#[test]
fn who_has_most_of_the_handshakes_is_not_marked_between_walks() {
    // Of a hundred handshakes so many were its own in the interval before.
    let of_hundred = |own: u64| {
        let two = vec![listener(ONE, 7, 0, Some(0)), listener("127.0.0.1:81", 8, 0, Some(0))];
        let found =
            |open: u64, fresh: u64, local| Group { fresh: Some(fresh), ..group(local, open) };
        let groups =
            |own, other| vec![found(10 + own, own, ONE), found(10 + other, other, "127.0.0.1:81")];
        let (_, snapshot) = run(
            everything(),
            vec![
                listening(0, two),
                passive(0, 1000),
                walk(100, groups(0, 0), 20),
                passive(20_000, 1100),
                walk(20_100, groups(own, 100 - own), 20),
                passive(21_000, 1140),
                died(21_100, &[(ONE, 1)], &[], 0),
            ],
        );
        let of = |at| snapshot.listener(address(at)).unwrap().estimated;
        (of(ONE), of("127.0.0.1:81"))
    };
    assert_eq!(of_hundred(79), (true, true));
    assert_eq!(of_hundred(80), (false, true));
    assert_eq!(of_hundred(10), (true, false));
}

#[test]
fn alone_on_the_host_the_count_between_walks_is_exact() {
    let (_, snapshot) = run(
        everything(),
        vec![
            listening(0, vec![listener(ONE, 7, 0, Some(0))]),
            passive(0, 1000),
            walk(100, vec![group(ONE, 99)], 20),
            passive(1000, 1040),
            died(1100, &[(ONE, 10)], &[], 0),
        ],
    );
    let l = snapshot.listener(address(ONE)).unwrap();
    assert_eq!((l.open, l.estimated), (Some(129), false));
}

#[test]
fn lost_events_are_counted_and_the_closes_inferred() {
    let (_, snapshot) = run(
        everything(),
        vec![
            listening(0, vec![listener(ONE, 7, 0, Some(0))]),
            passive(0, 1000),
            walk(100, vec![group(ONE, 50)], 1),
            passive(900, 1100),
            died(1000, &[(ONE, 30)], &[], 2),
            walk(1100, vec![group(ONE, 50)], 1),
        ],
    );
    let l = snapshot.listener(address(ONE)).unwrap();
    assert_eq!((l.opened_total, l.closed_total), (100, 100));
    assert_eq!(snapshot.sampling.events_lost, 70, "of 100 the deaths of 30 were told");
}

#[test]
fn of_one_port_of_many_lost_events_are_put_right_too() {
    let config = ModelConfig { ports: [80].into(), everything: false, ..everything() };
    let mut model = Model::new(config);
    let fresh = |n| Group { fresh: Some(n), ..group(ONE, 5) };
    // Ten a second come to this port and five to others; all are closed at once.
    let mut opens = 1_000;
    model.absorb(listening(0, vec![listener(ONE, 7, 0, Some(0))]));
    for second in 0..20 {
        let ms = second * 1_000;
        model.absorb(passive(ms + 900, opens));
        let told = Destroyed {
            closed: vec![(address(ONE), 10)],
            unseen: vec![(address(ONE), 10)],
            ..Destroyed::default()
        };
        model.absorb(Sample { destroyed: Some(Reading::Seen(told)), ..Sample::at(at(ms + 950)) });
        model.absorb(walk(ms + 1_000, vec![fresh(0)], 1));
        opens += 15;
    }
    let before = model.derive(at(20_500), None).listeners[0].opened_total;
    assert_eq!(before, 190);
    // Then 40 000 in a second, of whose ends few are told.
    model.absorb(passive(20_900, opens - 15 + 40_005));
    model.absorb(died(20_950, &[(ONE, 400)], &[], 3));
    model.absorb(walk(21_000, vec![fresh(0)], 1));
    let snapshot = model.derive(at(21_000), None);
    let l = &snapshot.listeners[0];
    assert_eq!((l.opened_total, l.closed_total), (40_190, 40_190));
    assert_eq!(snapshot.sampling.events_lost, 39_600);
    assert_eq!(l.peak_opened.map(|p| p.0 > 30_000.0), Some(true));
}

/// One watched port of a host that accepted so many while deaths were lost.
fn one_port_where(lost: Destroyed, accepted: u64) -> u64 {
    let config = ModelConfig { ports: [80].into(), everything: false, ..everything() };
    let mut model = Model::new(config);
    let open = || Group { fresh: Some(0), ..group(ONE, 5) };
    model.absorb(listening(0, vec![listener(ONE, 7, 0, Some(0))]));
    for second in 0..5 {
        model.absorb(passive(second * 1_000 + 900, 1_000));
        model.absorb(walk(second * 1_000 + 1_000, vec![open()], 1));
    }
    model.absorb(Sample { destroyed: Some(Reading::Seen(lost)), ..Sample::at(at(5_500)) });
    model.absorb(passive(5_900, 1_000 + accepted));
    model.absorb(walk(6_000, vec![open()], 1));
    model.derive(at(6_000), None).listeners[0].opened_total
}

#[test]
fn what_others_got_while_nobody_listened_is_not_told_of_one_port() {
    let unheard = Destroyed { stepped_aside: true, unheard: true, ..Destroyed::default() };
    assert_eq!(one_port_where(unheard, 132), 0);
}

#[test]
fn where_events_are_lost_to_a_neighbours_burst_one_port_has_its_part_of_the_told() {
    let told = |here, elsewhere| Destroyed {
        closed: vec![(address(ONE), here), (address("127.0.0.1:81"), elsewhere)],
        unseen: vec![(address(ONE), here), (address("127.0.0.1:81"), elsewhere)],
        overruns: 3,
        ..Destroyed::default()
    };
    assert_eq!(one_port_where(told(4, 396), 40_000), 400);
    assert_eq!(one_port_where(told(0, 400), 40_000), 0);
}

#[test]
fn without_close_events_what_was_opened_is_an_estimate_or_not_told() {
    let deaf = |config: ModelConfig, counters: Sample| {
        let refused = Reading::Denied("close events refused (seccomp)".to_owned());
        let first = Sample { destroyed: Some(refused), ..Sample::at(at(0)) };
        run(
            config,
            vec![
                listening(0, vec![listener(ONE, 7, 0, None)]),
                passive(0, 1_000),
                first,
                walk(100, vec![group(ONE, 5)], 1),
                counters,
                walk(1_100, vec![group(ONE, 5)], 1),
            ],
        )
        .1
    };
    let host = deaf(everything(), passive(1_000, 1_060));
    let l = &host.listeners[0];
    assert_eq!((l.opened.map(|r| r.0), l.estimated), (Some(60.0), true));
    assert_eq!((l.opened_total, l.closed_total), (60, 60));
    let one = ModelConfig { ports: [80].into(), everything: false, ..everything() };
    let one = deaf(one, passive(1_000, 1_060));
    let l = &one.listeners[0];
    assert_eq!((l.opened, l.closed, l.peak_opened), (None, None, None));
    assert!(!l.flow_known && l.open == Some(5) && !l.estimated);
    let said = |s: &Snapshot| s.sampling.denied.iter().any(|w| w.starts_with("opened and closed"));
    assert!(said(&host) && said(&one), "{:?}", one.sampling.denied);
}

#[test]
fn how_connections_ended_stands_with_their_listener_until_it_is_told() {
    let mut ends = Endings { orderly: 9, asked: 9, ..Endings::none(address("10.0.0.1:80")) };
    ends.add_idle(60, 9);
    let destroyed = Destroyed {
        closed: vec![(ends.local, 9)],
        peerless: vec![(ends.local, 3), (ends.local, 77)],
        endings: vec![ends.clone()],
        ..Destroyed::default()
    };
    let (mut model, first) = run(
        everything(),
        vec![
            listening(0, vec![listener("0.0.0.0:80", 3, 0, Some(0))]),
            walk(100, vec![group("10.0.0.1:80", 10)], 1),
            Sample { destroyed: Some(Reading::Seen(destroyed)), ..Sample::at(at(900)) },
        ],
    );
    let told = &first.listeners[0].endings;
    assert_eq!((told.orderly, told.aborted), (9, 1), "one of the peerless was the listener");
    assert_eq!(told.idle, [(60, 9)]);
    assert_eq!(model.derive(at(1_900), None).listeners[0].endings.total(), 0, "told once");
}
