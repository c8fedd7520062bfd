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

/// Time on the CPU the process has had so far, all its threads together.
fn cpu(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let after = stat.rsplit_once(')').expect("its name").1;
    let ticks = after.split_whitespace().skip(11).take(2).map(|t| t.parse::<u64>().expect("ticks"));
    // USER_HZ is 100 everywhere.
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

/// Share of one core the process uses while it tells of itself a dozen times.
fn share(stream: &mut Running) -> f64 {
    let (before, start) = (cpu(stream.pid()), Instant::now());
    for _ in 0..12 {
        stream.document_where("another one", |_| true);
    }
    let used = cpu(stream.pid()).checked_sub(before).expect("it only grows");
    used.as_secs_f64() / start.elapsed().as_secs_f64()
}

/// Watches a server that floods its held connection until that is said, and on.
fn slowed_down(manner: impl Fn(&mut Peer) -> io::Result<()> + Send + Sync + 'static) {
    let _noise = noisy();
    let server = Rogue::new(manner);
    let url = server.url();
    let mut stream = Running::start(&mut herdtop(User::Own, &["stream", "-i", "250ms", &url]));
    let flooding = |d: &serde_json::Value| d["probes"][0]["flooding"] == true;
    let document = stream.document_where("it to be called a flood", flooding);
    assert_honest(&document);
    let share = share(&mut stream);
    // It was 0.95; the tests' own build is slow.
    assert!(share < 0.4, "{share} of a core");
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

#[test]
fn a_flood_of_pongs_is_slowed_down_and_said() {
    slowed_down(|peer| {
        peer.accept()?;
        peer.flood(&frame(FIN | wire::PONG, b""))
    });
}

#[test]
fn a_flood_of_tiny_frames_is_slowed_down_and_said() {
    slowed_down(|peer| {
        peer.accept()?;
        peer.send(frame(TEXT, b""))?;
        peer.flood(&frame(wire::CONTINUATION, b""))
    });
}

#[test]
fn a_flood_of_large_messages_is_slowed_down_and_said() {
    slowed_down(|peer| {
        peer.accept()?;
        peer.flood(&frame(FIN | 0x2, &[7].repeat(30_000)))
    });
}

#[test]
fn fifty_pings_a_second_are_no_flood() {
    let server = Rogue::new(|peer| {
        peer.accept()?;
        for number in 0..150_u8 {
            peer.send(frame(FIN | PING, &[number]))?;
            std::thread::sleep(Duration::from_millis(20));
        }
        peer.behave()
    });
    let url = server.url();
    let mut stream = Running::start(&mut herdtop(User::Own, &["stream", "-i", "250ms", &url]));
    for _ in 0..8 {
        let told = |d: &serde_json::Value| d["probes"][0]["flooding"].is_boolean();
        let document = stream.document_where("another one", told);
        assert_eq!(document["probes"][0]["flooding"], false, "{:#}", document["probes"]);
    }
}

#[test]
fn metrics_in_chunks_of_one_byte_do_not_take_the_core() {
    let _noise = noisy();
    let endpoint = Rogue::new(|peer| {
        peer.request()?;
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        peer.flood(b"1\r\n#\r\n")
    });
    let url = format!("http://{}/", endpoint.address);
    let args = ["stream", "-i", "250ms", "-p", "1", "--metrics-url", &url];
    let mut stream = Running::start(&mut herdtop(User::Own, &args));
    let said = |d: &serde_json::Value| d["sampling"]["denied"].to_string().contains("flooding");
    stream.document_where("it to be called a flood", said);
    let share = share(&mut stream);
    assert!(share < 0.4, "{share} of a core");
}
