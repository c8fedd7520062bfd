//! One connection to a metrics server or to Alertmanager, one request at a time.
//!
//! It is kept from one query to the next: a refresh is a score of them, and over TLS each
//! would be two round trips more. What the server sends is bounded in time, bytes and
//! pieces, and read no faster than is good for this host.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{
    ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HOST, LOCATION, USER_AGENT,
};
use hyper::{Request, Response, body::Incoming};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::answer;
use super::fault::ApiFault;
use super::server::{ApiServer, clean};
use crate::clock::Clock;
use crate::sample::QueryAnswer;
use crate::source::probe::Connector;
use crate::source::prometheus::endpoint::whole;
use crate::source::prometheus::lookup::Lookup;
use crate::source::throttle::{Budget, Throttled};

/// The whole of one query. A thousand hosts take some 100 ms; a server that needs ten
/// seconds is of no help to whoever is paged.
const PATIENCE: Duration = Duration::from_secs(10);
/// What the server is told of that, so that it gives up too.
const ITS_PATIENCE: &str = "9s";
/// Two hours of a thousand hosts are 3 MB, 100 000 series 16 MB.
const LARGEST: usize = 24 << 20;
/// Bytes a second: a refresh of a thousand hosts is 2 MB, a window of theirs 4 MB.
const BYTES_PER_S: u32 = 64 << 20;

/// Asks one server.
pub struct ApiClient {
    server: ApiServer,
    tls: Option<Connector>,
    lookup: Lookup,
    clock: Arc<dyn Clock>,
    open: Option<OpenApi>,
}

/// The connection while it is there.
struct OpenApi {
    sender: SendRequest<Full<Bytes>>,
    /// It moves only while it is polled.
    driver: JoinHandle<()>,
    budget: Arc<Budget>,
}

impl Drop for OpenApi {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl ApiClient {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// When the roots of `--cacert` cannot be read.
    pub fn new(server: ApiServer, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let tls = server.connector()?;
        Ok(Self { server, tls, lookup: Lookup::default(), clock, open: None })
    }

    /// The URL without user info and query.
    #[must_use]
    pub fn shown(&self) -> String {
        self.server.shown()
    }

    /// The value of an expression at a moment, by the server's clock; none = now.
    ///
    /// # Errors
    /// Why there is none, in one line.
    pub async fn instant(&mut self, query: &str, at: Option<f64>) -> Result<QueryAnswer, ApiFault> {
        let at = at.map(|at| ("time", format!("{at:.3}")));
        self.ask("query", form(query, at.as_slice())).await
    }

    /// The values of an expression from one moment to another.
    ///
    /// # Errors
    /// Why there are none, in one line.
    pub async fn range(
        &mut self,
        query: &str,
        (from, to): (f64, f64),
        step: u64,
    ) -> Result<QueryAnswer, ApiFault> {
        let (from, to) = (format!("{from:.3}"), format!("{to:.3}"));
        let more = [("start", from), ("end", to), ("step", step.to_string())];
        self.ask("query_range", form(query, &more)).await
    }

    /// Alerts for an Alertmanager, as its API has them.
    ///
    /// # Errors
    /// Why they were not taken, in one line.
    pub async fn post_alerts(&mut self, alerts: String) -> Result<(), ApiFault> {
        let (status, body) = self.fetch("alerts", alerts).await?;
        if (200..300).contains(&status) {
            return Ok(());
        }
        let why = String::from_utf8_lossy(&body);
        let why = why.trim();
        // A proxy has a page of HTML to say about it.
        if why.is_empty() || why.starts_with('<') {
            return Err(ApiFault::Told(format!("HTTP {status}")));
        }
        Err(ApiFault::Told(clean(&format!("HTTP {status}: {why}"))))
    }

    async fn ask(&mut self, page: &str, form: String) -> Result<QueryAnswer, ApiFault> {
        let (status, body) = self.fetch(page, form).await?;
        let read = answer::read(status, &body);
        if matches!(read, Err(ApiFault::Connection(_))) {
            self.open = None;
        }
        read
    }

    /// Status and body of what a page answers to this.
    async fn fetch(&mut self, page: &str, sent: String) -> Result<(u16, Bytes), ApiFault> {
        let sent = Bytes::from(sent);
        let answer = timeout(PATIENCE, self.exchange(page, &sent)).await;
        let why = match answer {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(ApiFault::Told(why))) => return Err(ApiFault::Told(why)),
            Ok(Err(ApiFault::Connection(why))) => why,
            Err(_) => format!("no whole answer in {}s", PATIENCE.as_secs()),
        };
        self.open = None;
        Err(ApiFault::Connection(clean(&why)))
    }

    /// A kept connection that was closed meanwhile is made anew, once.
    async fn exchange(&mut self, page: &str, sent: &Bytes) -> Result<(u16, Bytes), ApiFault> {
        let was_open = self.open.is_some();
        match self.send(page, sent).await {
            Err(ApiFault::Connection(_)) if was_open => {
                self.open = None;
                self.send(page, sent).await
            }
            answer => answer,
        }
    }

    async fn send(&mut self, page: &str, sent: &Bytes) -> Result<(u16, Bytes), ApiFault> {
        let request = self.request(page, sent)?;
        let open = match self.open.take() {
            Some(open) => open,
            None => self.connect().await.map_err(ApiFault::Connection)?,
        };
        let open = self.open.insert(open);
        let failed = |error: hyper::Error| ApiFault::Connection(in_words(&error));
        open.sender.ready().await.map_err(failed)?;
        let response = open.sender.send_request(request).await.map_err(failed)?;
        let status = response.status().as_u16();
        refused(status, &response, &self.server).map_err(ApiFault::Connection)?;
        let coding = response.headers().get(CONTENT_ENCODING);
        if coding.is_some_and(|coding| coding != "identity") {
            let why = "its answer is compressed, which was not asked for";
            return Err(ApiFault::Connection(why.to_owned()));
        }
        let body = whole(response.into_body(), &open.budget, LARGEST).await;
        Ok((status, body.map_err(|why| ApiFault::Connection(too_large(why)))?))
    }

    fn request(&self, page: &str, sent: &Bytes) -> Result<Request<Full<Bytes>>, ApiFault> {
        let mut request = Request::post(self.server.target(page))
            .header(HOST, self.server.address().authority())
            .header(USER_AGENT, concat!("herdtop/", env!("CARGO_PKG_VERSION")))
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, self.server.kind.content);
        if let Some(authorization) = self.server.authorization() {
            request = request.header(AUTHORIZATION, authorization);
        }
        request.body(Full::new(sent.clone())).map_err(|error| ApiFault::Told(error.to_string()))
    }

    async fn connect(&mut self) -> Result<OpenApi, String> {
        let address = self.server.address();
        let (host, port) = address.host_and_port();
        let found = self.lookup.find(host, port).await.map_err(|error| error.to_string())?;
        let tcp = TcpStream::connect(&found[..]).await.map_err(|error| error.to_string())?;
        let budget = Budget::wide(Arc::clone(&self.clock), BYTES_PER_S);
        let tcp = Throttled::new(tcp, Arc::clone(&budget));
        match &self.tls {
            Some(tls) => {
                let secured = tls.handshake(address, tcp).await;
                let stream = secured.map_err(|outcome| outcome.words())?.stream;
                over(stream, budget).await
            }
            None => over(tcp, budget).await,
        }
    }
}

/// HTTP on a connected stream.
async fn over(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    budget: Arc<Budget>,
) -> Result<OpenApi, String> {
    let made = http1::handshake(TokioIo::new(stream)).await;
    let (sender, connection) = made.map_err(|error| in_words(&error))?;
    let driver = tokio::spawn(async move { drop(connection.await) });
    Ok(OpenApi { sender, driver, budget })
}

/// What both pages take. `VictoriaMetrics` keeps answers, shifts the stamps of what it has
/// kept and holds back the newest half minute, unless it is told not to; others take no
/// notice.
fn form(query: &str, more: &[(&str, String)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("query", query);
    form.append_pair("timeout", ITS_PATIENCE);
    form.append_pair("nocache", "1");
    form.append_pair("latency_offset", "1s");
    form.extend_pairs(more);
    form.finish()
}

/// What is known without reading on.
fn refused(status: u16, response: &Response<Incoming>, server: &ApiServer) -> Result<(), String> {
    match status {
        401 | 403 => Err(format!("HTTP {status}: {}", server.how_to_be_let_in())),
        404 => Err("HTTP 404: no such API at this address; is a part of its path missing?".into()),
        300..=399 => {
            let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
            let to = to.map(|to| to.split(['?', '#']).next().unwrap_or_default());
            let to = to.map(|to| format!(" to '{to}'")).unwrap_or_default();
            Err(clean(&format!("HTTP {status}: it redirects{to}, which is not followed")))
        }
        _ => Ok(()),
    }
}

/// The innermost reason: hyper's own says only in which step.
fn in_words(error: &hyper::Error) -> String {
    use std::error::Error;
    if error.is_parse() {
        return "its answer is not HTTP".to_owned();
    }
    if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        return "connection closed before its answer".to_owned();
    }
    let mut inner: &dyn Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

fn too_large(why: String) -> String {
    if why.contains("length limit") {
        let most = LARGEST >> 20;
        return format!("its answer is larger than {most} MB: --match asks for fewer hosts");
    }
    why
}
