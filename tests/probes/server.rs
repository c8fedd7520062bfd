//! A server that misbehaves to the byte: it accepts, does to each connection
//! what its test says, and remembers what it was sent.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, Weak};
use std::thread::JoinHandle;
use std::time::Instant;

use super::peer::Peer;
use super::wire::{self, Frame, Request};
use crate::checks::harness::until;

/// How a client has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// It ended its side of TCP.
    Fin,
    /// It aborted.
    Rst,
    /// The server left first, without looking.
    UnseenListener,
}

/// One connection, as the server saw it.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// When it was accepted.
    pub(super) came: Instant,
    /// Its request, if one was waited for and came.
    pub(super) request: Option<Request>,
    /// The frames that came, and when.
    pub(super) frames: Vec<(Instant, Frame)>,
    /// None while it is there.
    pub(super) left: Option<Left>,
}

impl Visit {
    pub(super) fn request(&self) -> &Request {
        self.request.as_ref().expect("it has sent its request")
    }

    /// The frames with this opcode.
    pub(super) fn frames(&self, opcode: u8) -> Vec<&Frame> {
        self.frames.iter().map(|(_, frame)| frame).filter(|f| f.opcode() == opcode).collect()
    }

    /// Code and reason of the one Close frame it has sent.
    pub(super) fn closed_with(&self) -> (u16, String) {
        let closes = self.frames(wire::CLOSE);
        assert_eq!(closes.len(), 1, "one Close frame: {self:?}");
        closes[0].closed_with().expect("a code in it")
    }
}

/// A server at work; it ends when dropped, and all its connections with it.
pub(super) struct Rogue {
    pub(super) address: SocketAddr,
    listener: Arc<TcpListener>,
    visits: Visits,
    thread: Option<JoinHandle<()>>,
}

/// All connections, in the order they came.
pub(super) type Visits = Arc<Mutex<Vec<Visit>>>;

impl Rogue {
    /// Does this to everybody who comes to a port of 127.0.0.1.
    pub(super) fn new(
        manner: impl Fn(&mut Peer) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::at("127.0.0.1", manner)
    }

    /// The same at another address.
    pub(super) fn at(
        ip: &str,
        manner: impl Fn(&mut Peer) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = Arc::new(TcpListener::bind((ip, 0)).expect("a free port"));
        let address = listener.local_addr().expect("an address");
        let visits = Visits::default();
        let (its, its_visits) = (Arc::clone(&listener), Arc::clone(&visits));
        let thread = std::thread::spawn(move || serve(&its, &its_visits, &manner));
        Self { address, listener, visits, thread: Some(thread) }
    }

    /// Where it is, for herdtop.
    pub(super) fn url(&self) -> String {
        format!("ws://{}/", self.address)
    }

    /// Who has come so far.
    pub(super) fn visits(&self) -> Vec<Visit> {
        self.visits.lock().expect("no thread panics with it").clone()
    }

    /// The first one who came, once it has left.
    pub(super) fn first(&self) -> Visit {
        until("the first client to leave", || {
            self.visits().first().is_some_and(|v| v.left.is_some())
        });
        self.visits().swap_remove(0)
    }
}

impl Drop for Rogue {
    fn drop(&mut self) {
        // Ends the accept(2) the thread waits in.
        let _ = rustix::net::shutdown(&self.listener, rustix::net::Shutdown::Both);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn serve(
    listener: &TcpListener,
    visits: &Visits,
    manner: &(impl Fn(&mut Peer) -> io::Result<()> + Sync),
) {
    let mut streams: Vec<Weak<TcpStream>> = Vec::new();
    std::thread::scope(|scope| {
        while let Ok((stream, _)) = listener.accept() {
            let came = Instant::now();
            // Each write is to be a segment of its own.
            let _ = stream.set_nodelay(true);
            let stream = Arc::new(stream);
            streams.push(Arc::downgrade(&stream));
            let mut all = visits.lock().expect("no thread panics with it");
            let number = all.len();
            all.push(Visit { came, request: None, frames: Vec::new(), left: None });
            let mut peer = Peer::new(number, stream, Arc::clone(visits));
            scope.spawn(move || {
                // It fails when the client has left, which is noted where it is read.
                let _ = manner(&mut peer);
                peer.note(|visit| visit.left = visit.left.or(Some(Left::UnseenListener)));
            });
        }
        for stream in streams.iter().filter_map(Weak::upgrade) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    });
}
