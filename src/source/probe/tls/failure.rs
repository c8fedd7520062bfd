//! What went wrong in TLS, as an outcome and in words.

use std::io;

use chrono::{DateTime, Utc};
use tokio_rustls::rustls::pki_types::UnixTime;
use tokio_rustls::rustls::{self, AlertDescription, CertificateError};

use super::trust::Learnt;
use crate::close::Outcome;
use crate::source::probe::protocol;
use crate::text;

/// What went wrong is told in this many columns.
const WHY: usize = 160;
/// Names of a certificate that are told of.
const NAMES: usize = 3;

/// The alert an error of a stream stands for, if the peer sent one.
pub(in crate::source) fn alert_of(error: &io::Error) -> Option<AlertDescription> {
    match error.get_ref()?.downcast_ref::<rustls::Error>()? {
        rustls::Error::AlertReceived(alert) => Some(*alert),
        _ => None,
    }
}

/// What a fatal alert means that came before an answer.
pub(super) fn alerted(alert: AlertDescription, asked_for_certificate: bool) -> Outcome {
    use AlertDescription as A;
    let name = protocol::alert(alert);
    // What servers say to a client that shows no certificate: OpenSSL before
    // TLS 1.3 handshake_failure, Go bad_certificate, others what they like.
    let for_want_of_one = matches!(
        alert,
        A::HandshakeFailure
            | A::NoCertificate
            | A::BadCertificate
            | A::CertificateUnknown
            | A::UnknownCA
            | A::AccessDenied
    );
    if alert == A::CertificateRequired || (asked_for_certificate && for_want_of_one) {
        return Outcome::TlsClientCert(format!("alert {name}"));
    }
    let means = match alert {
        A::HandshakeFailure => ": no cipher or signature in common",
        A::ProtocolVersion => ": it speaks neither TLS 1.2 nor 1.3",
        A::NoApplicationProtocol => ": it speaks no HTTP/1.1, HTTP/2 only?",
        A::UnrecognisedName => ": it knows no host of this name",
        A::InternalError => ": it failed itself",
        _ => "",
    };
    Outcome::TlsProto(format!("alert {name}{means}"))
}

/// What became of a TLS handshake that failed; `head` is what the peer began with.
pub(super) fn outcome(error: &io::Error, learnt: &Learnt, head: &[u8]) -> Outcome {
    if let Some(alert) = alert_of(error) {
        return alerted(alert, learnt.asked_for_certificate());
    }
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match (inner, error.kind()) {
        (Some(rustls::Error::InvalidCertificate(why)), _) => {
            Outcome::TlsCert(text::clean(&certificate(why, learnt), WHY))
        }
        // Of our own making: nobody is trusted here.
        (Some(rustls::Error::General(why)), _) => Outcome::TlsCert(text::clean(why, WHY)),
        (Some(other), _) => {
            let why = protocol::not_tls(head).unwrap_or_else(|| other.to_string());
            Outcome::TlsProto(text::clean(&why, WHY))
        }
        (None, io::ErrorKind::UnexpectedEof) => match protocol::not_tls(head) {
            Some(why) => Outcome::TlsProto(text::clean(&why, WHY)),
            None if learnt.asked_for_certificate() => unanswered(),
            None => Outcome::TlsEof,
        },
        (None, io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe) => {
            if learnt.asked_for_certificate() { unanswered() } else { Outcome::TlsReset }
        }
        (None, _) => Outcome::TlsProto(text::clean(&error.to_string(), WHY)),
    }
}

/// A server that asked for a certificate and left when none came.
pub(super) fn unanswered() -> Outcome {
    Outcome::TlsClientCert("it asked for one and closed".to_owned())
}

/// The fault of a certificate and its remedy, in a few words.
fn certificate(why: &CertificateError, learnt: &Learnt) -> String {
    match why {
        CertificateError::Expired => "expired".to_owned(),
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("expired {}", day(*not_after))
        }
        CertificateError::NotValidYet => "not valid yet: is a clock wrong?".to_owned(),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("not valid yet, from {} on: is a clock wrong?", day(*not_before))
        }
        CertificateError::NotValidForName => "for another name".to_owned(),
        CertificateError::NotValidForNameContext { expected, presented } => {
            for_another_name(&expected.to_str(), presented)
        }
        CertificateError::UnknownIssuer => learnt.chain().unwrap_or_else(|| {
            "unknown issuer: self-signed, or an internal CA that --cacert would name".to_owned()
        }),
        CertificateError::Revoked => "revoked".to_owned(),
        CertificateError::BadEncoding => "not to be understood: --insecure takes it".to_owned(),
        CertificateError::BadSignature => "its signature is wrong".to_owned(),
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "not for a server (extended key usage): --insecure takes it".to_owned()
        }
        CertificateError::Other(why) => odd(&why.to_string()),
        other => other.to_string(),
    }
}

/// Faults that rustls has no name of its own for, by the name webpki gives them.
fn odd(why: &str) -> String {
    if why.contains("CaUsedAsEndEntity") {
        // What `openssl req -x509` makes when not told otherwise.
        return "an authority's own (CA:TRUE), as self-signed ones often are: --insecure takes it"
            .to_owned();
    }
    if why.contains("UnsupportedCertVersion") {
        return "of X.509 version 1, without names: --insecure takes it".to_owned();
    }
    format!("{why}: --insecure takes it")
}

fn for_another_name(expected: &str, presented: &[String]) -> String {
    if presented.is_empty() {
        return format!("for another name: it has none (subjectAltName), {expected} is wanted");
    }
    let names: Vec<&str> = presented.iter().take(NAMES).map(|name| plain(name)).collect();
    let more = presented.len().saturating_sub(NAMES);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("for another name: it is for {}{more}, not for {expected}", names.join(", "))
}

/// `DnsName("a.example")` as `a.example`.
fn plain(name: &str) -> &str {
    let inner = name.split_once('(').map_or(name, |(_, inner)| inner.trim_end_matches(')'));
    inner.trim_matches('"')
}

/// `2024-02-01 00:00 UTC`.
fn day(at: UnixTime) -> String {
    let at =
        i64::try_from(at.as_secs()).ok().and_then(|secs| DateTime::<Utc>::from_timestamp(secs, 0));
    at.map_or_else(|| "at no date".to_owned(), |at| at.format("%Y-%m-%d %H:%M UTC").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_a_certificate_has_are_told_a_few_of_them() {
        let names =
            |all: &[&str]| all.iter().map(|n| format!("DnsName(\"{n}\")")).collect::<Vec<_>>();
        assert_eq!(
            for_another_name("b.example", &names(&["a.example"])),
            "for another name: it is for a.example, not for b.example"
        );
        let many = for_another_name("b", &names(&["1", "2", "3", "4", "5"]));
        assert!(many.contains("it is for 1, 2, 3 and 2 more, not for b"), "{many}");
        assert!(for_another_name("b", &[]).contains("it has none"));
    }

    #[test]
    fn a_certificate_is_demanded_where_one_was_asked_for_or_the_alert_says_so() {
        let demanded = |alert, asked| matches!(alerted(alert, asked), Outcome::TlsClientCert(_));
        assert!(demanded(AlertDescription::CertificateRequired, false));
        assert!(demanded(AlertDescription::HandshakeFailure, true));
        assert!(demanded(AlertDescription::BadCertificate, true));
        assert!(!demanded(AlertDescription::HandshakeFailure, false));
        assert!(!demanded(AlertDescription::InternalError, true));
    }

    #[test]
    fn a_date_is_told_by_the_minute() {
        let at = UnixTime::since_unix_epoch(std::time::Duration::from_hours(474_096));
        assert_eq!(day(at), "2024-02-01 00:00 UTC");
    }
}
