//! What the prober itself sends, byte by byte: it has to be a good client.

use super::run::{told, told_by};
use super::server::{Left, Rogue};
use super::wire::{CLOSE, FIN};
use crate::checks::harness::{User, herdtop};

fn good() -> Rogue {
    Rogue::new(|peer| {
        peer.accept()?;
        peer.behave()
    })
}

#[test]
fn the_request_is_what_rfc_6455_asks_for_and_no_more() {
    let server = good();
    told(&format!("ws://{}/chat", server.address)).only("open_ok");
    let visit = server.first();
    let request = visit.request();
    assert_eq!(request.line(), "GET /chat HTTP/1.1");
    assert_eq!(request.value("Host"), server.address.to_string());
    assert_eq!(request.value("Upgrade").to_ascii_lowercase(), "websocket");
    assert_eq!(request.value("Connection").to_ascii_lowercase(), "upgrade");
    assert_eq!(request.value("Sec-WebSocket-Version"), "13");
    assert!(is_base64_of_16_bytes(request.value("Sec-WebSocket-Key")), "{}", request.0);
    for absent in ["Origin", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Authorization"]
    {
        assert_eq!(request.values(absent), [""; 0], "{absent} was not asked for: {}", request.0);
    }
    assert!(request.0.split_inclusive('\n').all(|line| line.ends_with("\r\n")), "{:?}", request.0);
}

/// 16 bytes are 22 characters, of which the last carries two bits, and padding.
fn is_base64_of_16_bytes(key: &str) -> bool {
    let digits = key.strip_suffix("==").unwrap_or_default();
    let alphabet = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
    digits.len() == 22 && digits.chars().all(alphabet) && digits.ends_with(['A', 'Q', 'g', 'w'])
}

#[test]
fn an_accepted_attempt_is_ended_by_a_close_1000_in_a_masked_frame() {
    let server = good();
    told(&server.url()).only("open_ok").closes(&[]).browser(&[]);
    let visit = server.first();
    assert_eq!(visit.closed_with().0, 1000, "{visit:?}");
    assert_eq!(visit.frames(CLOSE)[0].first, FIN | CLOSE);
    assert!(visit.frames.iter().all(|(_, frame)| frame.masked), "{visit:?}");
    assert_eq!(visit.left, Some(Left::Fin), "it leaves as it should, not by a reset");
}

#[test]
fn each_attempt_has_a_key_of_its_own() {
    let server = good();
    let url = server.url();
    let args = ["check", "--json", "--for", "4s", "--dwell", "100ms", "--held", "0"];
    let args = [&args[..], &["--probe-every", "1s", &url]].concat();
    told_by(&mut herdtop(User::Own, &args)).only("open_ok");
    let visits = server.visits();
    let requests = visits.iter().filter_map(|visit| visit.request.as_ref());
    let mut keys: Vec<&str> = requests.map(|request| request.value("Sec-WebSocket-Key")).collect();
    let count = keys.len();
    assert!(count >= 2, "{count} attempts in 4 s");
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), count);
}
