//! The WebSocket ends both sides share: small buffers, close and drain.

use std::time::Duration;

use futures_util::StreamExt;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};

/// One WebSocket over plain TCP.
pub(super) type Socket = WebSocketStream<TcpStream>;

/// How long a peer may take for its half of the closing handshake.
const FAREWELL: Duration = Duration::from_secs(1);

/// Nobody says much here: the default of 128 KiB a connection would make the
/// server's memory a tale about buffers.
pub(super) fn small() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(2048)
        .write_buffer_size(0)
        .max_message_size(Some(64 * 1024))
        .max_frame_size(Some(64 * 1024))
}

/// Reads to the end of the connection; the code of the Close, if one came.
///
/// Reading on is also what sends our reply to a Close.
pub(super) async fn listen(socket: &mut Socket) -> Option<u16> {
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Close(frame) = message {
            // No code in the frame is 1005 to those who look.
            let code = frame.map_or(1005, |frame| u16::from(frame.code));
            // A peer that never hangs up must not keep us.
            drop(timeout(FAREWELL, drain(socket)).await);
            return Some(code);
        }
    }
    None
}

/// Says why and goodbye, and waits a moment for the peer's half.
pub(super) async fn part(socket: &mut Socket, code: CloseCode, reason: &'static str) {
    let goodbye = async {
        if socket.close(Some(CloseFrame { code, reason: reason.into() })).await.is_ok() {
            drain(socket).await;
        }
    };
    // Too late or already gone: the socket is dropped either way.
    drop(timeout(FAREWELL, goodbye).await);
}

/// Reads until nothing comes any more.
pub(super) async fn drain(socket: &mut Socket) {
    while let Some(Ok(_)) = socket.next().await {}
}
