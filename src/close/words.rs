//! An outcome in words.

use super::Outcome;

impl Outcome {
    /// In words, with what the peer said: `HTTP 503, retry after 7 s`.
    #[must_use]
    pub fn words(&self) -> String {
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
            Self::TlsProto(why) if why.starts_with("not TLS") => why.clone(),
            Self::TlsProto(why) => format!("TLS: {why}"),
            Self::TlsClientCert(how) => {
                format!("the server demands a client certificate, herdtop has none ({how})")
            }
            Self::TlsTimeout => "TLS handshake timed out".to_owned(),
            Self::TlsEof => "closed within the TLS handshake: no room, or no TLS port".to_owned(),
            Self::TlsReset => "reset within the TLS handshake".to_owned(),
            Self::HsTimeout { bytes } => format!("handshake timed out{}", got(*bytes)),
            Self::HsEof { bytes } => format!("closed instead of an answer{}", got(*bytes)),
            Self::HsReset { bytes } => format!("reset instead of an answer{}", got(*bytes)),
            Self::HsNotHttp(start) => format!("answer is not HTTP: {start}"),
            Self::HsTooLong { .. } => "endless headers".to_owned(),
            Self::HsBadVersion(version) => format!("answer is {version}, not HTTP/1.1"),
            Self::HsBadHeaders(why) => format!("bad 101: {why}"),
            Self::HsBadAccept => "bad 101: wrong Sec-WebSocket-Accept".to_owned(),
            Self::HsNoAccept => "bad 101: Sec-WebSocket-Accept is missing".to_owned(),
            Self::Http { status, retry_after, body, hint, .. } => {
                http(*status, *retry_after, hint.as_deref(), body)
            }
            Self::MissingExtension(name) => format!("closed with 1010: no {name}"),
            Self::AnswerUnexpected(start) => format!("unexpected answer{}", quoted(start)),
            Self::AnswerTimeout => "no answer to what was sent".to_owned(),
            Self::CloseClean { code, reason } => format!("close {code}{}", quoted(reason)),
            Self::CloseNoCode => "close without a code".to_owned(),
            Self::EofNoClose => "FIN without a Close frame".to_owned(),
            Self::RstNoClose => "RST without a Close frame".to_owned(),
            Self::AlertNoClose(alert) => format!("TLS alert {alert} without a Close frame"),
            Self::HalfClose { code, bytes } => {
                let code = code.map_or(String::new(), |code| format!(" {code}"));
                format!("close{code}, its frame never whole{}", got(*bytes))
            }
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

/// After how many bytes.
fn got(bytes: u64) -> String {
    match bytes {
        0 => String::new(),
        1 => " after 1 byte".to_owned(),
        n => format!(" after {n} bytes"),
    }
}

fn quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" '{text}'") }
}

/// Seconds as they were sent; a date in 2037 is 343 655 605 of them.
fn wait(seconds: u64) -> String {
    match seconds {
        0..3_600 => format!("{seconds} s"),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// An answer that is no 101.
fn http(status: u16, retry_after: Option<u64>, hint: Option<&str>, body: &str) -> String {
    let wait = retry_after.map_or(String::new(), |s| format!(", retry after {}", wait(s)));
    let hint = match hint {
        Some(to) if to.starts_with("to ") => format!(" {to}, not followed"),
        Some(without) if (300..400).contains(&status) => format!(" {without}"),
        Some(hint) => format!(" ({hint})"),
        None => String::new(),
    };
    format!("HTTP {status}{wait}{hint}{}", quoted(body))
}
