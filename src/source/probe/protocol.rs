//! Which protocol it is that answers where another was expected.
//!
//! A port that is one off, a `ws` that should be `wss`: the first bytes of the
//! other side say whom one has met.

use crate::text;

/// What is shown of an answer that is no HTTP.
const SHOWN: usize = 40;

/// Beginnings that belong to one protocol alone.
const GREETINGS: [(&[u8], &str); 21] = [
    (b"SSH-", "SSH"),
    (b"HTTP/", "plain HTTP"),
    (b"RTSP/", "RTSP"),
    (b"SIP/2.0", "SIP"),
    (b"ICY ", "Icecast"),
    (b"+OK", "POP3"),
    (b"* OK", "IMAP"),
    (b"* BYE", "IMAP"),
    (b"+PONG", "Redis"),
    (b"-ERR", "Redis"),
    (b"-DENIED", "Redis"),
    (b"-NOAUTH", "Redis"),
    (b"ERROR\r\n", "memcached"),
    (b"INFO {", "NATS"),
    (b"AMQP", "AMQP"),
    (b"RFB 00", "VNC"),
    (b"@RSYNCD:", "rsync"),
    (b"<stream:stream", "XMPP"),
    (b"It looks like you are trying to access MongoDB", "MongoDB"),
    (b"SFATAL", "PostgreSQL"),
    (b"PRI * HTTP/2", "HTTP/2"),
];

/// The protocol of these first bytes; none where they tell nothing.
pub(super) fn of(start: &[u8]) -> Option<&'static str> {
    if let Some((_, name)) = GREETINGS.iter().find(|(begin, _)| start.starts_with(begin)) {
        return Some(name);
    }
    match start {
        // Alert, handshake; major version 3 (RFC 8446 section 5.1).
        [0x15 | 0x16, 3, 0..=4, ..] => Some("TLS"),
        // SETTINGS or GOAWAY on stream 0 (RFC 9113 section 4.1).
        [0, _, _, 4 | 7, _, 0, 0, 0, 0, ..] => Some("HTTP/2"),
        // A packet of number 0 with protocol version 10, or its error to a strange packet
        // of a client.
        [_, _, 0, 0, 10, b'0'..=b'9', ..] | [_, _, 0, 0 | 1, 0xff, _, _, ..] => Some("MySQL"),
        // An error, its length, and the severity.
        [b'E', 0, 0, _, _, b'S', ..] => Some("PostgreSQL"),
        // CONNACK.
        [0x20, 2, _, 0..=5, ..] => Some("MQTT"),
        // WILL, WONT, DO, DONT (RFC 854).
        [0xff, 0xfb..=0xfe, ..] => Some("telnet"),
        [b'2', b'2', b'0', b' ' | b'-', ..] | [b'5', b'0' | b'5', _, b' ', ..] => {
            let line = String::from_utf8_lossy(start).to_ascii_uppercase();
            Some(if line.contains("FTP") { "FTP" } else { "SMTP" })
        }
        _ => {
            let page = String::from_utf8_lossy(&start[..start.len().min(SHOWN)]);
            let page = page.trim_start().to_ascii_lowercase();
            let is_page = page.starts_with("<!doctype") || page.starts_with("<html");
            is_page.then_some("a page without its HTTP head")
        }
    }
}

/// The name of the alert in a TLS record, as its RFC spells it.
pub(super) fn alert_in(record: &[u8]) -> Option<String> {
    let [0x15, 3, _, 0, 2, _, description, ..] = record else { return None };
    let description = tokio_rustls::rustls::AlertDescription::from(*description);
    Some(alert(description))
}

/// `handshake_failure (40)`.
pub(super) fn alert(description: tokio_rustls::rustls::AlertDescription) -> String {
    let number = u8::from(description);
    let Some(name) = description.as_str() else { return number.to_string() };
    let mut spelt = String::new();
    let mut before = '_';
    for c in name.chars() {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            spelt.push('_');
        }
        spelt.push(c.to_ascii_lowercase());
        before = c;
    }
    format!("{spelt} ({number})")
}

/// An answer to an upgrade that is no HTTP, in words; `clean` takes our secrets
/// out of what is quoted of it.
pub(super) fn not_http(start: &[u8], clean: impl Fn(&str, usize) -> String) -> String {
    let quoted = || format!("'{}'", clean(&String::from_utf8_lossy(start), SHOWN));
    match of(start) {
        Some("TLS") => {
            let alert = alert_in(start).map_or_else(String::new, |name| format!(" (alert {name})"));
            format!("TLS{alert}: wrong scheme? try wss://")
        }
        Some("HTTP/2") => "HTTP/2, which carries no such upgrade".to_owned(),
        Some(name) => format!("{name}: {}", quoted()),
        None => quoted(),
    }
}

/// An answer to a TLS hello that is no TLS, in words; none where it may be.
pub(super) fn not_tls(start: &[u8]) -> Option<String> {
    let line = || {
        text::clean(&String::from_utf8_lossy(start.split(|b| *b == b'\r').next()?), SHOWN).into()
    };
    let line: Option<String> = line();
    let line = line.unwrap_or_default();
    match of(start) {
        Some("TLS") => None,
        Some("plain HTTP") => {
            Some(format!("not TLS but plain HTTP ('{line}'): wrong scheme? try ws://"))
        }
        Some(name) => Some(format!("not TLS but {name} ('{line}')")),
        None if start.is_empty() => None,
        None => Some(format!("not TLS: '{line}'")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_are_known() {
        for (start, name) in [
            (&b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"[..], "SSH"),
            (b"220 mx.example ESMTP Postfix\r\n", "SMTP"),
            (b"220 (vsFTPd 3.0.5)\r\n", "FTP"),
            (b"-ERR wrong number of arguments for 'get' command\r\n", "Redis"),
            (b"\x15\x03\x01\x00\x02\x02\x46", "TLS"),
            (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03", "HTTP/2"),
            (b"\x4a\x00\x00\x00\x0a8.0.36\x00", "MySQL"),
            (b"HTTP/1.1 400 Bad Request\r\n", "plain HTTP"),
            (b"  <!DOCTYPE html>", "a page without its HTTP head"),
        ] {
            assert_eq!(of(start), Some(name), "{start:?}");
        }
        for start in [&b""[..], b"\x17\x03\x03\x00\x02", b"hello", b"\x00", b"2"] {
            assert_eq!(of(start), None, "{start:?}");
        }
    }

    #[test]
    fn alerts_are_spelt_as_their_rfc_does() {
        assert_eq!(alert_in(b"\x15\x03\x03\x00\x02\x02\x28").unwrap(), "handshake_failure (40)");
        assert_eq!(alert_in(b"\x15\x03\x03\x00\x02\x02\x30").unwrap(), "unknown_ca (48)");
        assert_eq!(
            alert_in(b"\x15\x03\x03\x00\x02\x02\x78").unwrap(),
            "no_application_protocol (120)"
        );
        assert_eq!(alert_in(b"\x15\x03\x03\x00\x02\x02\xfa").unwrap(), "250");
        assert_eq!(alert_in(b"\x16\x03\x03"), None);
    }
}
