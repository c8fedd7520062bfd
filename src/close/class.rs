//! What an outcome speaks of.

use serde::{Deserialize, Serialize};

use super::{CloseCode, Outcome};

/// What an outcome speaks of, for reconnecting and for the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// It let us in.
    Accepted,
    /// Turned away for lack of room or time.
    Overload,
    /// Going away to come back.
    Restart,
    /// Broke down while serving.
    Crash,
    /// Nobody listens.
    Down,
    /// A proxy answers for a server that does not.
    Upstream,
    /// Will fail the same way until somebody changes something.
    Misconfigured,
    /// An ordinary end.
    Normal,
    /// Our own shortage, or no way there: says nothing about the server.
    Ours,
}

impl Outcome {
    /// What it speaks of.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::OpenOk => Class::Accepted,
            Self::DnsFail(_)
            | Self::DnsTimeout
            | Self::LocalEmfile
            | Self::LocalEaddrnotavail
            | Self::LocalError(_) => Class::Ours,
            Self::TcpRefused | Self::TcpUnreachable(_) => Class::Down,
            // FIN or RST is a race of the same refusal (net.Server.maxConnections).
            Self::TcpTimeout
            | Self::TcpReset
            | Self::TlsTimeout
            | Self::TlsEof
            | Self::TlsReset
            | Self::HsTimeout { .. }
            | Self::HsEof { .. }
            | Self::HsReset { .. }
            | Self::AnswerTimeout
            | Self::PingTimeout => Class::Overload,
            Self::Http { status, .. } => match status {
                429 | 503 => Class::Overload,
                502 | 504 => Class::Upstream,
                500..=599 => Class::Crash,
                _ => Class::Misconfigured,
            },
            Self::CloseClean { code, .. } | Self::CloseLingerTimeout { code: Some(code) } => {
                Self::class_of(*code)
            }
            Self::CloseNoCode | Self::CloseLingerTimeout { code: None } => Class::Normal,
            Self::EofNoClose | Self::RstNoClose | Self::HalfFrame { .. } => Class::Crash,
            Self::TlsCert(_)
            | Self::TlsProto(_)
            | Self::HsNotHttp(_)
            | Self::HsTooLong { .. }
            | Self::HsBadVersion(_)
            | Self::HsBadHeaders(_)
            | Self::HsBadAccept
            | Self::MissingExtension(_)
            | Self::AnswerUnexpected(_)
            | Self::CloseIllegalCode { .. }
            | Self::ProtoError(_)
            | Self::FrameTooBig { .. } => Class::Misconfigured,
        }
    }

    const fn class_of(code: CloseCode) -> Class {
        match code.0 {
            1000 => Class::Normal,
            1001 | 1012 => Class::Restart,
            1013 => Class::Overload,
            1011 => Class::Crash,
            1014 => Class::Upstream,
            _ => Class::Misconfigured,
        }
    }
}
