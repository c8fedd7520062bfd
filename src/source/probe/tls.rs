//! TLS by rustls: whom to trust, and what went wrong.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    self, CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};

use super::address::Address;
use crate::close::Outcome;
use crate::source::file;
use crate::text;

/// What went wrong is told in this many columns.
const WHY: usize = 100;
/// The system's own bundles have 220 KB.
const LARGEST_ROOTS: u64 = 1 << 20;

/// Whom to trust.
#[derive(Debug, Clone, Default)]
pub struct TlsPlan {
    /// Any certificate will do: `--insecure`.
    pub insecure: bool,
    /// These roots instead of the system's: `--cacert`.
    pub roots: Option<PathBuf>,
}

/// Makes the connector once, for all targets: reading the system's roots takes
/// some 10 ms.
///
/// # Errors
/// When the file of `--cacert` cannot be read or has no certificate in it.
pub(in crate::source) fn connector(plan: &TlsPlan) -> Result<TlsConnector, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let config = if plan.insecure {
        let any = Arc::new(AnyCertificate(provider));
        builder.dangerous().with_custom_certificate_verifier(any).with_no_client_auth()
    } else {
        builder.with_root_certificates(roots(plan)?).with_no_client_auth()
    };
    Ok(TlsConnector::from(Arc::new(config)))
}

fn roots(plan: &TlsPlan) -> Result<RootCertStore, String> {
    let mut store = RootCertStore::empty();
    if let Some(path) = &plan.roots {
        let shown = path.display();
        let pem = file::read_bounded(path, LARGEST_ROOTS)
            .map_err(|error| format!("--cacert '{shown}': {error}"))?;
        let found = CertificateDer::pem_slice_iter(&pem);
        let (added, _) = store.add_parsable_certificates(found.flatten());
        if added == 0 {
            return Err(format!("--cacert '{shown}': no certificate in it, PEM is expected"));
        }
    } else {
        // A host without roots fails each wss:// target with a name for it.
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    Ok(store)
}

/// The TLS handshake on a connected socket.
pub(in crate::source) async fn handshake(
    connector: &TlsConnector,
    address: &Address,
    tcp: TcpStream,
) -> Result<TlsStream<TcpStream>, Outcome> {
    let name = match address.literal {
        Some(ip) => ServerName::IpAddress(ip.into()),
        None => ServerName::try_from(address.host.clone())
            .map_err(|_| Outcome::TlsCert("host name not fit for a certificate".to_owned()))?,
    };
    connector.connect(name, tcp).await.map_err(|error| outcome(&error))
}

/// What became of a TLS handshake that failed.
fn outcome(error: &io::Error) -> Outcome {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match (inner, error.kind()) {
        (Some(rustls::Error::InvalidCertificate(why)), _) => Outcome::TlsCert(certificate(why)),
        (Some(other), _) => Outcome::TlsProto(text::clean(&other.to_string(), WHY)),
        (None, io::ErrorKind::UnexpectedEof) => Outcome::TlsEof,
        (None, io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe) => Outcome::TlsReset,
        (None, _) => Outcome::TlsProto(text::clean(&error.to_string(), WHY)),
    }
}

/// The fault of a certificate and its remedy, in a few words.
fn certificate(why: &CertificateError) -> String {
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "not valid yet: is a clock wrong?".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "for another name".to_owned()
        }
        CertificateError::UnknownIssuer => {
            "unknown issuer: self-signed, or an internal CA that --cacert would name".to_owned()
        }
        CertificateError::Revoked => "revoked".to_owned(),
        // What `openssl req -x509` makes when not told otherwise. rustls has no
        // name of its own for this fault.
        CertificateError::Other(why) if why.to_string().contains("CaUsedAsEndEntity") => {
            "an authority's own (CA:TRUE), as self-signed ones often are: --insecure takes it"
                .to_owned()
        }
        other => text::clean(&other.to_string(), WHY),
    }
}

/// Takes any certificate, as the user asked; signatures are still checked.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, signature, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, signature, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
