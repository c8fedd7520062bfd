//! The upgrade: the request as it goes out, the answer as it came
//! (RFC 6455 section 4).
//!
//! Read here with httparse, since a client library takes a legal
//! `Connection: keep-alive, Upgrade` for a failure and keeps `Retry-After` to
//! itself.

use std::rc::Rc;

use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::address::Address;
use super::answer::{self, Answer};
use super::hush::Hush;
use super::plan::Manner;
use super::wire::{End, Wire};
use crate::close::Outcome;

/// Headers beyond this are endless: servers send a few hundred bytes.
const LONGEST_HEAD: usize = 16 * 1024;
/// What is shown of an answer that is no HTTP.
const STRANGE: usize = 40;

/// A request and what its answer has to fit.
pub(super) struct Request {
    bytes: Vec<u8>,
    pub(super) accept: String,
    pub(super) subprotocols: Vec<String>,
    pub(super) extension: Option<String>,
    pub(super) hush: Rc<Hush>,
    /// When it was made, for a `Retry-After` without a `Date`.
    pub(super) made: DateTime<Utc>,
}

impl Request {
    /// With a new key.
    pub(super) fn new(
        address: &Address,
        manner: &Manner,
        hush: &Rc<Hush>,
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
        let given = |name: &str| manner.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
        if !given("User-Agent") {
            lines.push(format!("User-Agent: herdtop/{}", env!("CARGO_PKG_VERSION")));
        }
        if let Some(credentials) = &address.credentials
            && !given("Authorization")
        {
            lines.push(format!("Authorization: Basic {}", BASE64.encode(credentials.as_bytes())));
        }
        if let Some(origin) = &manner.origin {
            lines.push(format!("Origin: {origin}"));
        }
        if !manner.subprotocols.is_empty() {
            lines.push(format!("Sec-WebSocket-Protocol: {}", manner.subprotocols.join(", ")));
        }
        if let Some(extension) = &manner.required_extension {
            lines.push(format!("Sec-WebSocket-Extensions: {extension}"));
        }
        // A Host of the user's own (behind a proxy) replaces ours.
        lines.retain(|line| line.split_once(": ").is_none_or(|(name, _)| !given(name)));
        lines.extend(manner.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        Self {
            bytes: (lines.join("\r\n") + "\r\n\r\n").into_bytes(),
            accept: derive_accept_key(key.as_bytes()),
            subprotocols: manner.subprotocols.clone(),
            extension: manner.required_extension.clone(),
            hush: Rc::clone(hush),
            made,
        }
    }

    /// Sends it and reads the answer's head. `bytes` counts what has come, for
    /// whoever gives up waiting.
    ///
    /// # Errors
    /// What became of it, if it is no 101 that fits.
    pub(super) async fn exchange(
        &self,
        wire: &mut Wire,
        bytes: &mut u64,
    ) -> Result<Answer, Outcome> {
        wire.write(&self.bytes).await;
        let mut head = Vec::new();
        // Interim answers included: they go on without end as headers do.
        let mut total = 0;
        loop {
            if let Some(answer) = self.understand(wire, &mut head).await? {
                return Ok(answer);
            }
            if total >= LONGEST_HEAD {
                return Err(Outcome::HsTooLong { bytes: total as u64 });
            }
            let before = head.len();
            let read = wire.read(&mut head).await;
            total += head.len() - before;
            *bytes = total as u64;
            if let Err(end) = read {
                return Err(cut(*bytes, end));
            }
        }
    }

    /// The start of an answer that is no HTTP.
    fn strange(&self, head: &[u8]) -> Outcome {
        let looked_at = head.len().min(STRANGE * 2 + self.hush.margin());
        let start = String::from_utf8_lossy(&head[..looked_at]);
        Outcome::HsNotHttp(self.hush.clean(&start, STRANGE))
    }

    /// The answer in what has come so far; none when it is not whole.
    async fn understand(
        &self,
        wire: &mut Wire,
        head: &mut Vec<u8>,
    ) -> Result<Option<Answer>, Outcome> {
        loop {
            let start = b"HTTP/";
            let common = head.len().min(start.len());
            if head[..common] != start[..common] {
                return Err(self.strange(head));
            }
            let Some(parsed) = answer::parse(head)? else { return Ok(None) };
            let rest = head.split_off(parsed.end);
            match parsed.status {
                101 => return parsed.accepted(self, rest).map(Some),
                // 100 and 103 go before the answer (RFC 9110 section 15.2).
                100..=199 => *head = rest,
                _ => return Err(parsed.refused(self, wire, rest).await),
            }
        }
    }
}

/// The stream ended before the answer was whole.
fn cut(bytes: u64, end: End) -> Outcome {
    match end {
        End::Eof => Outcome::HsEof { bytes },
        End::Reset => Outcome::HsReset { bytes },
    }
}
