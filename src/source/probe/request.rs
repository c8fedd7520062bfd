//! The request of an upgrade, and what its answer has to fit (RFC 6455 section
//! 4.1).

use std::rc::Rc;

use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::address::Address;
use super::plan::ProbeOptions;
use super::redact::Redactor;

/// A request and what its answer has to fit.
pub(super) struct Request {
    pub(super) bytes: Vec<u8>,
    pub(super) accept: String,
    pub(super) subprotocols: Vec<String>,
    pub(super) extension: Option<String>,
    pub(super) redact: Rc<Redactor>,
    /// When it was made, for a `Retry-After` without a `Date`.
    pub(super) made: DateTime<Utc>,
}

impl Request {
    /// With a new key.
    pub(super) fn new(
        address: &Address,
        options: &ProbeOptions,
        redact: &Rc<Redactor>,
        made: DateTime<Utc>,
    ) -> Self {
        let key = generate_key();
        let mut lines = vec![
            format!("GET {} HTTP/1.1", address.request_target),
            format!("Host: {}", address.authority()),
            "Connection: Upgrade".to_owned(),
            "Upgrade: websocket".to_owned(),
            "Sec-WebSocket-Version: 13".to_owned(),
            format!("Sec-WebSocket-Key: {key}"),
        ];
        let given = |name: &str| options.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
        if !given("User-Agent") {
            lines.push(format!("User-Agent: herdtop/{}", env!("CARGO_PKG_VERSION")));
        }
        if let Some(credentials) = &address.credentials
            && !given("Authorization")
        {
            lines.push(format!("Authorization: Basic {}", BASE64.encode(credentials.as_bytes())));
        }
        if let Some(origin) = &options.origin {
            lines.push(format!("Origin: {origin}"));
        }
        if !options.subprotocols.is_empty() {
            lines.push(format!("Sec-WebSocket-Protocol: {}", options.subprotocols.join(", ")));
        }
        if let Some(extension) = &options.required_extension {
            lines.push(format!("Sec-WebSocket-Extensions: {extension}"));
        }
        // A Host of the user's own (behind a proxy) replaces ours.
        lines.retain(|line| line.split_once(": ").is_none_or(|(name, _)| !given(name)));
        lines.extend(options.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        Self {
            bytes: (lines.join("\r\n") + "\r\n\r\n").into_bytes(),
            accept: derive_accept_key(key.as_bytes()),
            subprotocols: options.subprotocols.clone(),
            extension: options.required_extension.clone(),
            redact: Rc::clone(redact),
            made,
        }
    }
}
