//! The two codes of an outcome: as on the wire, and as a browser would show it.

use super::{CloseCode, Fault, Outcome};

impl Outcome {
    /// The code of the wire histogram: what was in a Close frame, the peer's or
    /// the one we had to send; 1005 and 1006 for an open connection that ended
    /// without. A failed handshake has none.
    #[must_use]
    pub const fn wire_code(&self) -> Option<CloseCode> {
        match self {
            Self::CloseClean { code, .. }
            | Self::CloseLingerTimeout { code: Some(code) }
            | Self::HalfClose { code: Some(code), .. } => Some(*code),
            Self::CloseIllegalCode { raw, .. } => Some(CloseCode(*raw)),
            Self::CloseNoCode | Self::CloseLingerTimeout { code: None } => {
                Some(CloseCode::NO_STATUS)
            }
            Self::EofNoClose
            | Self::RstNoClose
            | Self::AlertNoClose(_)
            | Self::HalfClose { code: None, .. }
            | Self::HalfFrame { .. } => Some(CloseCode::ABNORMAL),
            Self::MissingExtension(_) => Some(CloseCode::MISSING_EXTENSION),
            Self::ProtoError(Fault::Utf8 | Fault::Deflate) => Some(CloseCode::INVALID_PAYLOAD),
            Self::ProtoError(_) => Some(CloseCode::PROTOCOL_ERROR),
            Self::FrameTooBig { .. } => Some(CloseCode::TOO_BIG),
            _ => None,
        }
    }

    /// The code a browser's `CloseEvent` would show. Every failed handshake and
    /// every protocol error is 1006 there (WHATWG HTML, "fail the WebSocket
    /// connection"), which is why it tells so little.
    #[must_use]
    pub const fn browser_code(&self) -> Option<CloseCode> {
        match self {
            Self::OpenOk
            | Self::LocalEmfile
            | Self::LocalEaddrnotavail
            | Self::LocalError(_)
            | Self::AnswerUnexpected(_)
            | Self::AnswerTimeout
            | Self::PingTimeout => None,
            Self::CloseClean { code, .. } | Self::CloseLingerTimeout { code: Some(code) } => {
                Some(*code)
            }
            Self::CloseNoCode | Self::CloseLingerTimeout { code: None } => {
                Some(CloseCode::NO_STATUS)
            }
            _ => Some(CloseCode::ABNORMAL),
        }
    }
}
