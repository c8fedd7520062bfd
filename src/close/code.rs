//! A close code as a number with its rules (RFC 6455 section 7.4).

use serde::{Deserialize, Serialize};

/// A close code. Any 16 bits can be received; which of them may be sent is
/// [`CloseCode::is_legal_on_wire`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CloseCode(pub u16);

impl CloseCode {
    /// Done.
    pub const NORMAL: Self = Self(1000);
    /// The server stops, or the page was left.
    pub const GOING_AWAY: Self = Self(1001);
    /// The peer broke the protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// Synthetic: the Close frame carried no code.
    pub const NO_STATUS: Self = Self(1005);
    /// Synthetic: TCP ended without a Close frame.
    pub const ABNORMAL: Self = Self(1006);
    /// A text that is not UTF-8.
    pub const INVALID_PAYLOAD: Self = Self(1007);
    /// Refused for what the client is or did.
    pub const POLICY: Self = Self(1008);
    /// Over the size limit.
    pub const TOO_BIG: Self = Self(1009);
    /// The server lacks an extension the client needs; only a client sends it.
    pub const MISSING_EXTENSION: Self = Self(1010);
    /// The handler failed.
    pub const INTERNAL_ERROR: Self = Self(1011);
    /// The service restarts (IANA, not in the RFC).
    pub const SERVICE_RESTART: Self = Self(1012);
    /// Overloaded (IANA, not in the RFC).
    pub const TRY_AGAIN_LATER: Self = Self(1013);
    /// A gateway got nothing usable from its upstream (IANA, not in the RFC).
    pub const BAD_GATEWAY: Self = Self(1014);

    /// Whether an endpoint may put it into a Close frame (RFC 6455 7.4.1, 7.4.2).
    ///
    /// 1004 is reserved; 1005, 1006 and 1015 only ever name what was *not*
    /// received; 1016 to 2999 are not assigned.
    #[must_use]
    pub const fn is_legal_on_wire(self) -> bool {
        matches!(self.0, 1000..=1003 | 1007..=1014 | 3000..=4999)
    }
}

impl std::fmt::Display for CloseCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_iana_added_is_legal_and_what_is_synthetic_is_not() {
        for legal in [1000, 1003, 1007, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999] {
            assert!(CloseCode(legal).is_legal_on_wire(), "{legal}");
        }
        for illegal in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535] {
            assert!(!CloseCode(illegal).is_legal_on_wire(), "{illegal}");
        }
    }
}
