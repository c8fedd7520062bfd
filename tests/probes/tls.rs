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

/// A server that says this alert to a hello.
fn alerts(description: u8) -> Told {
    secure(&[], move |peer| {
        peer.some()?;
        peer.send([0x15, 3, 3, 0, 2, 2, description])?;
        peer.fin()
    })
}

#[test]
fn a_fatal_alert_is_told_by_its_name() {
    let cases = [
        (40, "handshake_failure (40)"),
        (70, "protocol_version (70)"),
        (80, "internal_error (80)"),
        (112, "unrecognised_name (112)"),
        (120, "no_application_protocol (120)"),
        (250, "alert 250"),
    ];
    super::run::together(&cases, |&(number, name)| {
        alerts(number).only("tls_proto").failed_in("tls", &["alert", name]);
    });
}

#[test]
fn an_alert_for_want_of_a_certificate_is_a_client_certificate() {
    let told = alerts(116);
    told.only("tls_client_cert").failed_in("tls", &["client certificate", "certificate_required"]);
    assert_eq!(told.document["verdict"]["kind"], "misconfigured");
    assert_eq!(told.document["verdict"]["cause"], "tls_client_cert");
}

#[test]
fn plain_http_behind_wss_is_named_with_the_right_scheme() {
    let told = secure(&[], |peer| {
        peer.some()?;
        peer.send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")?;
        peer.fin()
    });
    told.only("tls_proto").failed_in("tls", &["plain HTTP", "HTTP/1.1 400 Bad Request", "ws://"]);
}
