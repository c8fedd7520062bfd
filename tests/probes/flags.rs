//! What the user asks the probes to send, to require and to expect.

use std::io::{self, Write};

use super::peer::Peer;
use super::run::{quick, told_by, told_with};
use super::server::Rogue;
use super::wire::{FIN, TEXT, close, frame};
use crate::checks::harness::{run, say};

fn accept(peer: &mut Peer) -> io::Result<()> {
    peer.accept()?;
    peer.behave()
}

/// Answers the first message with this.
fn answering(answer: &'static str) -> impl Fn(&mut Peer) -> io::Result<()> + Send + Sync {
    move |peer| {
        peer.accept()?;
        while peer.frame()?.opcode() != TEXT {}
        peer.send(frame(FIN | TEXT, answer.as_bytes()))?;
        peer.behave()
    }
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("written");
    file
}

#[test]
fn headers_of_the_user_are_sent() {
    let server = Rogue::new(accept);
    let more = ["-H", "X-Room: 12:30", "--header", "X-Empty:", "--origin", "https://app.example"];
    told_with(&server.url(), &more).only("open_ok");
    let visit = server.first();
    let request = visit.request();
    assert_eq!(request.value("X-Room"), "12:30");
    assert_eq!(request.value("X-Empty"), "");
    assert_eq!(request.value("Origin"), "https://app.example");
}

#[test]
fn headers_can_stand_in_a_file_that_others_may_not_read() {
    let server = Rogue::new(accept);
    let file = file("Cookie: session=hushhush\nX-Room: 7\n");
    let from = format!("@{}", file.path().display());
    let told = told_with(&server.url(), &["-H", &from]);
    told.only("open_ok");
    assert_eq!(server.first().request().value("Cookie"), "session=hushhush");
    assert_eq!(server.first().request().value("X-Room"), "7");
    assert!(!told.said.stdout.contains("hushhush"), "{}", told.said.stdout);
}

#[test]
fn a_header_can_take_its_value_from_the_environment() {
    let server = Rogue::new(accept);
    let mut check = quick(&server.url(), &["-H", "Authorization: $ROOM_TOKEN"]);
    let told = told_by(check.env("ROOM_TOKEN", "Bearer hushhush"));
    told.only("open_ok");
    assert_eq!(server.first().request().value("Authorization"), "Bearer hushhush");
    assert!(!told.said.stdout.contains("hushhush"), "{}", told.said.stdout);
}

#[test]
fn a_message_is_sent_and_the_right_answer_accepted() {
    let server = Rogue::new(answering("pong 17"));
    told_with(&server.url(), &["--send", "ping", "--expect", "^pong [0-9]+$"]).only("open_ok");
    let visit = server.first();
    assert_eq!(visit.frames(TEXT)[0].payload, b"ping");
    assert_eq!(visit.closed_with().0, 1000);
}

#[test]
fn a_message_can_stand_in_a_file() {
    let server = Rogue::new(answering("welcome"));
    let file = file(r#"{"type":"hello"}"#);
    let from = format!("@{}", file.path().display());
    told_with(&server.url(), &["--send", &from, "--expect", "welcome"]).only("open_ok");
    assert_eq!(server.first().frames(TEXT)[0].payload, br#"{"type":"hello"}"#);
}

#[test]
fn another_answer_than_expected_is_shown() {
    let server = Rogue::new(answering("database is down\u{1b}[2J"));
    let told = told_with(&server.url(), &["--send", "ping", "--expect", "^pong$"]);
    told.only("answer_unexpected").failed_in("open", &["database is down"]).closes(&[]);
}

#[test]
fn no_answer_where_one_was_expected_is_told_as_such() {
    let server = Rogue::new(accept);
    let told =
        told_with(&server.url(), &["--send", "ping", "--expect", "^pong$", "--timeout", "1s"]);
    told.only("answer_timeout").failed_in("open", &["no answer"]).closes(&[]).browser(&[]);
}

#[test]
fn a_message_that_kills_the_handler_is_told_by_its_close() {
    let server = Rogue::new(|peer| {
        peer.accept()?;
        while peer.frame()?.opcode() != TEXT {}
        peer.send(close(1011, b"unhandled"))?;
        peer.fin()
    });
    told_with(&server.url(), &["--send", "boom"]).only("close_clean").closes(&[1011]);
}

#[test]
fn a_server_without_the_required_extension_is_closed_with_1010() {
    let server = Rogue::new(accept);
    let told = told_with(&server.url(), &["--require-extension", "permessage-deflate"]);
    told.only("missing_extension").failed_in("upgrade", &["1010", "permessage-deflate"]);
    told.closes(&[1010]).browser(&[1006]);
    let visit = server.first();
    let offered = visit.request().value("Sec-WebSocket-Extensions");
    assert!(offered.starts_with("permessage-deflate"), "{offered}");
    let (code, reason) = visit.closed_with();
    assert_eq!(code, 1010);
    assert!(reason.contains("permessage-deflate"), "{reason}");
}

#[test]
fn a_server_with_the_required_extension_is_accepted_compressed_frames_and_all() {
    let server = Rogue::new(|peer| {
        let agreed = "permessage-deflate; server_max_window_bits=12; client_max_window_bits=12";
        peer.accept_with(&format!("Sec-WebSocket-Extensions: {agreed}\r\n"))?;
        peer.send(frame(FIN | super::wire::RSV1 | TEXT, b"\xf2\x48\xcd\xc9\xc9\x07\x00"))?;
        peer.behave()
    });
    let told = told_with(&server.url(), &["--require-extension", "permessage-deflate"]);
    told.only("open_ok").closes(&[]);
    assert_eq!(server.first().closed_with().0, 1000);
}

#[test]
fn a_code_can_be_given_a_name() {
    let server = Rogue::new(|peer| {
        peer.accept()?;
        peer.send(close(4408, b""))?;
        peer.fin()
    });
    let told = told_with(&server.url(), &["--code", "4408=auth timeout"]);
    told.closes(&[4408]);
    assert_eq!(told.document["closes"][0]["name"], "auth timeout");
}

#[test]
fn a_complaint_about_a_header_keeps_its_secrets() {
    for wrong in ["Bearer hushhush", "Authorization Bearer: hushhush", "A: hushhush\u{7}"] {
        let said = say(&["check", "ws://127.0.0.1:9/", "-H", wrong]);
        assert_eq!(said.code, Some(3), "{said:?}");
        assert!(!said.stderr.contains("hushhush"), "{}", said.stderr);
        let mut check = quick("ws://127.0.0.1:9/", &[]);
        let said = run(check.env("HERDTOP_HEADER", wrong));
        assert_eq!(said.code, Some(3), "{said:?}");
        assert!(!said.stderr.contains("hushhush"), "{}", said.stderr);
        let config = file(&format!("header = [{wrong:?}]\n").replace("\\u{7}", "\\u0007"));
        let path = config.path().to_str().expect("text");
        let said = run(&mut quick("ws://127.0.0.1:9/", &["--config", path]));
        assert_eq!(said.code, Some(3), "{said:?}");
        assert!(said.stderr.contains("key 'header'"), "{}", said.stderr);
        assert!(!said.stderr.contains("hushhush"), "{}", said.stderr);
    }
}

#[test]
fn wrong_values_are_named_in_one_line() {
    for (flag, value) in [
        ("--held", "2"),
        ("--header", "no colon"),
        ("--header", "A: b\r\nInjected: yes"),
        ("--header", ": b"),
        ("--header", "A B: c"),
        ("--header", "A: $NO_SUCH_VARIABLE"),
        ("--header", "@/nonexistent"),
        ("--expect", "("),
        ("--send", "@/nonexistent"),
        ("--resolve", "nonsense"),
        ("--resolve", "app.example:80:nowhere"),
        ("--dwell", "soon"),
        ("--timeout", "0"),
        ("--probe-every", "0"),
        ("--code", "4408"),
        ("--code", "99999=x"),
        ("--subprotocol", "a b"),
        ("--origin", "a\r\nb: c"),
        ("--require-extension", "a\r\nb"),
        ("--cacert", "/nonexistent"),
    ] {
        for (before, code) in [("check", 3), ("stream", 2)] {
            let said = say(&[before, "ws://127.0.0.1:9/", &format!("{flag}={value}")]);
            assert_eq!(said.code, Some(code), "{flag} {value:?}: {said:?}");
            assert_eq!(said.stdout, "", "{flag} {value:?}");
            assert_eq!(said.stderr.lines().count(), 1, "{flag} {value:?}: {}", said.stderr);
            assert!(said.stderr.contains('\''), "{flag} {value:?}: {}", said.stderr);
        }
    }
}
