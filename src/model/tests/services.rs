//! Services: one with two addresses, two on one port, and whose capacity is whose.

use super::*;

#[test]
fn a_capacity_without_a_port_is_for_the_listener_in_focus() {
    let mut model = Model::new(ModelConfig { capacity: Some(10), ..everything() });
    let two = vec![listener(ONE, 7, 0, Some(0)), listener("127.0.0.1:81", 8, 0, Some(0))];
    model.absorb(listening(0, two));
    model.absorb(walk(100, vec![group(ONE, 5)], 1));
    let snapshot = model.derive(at(200), Some(address(ONE)));
    let has = |text| {
        let limits = &snapshot.listener(address(text)).unwrap().limits;
        limits.iter().any(|l| l.kind == LimitKind::Capacity)
    };
    assert!(has(ONE) && !has("127.0.0.1:81"));
}

const V4: &str = "0.0.0.0:80";

const V6: &str = "[::]:80";

const LOCAL: &str = "127.0.0.1:80";

/// Which processes hold the listening sockets of these inodes.
fn owned(ms: u64, by: &[(u64, u32)]) -> Sample {
    let owners = Owners {
        pids: by.iter().map(|(inode, pid)| (*inode, vec![*pid])).collect(),
        hidden: vec![],
        why: String::new(),
    };
    let processes =
        by.iter().map(|(_, pid)| fixtures::process(*pid, &format!("app{pid}"))).collect();
    Sample { owners: Some(Reading::Seen(owners)), processes: Some(processes), ..Sample::at(at(ms)) }
}

/// Two addresses of port 80 with 90 and 100 connections; their processes are given.
fn two_addresses(config: ModelConfig, second: &str, pids: [u32; 2]) -> (Model, Snapshot) {
    let both = || vec![listener(V4, 7, 3, Some(0)), listener(second, 8, 2, Some(0))];
    let groups = |more: u64| vec![group(V4, 90 + more), group(second, 100 + more)];
    let samples = vec![
        listening(0, both()),
        owned(50, &[(7, pids[0]), (8, pids[1])]),
        walk(100, groups(0), 1),
        passive(600, 1_000),
        passive(1_000, 1_010),
        walk(1_100, groups(5), 1),
    ];
    run(config, samples)
}

fn capacity(snapshot: &Snapshot, text: &str) -> Option<(u64, u64)> {
    let whole = snapshot.focused(Some(address(text)))?;
    let limit = whole.limits.iter().find(|l| l.kind == LimitKind::Capacity)?;
    Some((limit.used, limit.limit))
}

#[test]
fn two_sockets_of_one_program_are_one_service() {
    let config = ModelConfig { ports: [80].into(), capacity: Some(200), ..ModelConfig::default() };
    let (model, snapshot) = two_addresses(config, V6, [21, 21]);
    let [service] = snapshot.services.as_slice() else { panic!("{:?}", snapshot.services) };
    assert_eq!(service.addresses, [address(V4), address(V6)]);
    assert_eq!(service.id.to_string(), V4);
    assert_eq!(service.whole.open, Some(200));
    assert_eq!(service.whole.accept_queue, Some(5));
    assert_eq!(service.whole.label(), ":80 app21");
    for text in [V4, V6] {
        assert_eq!(capacity(&snapshot, text), Some((200, 200)), "full, from wherever it is seen");
        let row = snapshot.listener(address(text)).unwrap();
        assert_eq!(row.limits, service.whole.limits, "the address says nothing else: {text}");
    }
    let rows: Vec<_> = snapshot.listeners.iter().map(|l| l.open.unwrap()).collect();
    assert_eq!(rows, [105, 95], "the addresses stay to be seen");
    let history = model.history().service(address(V4)).unwrap();
    let most = history.opened.steps(1, 0, 2).into_iter().flatten().map(|s| s.max).sum::<f32>();
    assert!((most - 10.0).abs() < 0.1, "ten were opened on both: {most}");
}

#[test]
fn a_proxy_and_its_application_on_one_port_are_two_services_and_never_summed() {
    let config = ModelConfig { ports: [80].into(), capacity: Some(200), ..ModelConfig::default() };
    let (_, snapshot) = two_addresses(config.clone(), LOCAL, [21, 22]);
    let found: Vec<_> = snapshot.services.iter().map(|s| (s.whole.label(), s.whole.open)).collect();
    assert_eq!(
        found,
        [("127.0.0.1:80 app22".to_owned(), Some(105)), ("0.0.0.0:80 app21".to_owned(), Some(95))]
    );
    assert_eq!((capacity(&snapshot, V4), capacity(&snapshot, LOCAL)), (None, None));
    let said = snapshot.sampling.denied.iter().find(|d| d.starts_with("capacity")).unwrap();
    for part in ["0.0.0.0:80 app21", "127.0.0.1:80 app22", "-c ADDR:PORT=N"] {
        assert!(said.contains(part), "{said}");
    }
    let named = [(address(LOCAL), 200)].into();
    let config = ModelConfig { capacity: None, capacities_at: named, ..config };
    let (_, snapshot) = two_addresses(config, LOCAL, [21, 22]);
    assert_eq!((capacity(&snapshot, V4), capacity(&snapshot, LOCAL)), (None, Some((105, 200))));
    assert!(snapshot.sampling.denied.iter().all(|d| !d.starts_with("capacity")));
}

#[test]
fn a_capacity_that_is_held_against_nothing_says_so() {
    let named = [(address("10.0.0.9:80"), 200)].into();
    let config = ModelConfig { ports: [80].into(), capacities_at: named, ..everything() };
    let (_, snapshot) = two_addresses(config, V6, [21, 21]);
    assert_eq!(
        snapshot.unplaced_capacity(),
        Some("capacity: nobody listens at 10.0.0.9:80, which -c names")
    );
    // Of several ports each is told of.
    let capacities = [(80, 200), (81, 100)].into();
    let mut model = Model::new(ModelConfig { capacities, ..everything() });
    let ports = [(V4, 7), (LOCAL, 8), ("0.0.0.0:81", 9), ("127.0.0.1:81", 10)];
    let all = ports.map(|(at, inode)| listener(at, inode, 0, Some(0)));
    model.absorb(listening(0, all.to_vec()));
    model.absorb(owned(50, &[(7, 21), (8, 22), (9, 23), (10, 24)]));
    let snapshot = model.derive(at(100), None);
    let why = snapshot.which_capacity().expect("nobody knows which");
    assert!(why.starts_with("give -c ADDR:PORT=N: several services listen on :80: "), "{why}");
    assert!(why.contains("several services listen on :81: 0.0.0.0:81 app23"), "{why}");
}

#[test]
fn a_service_keeps_its_name_while_the_address_it_is_named_by_is_listed() {
    let mut model = Model::new(ModelConfig { ports: [80].into(), ..ModelConfig::default() });
    let name = |snapshot: &Snapshot| snapshot.services[0].id.to_string();
    model.absorb(listening(0, vec![listener(V6, 8, 0, Some(0))]));
    assert_eq!(name(&model.derive(at(0), None)), V6);
    model.absorb(listening(500, vec![listener(V4, 7, 0, Some(0)), listener(V6, 8, 0, Some(0))]));
    let both = model.derive(at(1_000), None);
    assert_eq!((name(&both), both.services.len()), (V6.to_owned(), 1), "not known yet whose");
    model.absorb(listening(1_500, vec![listener(V4, 7, 0, Some(0))]));
    let one_gone = model.derive(at(2_000), None);
    assert_eq!(name(&one_gone), V6);
    assert!(one_gone.services[0].whole.is_present(), "somebody listens on the port");
}
