//! A Close is a Close from its first byte on, however slowly it is said and
//! whatever the dwell.

use std::io;
use std::thread::sleep;
use std::time::Duration;

use super::peer::Peer;
use super::run::{Told, together, told_by};
use super::server::Rogue;
use super::wire::{self, CLOSE, FIN, close, frame};
use crate::checks::harness::{Running, User, herdtop};

/// Long after the dwell of these tests, long before a prober gives up.
const LATER: Duration = Duration::from_millis(700);

type Act = fn(&mut Peer) -> io::Result<()>;

/// Checks a server with a dwell that is over before the server has said it all.
fn told_of(dwell: &str, act: Act) -> Told {
    let server = Rogue::new(act);
    let url = server.url();
    let args = ["check", "--json", "--for", "1s", "--dwell", dwell, "--held", "0", &url];
    told_by(&mut herdtop(User::Own, &args))
}

/// Close 1013, and TCP stays open.
fn left_open(peer: &mut Peer) -> io::Result<()> {
    peer.accept()?;
    peer.send(close(1013, b"full"))?;
    peer.keep_open()
}

/// The same in the segment of the 101.
fn at_once(peer: &mut Peer) -> io::Result<()> {
    let request = peer.request()?;
    peer.send([request.switching("").as_bytes(), &close(1013, b"full")].concat())?;
    peer.keep_open()
}

/// Not in the same breath as the 101.
fn a_moment_later(peer: &mut Peer) -> io::Result<()> {
    peer.accept()?;
    sleep(Duration::from_millis(20));
    peer.send(close(1013, b"full"))?;
    peer.keep_open()
}

/// Byte by byte, all within the time a prober waits.
fn dribbled(peer: &mut Peer) -> io::Result<()> {
    peer.accept()?;
    for byte in close(1013, b"full") {
        peer.send([byte])?;
        sleep(Duration::from_millis(150));
    }
    peer.fin()
}

/// The first byte now, the rest much later.
fn first_byte(peer: &mut Peer) -> io::Result<()> {
    peer.accept()?;
    let bytes = close(1013, b"full");
    peer.send(&bytes[..1])?;
    sleep(LATER);
    peer.send(&bytes[1..])?;
    peer.fin()
}

/// Messages, then a Close behind them that is not ended.
fn after_data(peer: &mut Peer) -> io::Result<()> {
    peer.accept()?;
    let message = frame(FIN | wire::TEXT, b"the last of it");
    peer.send([&message[..], &message, &close(1013, b"full")].concat())?;
    peer.keep_open()
}

#[test]
fn no_dwell_is_short_enough_to_make_a_close_a_success() {
    let servers: [(Act, &str); 6] = [
        (a_moment_later, "close_linger_timeout"),
        (left_open, "close_linger_timeout"),
        (at_once, "close_linger_timeout"),
        (after_data, "close_linger_timeout"),
        (dribbled, "close_clean"),
        (first_byte, "close_clean"),
    ];
    let cases: Vec<_> = servers
        .into_iter()
        .flat_map(|(act, name)| ["0", "100ms", "300ms", "1s"].map(|dwell| (act, name, dwell)))
        .collect();
    together(&cases, |&(act, name, dwell)| {
        let told = told_of(dwell, act);
        told.only(name).failed_in("open", &["close 1013"]).closes(&[1013]).browser(&[1013]);
        assert_eq!(told.target()["accepted"], 0, "{dwell}: {:#}", told.target());
        assert_eq!(told.said.code, Some(2), "{:?}", told.document["verdict"]);
        assert_eq!(told.document["verdict"]["kind"], "overloaded");
    });
}

#[test]
fn a_close_in_the_segment_of_the_101_counts_without_any_dwell() {
    told_of("0", at_once).only("close_linger_timeout").closes(&[1013]);
}

#[test]
fn half_a_close_is_none_but_no_success_either() {
    let silent: Act = |peer| {
        peer.accept()?;
        peer.send(&close(1013, b"full")[..5])?;
        peer.keep_open()
    };
    let cut: Act = |peer| {
        peer.accept()?;
        peer.send(&close(1013, b"full")[..5])?;
        peer.fin()
    };
    let nameless: Act = |peer| {
        peer.accept()?;
        peer.send([FIN | CLOSE])?;
        peer.keep_open()
    };
    together(&[(silent, 1013), (cut, 1013), (nameless, 1006)], |&(act, code)| {
        let told = told_of("300ms", act);
        told.only("half_close").failed_in("open", &["never whole"]).closes(&[code]);
        told.browser(&[1006]);
        assert_eq!(told.target()["accepted"], 0, "{:#}", told.target());
    });
}

#[test]
fn an_answer_that_is_waited_for_does_not_hide_a_close() {
    let server = Rogue::new(left_open);
    let url = server.url();
    let args = ["check", "--json", "--for", "1s", "--held", "0", "--timeout", "500ms"];
    let args = [&args[..], &["--send", "hello", "--expect", "hi", &url]].concat();
    told_by(&mut herdtop(User::Own, &args)).only("close_linger_timeout").closes(&[1013]);
}

#[test]
fn the_held_connection_is_not_open_once_a_close_has_begun() {
    together(&[left_open as Act, first_byte, dribbled], |&act| {
        let server = Rogue::new(act);
        let url = server.url();
        let args = ["stream", "-i", "250ms", "--dwell", "300ms", &url];
        let mut stream = Running::start(&mut herdtop(User::Own, &args));
        let ended = |d: &serde_json::Value| d["probes"][0]["attempts"].as_u64() >= Some(2);
        let document = stream.document_where("both lanes to end", ended);
        let target = &document["probes"][0];
        assert_eq!(target["accepted"], 0, "{target:#}");
        assert_eq!(target["held"]["open"], 0, "{target:#}");
        assert_eq!(target["held"]["lost"], 0, "it never was open: {target:#}");
    });
}

#[test]
fn half_a_close_ends_a_held_connection_that_was_open() {
    let server = Rogue::new(|peer| {
        peer.accept()?;
        let mut pings = 0;
        // Four gaps of at least 125 ms: by then the dwell is over.
        while pings < 5 {
            let asked = peer.frame()?;
            if asked.opcode() == wire::PING {
                pings += 1;
                peer.send(frame(FIN | wire::PONG, &asked.payload))?;
            }
        }
        peer.send(&close(1012, b"")[..1])?;
        peer.keep_open()
    });
    let url = server.url();
    let args = ["stream", "-i", "250ms", "--dwell", "300ms", &url];
    let mut stream = Running::start(&mut herdtop(User::Own, &args));
    let lost = |d: &serde_json::Value| d["probes"][0]["held"]["lost"] == 1;
    let document = stream.document_where("the held connection to be lost", lost);
    assert_eq!(document["probes"][0]["outcomes"]["half_close"], 1, "{document:#}");
}
