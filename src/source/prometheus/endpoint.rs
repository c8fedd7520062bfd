//! One look at an HTTP endpoint, bounded in time and memory.

use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_ENCODING, HOST, USER_AGENT};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::lookup::Lookup;
use crate::clock::Clock;
use crate::source::probe::{Address, Connector, TlsPlan, connector};
use crate::source::throttle::{Budget, Throttled};
use crate::text;

/// The whole look; scrapes take some 10 ms.
const PATIENCE: Duration = Duration::from_secs(2);
/// A large application has a few hundred kilobytes of metrics.
const LARGEST: usize = 4 << 20;
/// Pieces of a body: chunks of one byte took 94 % of a core. Who writes line by
/// line has some thousands.
const MOST_PIECES: u32 = 20_000;
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
        const SUCH: &str = "such as http://127.0.0.1:9090/metrics";
        let Some((scheme, _)) = url.trim().split_once("://") else {
            return Err(format!("not a URL: give one {SUCH}"));
        };
        if !["http", "https"].iter().any(|fits| scheme.eq_ignore_ascii_case(fits)) {
            return Err(format!("metrics are read over http or https, {SUCH}"));
        }
        Ok(Self { address: Address::parse(url)?, tls })
    }

    /// The URL without user info and query.
    #[must_use]
    pub fn shown(&self) -> String {
        self.address.shown().replacen("ws", "http", 1)
    }

    /// What connects over TLS, for `https`.
    pub(super) fn connector(&self) -> Result<Option<Connector>, String> {
        self.address.is_secure().then(|| connector(&self.tls)).transpose()
    }

    /// The body; else why there is none.
    pub(super) async fn read(
        &self,
        tls: Option<&Connector>,
        lookup: &mut Lookup,
        clock: &Arc<dyn Clock>,
    ) -> Result<Bytes, String> {
        let budget = Budget::new(Arc::clone(clock));
        let look = timeout(PATIENCE, self.look(tls, lookup, &budget)).await;
        let body = look.unwrap_or_else(|_| {
            let flood = if budget.was_exceeded(PATIENCE) { "flooding: " } else { "" };
            Err(format!("{flood}no whole answer in {PATIENCE:?}"))
        });
        body.map_err(|why| text::clean(&why, WHY))
    }

    async fn look(
        &self,
        tls: Option<&Connector>,
        lookup: &mut Lookup,
        budget: &Arc<Budget>,
    ) -> Result<Bytes, String> {
        let (host, port) = self.address.host_and_port();
        let found = lookup.find(host, port).await.map_err(|error| error.to_string())?;
        let tcp = TcpStream::connect(&found[..]).await.map_err(|error| error.to_string())?;
        let tcp = Throttled::new(tcp, Arc::clone(budget));
        match tls {
            Some(tls) => {
                let secured = tls.handshake(&self.address, tcp).await;
                self.ask(secured.map_err(|outcome| outcome.words())?.stream, budget).await
            }
            None => self.ask(tcp, budget).await,
        }
    }

    async fn ask(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        budget: &Budget,
    ) -> Result<Bytes, String> {
        let failed = |error: hyper::Error| error.to_string();
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(failed)?;
        let request = self.request()?;
        let answer = async {
            let answer = sender.send_request(request).await.map_err(failed)?;
            if answer.status() != StatusCode::OK {
                return Err(format!("HTTP {}", answer.status().as_u16()));
            }
            let coding = answer.headers().get(CONTENT_ENCODING);
            if coding.is_some_and(|coding| coding != "identity") {
                return Err("its answer is compressed, which was not asked for".to_owned());
            }
            whole(answer.into_body(), budget, LARGEST).await
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

/// A body put together, within bounds of size and of pieces.
pub(super) async fn whole(
    body: Incoming,
    budget: &Budget,
    largest: usize,
) -> Result<Bytes, String> {
    let mut body = Limited::new(body, largest);
    let mut bytes = Vec::new();
    let mut pieces = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| error.to_string())?;
        pieces += 1;
        if pieces > MOST_PIECES {
            return Err(format!("flooding: its answer is in more than {MOST_PIECES} pieces"));
        }
        budget.spend(1);
        // Trailers tell nothing that is looked for.
        if let Ok(data) = frame.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(url: &str) -> Result<Endpoint, String> {
        Endpoint::parse(url, TlsPlan { insecure: false, roots: None })
    }

    #[test]
    fn what_is_shown_has_no_secret_in_it() {
        let endpoint = endpoint("HTTPS://me:hushhush@Host.example:8443/m?key=quietquiet").unwrap();
        assert_eq!(endpoint.shown(), "https://host.example:8443/m");
        assert!(!format!("{endpoint:?}").contains("hush"), "{endpoint:?}");
    }

    #[test]
    fn only_http_is_read() {
        for wrong in ["ws://a/", "WSS://a/", "ftp://a/", "file:///etc/passwd"] {
            assert!(endpoint(wrong).unwrap_err().contains("over http or https"), "{wrong}");
        }
        for wrong in ["", "a", "a:9090", "/metrics", "http://", "http://a:99999/"] {
            assert!(endpoint(wrong).unwrap_err().contains("not a URL"), "{wrong}");
        }
        assert!(endpoint("http:///metrics").unwrap_err().contains("no host"));
    }
}
