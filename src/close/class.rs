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
    /// Whether a connection that was taken was not answered. A SYN that is not is dropped:
    /// by a full queue, or a filter.
    #[must_use]
    pub const fn is_silence(&self) -> bool {
        matches!(
            self,
            Self::HsTimeout { .. } | Self::AnswerTimeout | Self::PingTimeout | Self::TlsTimeout
        )
    }

    /// Whether a new client was turned away. Silence is none: who never answers turns
    /// nobody away. A 403 is one where others are accepted.
    #[must_use]
    pub fn is_rejection(&self, accepts_others: bool) -> bool {
        match self {
            Self::Http { status: 403, .. } => accepts_others,
            outcome => outcome.class() == Class::Overload && !outcome.is_silence(),
        }
    }

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
            Self::Http { status, .. } => Self::class_of_status(*status),
            Self::CloseClean { code, .. }
            | Self::CloseLingerTimeout { code: Some(code) }
            | Self::HalfClose { code: Some(code), .. } => Self::class_of(*code),
            Self::CloseNoCode | Self::CloseLingerTimeout { code: None } => Class::Normal,
            Self::EofNoClose
            | Self::RstNoClose
            | Self::AlertNoClose(_)
            | Self::HalfClose { code: None, .. }
            | Self::HalfFrame { .. } => Class::Crash,
            Self::TlsCert(_)
            | Self::TlsProto(_)
            | Self::TlsClientCert(_)
            | Self::HsNotHttp(_)
            | Self::HsTooLong { .. }
            | Self::HsBadVersion(_)
            | Self::HsBadHeaders(_)
            | Self::HsBadAccept
            | Self::HsNoAccept
            | Self::MissingExtension(_)
            | Self::AnswerUnexpected(_)
            | Self::CloseIllegalCode { .. }
            | Self::ProtoError(_)
            | Self::FrameTooBig { .. } => Class::Misconfigured,
        }
    }

    /// What a status speaks of that answers an upgrade.
    const fn class_of_status(status: u16) -> Class {
        match status {
            // 408: our request was whole at once, so who did not get it had no
            // time. 507, 509, 529: no room, no traffic left, overloaded.
            408 | 429 | 503 | 507 | 509 | 529 => Class::Overload,
            // 520 to 527 and 530 are an edge's whose origin fails; 598 and 599 a
            // proxy's whose upstream does not answer.
            502 | 504 | 520..=527 | 530 | 598 | 599 => Class::Upstream,
            // The server cannot do it, not in this version of HTTP, not for
            // whoever is not logged in (561 at a balancer, 511 at a network on
            // the way): no process broke down.
            501 | 505 | 506 | 508 | 510 | 511 | 561 => Class::Misconfigured,
            500..=599 => Class::Crash,
            _ => Class::Misconfigured,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_speaks_of_what_it_means() {
        let class = |status| {
            let (retry_after, server, body, hint) = (None, None, String::new(), None);
            Outcome::Http { status, retry_after, server, body, hint }.class()
        };
        for status in (520..=527).chain([502, 504, 530, 598, 599]) {
            assert_eq!(class(status), Class::Upstream, "{status}");
        }
        for status in [408, 429, 503, 507, 509, 529] {
            assert_eq!(class(status), Class::Overload, "{status}");
        }
        for status in [500, 512, 555] {
            assert_eq!(class(status), Class::Crash, "{status}");
        }
        for status in [200, 204, 301, 308, 400, 401, 403, 404, 407, 421, 426, 460, 464, 499]
            .into_iter()
            .chain([501, 505, 506, 508, 510, 511, 561, 0, 600, 999])
        {
            assert_eq!(class(status), Class::Misconfigured, "{status}");
        }
    }
}
