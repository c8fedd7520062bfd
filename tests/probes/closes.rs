//! How an open connection is ended, and by which code that is told.

use std::thread::sleep;
use std::time::Duration;

use super::run::{together, told_of, told_with};
use super::server::{Left, Rogue};
use super::wire::{self, CLOSE, FIN, close, frame};
use crate::checks::harness::{Running, User, herdtop, until};

/// Accepts, sends these bytes, and ends TCP.
fn after_the_101(bytes: Vec<u8>) -> super::run::Told {
    told_of(move |peer| {
        peer.accept()?;
        peer.send(&bytes)?;
        peer.fin()
    })
}

#[test]
fn a_close_is_told_by_its_code_and_reason() {
    let cases = [
        (1000, ""),
        (1001, "deploy"),
        (1008, "bad origin"),
        (1011, "Traceback"),
        (1012, ""),
        (1013, "Try Again Later"),
        (3000, "log in"),
        (4000, "yours"),
        (4999, "last"),
    ];
    together(&cases, |&(code, reason)| {
        let told = after_the_101(close(code, reason.as_bytes()));
        told.only("close_clean").failed_in("open", &[&format!("close {code}"), reason]);
        told.closes(&[code]).browser(&[code]);
        assert_eq!(told.target()["accepted"], 0, "accept-then-close is no success");
    });
}

#[test]
fn a_close_1014_is_shown_as_1014() {
    let told = after_the_101(close(1014, b"upstream"));
    told.only("close_clean").failed_in("open", &["close 1014", "upstream"]);
    told.closes(&[1014]).browser(&[1014]);
    assert_eq!(told.document["closes"][0]["name"], "bad gateway");
    assert_eq!(told.document["closes"][0]["source"], "probe");
}

#[test]
fn a_close_in_the_segment_of_the_101_is_seen() {
    let server = Rogue::new(|peer| {
        let request = peer.request()?;
        let both = [request.switching("").as_bytes(), &close(1013, b"full")].concat();
        peer.send(both)?;
        peer.fin()
    });
    told_with(&server.url(), &[]).only("close_clean").closes(&[1013]);
    assert_eq!(server.first().closed_with().0, 1013, "the code is sent back");
}

#[test]
fn a_close_within_the_dwell_is_no_success() {
    let server = Rogue::new(|peer| {
        peer.accept()?;
        sleep(Duration::from_millis(1500));
        peer.send(close(1013, b"on second thought"))?;
        peer.fin()
    });
    let told = super::run::told_by(&mut herdtop(
        User::Own,
        &["check", "--json", "--for", "1s", "--dwell", "5s", "--held", "0", &server.url()],
    ));
    told.only("close_clean").failed_in("open", &["close 1013", "on second thought"]);
    assert_eq!(told.target()["accepted"], 0);
}

#[test]
fn a_close_without_a_code_is_1005() {
    let told = after_the_101(frame(FIN | CLOSE, b""));
    told.only("close_no_code").failed_in("open", &["without a code"]);
    told.closes(&[1005]).browser(&[1005]);
}

#[test]
fn a_close_of_one_byte_breaks_the_protocol() {
    let server = Rogue::new(|peer| {
        peer.accept()?;
        peer.send(frame(FIN | CLOSE, b"\x03"))?;
        peer.fin()
    });
    let told = told_with(&server.url(), &[]);
    told.only("proto_error").failed_in("open", &["one byte"]).closes(&[1002]).browser(&[1006]);
    assert_eq!(server.first().closed_with().0, 1002);
}

#[test]
fn a_code_that_must_not_be_sent_is_shown_as_it_was_sent() {
    together(&[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535], |&code| {
        let server = Rogue::new(move |peer| {
            peer.accept()?;
            peer.send(close(code, b"odd"))?;
            peer.fin()
        });
        let told = told_with(&server.url(), &[]);
        told.only("close_illegal_code").failed_in("open", &[&code.to_string(), "odd"]);
        told.closes(&[code]).browser(&[1006]);
        assert_eq!(server.first().closed_with().0, 1002, "what {code} is answered with");
    });
}

#[test]
fn a_reason_that_is_not_utf8_is_answered_with_1007() {
    let server = Rogue::new(|peer| {
        peer.accept()?;
        peer.send(close(1011, b"caf\xe9"))?;
        peer.fin()
    });
    let told = told_with(&server.url(), &[]);
    told.only("proto_error").failed_in("open", &["UTF-8"]).closes(&[1007]).browser(&[1006]);
    assert_eq!(server.first().closed_with().0, 1007);
}

#[test]
fn the_longest_reason_is_told_whole() {
    let reason = format!("{}end", "0123456789".repeat(12));
    assert_eq!(reason.len(), 123);
    after_the_101(close(1013, reason.as_bytes())).only("close_clean").failed_in("open", &[&reason]);
}

#[test]
fn tcp_that_ends_without_a_close_is_1006_and_says_how() {
    let fin = told_of(|peer| {
        peer.accept()?;
        peer.fin()
    });
    fin.only("eof_no_close").failed_in("open", &["FIN"]).closes(&[1006]).browser(&[1006]);
    let rst = told_of(|peer| {
        peer.accept()?;
        peer.rst()
    });
    rst.only("rst_no_close").failed_in("open", &["RST"]).closes(&[1006]).browser(&[1006]);
    let half = after_the_101(frame(FIN | wire::TEXT, b"half of it")[..7].to_vec());
    half.only("half_frame")
        .failed_in("open", &["cut within a frame"])
        .closes(&[1006])
        .browser(&[1006]);
}

#[test]
fn a_server_that_leaves_tcp_open_after_its_close_is_left() {
    let server = Rogue::new(|peer| {
        peer.accept()?;
        peer.send(close(1001, b"bye"))?;
        peer.keep_open()
    });
    let args = ["stream", "-i", "250ms", "--held", "0", "--dwell", "20s", &server.url()];
    let mut stream = Running::start(&mut herdtop(User::Own, &args));
    let document =
        stream.document_where("an outcome", |d| d["probes"][0]["attempts"].as_u64() > Some(0));
    assert_eq!(document["probes"][0]["outcomes"]["close_linger_timeout"], 1, "{document:#}");
    assert_eq!(document["closes"][0]["code"], 1001);
    // The program still runs: it was the prober that ended the connection.
    until("the prober to leave", || server.visits()[0].left.is_some());
    assert_ne!(server.first().left, Some(Left::UnseenListener));
    assert_eq!(server.first().closed_with().0, 1001);
}
