//! What the names of outcomes in the status document say, and the codes that
//! come nearest: `herdtop explain hs_eof`.

use super::target::Target::{self, Code, Status};

/// One outcome.
pub(super) struct Said {
    /// Its name in `outcomes`.
    pub(super) name: &'static str,
    /// What it says.
    pub(super) says: &'static str,
    /// What explains it, nearest first.
    pub(super) like: &'static [Target],
}

const CUT: &[Target] = &[Code(1006)];
const FULL: &[Target] = &[Code(1013), Code(1006)];
const TLS: &[Target] = &[Code(1015)];
const BAD: &[Target] = &[Code(1002)];
const ANSWER: &[Target] = &[Status(400), Status(200)];

const fn said(name: &'static str, like: &'static [Target], says: &'static str) -> Said {
    Said { name, says, like }
}

/// Those that are no code and no status themselves.
pub(super) const OUTCOMES: [Said; 38] = [
    said("open_ok", &[Status(101)], "open, and past its dwell without a close: accepted"),
    said("dns_fail", CUT, "the name does not resolve here; it says nothing of the server"),
    said("dns_timeout", CUT, "no answer from the resolver; it says nothing of the server"),
    said("tcp_refused", CUT, "no process listening on the port: down; browser close code 1006"),
    said("tcp_timeout", FULL, "no answer to a SYN: a full accept queue, or a filter"),
    said("tcp_reset", FULL, "reset while connecting: a full accept queue, or a filter"),
    said("tcp_unreachable", CUT, "no way to the host, or a router said no"),
    said("local_emfile", FULL, "herdtop itself is out of descriptors; not the server's fault"),
    said("local_eaddrnotavail", FULL, "herdtop itself is out of ports; not the server's fault"),
    said("local_error", CUT, "something on herdtop's own side; not the server's fault"),
    said("tls_cert", TLS, "the certificate is not good"),
    said("tls_proto", TLS, "the port speaks no TLS, or none that fits"),
    said("tls_client_cert", TLS, "the server demands a certificate of the client"),
    said("tls_timeout", &[Code(1015), Code(1013)], "no end of the TLS handshake in time"),
    said("tls_eof", &[Code(1015), Code(1013)], "TCP ended within the TLS handshake"),
    said("tls_reset", &[Code(1015), Code(1013)], "reset within the TLS handshake"),
    said("hs_timeout", FULL, "connected and not answered: blocked, no descriptors, full queue"),
    said("hs_eof", FULL, "FIN instead of an answer: a connection limit, or no descriptors"),
    said("hs_reset", FULL, "RST instead of an answer: a connection limit, or no descriptors"),
    said("hs_not_http", TLS, "the answer is no HTTP: the wrong port, or TLS"),
    said("hs_too_long", ANSWER, "the headers of the answer go on without end"),
    said("hs_bad_version", ANSWER, "the answer is not HTTP/1.1: a proxy, as a rule"),
    said("hs_bad_headers", ANSWER, "101 with the wrong Upgrade, Connection or subprotocol"),
    said("hs_bad_accept", ANSWER, "101 whose Sec-WebSocket-Accept is wrong or missing"),
    said("missing_extension", &[Code(1010)], "the 101 lacks what --require-extension names"),
    said("answer_unexpected", &[Code(1011)], "the first message is not what --expect wants"),
    said("answer_timeout", &[Code(1013), Code(1011)], "no message in time to what --send sent"),
    said("close_no_code", &[Code(1005)], "a Close frame without a code"),
    said("eof_no_close", CUT, "FIN without a Close frame"),
    said("rst_no_close", CUT, "RST without a Close frame"),
    said("alert_no_close", CUT, "TLS was ended by a fatal alert without a Close frame"),
    said("half_close", CUT, "a Close frame began and was never whole: not accepted"),
    said("half_frame", CUT, "the connection ended within a frame"),
    said("close_illegal_code", BAD, "a Close frame with a code that must not be on the wire"),
    said("proto_error", &[Code(1002), Code(1007)], "the server broke the protocol"),
    said("frame_too_big", &[Code(1009)], "a frame larger than herdtop takes was announced"),
    said("close_linger_timeout", &[Code(1005), Code(1006)], "a Close frame, and TCP stayed open"),
    said("ping_timeout", FULL, "a ping was not answered: a blocked loop, or a dead path"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::{Fault, Outcome as O};

    #[test]
    fn every_outcome_that_is_no_code_and_no_status_is_told() {
        let text = String::new;
        let all = [
            O::OpenOk,
            O::DnsFail(text()),
            O::DnsTimeout,
            O::TcpRefused,
            O::TcpTimeout,
            O::TcpReset,
            O::TcpUnreachable(text()),
            O::LocalEmfile,
            O::LocalEaddrnotavail,
            O::LocalError(text()),
            O::TlsCert(text()),
            O::TlsProto(text()),
            O::TlsClientCert(text()),
            O::TlsTimeout,
            O::TlsEof,
            O::TlsReset,
            O::HsTimeout { bytes: 0 },
            O::HsEof { bytes: 0 },
            O::HsReset { bytes: 0 },
            O::HsNotHttp(text()),
            O::HsTooLong { bytes: 0 },
            O::HsBadVersion(text()),
            O::HsBadHeaders(text()),
            O::HsBadAccept,
            O::MissingExtension(text()),
            O::AnswerUnexpected(text()),
            O::AnswerTimeout,
            O::CloseNoCode,
            O::EofNoClose,
            O::RstNoClose,
            O::AlertNoClose(text()),
            O::HalfClose { code: None, bytes: 1 },
            O::HalfFrame { bytes: 1 },
            O::CloseIllegalCode { raw: 0, reason: text() },
            O::ProtoError(Fault::Rsv),
            O::FrameTooBig { bytes: 1 },
            O::CloseLingerTimeout { code: None },
            O::PingTimeout,
        ];
        let told: Vec<&str> = OUTCOMES.iter().map(|o| o.name).collect();
        let named: Vec<_> = all.iter().map(O::name).collect();
        assert_eq!(told, named, "in the order of the outcomes");
    }
}
