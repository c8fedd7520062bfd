//! The connection that is kept open and pinged.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use super::peer::Peer;
use super::run::{assert_honest, told_by, told_with};
use super::server::{Rogue, Visit};
use super::wire::{self, FIN, PING, PONG, close, frame};
use crate::checks::harness::{Running, User, herdtop, until};
use crate::checks::noise::noisy;

/// Follows a server until its target is so.
fn follow(server: &Rogue, more: &[&str], so: impl Fn(&Value) -> bool) -> Value {
    let _noise = noisy();
    let url = server.url();
    let args = [&["stream", "-i", "250ms", "--dwell", "300ms"], more, &[&url]].concat();
    let mut stream = Running::start(&mut herdtop(User::Own, &args));
    let document = stream.document_where("the target to be so", |d| so(&d["probes"][0]));
    assert_honest(&document);
    document
}

/// Answers pings after this, and a Close at once.
fn slow(peer: &mut Peer, lag: Duration) -> io::Result<()> {
    peer.accept()?;
    loop {
        let asked = peer.frame()?;
        match asked.opcode() {
            PING => {
                sleep(lag);
                peer.send(frame(FIN | PONG, &asked.payload))?;
            }
            wire::CLOSE => {
                peer.send(frame(FIN | wire::CLOSE, &asked.payload))?;
                return peer.fin();
            }
            _ => {}
        }
    }
}

/// Behaves until a fifth ping comes, after four gaps of at least 125 ms: by then the dwell
/// of [`follow`] is over.
fn later(peer: &mut Peer) -> io::Result<()> {
    let mut pings = 0;
    while pings < 5 {
        let asked = peer.frame()?;
        if asked.opcode() == PING {
            pings += 1;
            peer.send(frame(FIN | PONG, &asked.payload))?;
        }
    }
    Ok(())
}

#[test]
fn the_held_connection_is_pinged_four_times_a_second_and_then_each_second() {
    const CLOSELY: f64 = 6.0;
    let server = Rogue::new(|peer| slow(peer, Duration::ZERO));
    // When, counted from the first.
    let times = || {
        let of = |v: &Visit| -> Vec<f64> {
            let pings: Vec<_> = v.frames.iter().filter(|(_, f)| f.opcode() == PING).collect();
            pings.iter().map(|(at, _)| (*at - pings[0].0).as_secs_f64()).collect()
        };
        server.visits().iter().map(of).max_by_key(Vec::len).unwrap_or_default()
    };
    let document = follow(&server, &[], |_| times().last().is_some_and(|at| *at > CLOSELY + 4.5));
    let target = &document["probes"][0];
    assert_eq!(target["held"]["open"], 1, "{target:#}");
    assert_eq!(target["held"]["lost"], 0, "{target:#}");
    let ping = target["ping_ms"]["p50"].as_f64().expect("a round trip");
    assert!((0.0..500.0).contains(&ping), "{target:#}");
    let times = times();
    let within = |from: f64, to: f64| times.iter().filter(|at| (from..to).contains(*at)).count();
    // A check of five seconds must not miss a loop that is blocked now and then.
    assert!((14..30).contains(&within(0.0, 5.0)), "{times:?}");
    assert!((3..=7).contains(&within(CLOSELY + 0.5, CLOSELY + 4.5)), "{times:?}");
}

#[test]
fn a_slow_event_loop_is_seen_in_the_round_trip_of_the_pings() {
    const LAG: Duration = Duration::from_millis(300);
    let server = Rogue::new(|peer| slow(peer, LAG));
    let document = follow(&server, &[], |target| target["lag_ms"].is_number());
    let target = &document["probes"][0];
    for figure in [&target["ping_ms"]["p50"], &target["lag_ms"]] {
        let ms = figure.as_f64().expect("a figure");
        assert!((290.0..1500.0).contains(&ms), "{target:#}");
    }
    let tcp = target["tcp_ms_min"].as_f64().expect("the kernel knows its round trip");
    assert!(tcp < 100.0, "the network is not to blame: {target:#}");
}

#[test]
fn pings_that_are_never_answered_end_the_held_connection() {
    let server = Rogue::new(|peer| {
        peer.accept()?;
        peer.keep_open()
    });
    let document = follow(&server, &["--timeout", "2s"], |t| t["held"]["lost"] == 1);
    let target = &document["probes"][0];
    assert_eq!(target["outcomes"]["ping_timeout"], 1, "{target:#}");
    assert_eq!(document["closes"], serde_json::json!([]), "nobody has closed it");
}

#[test]
fn a_server_that_asks_and_never_listens_is_noticed_as_well() {
    // Its pings ask for pongs it does not read, until none can be sent any more.
    let server = Rogue::new(|peer| {
        peer.accept()?;
        peer.flood(&frame(FIN | PING, &[0; 125]))
    });
    let document = follow(&server, &["--timeout", "2s"], |t| t["held"]["lost"] == 1);
    assert_eq!(document["probes"][0]["outcomes"]["ping_timeout"], 1, "{document:#}");
}

#[test]
fn a_held_connection_that_is_closed_later_is_lost_not_refused() {
    let server = Rogue::new(|peer| {
        peer.accept()?;
        later(peer)?;
        peer.send(close(1012, b"deploy"))?;
        peer.fin()
    });
    let document = follow(&server, &[], |target| target["held"]["lost"] == 1);
    let target = &document["probes"][0];
    assert_eq!(target["outcomes"]["close_clean"], 1, "{target:#}");
    assert_eq!(target["last_failure"]["outcome"], "close_clean", "{target:#}");
    let closes = &document["closes"];
    assert_eq!((&closes[0]["code"], &closes[0]["total"]), (&1012.into(), &1.into()), "{closes:#}");
}

#[test]
fn a_held_connection_that_is_cut_is_1006() {
    let server = Rogue::new(|peer| {
        peer.accept()?;
        later(peer)?;
        peer.rst()
    });
    let document = follow(&server, &[], |target| target["held"]["lost"] == 1);
    assert_eq!(document["probes"][0]["outcomes"]["rst_no_close"], 1, "{document:#}");
    assert_eq!(document["closes"][0]["code"], 1006, "{document:#}");
    assert_eq!(document["closes_browser"][0]["code"], 1006, "{document:#}");
}

#[test]
fn held_0_keeps_none() {
    let server = Rogue::new(|peer| slow(peer, Duration::ZERO));
    let told = told_with(&server.url(), &[]);
    told.only("open_ok");
    assert_eq!(told.target()["held"]["open"], 0);
    assert_eq!(told.target()["ping_ms"]["p50"], Value::Null);
    assert_eq!(told.target()["lag_ms"], Value::Null);
    assert_eq!(server.visits().len(), 1, "one attempt in a second");
    assert!(server.first().frames(PING).is_empty(), "{:?}", server.first());
}

#[test]
fn those_who_are_in_stay_in_while_new_ones_are_refused() {
    // Whoever is pinged is the one who is held.
    let full = AtomicBool::new(false);
    let server = Rogue::new(move |peer| {
        if full.load(Ordering::SeqCst) {
            peer.request()?;
            peer.send("HTTP/1.1 503 Service Unavailable\r\n\r\n")?;
            return peer.fin();
        }
        peer.accept()?;
        let first = peer.frame()?;
        if first.opcode() != PING {
            peer.send(frame(first.first, &first.payload))?;
            return peer.fin();
        }
        full.store(true, Ordering::SeqCst);
        peer.send(frame(FIN | PONG, &first.payload))?;
        peer.behave()
    });
    let refused = |target: &Value| target["outcomes"]["http_503"].as_u64() >= Some(2);
    let document = follow(&server, &["--probe-every", "1s"], refused);
    let target = &document["probes"][0];
    assert_eq!(target["held"]["open"], 1, "{target:#}");
    assert_eq!(target["held"]["lost"], 0, "{target:#}");
    assert_eq!(target["last_failure"]["outcome"], "http_503", "{target:#}");
}

#[test]
fn the_held_connection_has_its_turn_however_often_new_ones_are_asked_for() {
    let server = Rogue::new(|peer| slow(peer, Duration::ZERO));
    let enough =
        |target: &Value| target["held"]["open"] == 1 || target["attempts"].as_u64() >= Some(6);
    let document = follow(&server, &["--probe-every", "1s"], enough);
    let target = &document["probes"][0];
    assert!(target["held"]["open"] == 1 && target["attempts"].as_u64() < Some(6), "{target:#}");
}

#[test]
fn the_program_closes_what_it_holds_when_it_ends() {
    let server = Rogue::new(|peer| slow(peer, Duration::ZERO));
    let args = ["check", "--json", "--for", "3s", "--dwell", "300ms", &server.url()];
    let told = told_by(&mut herdtop(User::Own, &args));
    assert_eq!(told.target()["held"]["open"], 1, "{:#}", told.target());
    until("all to have left", || server.visits().iter().all(|v| v.left.is_some()));
    let visits = server.visits();
    let held = visits.iter().find(|v| !v.frames(PING).is_empty()).expect("one was held");
    assert_eq!(held.closed_with().0, 1001, "it goes away, and says so");
}
