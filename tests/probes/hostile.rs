//! Text of the server that wants to be more than text. That no document has a
//! control character in it is held by every run; here are the other outputs.

use super::run::{assert_no_controls, told, told_of};
use super::server::Rogue;
use super::wire::close;
use crate::checks::harness::{Running, User, herdtop, say};

/// Clears the screen, sets the title, rings, turns the writing direction.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\r\nfull\u{202e}gnp.exe";

/// Shown once for each time the server says it: a plain line per line feed.
fn hostile() -> Rogue {
    Rogue::new(|peer| {
        peer.accept()?;
        peer.send(close(1013, HOSTILE.as_bytes()))?;
        peer.fin()
    })
}

#[test]
fn a_close_reason_cannot_steer_a_terminal() {
    let server = hostile();
    told(&server.url()).only("close_clean").failed_in("open", &["1013", "full"]);
    let sentence = say(&["check", "--for", "1s", "--held", "0", &server.url()]);
    assert_eq!(sentence.stderr, "");
    assert_eq!(sentence.stdout.lines().count(), 1, "{:?}", sentence.stdout);
    assert_no_controls(sentence.stdout.trim_end_matches('\n'));
}

#[test]
fn a_close_reason_cannot_steer_a_terminal_from_the_plain_lines_either() {
    let server = hostile();
    let args = ["-i", "250ms", "--held", "0", &server.url()];
    let mut plain = Running::start(&mut herdtop(User::Own, &args));
    for _ in 0..8 {
        assert_no_controls(&plain.line().expect("a line per interval"));
    }
    assert!(!server.visits().is_empty(), "by then it was said");
}

#[test]
fn headers_and_bodies_cannot_steer_a_terminal() {
    // Line feeds would end the header.
    let text = HOSTILE.replace("\r\n", " ");
    let told = told_of(move |peer| {
        peer.request()?;
        peer.send(format!(
            "HTTP/1.1 503 {text}\r\nServer: {text}\r\nRetry-After: {text}\r\n\r\n{HOSTILE}"
        ))?;
        peer.fin()
    });
    // A header with an escape in it may also be taken for no HTTP at all.
    let outcomes = told.target()["outcomes"].as_object().expect("outcomes");
    let name = outcomes.keys().next().expect("one");
    assert!(["http_503", "hs_not_http", "hs_bad_headers"].contains(&&**name), "{name}");
}
