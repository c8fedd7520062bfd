//! Servers: one that holds what it accepts, one that closes it, one that never
//! accepts.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::net::{
    AddressFamily, Shutdown, SocketFlags, SocketType, bind, listen, socket_with, sockopt,
};

/// What a server does with a connection once told to close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    /// It closes first.
    First,
    /// It waits for the client's end.
    Last,
    /// It aborts: the client sees a reset.
    Abort,
}

/// Accepts; holds at first, closes once told so.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    listener: TcpListener,
    accepted: AtomicU64,
    held: Mutex<Vec<TcpStream>>,
    closing: Mutex<Option<Closing>>,
}

impl Server {
    /// Serves this listener.
    pub(super) fn on(listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            listener,
            accepted: AtomicU64::new(0),
            held: Mutex::default(),
            closing: Mutex::default(),
        });
        let its = Arc::clone(&shared);
        let thread = std::thread::spawn(move || its.serve());
        Self { address, shared, thread: Some(thread) }
    }

    /// Serves a free port of this address.
    pub(crate) fn at(ip: &str) -> Self {
        Self::on(TcpListener::bind((ip, 0)).expect("a free port"))
    }

    pub(crate) fn port(&self) -> String {
        self.address.port().to_string()
    }

    /// Connections accepted so far.
    pub(super) fn accepted(&self) -> u64 {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// Closes all it holds.
    pub(super) fn drop_held(&self) {
        self.shared.held.lock().expect("no thread panics with it").clear();
    }

    /// Closes whatever comes from now on.
    pub(super) fn close_new(&self, how: Closing) {
        *self.shared.closing.lock().expect("no thread panics with it") = Some(how);
    }
}

impl Shared {
    fn serve(&self) {
        while let Ok((stream, _)) = self.listener.accept() {
            let how = *self.closing.lock().expect("no thread panics with it");
            match how {
                None => self.held.lock().expect("no thread panics with it").push(stream),
                Some(how) => close(stream, how),
            }
            self.accepted.fetch_add(1, Ordering::SeqCst);
        }
    }
}

fn close(stream: TcpStream, how: Closing) {
    match how {
        Closing::First => {}
        Closing::Last => {
            // Ends with the client's FIN; the bound is for a client that forgets.
            let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
            let _ = std::io::Read::read(&mut &stream, &mut [0]);
        }
        Closing::Abort => {
            sockopt::set_socket_linger(&stream, Some(Duration::ZERO)).expect("linger 0");
        }
    }
    drop(stream);
}

impl Drop for Server {
    fn drop(&mut self) {
        // Ends the accept(2) the thread waits in; a connection would only wake one
        // of those that share a port.
        let _ = rustix::net::shutdown(&self.shared.listener, Shutdown::Both);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// A socket that listens with this backlog, with what only `setsockopt` can ask
/// for. Nobody accepts from it unless it is given to a [`Server`].
pub(crate) fn listener(address: SocketAddr, backlog: i32, reuse_port: bool) -> TcpListener {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    // A program started by another test must not inherit it.
    let socket = socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC, None);
    let socket = socket.expect("a socket");
    if address.is_ipv6() {
        sockopt::set_ipv6_v6only(&socket, false).expect("both families");
    }
    if reuse_port {
        sockopt::set_socket_reuseport(&socket, true).expect("SO_REUSEPORT");
    }
    bind(&socket, &address).expect("a free port");
    listen(&socket, backlog).expect("listen");
    socket.into()
}
