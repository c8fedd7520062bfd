//! Servers that end, hang or answer garbage where TLS was expected.

use std::io;

use super::peer::Peer;
use super::run::{IMPATIENT, Told, told_with};
use super::server::Rogue;

/// Probes this server with `wss://`.
fn secure(
    more: &[&str],
    manner: impl Fn(&mut Peer) -> io::Result<()> + Send + Sync + 'static,
) -> Told {
    let server = Rogue::new(manner);
    told_with(&format!("wss://{}/", server.address), more)
}

#[test]
fn a_fin_within_tls_is_told_as_closed() {
    let told = secure(&[], |peer| {
        peer.some()?;
        peer.fin()
    });
    told.only("tls_eof").failed_in("tls", &["TLS handshake"]).closes(&[]).browser(&[1006]);
}

#[test]
fn a_reset_within_tls_is_told_as_reset() {
    let told = secure(&[], |peer| {
        peer.some()?;
        peer.rst()
    });
    told.only("tls_reset").failed_in("tls", &["reset"]).closes(&[]).browser(&[1006]);
}

#[test]
fn silence_within_tls_is_a_timeout() {
    let told = secure(&IMPATIENT, Peer::keep_open);
    told.only("tls_timeout").failed_in("tls", &["timed out"]).closes(&[]).browser(&[1006]);
}

#[test]
fn garbage_instead_of_tls_is_told_as_no_tls() {
    let told = secure(&[], |peer| {
        peer.some()?;
        peer.send(b"\x1b[2Jwho are you?\r\n")?;
        peer.keep_open()
    });
    told.only("tls_proto").failed_in("tls", &["TLS"]).closes(&[]).browser(&[1006]);
}

#[test]
fn a_plain_web_server_behind_wss_is_told_as_no_tls() {
    let told = secure(&[], |peer| {
        peer.some()?;
        peer.send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")?;
        peer.fin()
    });
    told.only("tls_proto").failed_in("tls", &["TLS"]);
}

#[test]
fn an_alert_of_the_server_is_told_as_no_tls() {
    let told = secure(&[], |peer| {
        peer.some()?;
        // Fatal, handshake_failure (RFC 8446 section 6).
        peer.send(b"\x15\x03\x03\x00\x02\x02\x28")?;
        peer.fin()
    });
    told.only("tls_proto").failed_in("tls", &["TLS"]);
}
