//! One look at an HTTP endpoint, bounded in time and memory.

use std::time::Duration;

use data_encoding::BASE64;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, AUTHORIZATION, HOST, USER_AGENT};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::source::probe::{Address, TlsPlan, connector, handshake};
use crate::text;

/// The whole look; scrapes take some 10 ms.
const PATIENCE: Duration = Duration::from_secs(2);
/// A large application has a few hundred kilobytes of metrics.
const LARGEST: usize = 4 << 20;
/// Why it failed is told in this many columns.
const WHY: usize = 80;

/// Where metrics are read.
#[derive(Debug, Clone)]
pub struct Endpoint {
    address: Address,
    tls: TlsPlan,
}

impl Endpoint {
    /// A URL with `http` or `https`; TLS trusts whom the probes trust.
    ///
    /// # Errors
    /// What is wrong with the URL.
    pub fn parse(url: &str, tls: TlsPlan) -> Result<Self, String> {
        if url.starts_with("ws:") || url.starts_with("wss:") {
            return Err("metrics are read over http or https".to_owned());
        }
        Ok(Self { address: Address::parse(url)?, tls })
    }

    /// The URL without user info and query.
    #[must_use]
    pub fn shown(&self) -> String {
        self.address.shown().replacen("ws", "http", 1)
    }

    /// What connects over TLS, for `https`.
    pub(super) fn connector(&self) -> Result<Option<TlsConnector>, String> {
        self.address.is_secure().then(|| connector(&self.tls)).transpose()
    }

    /// The text; else why there is none.
    pub(super) async fn read(&self, tls: Option<&TlsConnector>) -> Result<String, String> {
        let look = timeout(PATIENCE, self.look(tls)).await;
        let text = look.unwrap_or_else(|_| Err(format!("no whole answer in {PATIENCE:?}")));
        text.map_err(|why| text::clean(&why, WHY))
    }

    async fn look(&self, tls: Option<&TlsConnector>) -> Result<String, String> {
        let (host, port) = self.address.host_and_port();
        let tcp = TcpStream::connect((host, port)).await.map_err(|error| error.to_string())?;
        match tls {
            Some(tls) => {
                let stream = handshake(tls, &self.address, tcp).await;
                self.ask(stream.map_err(|outcome| outcome.words())?).await
            }
            None => self.ask(tcp).await,
        }
    }

    async fn ask(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) -> Result<String, String> {
        let failed = |error: hyper::Error| error.to_string();
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(failed)?;
        let request = self.request()?;
        let answer = async {
            let answer = sender.send_request(request).await.map_err(failed)?;
            if answer.status() != StatusCode::OK {
                return Err(format!("HTTP {}", answer.status().as_u16()));
            }
            let body = Limited::new(answer.into_body(), LARGEST).collect().await;
            let body = body.map_err(|error| error.to_string())?.to_bytes();
            Ok(String::from_utf8_lossy(&body).into_owned())
        };
        // The connection moves only while it is polled; it may end first.
        let driven = async {
            let _ = connection.await;
            std::future::pending::<()>().await;
        };
        tokio::select! {
            answer = answer => answer,
            () = driven => Err("connection ended".to_owned()),
        }
    }

    fn request(&self) -> Result<Request<Empty<Bytes>>, String> {
        let mut request = Request::get(self.address.request_target())
            .header(HOST, self.address.authority())
            .header(USER_AGENT, concat!("herdtop/", env!("CARGO_PKG_VERSION")))
            .header(ACCEPT, "text/plain");
        if let Some(credentials) = self.address.credentials() {
            let coded = BASE64.encode(credentials.as_bytes());
            request = request.header(AUTHORIZATION, format!("Basic {coded}"));
        }
        request.body(Empty::new()).map_err(|error| error.to_string())
    }
}
