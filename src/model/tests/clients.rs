//! Single clients: who comes, who does not read, who is silent.

use super::*;
use crate::sample::{Attempts, EndSign, EndingShape, EndingShapes, Lifetime, Network};
use crate::sample::{SampledGroup, SampledWalk, SlowClient};

const TWO: &str = "[::1]:80";

fn both(ms: u64) -> Sample {
    listening(ms, vec![listener(ONE, 1, 0, Some(0)), listener(TWO, 2, 0, Some(0))])
}

fn looked_at(ms: u64, open: &[(&str, u64)], groups: Vec<SampledGroup>, slices: u32) -> Sample {
    let groups_open = open.iter().map(|(at, n)| group(at, *n)).collect();
    let (cpu, period) = (Duration::from_millis(1), Duration::from_secs(5));
    let sampled = SampledWalk { slices, cpu, period, groups };
    Sample { sampled: Some(Reading::Seen(sampled)), ..walk(ms, groups_open, 1) }
}

fn part(local: &str, found: u64, slow: &[u64], heard: &[(u32, u64)]) -> SampledGroup {
    let mut group = SampledGroup { found, ..SampledGroup::none(address(local)) };
    for (port, kib) in (40_000..).zip(slow) {
        let peer = SocketAddr::from(([10, 0, 0, 1], port));
        group.add_slow(SlowClient { peer, unsent: kib << 10 });
    }
    group.talking.extend(heard);
    group
}

#[test]
fn a_service_of_two_addresses_has_the_slow_clients_of_both() {
    let open = [(ONE, 10), (TWO, 4)];
    let groups = vec![part(ONE, 10, &[100, 300], &[]), part(TWO, 4, &[200], &[])];
    let samples = vec![both(0), looked_at(1_000, &open, groups, 1)];
    let (_, snapshot) = run(everything(), samples);
    let told = snapshot.services[0].whole.sampled.as_ref().unwrap();
    assert_eq!((told.looked_at, told.open, told.slow.off_by), (14, 14, 0.0));
    assert!((told.slow.count - 3.0).abs() < 1e-9 && (told.unsent.count - 614_400.0).abs() < 1.0);
    assert_eq!(told.slowest[0].unsent >> 10, 300);
    assert!(told.silence.is_none(), "no period is known");
}

#[test]
fn a_part_is_scaled_and_a_period_that_was_given_tells_who_is_silent() {
    let config = ModelConfig { ping_period: Some(Duration::from_secs(25)), ..everything() };
    let groups = vec![part(ONE, 100, &[], &[(1_000, 60), (80_000, 40)])];
    let samples = vec![both(0), looked_at(1_000, &[(ONE, 6_400)], groups, 64)];
    let (_, snapshot) = run(config, samples);
    let silence = snapshot.services[0].whole.sampled.as_ref().unwrap().silence.unwrap();
    assert!((silence.silent.count - 2_560.0).abs() < 1.0, "{silence:?}");
    assert!((500.0..700.0).contains(&silence.silent.off_by), "{silence:?}");
    assert_eq!((silence.after().as_secs(), silence.is_given), (75, true));
}

#[test]
fn who_comes_is_told_for_a_minute_by_walks_and_by_ends() {
    let ip = |host: u8| std::net::IpAddr::from([10, 4, 7, host]);
    let came = |host: u8, n: u64| Attempts {
        total: n,
        addresses: vec![(ip(host), n)],
        networks: vec![(Network::of(ip(host)), n)],
    };
    let mut model = Model::new(everything());
    model.absorb(both(0));
    model.absorb(walk(100, vec![group(ONE, 5)], 1));
    for second in 1..=70_u64 {
        let fresh = Group { came: Some(came(1, 1)), ..group(ONE, 5) };
        model.absorb(walk(second * 1_000, vec![fresh], 1));
        let ended = vec![(address(TWO), came(9, 2))];
        let destroyed = Destroyed { came: ended, ..Destroyed::default() };
        let destroyed = Some(Reading::Seen(destroyed));
        model.absorb(Sample { destroyed, ..Sample::at(at(second * 1_000 + 300)) });
    }
    let snapshot = model.derive(at(70_400), None);
    let told = snapshot.services[0].whole.attempts.as_ref().unwrap();
    assert_eq!(told.minute.total, told.minute.addresses.iter().map(|(_, n)| n).sum::<u64>());
    assert!((165..=180).contains(&told.minute.total), "{told:?}");
    assert_eq!(told.minute.addresses[0].0, ip(9));
    assert_eq!(told.now.networks[0].1, told.now.total, "one network");
    let later = model.derive(at(200_000), None);
    assert_eq!(later.services[0].whole.attempts, None);
}

#[test]
fn connections_that_are_closed_at_one_age_say_so() {
    let ended = |ms: u64, age: u32| {
        let mut shape = EndingShape {
            end: EndSign::Orderly,
            life: Lifetime::Over5m,
            sent: (90_000, 90_000),
            received: (4_000, 4_000),
            ..EndingShape::aborted()
        };
        shape.add_age(age, 1);
        let shapes = vec![EndingShapes { local: address(ONE), shapes: vec![shape], other: 0 }];
        let destroyed = Destroyed { shapes, ..Destroyed::default() };
        Sample { destroyed: Some(Reading::Seen(destroyed)), ..Sample::at(at(ms)) }
    };
    let told = |ages: &dyn Fn(u64) -> u32| {
        let mut model = Model::new(everything());
        model.absorb(both(0));
        model.absorb(walk(100, vec![group(ONE, 5)], 1));
        (1..=60).for_each(|n| model.absorb(ended(n * 4_000, ages(n))));
        model.derive(at(241_000), None).services[0].whole.shapes[0].age
    };
    assert_eq!(told(&|n| 900 + u32::from(n % 2 == 0)), Some(900));
    assert_eq!(told(&|n| 400 + u32::try_from(n * 97 % 1_500).unwrap()), None);
}
