//! How herdtop's own probes go on after a code or status: read from the one
//! table of policies, so that the pages cannot say otherwise.

use super::target::Target;
use crate::close::{CEILING_FRESH, CEILING_HELD, CloseCode, Outcome, Policy};

/// The policy of the prober after what it sees then.
pub(super) fn policy(target: Target) -> Option<Policy> {
    let outcome = match target {
        Target::Code(1005) => Outcome::CloseNoCode,
        Target::Code(1006) => Outcome::EofNoClose,
        Target::Code(1015) => Outcome::TlsProto(String::new()),
        Target::Code(raw) if !CloseCode(raw).is_legal_on_wire() => {
            Outcome::CloseIllegalCode { raw, reason: String::new() }
        }
        Target::Code(code) => Outcome::CloseClean { code: CloseCode(code), reason: String::new() },
        // 101 is no outcome of its own, 1xx are no answer, 499 is never sent.
        Target::Status(100..200 | 499) | Target::Range(..) | Target::Vendor(_) => return None,
        Target::Status(status) => {
            let (retry_after, server, body, hint) = (None, None, String::new(), None);
            Outcome::Http { status, retry_after, server, body, hint }
        }
    };
    Some(Policy::after(&outcome))
}

/// That policy, to follow "herdtop's own probes".
pub(super) fn words(target: Target) -> Option<String> {
    let words = match policy(target)? {
        Policy::Usual => "go on as scheduled".to_owned(),
        Policy::Soon => "wait a random 1-5 s".to_owned(),
        Policy::Backoff | Policy::RetryAfter(_) => {
            let (fresh, held) = (CEILING_FRESH.as_secs(), CEILING_HELD.as_secs());
            let asked = match target {
                Target::Status(_) => "; Retry-After is honoured",
                _ => "",
            };
            format!(
                "back off from 1 s, doubling, full jitter, at most {fresh} s (held: {held} \
                 s){asked}"
            )
        }
        Policy::Minute => "try once a minute: it needs a change".to_owned(),
    };
    Some(words)
}
