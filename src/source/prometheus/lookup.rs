//! A name looked up, one look at a time.
//!
//! A dead name server keeps `getaddrinfo(3)` for some 10 s, and nothing ends it
//! sooner: without this each look at the endpoint left another thread behind.

use std::io;
use std::net::SocketAddr;

use tokio::net::lookup_host;
use tokio::task::JoinHandle;

/// The look under way, which outlives whoever stopped waiting for it.
#[derive(Debug, Default)]
pub(super) struct Lookup(Option<JoinHandle<io::Result<Vec<SocketAddr>>>>);

impl Lookup {
    /// Where the host is; of one that is looked up already, what comes of that.
    pub(super) async fn find(&mut self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let under_way = self.0.get_or_insert_with(|| {
            let host = host.to_owned();
            tokio::spawn(async move { Ok(lookup_host((host, port)).await?.collect()) })
        });
        let found = under_way.await;
        self.0 = None;
        found.map_err(io::Error::other)?
    }
}
