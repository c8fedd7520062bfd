//! Whom to trust, and what was learnt about the server while deciding.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio_rustls::rustls::client::ResolvesClientCert;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, CertificateError, DigitallySignedStruct, SignatureScheme};

use super::der;
use crate::text;

/// A name in a certificate is told in this many columns.
const NAME: usize = 40;

/// What one handshake has shown of the server, beyond its error.
#[derive(Debug, Default)]
pub(super) struct Learnt {
    asked_for_certificate: AtomicBool,
    chain: Mutex<Option<String>>,
}

impl Learnt {
    /// Whether it asked for a certificate of ours.
    pub(super) fn asked_for_certificate(&self) -> bool {
        self.asked_for_certificate.load(Ordering::Relaxed)
    }

    /// Why its issuer is not known, in words.
    pub(super) fn chain(&self) -> Option<String> {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// We have no certificate to show; that one was asked for is noted.
#[derive(Debug)]
pub(super) struct NoCertificate(pub(super) Arc<Learnt>);

impl ResolvesClientCert for NoCertificate {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.asked_for_certificate.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// Trusts what `inner` trusts, and notes who issued what it does not.
#[derive(Debug)]
pub(super) struct Noting {
    pub(super) inner: Arc<dyn ServerCertVerifier>,
    pub(super) learnt: Arc<Learnt>,
}

impl ServerCertVerifier for Noting {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = self.inner.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        if let Err(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) = &verified {
            let why = unknown(end_entity, intermediates);
            *self.learnt.chain.lock().unwrap_or_else(PoisonError::into_inner) = why;
        }
        verified
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, cert, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, cert, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// Why nobody trusted stands above this chain.
fn unknown(
    end_entity: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
) -> Option<String> {
    let leaf = der::names(end_entity)?;
    if leaf.issuer == leaf.subject {
        return Some("self-signed: --cacert would trust it, --insecure takes any".to_owned());
    }
    // As far up as what was sent leads.
    let mut top = leaf;
    for _ in intermediates {
        let above = intermediates.iter().filter_map(|cert| der::names(cert));
        match above.into_iter().find(|cert| cert.subject == top.issuer && *cert != top) {
            Some(above) => top = above,
            None => break,
        }
    }
    let name = |name: &[u8]| text::clean(&der::spoken(name).unwrap_or_default(), NAME);
    if top.issuer == top.subject {
        let root = name(top.subject);
        return Some(format!(
            "unknown issuer: its own authority '{root}', which --cacert would name"
        ));
    }
    let issuer = name(top.issuer);
    if top != leaf {
        return Some(format!(
            "unknown authority '{issuer}' above the chain it sends: --cacert would name it"
        ));
    }
    Some(format!(
        "unknown issuer '{issuer}', which the server does not send: an intermediate certificate \
         is missing there, or --cacert is to name that authority"
    ))
}

/// Takes any certificate, as the user asked: expired, for another name, of an
/// old version, weak, or not to be understood at all. Nothing about it is
/// checked, not even that the server has its key: who takes anything is not
/// protected by that.
#[derive(Debug)]
pub(super) struct AnyCertificate;

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    /// All there are: a server whose key has none of these would refuse us.
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        use SignatureScheme as S;
        vec![
            S::ECDSA_NISTP256_SHA256,
            S::ECDSA_NISTP384_SHA384,
            S::ECDSA_NISTP521_SHA512,
            S::ED25519,
            S::ED448,
            S::RSA_PSS_SHA256,
            S::RSA_PSS_SHA384,
            S::RSA_PSS_SHA512,
            S::RSA_PKCS1_SHA256,
            S::RSA_PKCS1_SHA384,
            S::RSA_PKCS1_SHA512,
            S::ECDSA_SHA1_Legacy,
            S::RSA_PKCS1_SHA1,
        ]
    }
}

/// Trusts nobody: this host has no roots.
#[derive(Debug)]
pub(super) struct Nobody(pub(super) Vec<SignatureScheme>);

impl ServerCertVerifier for Nobody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Err(rustls::Error::General(
            "this host trusts nobody: install ca-certificates, or give --cacert".to_owned(),
        ))
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("no certificate is trusted".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("no certificate is trusted".to_owned()))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.clone()
    }
}
