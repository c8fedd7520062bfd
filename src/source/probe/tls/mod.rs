//! TLS by rustls: whom to trust, and what went wrong.
//!
//! ```text
//! trust (der)   whom to trust, and what the server asked for
//! failure       errors and alerts in words
//! ```

mod der;
mod failure;
mod trust;

use std::path::PathBuf;
use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::ServerCertVerifier;
use tokio_rustls::rustls::client::{Resumption, WebPkiServerVerifier};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{AlertDescription, ClientConfig, RootCertStore};

use self::trust::{AnyCertificate, Learnt, NoCertificate, Nobody, Noting};
use super::address::Address;
use crate::close::Outcome;
use crate::source::file;
use crate::source::throttle::Throttled;

pub(super) use failure::alert_of;

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

/// Makes TLS connections, all with the same trust.
#[derive(Debug, Clone)]
pub(in crate::source) struct Connector {
    config: ClientConfig,
    verifier: Arc<dyn ServerCertVerifier>,
}

/// A connection over TLS, and what its handshake has shown of the server.
pub(in crate::source) struct Secured {
    pub(in crate::source) stream: TlsStream<Throttled>,
    learnt: Arc<Learnt>,
}

/// Makes the connector once, for all targets: reading the system's roots takes
/// some 10 ms.
///
/// # Errors
/// When the file of `--cacert` cannot be read or has no certificate in it.
pub(in crate::source) fn connector(plan: &TlsPlan) -> Result<Connector, String> {
    let provider = Arc::new(ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = if plan.insecure {
        Arc::new(AnyCertificate)
    } else {
        let roots = roots(plan)?;
        if roots.is_empty() {
            Arc::new(Nobody(provider.signature_verification_algorithms.supported_schemes()))
        } else {
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .map_err(|error| error.to_string())?
        }
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&verifier))
        .with_no_client_auth();
    // Each attempt is a new client: a session taken up again shows no certificate.
    config.resumption = Resumption::disabled();
    // As browsers do for wss://; a server with HTTP/2 alone says so then.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Connector { config, verifier })
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

impl Connector {
    /// The same without ALPN, as clients that are no browser connect.
    pub(super) fn without_alpn(&self) -> Self {
        let mut bare = self.clone();
        bare.config.alpn_protocols.clear();
        bare
    }

    /// The TLS handshake on a connected socket.
    ///
    /// # Errors
    /// What became of it.
    pub(in crate::source) async fn handshake(
        &self,
        address: &Address,
        tcp: Throttled,
    ) -> Result<Secured, Outcome> {
        let name = match address.literal {
            Some(ip) => ServerName::IpAddress(ip.into()),
            None => ServerName::try_from(address.host.clone())
                .map_err(|_| Outcome::TlsCert("host name not fit for a certificate".to_owned()))?,
        };
        let learnt = Arc::new(Learnt::default());
        let mut config = self.config.clone();
        config.client_auth_cert_resolver = Arc::new(NoCertificate(Arc::clone(&learnt)));
        let (inner, noted) = (Arc::clone(&self.verifier), Arc::clone(&learnt));
        let verifier = Arc::new(Noting { inner, learnt: noted });
        config.dangerous().set_certificate_verifier(verifier);
        match TlsConnector::from(Arc::new(config)).connect(name, tcp).into_fallible().await {
            Ok(stream) => Ok(Secured { stream, learnt }),
            Err((error, tcp)) => Err(failure::outcome(&error, &learnt, &tcp.budget().head())),
        }
    }
}

impl Secured {
    /// What a fatal alert means that comes instead of an answer: with TLS 1.3
    /// our side of the handshake is over before the server misses a certificate.
    pub(super) fn alerted(&self, alert: AlertDescription) -> Outcome {
        failure::alerted(alert, self.learnt.asked_for_certificate())
    }

    /// The outcome of an end without any answer, if it speaks of the certificate
    /// that was asked for.
    pub(super) fn unanswered(&self) -> Option<Outcome> {
        self.learnt.asked_for_certificate().then(failure::unanswered)
    }
}
