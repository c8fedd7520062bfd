//! The upgrade: the request goes out, the answer is read as it comes (RFC 6455
//! section 4).
//!
//! Read here with httparse, since a client library takes a legal
//! `Connection: keep-alive, Upgrade` for a failure and keeps `Retry-After` to
//! itself.

use std::time::Duration;

use tokio::time::timeout;

use super::answer::{self, Answer};
use super::protocol;
use super::request::Request;
use super::wire::Wire;
use crate::close::Outcome;

/// Headers beyond this are endless: servers send a few hundred bytes, behind a
/// proxy that signs one in 20 KB of cookies.
const LONGEST_HEAD: usize = 64 * 1024;
/// Up to here a head is parsed at each line, to leave at once what is wrong; a
/// long one is parsed when it is whole.
const EAGER: usize = 4 * 1024;
/// What is looked at of an answer that is no HTTP, in bytes.
const STRANGE: usize = 80;
/// The rest of a greeting is not waited for longer.
const GREETING_WAIT: Duration = Duration::from_millis(100);

/// Sends the request and reads the answer's head. `bytes` counts what has come,
/// for whoever gives up waiting.
///
/// # Errors
/// What became of it, if it is no 101 that fits.
pub(super) async fn exchange(
    request: &Request,
    wire: &mut Wire,
    bytes: &mut u64,
) -> Result<Answer, Outcome> {
    wire.write(&request.bytes).await;
    let mut head = Vec::new();
    // Interim answers included: they go on without end as headers do.
    let mut total = 0;
    // A head that comes byte by byte is not parsed at each of them.
    let mut seen = 0;
    loop {
        let worth_it = seen < START.len()
            || (head.len() < EAGER && head[seen..].contains(&b'\n'))
            || has_end(&head[seen.saturating_sub(3)..]);
        if worth_it && let Some(answer) = understand(request, wire, &mut head).await? {
            return Ok(answer);
        }
        if total >= LONGEST_HEAD {
            return Err(Outcome::HsTooLong { bytes: total as u64 });
        }
        seen = head.len();
        let read = wire.read(&mut head).await;
        total += head.len() - seen;
        *bytes = total as u64;
        if let Err(end) = read {
            return Err(wire.cut(*bytes, end));
        }
    }
}

/// Whether an empty line is in it.
fn has_end(bytes: &[u8]) -> bool {
    let ends = |pair: &[u8]| pair == b"\n\n";
    bytes.windows(2).any(ends) || bytes.windows(3).any(|three| three == b"\n\r\n")
}

/// How every answer in HTTP begins.
const START: &[u8] = b"HTTP/";

/// The start of an answer that is no HTTP; its greeting may come in pieces.
async fn strange(request: &Request, wire: &mut Wire, mut head: Vec<u8>) -> Outcome {
    let more = async { while head.len() < STRANGE && wire.read(&mut head).await.is_ok() {} };
    let _ = timeout(GREETING_WAIT, more).await;
    let looked_at = head.len().min(STRANGE + request.redact.margin());
    let clean = |text: &str, width| request.redact.clean(text, width);
    Outcome::HsNotHttp(protocol::not_http(&head[..looked_at], clean))
}

/// The answer in what has come so far; none when it is not whole.
async fn understand(
    request: &Request,
    wire: &mut Wire,
    head: &mut Vec<u8>,
) -> Result<Option<Answer>, Outcome> {
    loop {
        let common = head.len().min(START.len());
        if head[..common] != START[..common] {
            let head = std::mem::take(head);
            return Err(strange(request, wire, head).await);
        }
        let Some(parsed) = answer::parse(head)? else { return Ok(None) };
        let rest = head.split_off(parsed.end);
        match parsed.status {
            101 => return parsed.accepted(request, rest).map(Some),
            // 100 and 103 go before the answer (RFC 9110 section 15.2).
            100..=199 => *head = rest,
            _ => return Err(parsed.refused(request, wire, rest).await),
        }
    }
}
