//! Everything that can happen to a connection attempt and to an open connection.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CloseCode;

/// How far an attempt got.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
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
    /// A compressed message that cannot be inflated.
    Deflate,
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
            Self::Deflate => "compressed message that is no deflate",
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
    /// The peer demands a certificate of the client, in TLS or after it; how it
    /// said so.
    TlsClientCert(String),
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
    /// 101 without `Sec-WebSocket-Accept`.
    HsNoAccept,
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
        /// What its head tells to do instead: `to https://…` of a redirect.
        #[serde(default)]
        hint: Option<String>,
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
    /// TLS was ended by a fatal alert without a Close frame; its name.
    AlertNoClose(String),
    /// A Close frame began and was never whole.
    HalfClose {
        /// The code, if that much of it came.
        code: Option<CloseCode>,
        /// Bytes of the frame that had come.
        bytes: u64,
    },
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
            Self::TlsClientCert(_) => "tls_client_cert",
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
            Self::HsBadAccept | Self::HsNoAccept => "hs_bad_accept",
            Self::Http { status, .. } => return Cow::Owned(format!("http_{status}")),
            Self::MissingExtension(_) => "missing_extension",
            Self::AnswerUnexpected(_) => "answer_unexpected",
            Self::AnswerTimeout => "answer_timeout",
            Self::CloseClean { .. } => "close_clean",
            Self::CloseNoCode => "close_no_code",
            Self::EofNoClose => "eof_no_close",
            Self::RstNoClose => "rst_no_close",
            Self::AlertNoClose(_) => "alert_no_close",
            Self::HalfClose { .. } => "half_close",
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
            | Self::TlsClientCert(_)
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
            | Self::HsNoAccept
            | Self::Http { .. }
            | Self::MissingExtension(_) => Phase::Upgrade,
            _ => Phase::Open,
        }
    }

    /// Whether the peer wants a certificate of the client: in TLS, or as nginx
    /// and others say it over HTTP after a handshake that did without.
    #[must_use]
    pub fn wants_client_certificate(&self) -> bool {
        match self {
            // nginx has 495 and 496 for it in its log, and answers 400.
            Self::TlsClientCert(_) | Self::Http { status: 495 | 496, .. } => true,
            Self::Http { status: 400 | 401 | 403, body, .. } => {
                let body = body.to_ascii_lowercase();
                body.contains("no required ssl certificate")
                    || body.contains("the ssl certificate error")
                    || body.contains("client certificate required")
            }
            _ => false,
        }
    }
}
