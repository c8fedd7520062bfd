//! Other protocols where WebSocket or TLS was expected: which, is said.

use super::run::{together, told_with};
use super::server::Rogue;

const CASES: [(&[u8], &str); 9] = [
    (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "SSH"),
    (b"220 mx.example.org ESMTP Postfix\r\n", "SMTP"),
    (b"220 (vsFTPd 3.0.5)\r\n", "FTP"),
    (b"-ERR wrong number of arguments for 'get' command\r\n", "Redis"),
    (b"* OK IMAP4rev1 ready\r\n", "IMAP"),
    (b"+OK ready\r\n", "POP3"),
    (b"\x4a\x00\x00\x00\x0a8.0.36\x00\x08\x00\x00\x00", "MySQL"),
    (b"AMQP\x00\x00\x09\x01", "AMQP"),
    (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80", "HTTP/2"),
];

#[test]
fn who_answers_an_upgrade_in_another_protocol_is_named() {
    together(&CASES, |&(greeting, name)| {
        let server = Rogue::new(move |peer| {
            peer.send(greeting)?;
            peer.keep_open()
        });
        let told = told_with(&server.url(), &[]);
        told.only("hs_not_http").failed_in("upgrade", &["not HTTP", name]);
        assert_eq!(told.document["verdict"]["kind"], "misconfigured");
    });
}

#[test]
fn a_tls_port_behind_ws_is_named_with_its_alert() {
    let server = Rogue::new(|peer| {
        peer.request()?;
        peer.send(b"\x15\x03\x01\x00\x02\x02\x46")?;
        peer.fin()
    });
    let told = told_with(&server.url(), &[]);
    told.only("hs_not_http").failed_in("upgrade", &["TLS", "protocol_version (70)", "wss://"]);
}

#[test]
fn a_greeting_in_pieces_is_put_together() {
    let server = Rogue::new(|peer| {
        for byte in b"SSH-2.0-x\r\n" {
            peer.send([*byte])?;
        }
        peer.keep_open()
    });
    told_with(&server.url(), &[]).failed_in("upgrade", &["SSH", "SSH-2.0-x"]);
}

#[test]
fn who_answers_tls_in_another_protocol_is_named() {
    together(&CASES, |&(greeting, name)| {
        let server = Rogue::new(move |peer| {
            peer.some()?;
            peer.send(greeting)?;
            peer.fin()
        });
        let told = told_with(&format!("wss://{}/", server.address), &[]);
        told.only("tls_proto").failed_in("tls", &["not TLS", name]);
    });
}
