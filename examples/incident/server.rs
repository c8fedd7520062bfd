//! A WebSocket server that admits so many, and tells the others 1013.

use std::cell::{Cell, RefCell};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::rc::Rc;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::LocalSet;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::{Outcome, on_one_thread};

/// What authentication and a first query cost such a server, all on its one
/// thread: it answers 1 600 a second at most.
const WORK: Duration = Duration::from_micros(600);
/// Descriptors it may have, as many distributions and tutorials set it.
const DESCRIPTORS: u64 = 4096;
/// Admitted at once after a restart, and how many more each second: caches are
/// cold.
const COLD: (u64, u64) = (1200, 22);

struct Server {
    admitted: u64,
    warm: bool,
    since: Instant,
    open: Cell<u64>,
    log: RefCell<File>,
}

/// Serves until SIGTERM; then says 1012 to everyone and ends.
pub(crate) fn run(address: &str, admitted: &str, warm: &str) -> Outcome {
    let limit = Rlimit { current: Some(DESCRIPTORS), maximum: Some(DESCRIPTORS) };
    setrlimit(Resource::Nofile, limit)?;
    let name = std::env::args().next().unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or_default().to_owned();
    let log = OpenOptions::new().append(true).create(true).open(format!("/var/log/{name}.log"))?;
    let server = Rc::new(Server {
        admitted: admitted.parse()?,
        warm: warm == "warm",
        since: Instant::now(),
        open: Cell::new(0),
        log: RefCell::new(log),
    });
    let socket = TcpSocket::new_v4()?;
    on_one_thread(async move {
        socket.set_reuseaddr(true)?;
        socket.bind(address.parse()?)?;
        let listener = socket.listen(511)?;
        let mut asked = signal(SignalKind::terminate())?;
        let (tell, told) = watch::channel(false);
        let local = LocalSet::new();
        local
            .run_until(async {
                loop {
                    tokio::select! {
                        _ = asked.recv() => break,
                        taken = listener.accept() => if let Ok((stream, _)) = taken {
                            let (server, told) = (Rc::clone(&server), told.clone());
                            tokio::task::spawn_local(async move { server.serve(stream, told).await });
                        },
                    }
                }
                drop(listener);
                let _ = tell.send(true);
                sleep(Duration::from_millis(800)).await;
            })
            .await;
        Ok(())
    })
}

impl Server {
    /// How many it admits now.
    fn room(&self) -> u64 {
        let (first, more) = COLD;
        let warmed = first + more * self.since.elapsed().as_secs();
        if self.warm { self.admitted } else { self.admitted.min(warmed) }
    }

    async fn serve(&self, mut stream: TcpStream, mut restart: watch::Receiver<bool>) {
        let Ok(Some(key)) = timeout(Duration::from_secs(10), request(&mut stream)).await else {
            return;
        };
        let began = Instant::now();
        while began.elapsed() < WORK {}
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {}\r\n\r\n",
            derive_accept_key(key.as_bytes())
        );
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
        let full = self.open.get() >= self.room();
        self.say("client connected");
        self.open.set(self.open.get() + 1);
        let code = if full {
            part(&mut stream, 1013).await;
            1013
        } else {
            tokio::select! {
                _ = restart.wait_for(|now| *now) => { part(&mut stream, 1012).await; 1012 }
                code = listen(&mut stream) => code,
            }
        };
        self.open.set(self.open.get() - 1);
        self.say(&format!("client disconnected code={code}"));
    }

    fn say(&self, line: &str) {
        let now = chrono::Utc::now().format("%Y-%m-%dT%H:%M:%S%.3fZ");
        let _ = self.log.borrow_mut().write_all(format!("{now} INFO {line}\n").as_bytes());
    }
}

/// The key of an upgrade; none when the client has gone.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n") {
        if text.len() > 8192 || stream.read_buf(&mut text).await.ok()? == 0 {
            return None;
        }
    }
    let text = String::from_utf8(text).ok()?;
    let key = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("sec-websocket-key").then(|| value.trim().to_owned())
    };
    text.lines().find_map(key)
}

/// Says why and goodbye, and waits a second for the answer.
async fn part(stream: &mut TcpStream, code: u16) {
    let [high, low] = code.to_be_bytes();
    if stream.write_all(&[0x88, 2, high, low]).await.is_ok() {
        let _ = timeout(Duration::from_secs(1), listen(stream)).await;
    }
}

/// Answers pings until the client closes (RFC 6455 section 5.2); with which
/// code, 1006 without one.
async fn listen(stream: &mut TcpStream) -> u16 {
    loop {
        let mut head = [0; 6];
        if stream.read_exact(&mut head).await.is_err() {
            return 1006;
        }
        let mask = [head[2], head[3], head[4], head[5]];
        let mut body = vec![0; usize::from(head[1] & 0x7f)];
        if body.len() > 125 || stream.read_exact(&mut body).await.is_err() {
            return 1006;
        }
        for (byte, mask) in body.iter_mut().zip(mask.iter().cycle()) {
            *byte ^= mask;
        }
        let answer = match head[0] & 0x0f {
            8 => 0x88,
            9 => 0x8a,
            _ => continue,
        };
        let length = u8::try_from(body.len()).unwrap_or_default();
        let _ = stream.write_all(&[&[answer, length], &body[..]].concat()).await;
        if answer == 0x88 {
            return match body[..] {
                [high, low, ..] => u16::from_be_bytes([high, low]),
                _ => 1005,
            };
        }
    }
}
