//! The clients: how many of them want to be connected is told on standard input.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::time::{sleep, timeout};

use super::{Outcome, on_one_thread};

/// The servers: address, path, clients there will ever be, how long one stays on
/// average (s), and what the first address of its clients is.
pub(crate) const PLACES: [(&str, usize, f64, [u8; 3]); 3] = [
    ("10.4.0.7:8080", 5400, 70.0, [10, 20, 8]),
    ("10.4.0.7:8443", 800, 90.0, [10, 20, 40]),
    ("10.4.0.7:9001", 320, 300.0, [10, 20, 60]),
];

/// Reads lines `PLACE NUMBER`, until the end of input.
pub(crate) fn run() -> Outcome {
    on_one_thread(async {
        let mut tell = Vec::new();
        for (address, most, stays, network) in PLACES {
            let (wanted, told) = watch::channel(0);
            let server: SocketAddr = address.parse()?;
            for number in 0..most {
                let client = Client { number, server, from: from(network, number), stays };
                tokio::spawn(client.live(told.clone()));
            }
            tell.push(wanted);
        }
        let (end, ended) = oneshot::channel::<()>();
        std::thread::spawn(move || {
            for line in std::io::stdin().lines().map_while(Result::ok) {
                let Some((place, number)) = line.split_once(' ') else { continue };
                let (Ok(place), Ok(number)) = (place.parse::<usize>(), number.parse()) else {
                    continue;
                };
                if let Some(wanted) = tell.get(place) {
                    let _ = wanted.send(number);
                }
            }
            drop(end);
        });
        let _ = ended.await;
        Ok(())
    })
}

/// Most clients come from few networks, as behind real providers.
fn from([a, b, c]: [u8; 3], number: usize) -> IpAddr {
    let network = (number % 37).min(number % 11);
    let network = u8::try_from(network).unwrap_or_default();
    let host = u8::try_from(1 + number % 240).unwrap_or(1);
    Ipv4Addr::new(a, b, c + network, host).into()
}

struct Client {
    number: usize,
    server: SocketAddr,
    from: IpAddr,
    stays: f64,
}

/// How a visit ended.
enum Ending {
    /// Left by itself.
    Left,
    /// Told to go, refused, timed out or cut.
    Sent,
}

impl Client {
    async fn live(self, mut wanted: watch::Receiver<usize>) {
        let mut failures = 0;
        loop {
            if wanted.wait_for(|n| self.number < *n).await.is_err() {
                return;
            }
            let leaves = wanted.clone();
            match self.visit(leaves).await {
                Ending::Left => {
                    failures = 0;
                    sleep(Duration::from_secs_f64(exponential(4.0))).await;
                }
                Ending::Sent => {
                    failures += 1;
                    sleep(self.patience(failures)).await;
                }
            }
        }
    }

    /// Four of five have the loop of many examples: again after 5 s, without
    /// jitter. The others back off.
    fn patience(&self, failures: i32) -> Duration {
        if !self.number.is_multiple_of(5) {
            return Duration::from_secs(5);
        }
        Duration::from_secs_f64(rand::random::<f64>() * 2f64.powi(failures.min(5)))
    }

    async fn visit(&self, mut wanted: watch::Receiver<usize>) -> Ending {
        let opening = timeout(Duration::from_secs(4), self.open()).await;
        let Ok(Ok(mut stream)) = opening else { return Ending::Sent };
        let end = tokio::select! {
            () = told_to_go(&mut stream) => return Ending::Sent,
            () = sleep(Duration::from_secs_f64(exponential(self.stays))) => rand::random::<u8>(),
            _ = wanted.wait_for(|n| self.number >= *n) => 0,
        };
        let code: u16 = match end {
            0..160 => 1001,
            160..240 => 1000,
            // The network went away.
            _ => return Ending::Left,
        };
        let [high, low] = code.to_be_bytes();
        if stream.write_all(&[0x88, 0x82, 0, 0, 0, 0, high, low]).await.is_ok() {
            let _ = timeout(Duration::from_secs(1), stream.read(&mut [0; 16])).await;
        }
        Ending::Left
    }

    async fn open(&self) -> std::io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((self.from, 0).into())?;
        let mut stream = socket.connect(self.server).await?;
        let request = "GET /ws HTTP/1.1\r\nHost: edge-07\r\nUpgrade: websocket\r\n\
                       Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                       Sec-WebSocket-Version: 13\r\n\r\n";
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
            if stream.read_buf(&mut answer).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(stream)
    }
}

/// Waits for a Close, or for the end without one.
async fn told_to_go(stream: &mut TcpStream) {
    let mut frame = [0; 4];
    if stream.read_exact(&mut frame).await.is_ok() {
        let answer = [0x88, 0x82, 0, 0, 0, 0, frame[2], frame[3]];
        let _ = stream.write_all(&answer).await;
    }
}

/// Exponentially distributed about this mean.
fn exponential(mean: f64) -> f64 {
    -mean * (1.0 - rand::random::<f64>()).ln()
}
