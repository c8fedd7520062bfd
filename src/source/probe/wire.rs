//! The byte stream below the frames: TCP, with TLS or without.

use std::cell::Cell;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use crate::sample::ProbeLoad;

/// What the prober has cost so far and what it has open, shared by all lanes of
/// its thread.
#[derive(Debug, Default)]
pub(super) struct Meter {
    pub(super) load: Cell<ProbeLoad>,
    pub(super) open: Cell<u32>,
}

impl Meter {
    /// Adds to the load.
    pub(super) fn count(&self, add: impl FnOnce(&mut ProbeLoad)) {
        let mut load = self.load.get();
        add(&mut load);
        self.load.set(load);
    }
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// FIN.
    Eof,
    /// RST, or given up by the kernel.
    Reset,
}

/// A peer that has taken no byte for so long does not read.
const STUCK: Duration = Duration::from_secs(2);

/// A connected stream that counts its bytes.
pub(super) struct Wire {
    stream: Stream,
    /// Something was sent in part only: what would follow makes no sense.
    stuck: bool,
    meter: Rc<Meter>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.meter.open.set(self.meter.open.get() - 1);
    }
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Wire {
    pub(super) fn plain(tcp: TcpStream, meter: &Rc<Meter>) -> Self {
        Self::new(Stream::Plain(tcp), meter)
    }

    pub(super) fn tls(tls: TlsStream<TcpStream>, meter: &Rc<Meter>) -> Self {
        Self::new(Stream::Tls(Box::new(tls)), meter)
    }

    fn new(stream: Stream, meter: &Rc<Meter>) -> Self {
        meter.open.set(meter.open.get() + 1);
        Self { stream, stuck: false, meter: Rc::clone(meter) }
    }

    /// Appends what has come to `buffer`. Can be dropped at any time without
    /// losing a byte.
    ///
    /// # Errors
    /// How the stream ended, once everything before its end has been read.
    pub(super) async fn read(&mut self, buffer: &mut Vec<u8>) -> Result<(), End> {
        const CHUNK: usize = 4 * 1024;
        let mut chunk = [0; CHUNK];
        let read = match &mut self.stream {
            Stream::Plain(tcp) => tcp.read(&mut chunk).await,
            Stream::Tls(tls) => tls.read(&mut chunk).await,
        };
        match read {
            Ok(0) => Err(End::Eof),
            Ok(n) => {
                buffer.extend_from_slice(&chunk[..n]);
                self.meter.count(|load| load.received += n as u64);
                Ok(())
            }
            // TCP ended without TLS's own farewell: many servers do.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(End::Eof),
            Err(_) => Err(End::Reset),
        }
    }

    /// Sends all of it. An error is not told: the end of the stream is learnt by
    /// reading, where what the peer said before it stands first. Nor is a peer
    /// told that does not read: it is found out by what it does not answer.
    pub(super) async fn write(&mut self, bytes: &[u8]) {
        if self.stuck {
            return;
        }
        // Also when it is dropped on the way.
        self.stuck = true;
        let written = match &mut self.stream {
            Stream::Plain(tcp) => push(tcp, bytes).await,
            Stream::Tls(tls) => push(tls, bytes).await,
        };
        if written.is_ok() {
            self.stuck = false;
            self.meter.count(|load| load.sent += bytes.len() as u64);
        }
    }

    /// Both ends, to find the socket in the kernel's tables.
    pub(super) fn ends(&self) -> Option<(SocketAddr, SocketAddr)> {
        let tcp = match &self.stream {
            Stream::Plain(tcp) => tcp,
            Stream::Tls(tls) => tls.get_ref().0,
        };
        Some((tcp.local_addr().ok()?, tcp.peer_addr().ok()?))
    }
}

/// Sends for as long as some of it is taken now and then.
async fn push(to: &mut (impl AsyncWrite + Unpin), mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let taken = timeout(STUCK, to.write(bytes)).await??;
        if taken == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = &bytes[taken..];
    }
    timeout(STUCK, to.flush()).await?
}
