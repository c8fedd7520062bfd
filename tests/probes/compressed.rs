//! Messages that were compressed by agreement (RFC 7692).

use super::run::{Told, told_with};
use super::server::Rogue;
use super::wire::{self, CONTINUATION, FIN, RSV1, TEXT, frame};

/// `Hello`, as RFC 7692 section 7.2.3.1 has it.
const HELLO: [u8; 7] = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];

/// Agrees to compression, sends this, and is expected to say `expected`.
fn says(bytes: Vec<u8>, expected: &str) -> Told {
    let server = Rogue::new(move |peer| {
        peer.accept_with("Sec-WebSocket-Extensions: permessage-deflate\r\n")?;
        peer.send(&bytes)?;
        peer.behave()
    });
    let args = ["--require-extension", "permessage-deflate", "--expect", expected];
    told_with(&server.url(), &args)
}

#[test]
fn what_is_expected_is_looked_for_in_what_was_compressed() {
    says(frame(FIN | RSV1 | TEXT, &HELLO), "^Hello$").only("open_ok");
    let parts = [frame(RSV1 | TEXT, &HELLO[..3]), frame(FIN | CONTINUATION, &HELLO[3..])];
    says(parts.concat(), "^Hello$").only("open_ok");
    let other = says(frame(FIN | RSV1 | TEXT, &HELLO), "^Good");
    other.only("answer_unexpected").failed_in("open", &["'Hello'"]);
    says(frame(FIN | TEXT, b"Hello"), "^Hello$").only("open_ok");
}

#[test]
fn what_cannot_be_inflated_breaks_the_protocol() {
    let told = says(frame(FIN | RSV1 | TEXT, &[0xff; 20]), "x");
    told.only("proto_error").failed_in("open", &["no deflate"]).closes(&[1007]);
}

#[test]
fn a_bomb_is_inflated_in_part_only() {
    // A thousand times smaller than what is in it: stored blocks of nothing would
    // not be, so a run of one letter, made by hand of distance 1 and length 258.
    let bomb = bomb();
    let told = says(frame(FIN | RSV1 | TEXT, &bomb), "^a{1000}");
    told.only("open_ok");
    let rss = told.document["sampling"]["rss_bytes"].as_u64().expect("our own memory");
    assert!(rss < 64 << 20, "{rss}");
    let _ = wire::PING;
}

/// 60 KB that are 15 MB of the letter a: fixed Huffman codes, `a`, then pairs of
/// length 258 and distance 1 without end.
fn bomb() -> Vec<u8> {
    // Not the last block, fixed codes: 0 1 0, the lowest bit first.
    let mut bits: Vec<bool> = vec![false, true, false];
    // Literal 97 is 8 bits 0x30 + 97, the highest bit first.
    let code = |bits: &mut Vec<bool>, value: u32, width: u32| {
        bits.extend((0..width).rev().map(|at| value >> at & 1 == 1));
    };
    code(&mut bits, 0x30 + 97, 8);
    for _ in 0..36_000 {
        // Length code 285 is 8 bits 0xc0 + 285 - 280, distance code 0 is 5 bits.
        code(&mut bits, 0xc0 + 5, 8);
        code(&mut bits, 0, 5);
    }
    // End of block is 7 zeros; then an empty stored block up to its tail.
    code(&mut bits, 0, 7);
    bits.extend([false, false, false]);
    let byte = |bits: &[bool]| {
        bits.iter().enumerate().fold(0, |byte, (at, bit)| byte | u8::from(*bit) << at)
    };
    bits.chunks(8).map(byte).collect()
}
