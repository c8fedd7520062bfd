//! Servers that send without end: neither memory nor time follows them.

use std::io;
use std::time::{Duration, Instant};

use super::peer::Peer;
use super::run::assert_honest;
use super::server::Rogue;
use super::wire::{self, FIN, PING, TEXT, announce, frame};
use crate::checks::harness::{Running, User, herdtop};
use crate::checks::noise::noisy;

/// The program takes about 10 MB, its test build some more. A flood over
/// loopback is a gigabyte in the time of these tests.
const MOST: u64 = 64 << 20;

/// Watches a server that floods; what became of the first attempt, after which
/// the program's memory has never been more than it may.
fn flooded(
    args: &[&str],
    manner: impl Fn(&mut Peer) -> io::Result<()> + Send + Sync + 'static,
) -> String {
    let _noise = noisy();
    let server = Rogue::new(manner);
    let url = server.url();
    let args = [&["stream", "-i", "250ms", "--held", "0"], args, &[&url]].concat();
    let start = Instant::now();
    let mut stream = Running::start(&mut herdtop(User::Own, &args));
    let document =
        stream.document_where("an outcome", |d| d["probes"][0]["attempts"].as_u64() > Some(0));
    let peak = peak_memory(stream.pid());
    assert!(peak < MOST, "{peak} bytes at most");
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert_honest(&document);
    let outcomes = document["probes"][0]["outcomes"].as_object().expect("outcomes");
    outcomes.keys().next().expect("one").clone()
}

/// The most memory the process has ever had at once, in bytes.
pub(super) fn peak_memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
    let kib = line.trim().trim_end_matches(" kB").parse::<u64>().expect("kB");
    kib * 1024
}

#[test]
fn endless_headers_are_not_read_for_long() {
    let outcome = flooded(&[], |peer| {
        peer.request()?;
        peer.send("HTTP/1.1 101 Switching Protocols\r\n")?;
        peer.flood(b"X-More: and more\r\n")
    });
    assert_eq!(outcome, "hs_too_long");
}

#[test]
fn one_endless_header_is_not_read_for_long() {
    let outcome = flooded(&[], |peer| {
        peer.request()?;
        peer.send("HTTP/1.1 101 Switching Protocols\r\nX-Endless: ")?;
        peer.flood(b"a")
    });
    assert_eq!(outcome, "hs_too_long");
}

#[test]
fn endless_interim_answers_are_not_read_for_long() {
    let outcome = flooded(&["--timeout", "2s"], |peer| {
        peer.request()?;
        peer.flood(b"HTTP/1.1 103 Early Hints\r\n\r\n")
    });
    assert!(["hs_too_long", "hs_timeout", "http_103"].contains(&&*outcome), "{outcome}");
}

#[test]
fn an_endless_body_of_a_refusal_is_not_read_for_long() {
    let outcome = flooded(&[], |peer| {
        peer.request()?;
        peer.send("HTTP/1.1 503 Service Unavailable\r\n\r\n")?;
        peer.flood(b"busy ")
    });
    assert_eq!(outcome, "http_503");
}

#[test]
fn a_flood_of_small_messages_is_accepted_and_takes_no_memory() {
    let outcome = flooded(&["--dwell", "2s"], |peer| {
        peer.accept()?;
        peer.flood(&frame(FIN | TEXT, b"x"))
    });
    assert_eq!(outcome, "open_ok");
}

#[test]
fn a_message_of_endless_fragments_takes_no_memory() {
    let outcome = flooded(&["--dwell", "2s"], |peer| {
        peer.accept()?;
        peer.send(frame(TEXT, b"once upon a time"))?;
        peer.flood(&frame(wire::CONTINUATION, &[b'a'; 1000]))
    });
    assert!(["open_ok", "frame_too_big"].contains(&&*outcome), "{outcome}");
}

#[test]
fn a_frame_of_1_gb_that_really_comes_takes_no_memory() {
    let outcome = flooded(&["--dwell", "2s"], |peer| {
        peer.accept()?;
        peer.send(announce(FIN | 0x2, 1 << 30))?;
        peer.flood(&[0; 1000])
    });
    assert_eq!(outcome, "frame_too_big");
}

#[test]
fn pings_whose_answers_are_never_read_take_no_memory() {
    // Each asks for a pong of 125 bytes that the server does not take from its socket.
    flooded(&["--dwell", "2s"], |peer| {
        peer.accept()?;
        peer.flood(&frame(FIN | PING, &[0; 125]))
    });
}
