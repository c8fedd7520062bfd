//! Frames that are wrong, and many that are right.

use super::run::{Told, together, told_with};
use super::server::{Rogue, Visit};
use super::wire::{self, CONTINUATION, FIN, PING, PONG, RSV1, TEXT, announce, frame};

/// Sends these bytes after the 101 and leaves TCP open; what was told, and what
/// the prober sent.
fn sends(bytes: Vec<u8>) -> (Told, Visit) {
    let server = Rogue::new(move |peer| {
        peer.accept()?;
        peer.send(&bytes)?;
        peer.behave()
    });
    let told = told_with(&server.url(), &[]);
    (told, server.first())
}

#[test]
fn a_frame_that_breaks_the_protocol_is_named_and_answered_with_1002() {
    let masked = [&[FIN | TEXT, 0x85, 1, 2, 3, 4][..], &[105, 103, 111, 104, 110]].concat();
    let cases = [
        ("reserved bit", frame(FIN | RSV1 | TEXT, b"\xf2\x48\xcd\xc9\xc9\x07\x00")),
        ("opcode", frame(FIN | 0x3, b"?")),
        ("opcode", frame(FIN | 0xB, b"?")),
        ("masked", masked),
        ("control", frame(FIN | PING, &[0; 126])),
        ("control", frame(PING, b"part")),
        ("fragments", frame(FIN | CONTINUATION, b"of nothing")),
        ("fragments", [frame(TEXT, b"begun"), frame(FIN | TEXT, b"another")].concat()),
    ];
    together(&cases, |(words, bytes)| {
        let (told, visit) = sends(bytes.clone());
        told.only("proto_error").failed_in("open", &["protocol error", words]);
        told.closes(&[1002]).browser(&[1006]);
        assert_eq!(visit.closed_with().0, 1002, "{words}");
    });
}

#[test]
fn a_frame_of_4_gb_is_answered_with_1009_before_it_comes() {
    let (told, visit) = sends(announce(FIN | TEXT, 1 << 32));
    told.only("frame_too_big").failed_in("open", &["4294967296"]).closes(&[1009]).browser(&[1006]);
    assert_eq!(visit.closed_with().0, 1009);
    let rss = told.document["sampling"]["rss_bytes"].as_u64().expect("our own memory");
    assert!(rss < 64 << 20, "{rss}");
}

#[test]
fn legal_frames_of_any_kind_are_no_fault() {
    let large = "é".repeat(1 << 15);
    let cases = [
        frame(FIN | TEXT, large.as_bytes()),
        frame(FIN | 0x2, &[0xff; 9999]),
        [frame(TEXT, b"in "), frame(FIN | PING, b"!"), frame(FIN | CONTINUATION, b"parts")]
            .concat(),
        // A character cut in two by the border of its fragments.
        [frame(TEXT, b"caf\xc3"), frame(FIN | CONTINUATION, b"\xa9")].concat(),
        frame(FIN | PONG, b"nobody asked"),
        [frame(FIN | TEXT, b""), frame(FIN | PING, b"")].concat(),
        frame(FIN | TEXT, b"x").repeat(1000),
    ];
    together(&cases, |bytes| {
        let (told, visit) = sends(bytes.clone());
        told.only("open_ok").closes(&[]).browser(&[]);
        assert_eq!(visit.closed_with().0, 1000);
    });
}

#[test]
fn a_text_that_is_not_utf8_is_answered_with_1007() {
    let (told, visit) = sends(frame(FIN | TEXT, b"caf\xe9"));
    told.only("proto_error").failed_in("open", &["UTF-8"]).closes(&[1007]).browser(&[1006]);
    assert_eq!(visit.closed_with().0, 1007);
}

#[test]
fn pings_are_answered_in_order_with_what_was_in_them() {
    let longest = [b'z'; 125];
    let pings = [frame(FIN | PING, b"one"), frame(FIN | PING, b""), frame(FIN | PING, &longest)];
    let (told, visit) = sends(pings.concat());
    told.only("open_ok");
    let answers = visit.frames(PONG);
    let payloads: Vec<&[u8]> = answers.iter().map(|pong| &pong.payload[..]).collect();
    // RFC 6455 5.5.3 lets a client answer only the latest of several.
    assert_eq!(payloads.last(), Some(&&longest[..]), "{visit:?}");
    assert!(payloads.len() == 1 || payloads == [b"one", &b""[..], &longest], "{visit:?}");
}

#[test]
fn what_follows_a_close_is_not_read() {
    let bytes = [wire::close(1012, b""), frame(FIN | 0x3, b"?"), wire::close(1011, b"")].concat();
    let server = Rogue::new(move |peer| {
        peer.accept()?;
        peer.send(&bytes)?;
        peer.fin()
    });
    told_with(&server.url(), &[]).only("close_clean").closes(&[1012]);
    assert_eq!(server.first().closed_with().0, 1012);
}
