//! What is known of every close code, in files by what they speak of.

mod crash;
mod cut;
mod ended;
mod extension;
mod faults;
mod overload;
mod ranges;
mod refused;
mod restart;
mod upstream;

use super::facts::Facts;

/// The facts of a code below 5000; a range has one set for all of its codes.
#[must_use]
pub(super) fn facts(code: u16) -> Option<&'static Facts> {
    Some(match code {
        0..=999 => &ranges::UNUSED,
        1000 => &ended::NORMAL,
        1001 => &restart::GOING_AWAY,
        1002 => &faults::PROTOCOL_ERROR,
        1003 => &faults::UNSUPPORTED,
        1004 => &ranges::RESERVED,
        1005 => &ended::NO_STATUS,
        1006 => &cut::ABNORMAL,
        1007 => &faults::INVALID_PAYLOAD,
        1008 => &refused::POLICY,
        1009 => &faults::TOO_BIG,
        1010 => &extension::MISSING,
        1011 => &crash::INTERNAL,
        1012 => &restart::SERVICE_RESTART,
        1013 => &overload::TRY_LATER,
        1014 => &upstream::BAD_GATEWAY,
        1015 => &cut::TLS,
        1016..=2999 => &ranges::UNASSIGNED,
        3000 => &refused::UNAUTHORIZED,
        3003 => &refused::FORBIDDEN,
        3008 => &upstream::TIMEOUT,
        3001..=3999 => &ranges::REGISTERED,
        4000..=4999 => &ranges::PRIVATE,
        _ => return None,
    })
}
