//! Everything that can happen to a connection attempt and to an open connection.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::CloseCode;

/// How far an attempt got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Resolving the name.
    Dns,
    /// The TCP handshake.
    Tcp,
    /// The TLS handshake.
    Tls,
    /// From the request to the end of the answer's headers.
    Upgrade,
    /// After the 101.
    Open,
}

/// What the peer did that RFC 6455 forbids once the connection is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// A reserved bit was set: a compressed frame nobody asked for, as a rule.
    Rsv,
    /// An opcode that does not exist.
    Opcode,
    /// The server masked a frame.
    Mask,
    /// A control frame over 125 bytes, or in fragments.
    ControlLength,
    /// A Close frame of one byte.
    CloseLength,
    /// A continuation of nothing, or a new message within another.
    Fragment,
    /// A close reason or a text that is not UTF-8.
    Utf8,
}

impl Fault {
    /// What is wrong, in a few words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Rsv => "reserved bit set (compressed without being asked?)",
            Self::Opcode => "unknown opcode",
            Self::Mask => "masked frame from the server",
            Self::ControlLength => "control frame too long or in fragments",
            Self::CloseLength => "Close frame of one byte",
            Self::Fragment => "fragments out of order",
            Self::Utf8 => "not UTF-8",
        }
    }
}

/// What became of an attempt, or how an open connection ended.
///
/// All text in here is clean and bounded: it came from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Open and past its dwell: the only success.
    OpenOk,
    /// The name does not resolve.
    DnsFail(String),
    /// No answer from the resolver in time.
    DnsTimeout,
    /// RST to our SYN: nobody listens.
    TcpRefused,
    /// No answer to our SYN: a full accept queue, or a filter.
    TcpTimeout,
    /// Reset while connecting.
    TcpReset,
    /// No route, or a router said no.
    TcpUnreachable(String),
    /// We ourselves are out of descriptors (`EMFILE`, `ENFILE`).
    LocalEmfile,
    /// We ourselves are out of ports (`EADDRNOTAVAIL`).
    LocalEaddrnotavail,
    /// Something else on our side: no permission, no memory.
    LocalError(String),
    /// The certificate is not good.
    TlsCert(String),
    /// The peer does not speak TLS, or none that we speak.
    TlsProto(String),
    /// No end of the TLS handshake in time.
    TlsTimeout,
    /// The peer ended TCP within the TLS handshake.
    TlsEof,
    /// Reset within the TLS handshake.
    TlsReset,
    /// The request was not answered in time.
    HsTimeout {
        /// What had come by then.
        bytes: u64,
    },
    /// FIN instead of an answer.
    HsEof {
        /// What had come by then.
        bytes: u64,
    },
    /// RST instead of an answer.
    HsReset {
        /// What had come by then.
        bytes: u64,
    },
    /// The answer is no HTTP; the first of it.
    HsNotHttp(String),
    /// The headers go on without end.
    HsTooLong {
        /// Where we stopped reading.
        bytes: u64,
    },
    /// Not HTTP/1.1.
    HsBadVersion(String),
    /// 101 with the wrong `Upgrade`, `Connection`, extension or subprotocol.
    HsBadHeaders(String),
    /// 101 with a wrong `Sec-WebSocket-Accept`.
    HsBadAccept,
    /// An answer other than 101.
    Http {
        /// The status.
        status: u16,
        /// `Retry-After`, as seconds from the answer on.
        retry_after: Option<u64>,
        /// The `Server` header.
        server: Option<String>,
        /// The beginning of the body, at most 120 bytes of it.
        body: String,
    },
    /// The answer lacks the extension that was required; we closed with 1010.
    MissingExtension(String),
    /// The first message is not what was expected; its beginning.
    AnswerUnexpected(String),
    /// No message in time where one was expected.
    AnswerTimeout,
    /// The peer closed with a code.
    CloseClean {
        /// The code.
        code: CloseCode,
        /// The reason.
        reason: String,
    },
    /// The peer closed without a code.
    CloseNoCode,
    /// FIN without a Close frame.
    EofNoClose,
    /// RST without a Close frame.
    RstNoClose,
    /// The connection ended within a frame.
    HalfFrame {
        /// Bytes of the frame that had come.
        bytes: u64,
    },
    /// A code that must not be on the wire.
    CloseIllegalCode {
        /// As it was sent.
        raw: u16,
        /// The reason.
        reason: String,
    },
    /// The peer broke the protocol; we closed with 1002 or 1007.
    ProtoError(Fault),
    /// A frame larger than we take was announced; we closed with 1009.
    FrameTooBig {
        /// What was announced.
        bytes: u64,
    },
    /// A Close frame came, and TCP stayed open after our answer.
    CloseLingerTimeout {
        /// The code of the Close frame, if it had one.
        code: Option<CloseCode>,
    },
    /// A ping was not answered.
    PingTimeout,
}

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
    /// The name in the status document (`outcomes`).
    #[must_use]
    pub fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::OpenOk => "open_ok",
            Self::DnsFail(_) => "dns_fail",
            Self::DnsTimeout => "dns_timeout",
            Self::TcpRefused => "tcp_refused",
            Self::TcpTimeout => "tcp_timeout",
            Self::TcpReset => "tcp_reset",
            Self::TcpUnreachable(_) => "tcp_unreachable",
            Self::LocalEmfile => "local_emfile",
            Self::LocalEaddrnotavail => "local_eaddrnotavail",
            Self::LocalError(_) => "local_error",
            Self::TlsCert(_) => "tls_cert",
            Self::TlsProto(_) => "tls_proto",
            Self::TlsTimeout => "tls_timeout",
            Self::TlsEof => "tls_eof",
            Self::TlsReset => "tls_reset",
            Self::HsTimeout { .. } => "hs_timeout",
            Self::HsEof { .. } => "hs_eof",
            Self::HsReset { .. } => "hs_reset",
            Self::HsNotHttp(_) => "hs_not_http",
            Self::HsTooLong { .. } => "hs_too_long",
            Self::HsBadVersion(_) => "hs_bad_version",
            Self::HsBadHeaders(_) => "hs_bad_headers",
            Self::HsBadAccept => "hs_bad_accept",
            Self::Http { status, .. } => return Cow::Owned(format!("http_{status}")),
            Self::MissingExtension(_) => "missing_extension",
            Self::AnswerUnexpected(_) => "answer_unexpected",
            Self::AnswerTimeout => "answer_timeout",
            Self::CloseClean { .. } => "close_clean",
            Self::CloseNoCode => "close_no_code",
            Self::EofNoClose => "eof_no_close",
            Self::RstNoClose => "rst_no_close",
            Self::HalfFrame { .. } => "half_frame",
            Self::CloseIllegalCode { .. } => "close_illegal_code",
            Self::ProtoError(_) => "proto_error",
            Self::FrameTooBig { .. } => "frame_too_big",
            Self::CloseLingerTimeout { .. } => "close_linger_timeout",
            Self::PingTimeout => "ping_timeout",
        })
    }

    /// Where it ended.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        match self {
            Self::DnsFail(_) | Self::DnsTimeout => Phase::Dns,
            Self::TcpRefused
            | Self::TcpTimeout
            | Self::TcpReset
            | Self::TcpUnreachable(_)
            | Self::LocalEmfile
            | Self::LocalEaddrnotavail
            | Self::LocalError(_) => Phase::Tcp,
            Self::TlsCert(_)
            | Self::TlsProto(_)
            | Self::TlsTimeout
            | Self::TlsEof
            | Self::TlsReset => Phase::Tls,
            Self::HsTimeout { .. }
            | Self::HsEof { .. }
            | Self::HsReset { .. }
            | Self::HsNotHttp(_)
            | Self::HsTooLong { .. }
            | Self::HsBadVersion(_)
            | Self::HsBadHeaders(_)
            | Self::HsBadAccept
            | Self::Http { .. }
            | Self::MissingExtension(_) => Phase::Upgrade,
            _ => Phase::Open,
        }
    }

    /// The code of the wire histogram: what was in a Close frame, the peer's or
    /// the one we had to send; 1005 and 1006 for an open connection that ended
    /// without. A failed handshake has none.
    #[must_use]
    pub const fn wire_code(&self) -> Option<CloseCode> {
        match self {
            Self::CloseClean { code, .. } | Self::CloseLingerTimeout { code: Some(code) } => {
                Some(*code)
            }
            Self::CloseIllegalCode { raw, .. } => Some(CloseCode(*raw)),
            Self::CloseNoCode | Self::CloseLingerTimeout { code: None } => {
                Some(CloseCode::NO_STATUS)
            }
            Self::EofNoClose | Self::RstNoClose | Self::HalfFrame { .. } => {
                Some(CloseCode::ABNORMAL)
            }
            Self::MissingExtension(_) => Some(CloseCode::MISSING_EXTENSION),
            Self::ProtoError(Fault::Utf8) => Some(CloseCode::INVALID_PAYLOAD),
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

    /// In words, with what the peer said: `HTTP 503, retry after 7 s`.
    #[must_use]
    pub fn words(&self) -> String {
        let got = |bytes: u64| match bytes {
            0 => String::new(),
            1 => " after 1 byte".to_owned(),
            n => format!(" after {n} bytes"),
        };
        let quoted = |text: &str| {
            if text.is_empty() { String::new() } else { format!(" '{text}'") }
        };
        match self {
            Self::OpenOk => "accepted".to_owned(),
            Self::DnsFail(why) => format!("name does not resolve: {why}"),
            Self::DnsTimeout => "no answer from the resolver".to_owned(),
            Self::TcpRefused => "connection refused".to_owned(),
            Self::TcpTimeout => "TCP connect timed out".to_owned(),
            Self::TcpReset => "reset while connecting".to_owned(),
            Self::TcpUnreachable(why) => format!("unreachable: {why}"),
            Self::LocalEmfile => "herdtop itself is out of descriptors".to_owned(),
            Self::LocalEaddrnotavail => "herdtop itself is out of ports".to_owned(),
            Self::LocalError(why) => format!("on our side: {why}"),
            Self::TlsCert(why) => format!("certificate: {why}"),
            Self::TlsProto(why) => format!("TLS: {why}"),
            Self::TlsTimeout => "TLS handshake timed out".to_owned(),
            Self::TlsEof => "closed within the TLS handshake: no room, or no TLS port".to_owned(),
            Self::TlsReset => "reset within the TLS handshake".to_owned(),
            Self::HsTimeout { bytes } => format!("handshake timed out{}", got(*bytes)),
            Self::HsEof { bytes } => format!("closed instead of an answer{}", got(*bytes)),
            Self::HsReset { bytes } => format!("reset instead of an answer{}", got(*bytes)),
            Self::HsNotHttp(start) => format!("answer is not HTTP:{}", quoted(start)),
            Self::HsTooLong { .. } => "endless headers".to_owned(),
            Self::HsBadVersion(version) => format!("answer is {version}, not HTTP/1.1"),
            Self::HsBadHeaders(why) => format!("bad 101: {why}"),
            Self::HsBadAccept => "bad 101: wrong Sec-WebSocket-Accept".to_owned(),
            Self::Http { status, retry_after, body, .. } => {
                let wait = retry_after.map_or(String::new(), |s| format!(", retry after {s} s"));
                format!("HTTP {status}{wait}{}", quoted(body))
            }
            Self::MissingExtension(name) => format!("closed with 1010: no {name}"),
            Self::AnswerUnexpected(start) => format!("unexpected answer{}", quoted(start)),
            Self::AnswerTimeout => "no answer to what was sent".to_owned(),
            Self::CloseClean { code, reason } => format!("close {code}{}", quoted(reason)),
            Self::CloseNoCode => "close without a code".to_owned(),
            Self::EofNoClose => "FIN without a Close frame".to_owned(),
            Self::RstNoClose => "RST without a Close frame".to_owned(),
            Self::HalfFrame { bytes } => format!("cut within a frame{}", got(*bytes)),
            Self::CloseIllegalCode { raw, reason } => {
                format!("illegal close code {raw}{}", quoted(reason))
            }
            Self::ProtoError(fault) => format!("protocol error: {}", fault.words()),
            Self::FrameTooBig { bytes } => format!("frame of {bytes} bytes announced"),
            Self::CloseLingerTimeout { code: Some(code) } => {
                format!("close {code}, TCP left open")
            }
            Self::CloseLingerTimeout { code: None } => "close, TCP left open".to_owned(),
            Self::PingTimeout => "ping not answered".to_owned(),
        }
    }
}
