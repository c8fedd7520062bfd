//! The grammar, and what it does to rows.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::detect::Severity;
use crate::model::{ListenerSnapshot, Presence};
use crate::sample::fixtures::connection;

fn listener(address: &str, process: &str, pid: u32) -> ListenerSnapshot {
    ListenerSnapshot {
        presence: Presence::Listening,
        pids: vec![pid],
        process: Some(process.to_owned()),
        ..ListenerSnapshot::nothing(address.parse().expect("an address"))
    }
}

/// Which of three listeners are shown; the first is critical.
fn shown(typed: &str) -> Vec<u16> {
    let all = [
        (listener("0.0.0.0:8080", "Gateway", 2143), Severity::Critical),
        (listener("10.0.4.7:9001", "presence", 2210), Severity::Ok),
        (listener("[fe80::1]:80", "gateway", 21), Severity::Warning),
    ];
    let filter = Filter::parse(typed, List::Listeners.fields()).expect("a filter");
    all.iter()
        .filter(|(l, is)| filter.shows(&Listening(l, *is)))
        .map(|(l, _)| l.address.port())
        .collect()
}

#[test]
fn words_are_as_ever_and_all_have_to_hold() {
    assert_eq!(shown(""), [8080, 9001, 80]);
    assert_eq!(shown("gate 21"), [8080, 80]);
    assert_eq!(shown("fe80::1"), [80], "an address is no term");
    assert_eq!(shown(":8080"), [8080]);
}

#[test]
fn terms_mean_their_column_alone() {
    assert_eq!(shown("port:80"), [80]);
    assert_eq!(shown("port:80,9000-9100"), [9001, 80]);
    assert_eq!(shown("pid:21"), [80]);
    assert_eq!(shown("proc:GATE state:crit"), [8080]);
    assert_eq!(shown("addr:10.0"), [9001]);
    assert_eq!(shown("state:ok"), [9001]);
}

/// Which of some listeners are shown, as they are written.
fn listening(typed: &str) -> Vec<&'static str> {
    let all = [
        "0.0.0.0:80",
        "[::]:80",
        "[::]:8080",
        "127.0.0.1:80",
        "[::1]:9090",
        "[fe80::1]:80",
        "10.0.4.7:9001",
        "[::ffff:10.0.0.5]:80",
    ];
    let filter = Filter::parse(typed, List::Listeners.fields()).expect("a filter");
    let shows = |at: &&str| filter.shows(&Listening(&listener(at, "app", 7), Severity::Ok));
    all.into_iter().filter(shows).collect()
}

#[test]
fn an_address_is_found_however_it_is_written() {
    for typed in ["[::]:80", ":::80"] {
        assert_eq!(listening(&format!("addr:{typed}")), ["[::]:80"], "{typed}");
    }
    for typed in ["[::]", "0:0:0:0:0:0:0:0", "::0"] {
        let (as_term, as_word) = (listening(&format!("addr:{typed}")), listening(typed));
        assert_eq!(as_term, ["[::]:80", "[::]:8080"], "{typed}");
        assert_eq!(as_word, as_term, "{typed}");
    }
    let wildcard = ["0.0.0.0:80", "[::]:80"];
    assert_eq!(listening("addr:*:80"), wildcard);
    assert_eq!(listening("*:80"), wildcard);
    assert_eq!(listening("*"), ["0.0.0.0:80", "[::]:80", "[::]:8080"]);
    assert_eq!(listening("addr:0.0.0.0:80"), ["0.0.0.0:80"]);
    assert_eq!(listening("addr:0.0.0.0"), ["0.0.0.0:80"]);
    assert_eq!(listening("localhost"), ["127.0.0.1:80", "[::1]:9090"]);
    assert_eq!(listening("addr:localhost:80"), ["127.0.0.1:80"]);
    assert_eq!(listening("localhost:9090"), ["[::1]:9090"]);
    for typed in ["fe80::1", "[FE80::1]:80", "fe80::1%eth0", "[fe80::1%2]:80", "fe80::0001"] {
        assert_eq!(listening(&format!("addr:{typed}")), ["[fe80::1]:80"], "{typed}");
        assert_eq!(listening(typed), ["[fe80::1]:80"], "{typed}");
    }
    for typed in ["10.0.0.5", "10.0.0.5:80", "::ffff:10.0.0.5", "[::ffff:10.0.0.5]:80"] {
        assert_eq!(listening(&format!("addr:{typed}")), ["[::ffff:10.0.0.5]:80"], "{typed}");
    }
}

#[test]
fn a_part_of_an_address_is_looked_for_as_it_is_written() {
    assert_eq!(listening("addr:::"), listening("::"), "it is both whole and a part");
    assert_eq!(listening("addr:[f"), ["[fe80::1]:80"]);
    assert_eq!(listening("addr:10.0"), ["10.0.4.7:9001", "[::ffff:10.0.0.5]:80"]);
    assert_eq!(listening("addr:80"), ["[fe80::1]:80"], "a port is no part of it");
    assert_eq!(listening("addr:4.7:90"), ["10.0.4.7:9001"]);
    assert_eq!(listening("addr::80"), listening("port:80"));
    assert_eq!(listening("!addr:[::]:80").len(), 7);
}

#[test]
fn a_peer_is_found_however_it_is_written() {
    let of = |peer: &str| {
        let peer = peer.parse().expect("an address");
        crate::sample::OpenConnection { peer, ..connection(1) }
    };
    let all = [of("[2001:db8::7]:40001"), of("[::ffff:10.1.2.3]:40002"), of("10.1.2.30:40003")];
    let shown = |typed: &str| {
        let filter = Filter::parse(typed, List::Connections.fields()).expect("a filter");
        all.iter().filter(|c| filter.shows(*c)).map(|c| c.peer.port()).collect::<Vec<_>>()
    };
    for typed in ["[2001:db8::7]", "[2001:db8::7]:40001", "2001:DB8:0::7", "2001:db8::7%eth1"] {
        assert_eq!(shown(&format!("addr:{typed}")), [40_001], "{typed}");
        assert_eq!(shown(typed), [40_001], "{typed}");
    }
    assert_eq!(shown("addr:10.1.2.3:40002"), [40_002]);
    assert_eq!(shown("addr:10.1.2.3"), [40_002, 40_003], "a part of the other");
    let addresses = [("2001:db8::7".to_owned(), 3), ("10.1.2.3".to_owned(), 1)];
    let filter = Filter::parse("addr:[2001:db8::7]", List::Addresses.fields()).expect("a filter");
    assert_eq!(addresses.iter().filter(|row| filter.shows(*row)).count(), 1);
}

#[test]
fn a_bang_or_a_dash_turns_a_term_round() {
    assert_eq!(shown("-proc:gate"), [9001]);
    assert_eq!(shown("gate !port:80"), [8080]);
    assert_eq!(shown("!gate"), [9001]);
    assert_eq!(shown("!/^10\\./"), [8080, 80]);
    assert_eq!(shown("!!gate"), [8080, 80]);
}

#[test]
fn patterns_go_over_address_process_and_pids() {
    assert_eq!(shown("/:(80|9001) /"), [9001, 80]);
    assert_eq!(shown("!/80$|presence/"), [8080, 80]);
    assert_eq!(shown("/80 GATEWAY/"), [8080, 80]);
    assert_eq!(shown("/80 gateway/ state:warn"), [80]);
    assert_eq!(shown("/80\\/ /"), [0; 0], "a slash in it");
    for begun in ["!", "/", "-", "!/", "//"] {
        assert_eq!(shown(begun), [8080, 9001, 80], "{begun}");
    }
}

#[test]
fn a_fault_says_what_would_be_right() {
    let fault = |typed| Filter::parse(typed, List::Listeners.fields()).expect_err("a fault");
    assert_eq!(fault("port:"), "'port:' wants a port, as 8080, 80,443 or 8000-8100");
    assert_eq!(fault("port:x"), "'port:x': give a port, as 8080, 80,443 or 8000-8100");
    assert_eq!(fault("port:90-80"), "'port:90-80': give a port, as 8080, 80,443 or 8000-8100");
    assert_eq!(fault("state:bad"), "'state:bad': give crit, warn or ok");
    assert_eq!(fault("user:ann"), "'user:' is no term; there are port: proc: pid: addr: state:");
    assert_eq!(fault("gate !/(/"), "'/(/': unclosed group");
    assert_eq!(fault("/a b"), "'/a b': a pattern ends with a slash, as in /a b/");
    let words = Filter::parse("user:ann", &[]).expect_err("a fault");
    assert_eq!(words, "'user:' is no term; there are words, !word and /pattern/");
    assert!(Filter::parse("/(\\w{100}){100}/", &[]).is_err(), "too large to compile");
}

/// Which of the connections are shown that have sent 100, 200, 300 bytes ...
fn sent(typed: &str) -> Vec<u16> {
    let filter = Filter::parse(typed, List::Connections.fields()).expect("a filter");
    let all: Vec<_> = (1..=5).map(connection).collect();
    all.iter().filter(|c| filter.shows(*c)).map(|c| c.peer.port() - 40_000).collect()
}

#[test]
fn numbers_have_bounds_units_and_ranges() {
    assert_eq!(sent("out:>3k"), [4, 5], "3072 bytes");
    assert_eq!(sent("out:<2000"), [1]);
    assert_eq!(sent("out:1000-2000,5000"), [1, 2, 5]);
    assert_eq!(sent("age:>3s age:<5s"), [4]);
    assert_eq!(sent("idle:1000ms"), [1, 2, 3, 4, 5]);
    assert_eq!(sent("peer:10.0.3.7 port:40002 state:estab"), [2]);
    assert_eq!(sent("10.0.3.7:40003"), [3]);
    assert_eq!(sent("retrans:>0"), [0; 0]);
    for wrong in ["out:>", "out:1x", "out:-5", "age:1h2", "out:inf", "port:99999", "retrans:1.5"] {
        let fault = Filter::parse(wrong, List::Connections.fields()).expect_err("a fault");
        assert!(fault.starts_with(&format!("'{wrong}': give ")), "{fault}");
    }
}

#[test]
fn what_is_not_known_yet_is_no_reason_against_a_row() {
    let filter = Filter::parse("pid:7", List::Connections.fields()).expect("a filter");
    let nobody = connection(1);
    assert!(!filter.shows(&nobody) && filter.may_show(&nobody));
    let filter = Filter::parse("!pid:7 port:1", List::Connections.fields()).expect("a filter");
    assert!(filter.shows(&nobody) == filter.may_show(&nobody), "its port is known");
}

/// Pieces that mean something, and some that nearly do.
const PIECES: [&str; 22] = [
    "gate", "!", "-", "/", "port:", "port:80", "8080", ":", " ", "(", "[", "\\", "é", "\u{0}",
    "state:", "crit", "pid:", ">", "<", ",", "addr:10.", "/^1.*$/",
];

fn typed(dice: &mut StdRng) -> String {
    let parts = dice.random_range(0..8);
    (0..parts).map(|_| PIECES[dice.random_range(0..PIECES.len())]).collect()
}

#[test]
fn whatever_is_typed_is_a_filter_or_a_fault_in_one_line() {
    let mut dice = StdRng::seed_from_u64(15);
    for _ in 0..20_000 {
        let typed = typed(&mut dice);
        if let Err(fault) = Filter::parse(&typed, List::Listeners.fields()) {
            let quoted = fault.split('\'').nth(1).expect("what was typed, quoted");
            assert!(typed.contains(quoted), "{typed:?}: {fault:?}");
            assert!(!fault.contains('\n'), "{typed:?}: {fault:?}");
        }
    }
}

#[test]
fn two_terms_show_what_both_show_and_not_shows_the_others() {
    let mut dice = StdRng::seed_from_u64(6);
    let terms = ["gate", "port:80", "port:>100", "/^10/", "addr:f", "state:ok", "pid:21", "8"];
    for _ in 0..500 {
        let [a, b] = [(); 2].map(|()| terms[dice.random_range(0..terms.len())]);
        let (of_a, of_b) = (shown(a), shown(b));
        let both: Vec<u16> = of_a.iter().copied().filter(|port| of_b.contains(port)).collect();
        assert_eq!(shown(&format!("{a}  {b} ")), both, "{a} {b}");
        let others: Vec<u16> = shown("").into_iter().filter(|port| !of_a.contains(port)).collect();
        assert_eq!(shown(&format!("!{a}")), others, "!{a}");
    }
}
