//! The server itself, held against a client that is not ours: what it does right
//! is right, and what it does wrong is what was asked for.

use std::net::TcpStream;

use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message, WebSocket, client};

use super::server::{Left, Rogue};
use super::wire::{FIN, TEXT, close, frame};

fn connect(server: &Rogue) -> WebSocket<TcpStream> {
    let stream = TcpStream::connect(server.address).expect("it accepts");
    client(server.url(), stream).expect("it answers with a right 101").0
}

#[test]
fn a_server_that_behaves_is_a_right_server() {
    let server = Rogue::new(|peer| {
        peer.accept()?;
        peer.send(frame(FIN | TEXT, "é".repeat(40_000).as_bytes()))?;
        peer.behave()
    });
    let mut socket = connect(&server);
    assert_eq!(socket.read().expect("a message").into_text().expect("text").len(), 80_000);
    socket.send(Message::Ping(b"hi"[..].into())).expect("sent");
    assert_eq!(socket.read().expect("a pong"), Message::Pong(b"hi"[..].into()));
    socket.close(None).expect("sent");
    while socket.read().is_ok() {}
    drop(socket);
    let visit = server.first();
    assert_eq!(visit.left, Some(Left::Fin));
    assert!(visit.frames.iter().all(|(_, frame)| frame.masked), "{visit:?}");
}

#[test]
fn its_closes_and_its_resets_are_what_they_say() {
    let server = Rogue::new(|peer| {
        peer.accept()?;
        peer.send(close(1013, b"busy"))?;
        peer.fin()
    });
    let Ok(Message::Close(Some(seen))) = connect(&server).read() else { panic!("a Close") };
    assert_eq!((seen.code, seen.reason.as_str()), (CloseCode::Again, "busy"));
    let server = Rogue::new(|peer| {
        peer.accept()?;
        peer.rst()
    });
    let Err(Error::Io(error)) = connect(&server).read() else { panic!("a reset") };
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}
