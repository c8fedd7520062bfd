//! What a server can do to the client at the other end.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::net::sockopt;

use super::server::{Left, Visit, Visits};
use super::wire::{self, Frame, Request};

/// The client at the other end. What fails, fails because it has left.
pub(super) struct Peer {
    /// How many came before.
    pub(super) number: usize,
    /// Whether its request was read: what follows are frames.
    asked: bool,
    stream: Arc<TcpStream>,
    visits: Visits,
}

impl Peer {
    pub(super) fn new(number: usize, stream: Arc<TcpStream>, visits: Visits) -> Self {
        Self { number, asked: false, stream, visits }
    }

    /// Which of our addresses it came to.
    pub(super) fn came_to(&self) -> Option<IpAddr> {
        self.stream.local_addr().ok().map(|ours| ours.ip())
    }

    /// The connection, for who looks at it beside us.
    pub(super) fn connection(&self) -> Arc<TcpStream> {
        Arc::clone(&self.stream)
    }

    /// Waits for its request.
    pub(super) fn request(&mut self) -> io::Result<Request> {
        let request = self.notice(|stream| Request::read(&mut &*stream))?;
        self.note(|visit| visit.request = Some(request.clone()));
        self.asked = true;
        Ok(request)
    }

    /// Waits for all of its first write, as far as it is there: TLS begins with one.
    pub(super) fn some(&mut self) -> io::Result<()> {
        let read = self.notice(|stream| (&*stream).read(&mut [0; 4096]))?;
        if read == 0 { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    /// Answers its request with a right 101.
    pub(super) fn accept(&mut self) -> io::Result<Request> {
        self.accept_with("")
    }

    /// The same with more headers, each ended by its CRLF.
    pub(super) fn accept_with(&mut self, more: &str) -> io::Result<Request> {
        let request = self.request()?;
        self.send(request.switching(more))?;
        Ok(request)
    }

    /// Waits for a frame.
    pub(super) fn frame(&mut self) -> io::Result<Frame> {
        let frame = self.notice(|stream| Frame::read(&mut &*stream))?;
        self.note(|visit| visit.frames.push((Instant::now(), frame.clone())));
        Ok(frame)
    }

    pub(super) fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        (&*self.stream).write_all(bytes.as_ref())
    }

    /// Sends this again and again for as long as it is taken.
    pub(super) fn flood(&mut self, bytes: &[u8]) -> io::Result<()> {
        // Little writes would flood the CPU instead.
        let much = bytes.repeat(65_536_usize.div_ceil(bytes.len()));
        loop {
            self.send(&much)?;
        }
    }

    /// Ends our side of TCP, then notes what still comes.
    pub(super) fn fin(&mut self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)?;
        self.keep_open()
    }

    /// Aborts: the client sees a reset.
    pub(super) fn rst(&mut self) -> io::Result<()> {
        // Takes effect with the last handle, when the manner has returned.
        Ok(sockopt::set_socket_linger(&*self.stream, Some(Duration::ZERO))?)
    }

    /// Says nothing more and notes what comes until the client leaves.
    pub(super) fn keep_open(&mut self) -> io::Result<()> {
        loop {
            if self.asked {
                self.frame()?;
            } else {
                // A request nobody waited for, or the beginning of TLS.
                self.notice(|stream| (&*stream).read_exact(&mut [0]))?;
            }
        }
    }

    /// Answers pings and a Close as a server should, until the client leaves.
    pub(super) fn behave(&mut self) -> io::Result<()> {
        loop {
            let frame = self.frame()?;
            match frame.opcode() {
                wire::PING => self.send(wire::frame(wire::FIN | wire::PONG, &frame.payload))?,
                wire::CLOSE => {
                    self.send(wire::frame(wire::FIN | wire::CLOSE, &frame.payload))?;
                    return self.fin();
                }
                _ => {}
            }
        }
    }

    /// Reads, and notes if the client has left meanwhile.
    fn notice<T>(&mut self, read: impl FnOnce(&TcpStream) -> io::Result<T>) -> io::Result<T> {
        let result = read(&self.stream);
        if let Err(error) = &result {
            let fin = error.kind() == ErrorKind::UnexpectedEof;
            self.note(|visit| visit.left = Some(if fin { Left::Fin } else { Left::Rst }));
        }
        result
    }

    /// Writes it down.
    pub(super) fn note(&self, change: impl FnOnce(&mut Visit)) {
        change(&mut self.visits.lock().expect("no thread panics with it")[self.number]);
    }
}
