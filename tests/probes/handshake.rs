//! Servers that do not answer the request, or with something that is no HTTP.

use std::io;
use std::thread::sleep;
use std::time::Duration;

use super::peer::Peer;
use super::run::{IMPATIENT, Told, told_of, told_with};
use super::server::{Left, Rogue};

/// Checks a server that is waited for in vain.
fn in_vain(manner: impl Fn(&mut Peer) -> io::Result<()> + Send + Sync + 'static) -> (Told, Rogue) {
    let server = Rogue::new(manner);
    (told_with(&server.url(), &IMPATIENT), server)
}

#[test]
fn silence_after_the_request_is_a_handshake_timeout() {
    let (told, server) = in_vain(|peer| {
        peer.request()?;
        peer.keep_open()
    });
    told.only("hs_timeout").failed_in("upgrade", &["timed out"]).closes(&[]).browser(&[1006]);
    assert_ne!(server.first().left, None, "the prober closes what it gives up");
}

#[test]
fn an_answer_that_stops_is_a_timeout_that_says_how_far_it_came() {
    let (told, _server) = in_vain(|peer| {
        peer.request()?;
        peer.send("HTTP/1.1 101 Swit")?;
        peer.keep_open()
    });
    told.only("hs_timeout").failed_in("upgrade", &["timed out", "17 bytes"]);
}

#[test]
fn one_byte_at_a_time_does_not_stretch_the_timeout() {
    let (told, server) = in_vain(|peer| {
        let answer = peer.request()?.switching(&"X-More: yes\r\n".repeat(100));
        for byte in answer.as_bytes() {
            peer.send([*byte])?;
            sleep(Duration::from_millis(250));
        }
        peer.keep_open()
    });
    told.only("hs_timeout");
    assert!(told.took < Duration::from_secs(10), "{:?}", told.took);
    assert_eq!(server.first().frames, []);
}

#[test]
fn a_fin_instead_of_an_answer_is_told_as_closed() {
    told_of(|peer| {
        peer.request()?;
        peer.fin()
    })
    .only("hs_eof")
    .failed_in("upgrade", &["closed instead of an answer"])
    .closes(&[])
    .browser(&[1006]);
}

#[test]
fn a_fin_within_the_answer_says_how_far_it_came() {
    told_of(|peer| {
        peer.request()?;
        peer.send("HTTP/1.1 101 ")?;
        peer.fin()
    })
    .only("hs_eof")
    .failed_in("upgrade", &["13 bytes"]);
}

#[test]
fn a_reset_instead_of_an_answer_is_told_as_reset() {
    told_of(|peer| {
        peer.request()?;
        peer.rst()
    })
    .only("hs_reset")
    .failed_in("upgrade", &["reset instead of an answer"])
    .closes(&[])
    .browser(&[1006]);
}

#[test]
fn another_protocol_is_not_waited_for_and_its_greeting_is_shown() {
    let told = told_of(|peer| {
        peer.send("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")?;
        peer.keep_open()
    });
    told.only("hs_not_http").failed_in("upgrade", &["not HTTP", "SSH-2.0-OpenSSH_9.2p1"]);
}

#[test]
fn binary_garbage_is_no_http_and_harms_no_terminal() {
    let told = told_of(|peer| {
        peer.request()?;
        peer.send(b"\x1b]0;owned\x07\x1b[2J\xff\xfe\x00\x9b31m\xe2\x80\xae\r\n\r\n")?;
        peer.fin()
    });
    // That no control character is left is held for every run.
    told.only("hs_not_http").failed_in("upgrade", &["not HTTP"]);
}

#[test]
fn an_answer_of_http_1_0_is_told_with_its_version() {
    told_of(|peer| {
        let answer = peer.request()?.switching("").replacen("HTTP/1.1", "HTTP/1.0", 1);
        peer.send(answer)?;
        peer.keep_open()
    })
    .only("hs_bad_version")
    .failed_in("upgrade", &["HTTP/1.0"]);
}

#[test]
fn a_server_that_does_not_even_read_is_told_by_how_it_ends() {
    // Closing with the request unread is a reset; which of the two it is, is a race.
    let told = told_of(|_| Ok(()));
    let outcomes = told.target()["outcomes"].as_object().expect("outcomes").clone();
    for name in outcomes.keys() {
        assert!(name == "hs_eof" || name == "hs_reset", "{name}");
    }
    assert_ne!(outcomes.len(), 0);
}

#[test]
fn the_prober_leaves_at_once_when_the_answer_is_wrong() {
    let server = Rogue::new(|peer| {
        peer.request()?;
        peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")?;
        // Keep-alive: the server would wait for another request.
        peer.keep_open()
    });
    told_with(&server.url(), &[]).only("http_404");
    assert!(matches!(server.first().left, Some(Left::Fin | Left::Rst)));
}
