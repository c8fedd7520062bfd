//! Answers of 101: those that are wrong, and odd ones that are right.

use std::io;

use super::peer::Peer;
use super::run::{Told, together, told_of, told_with};
use super::server::Rogue;
use super::wire::Request;

/// Answers with what is made of a right 101.
fn answers(answer: impl Fn(&Request) -> String + Send + Sync + 'static) -> Told {
    told_of(answering(answer))
}

fn answering(
    answer: impl Fn(&Request) -> String + Send + Sync + 'static,
) -> impl Fn(&mut Peer) -> io::Result<()> + Send + Sync + 'static {
    move |peer| {
        let request = peer.request()?;
        peer.send(answer(&request))?;
        peer.behave()
    }
}

#[test]
fn a_101_with_wrong_headers_names_what_is_wrong() {
    type Case = (&'static str, fn(&Request) -> String);
    let cases: [Case; 7] = [
        ("Upgrade", |r| r.switching("").replacen("Upgrade: websocket\r\n", "", 1)),
        ("Upgrade", |r| r.switching("").replacen("Upgrade: websocket", "Upgrade: h2c", 1)),
        ("Connection", |r| r.switching("").replacen("Connection: Upgrade\r\n", "", 1)),
        ("Connection", |r| r.switching("").replacen("Connection: Upgrade", "Connection: close", 1)),
        ("subprotocol", |r| r.switching("Sec-WebSocket-Protocol: chat\r\n")),
        ("extension", |r| r.switching("Sec-WebSocket-Extensions: permessage-deflate\r\n")),
        ("header", |r| r.switching("Sec-WebSocket-Extensions: x-\u{1b}[2J\r\n")),
    ];
    together(&cases, |(word, answer)| {
        let told = answers(*answer);
        told.only("hs_bad_headers").closes(&[]).browser(&[1006]);
        let detail = told.target()["last_failure"]["detail"].as_str().unwrap_or_default();
        assert!(detail.to_lowercase().contains(&word.to_lowercase()), "no {word} in {detail}");
    });
}

#[test]
fn a_wrong_answer_to_the_key_is_told_as_such() {
    let wrong: [fn(&Request) -> String; 2] = [
        |r| r.switching("").replacen(&r.accept_key(), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", 1),
        |r| r.switching("").replacen("Sec-WebSocket-Accept", "X-Sec-WebSocket-Accept", 1),
    ];
    together(&wrong, |answer| {
        let told = answers(*answer);
        told.only("hs_bad_accept").failed_in("upgrade", &["Sec-WebSocket-Accept"]).closes(&[]);
    });
}

#[test]
fn odd_but_legal_answers_are_accepted() {
    let cases: [fn(&Request) -> String; 7] = [
        |r| r.switching("").replacen("Connection: Upgrade", "Connection: keep-alive, Upgrade", 1),
        |r| r.switching("").replacen("Connection: Upgrade", "connection:upgrade", 1),
        |r| r.switching("").replacen("Upgrade: websocket", "UPGRADE:   WebSocket  ", 1),
        |r| r.switching("").replacen("Sec-WebSocket-Accept", "sec-websocket-accept", 1),
        |r| r.switching("").replacen("101 Switching Protocols", "101 ", 1),
        |r| r.switching("").replacen("101 Switching Protocols", "101", 1),
        |r| r.switching("Server: daphne\r\nX-Long: ").replacen("X-Long: ", &long_header(), 1),
    ];
    together(&cases, |answer| {
        answers(*answer).only("open_ok").closes(&[]).browser(&[]);
    });
}

/// 6 KB of cookies are usual behind a proxy that signs you in.
fn long_header() -> String {
    format!("Set-Cookie: session={}\r\n", "a".repeat(6000))
}

#[test]
fn an_answer_in_many_segments_is_put_together() {
    told_of(|peer| {
        let answer = peer.request()?.switching("");
        for part in answer.as_bytes().chunks(7) {
            peer.send(part)?;
        }
        peer.behave()
    })
    .only("open_ok");
}

#[test]
fn an_interim_answer_does_not_hide_the_101() {
    let interim =
        ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"];
    together(&interim, |&interim| {
        let told = answers(move |request| format!("{interim}{}", request.switching("")));
        told.only("open_ok");
    });
}

#[test]
fn a_subprotocol_that_was_asked_for_is_accepted_and_another_is_not() {
    let chat = answering(|r| r.switching("Sec-WebSocket-Protocol: chat.v2\r\n"));
    let server = Rogue::new(chat);
    told_with(&server.url(), &["-s", "chat.v2", "--subprotocol", "chat.v1"]).only("open_ok");
    assert_eq!(server.first().request().value("Sec-WebSocket-Protocol"), "chat.v2, chat.v1");
    told_with(&server.url(), &["-s", "chat.v1"]).only("hs_bad_headers");
}

#[test]
fn what_is_missing_is_called_missing_and_what_is_there_twice_twice() {
    let missing = answers(|r| r.switching("").replacen("Sec-WebSocket-Accept", "X-Accept", 1));
    missing.only("hs_bad_accept").failed_in("upgrade", &["Sec-WebSocket-Accept is missing"]);
    let empty = answers(|r| r.switching("").replacen(&r.accept_key(), "", 1));
    empty.only("hs_bad_accept").failed_in("upgrade", &["Sec-WebSocket-Accept is missing"]);
    let wrong = answers(|r| r.switching("").replacen(&r.accept_key(), "s3pPLMBiTxaQ9kYG=", 1));
    wrong.only("hs_bad_accept").failed_in("upgrade", &["wrong Sec-WebSocket-Accept"]);
    let twice = answers(|r| r.switching(&format!("Sec-WebSocket-Accept: {}\r\n", r.accept_key())));
    twice.only("hs_bad_headers").failed_in("upgrade", &["'Sec-WebSocket-Accept' more than once"]);
    let other = answers(|r| r.switching("").replacen("Upgrade: websocket", "Upgrade: h2c", 1));
    other.only("hs_bad_headers").failed_in("upgrade", &["'Upgrade: h2c', not 'websocket'"]);
    let none = answers(|r| r.switching("").replacen("Upgrade: websocket\r\n", "", 1));
    none.only("hs_bad_headers").failed_in("upgrade", &["no 'Upgrade: websocket'"]);
}

#[test]
fn headers_that_may_come_twice_are_joined() {
    answers(|r| r.switching("Connection: keep-alive\r\n")).only("open_ok");
    answers(|r| format!("HTTP/1.1 102 Processing\r\n\r\n{}", r.switching(""))).only("open_ok");
}
