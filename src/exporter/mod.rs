//! Other programs over HTTP: pages served to whoever asks, such as Prometheus, and alerts
//! posted to Alertmanager.
//!
//! Each on a thread of its own, which is handed finished values: however many ask, however
//! slowly they read or answer, the lanes do not wait for them.

mod access;
mod alertmanager;
mod answer;
mod tls;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Builder;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

pub use self::access::Access;
pub use self::alertmanager::{AlertLabels, Alertmanager, FiringAlerts, PostedAlert};
use self::answer::answer;
pub use self::tls::TlsIdentity;

/// Connections at once; a scraper has one. Those beyond are closed.
const CONNECTIONS: usize = 32;
/// The request has to be there by then, and the whole answer read.
const PATIENCE: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(20);
/// Headers of a request; browsers send 2 KB.
const HEADERS: usize = 16 << 10;

/// Where it is served and to whom.
#[derive(Debug)]
pub struct Terms {
    /// The address to listen on.
    pub address: SocketAddr,
    /// Names it may be asked under, beside addresses and `localhost`: a page that a
    /// browser has of another name could have been led here (DNS rebinding).
    pub names: Vec<String>,
    /// Who may read; everybody where it is empty.
    pub access: Access,
    /// With it over TLS alone.
    pub identity: Option<TlsIdentity>,
}

/// A text of these figures, made when it is asked for.
pub type MakePage = Arc<dyn Fn() -> String + Send + Sync>;

/// The pages of one moment.
#[derive(Clone)]
pub struct Pages {
    /// Prometheus' text format 0.0.4.
    pub plain: MakePage,
    /// `OpenMetrics` 1.0.
    pub open: MakePage,
    /// The status document.
    pub status: MakePage,
    /// After this they are out of date.
    pub fresh_for: Duration,
}

/// The running server; it ends when this is dropped.
pub struct Exporter {
    pages: watch::Sender<Option<Pages>>,
    address: SocketAddr,
}

impl Exporter {
    /// Listens, and serves from then on.
    ///
    /// # Errors
    /// When the address cannot be listened on, or there is no thread for it.
    pub fn start(terms: Terms) -> io::Result<Self> {
        let listener = TcpListener::bind(terms.address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (pages, reader) = watch::channel(None);
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name("herdtop-http".to_owned());
        thread.spawn(move || runtime.block_on(serve(listener, terms, reader)))?;
        Ok(Self { pages, address })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on these are served.
    pub fn publish(&self, pages: Pages) {
        self.pages.send_replace(Some(pages));
    }
}

/// The newest pages, and whether they should have been renewed by now.
#[derive(Clone)]
struct Latest {
    pages: Pages,
    is_stale: bool,
}

async fn serve(listener: TcpListener, terms: Terms, pages: watch::Receiver<Option<Pages>>) {
    let (newest, latest) = watch::channel(None);
    tokio::select! {
        () = renew(pages, newest) => {}
        () = accept(listener, Arc::new(terms), latest) => {}
    }
}

/// Until nobody publishes any more.
async fn renew(mut pages: watch::Receiver<Option<Pages>>, newest: watch::Sender<Option<Latest>>) {
    loop {
        let fresh_for = pages.borrow().as_ref().map_or(Duration::MAX, |pages| pages.fresh_for);
        let is_stale = match timeout(fresh_for, pages.changed()).await {
            Ok(Ok(())) => false,
            Ok(Err(_)) => return,
            Err(_) => true,
        };
        let pages = pages.borrow().clone();
        newest.send_replace(pages.map(|pages| Latest { pages, is_stale }));
    }
}

async fn accept(listener: TcpListener, terms: Arc<Terms>, pages: watch::Receiver<Option<Latest>>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // No descriptor is free: the next try would fail at once as well.
            tokio::time::sleep(Duration::from_millis(200)).await;
            continue;
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        let (terms, pages) = (Arc::clone(&terms), pages.clone());
        tokio::spawn(async move {
            let _ = timeout(LONGEST, talk(stream, &terms, pages)).await;
            drop(place);
        });
    }
}

async fn talk(
    stream: tokio::net::TcpStream,
    terms: &Terms,
    pages: watch::Receiver<Option<Latest>>,
) {
    match &terms.identity {
        Some(identity) => {
            if let Ok(Ok(stream)) = timeout(PATIENCE, identity.accept(stream)).await {
                converse(stream, terms, pages).await;
            }
        }
        None => converse(stream, terms, pages).await,
    }
}

/// One question and its answer.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    terms: &Terms,
    pages: watch::Receiver<Option<Latest>>,
) {
    let asked = service_fn(|request| {
        let pages = pages.borrow().clone();
        async move { answer(&request, terms, pages.as_ref()).await }
    });
    let mut server = http1::Builder::new();
    server.keep_alive(false).max_buf_size(HEADERS).timer(TokioTimer::new());
    // A peer that goes away is its own business.
    let _ =
        server.header_read_timeout(PATIENCE).serve_connection(TokioIo::new(stream), asked).await;
}
