//! Frames as a client sends them.

use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{Frame, FrameHeader};

use crate::close::CloseCode;

/// A masked frame as a client sends it (RFC 6455 section 5.3).
fn masked(mut frame: Frame) -> Vec<u8> {
    frame.header_mut().mask = Some(rand::random());
    let mut bytes = Vec::with_capacity(frame.len());
    // Writing into memory does not fail.
    let _ = frame.format(&mut bytes);
    bytes
}

/// A ping.
pub(super) fn ping(payload: Vec<u8>) -> Vec<u8> {
    masked(Frame::ping(payload))
}

/// The answer to a ping.
pub(super) fn pong(payload: Vec<u8>) -> Vec<u8> {
    masked(Frame::pong(payload))
}

/// A text message.
pub(super) fn text(text: &str) -> Vec<u8> {
    masked(Frame::message(text.as_bytes().to_vec(), OpCode::Data(Data::Text), true))
}

/// A Close frame with a reason of at most 123 bytes; without a code it is empty.
pub(super) fn close(code: Option<CloseCode>, reason: &str) -> Vec<u8> {
    let mut payload = code.map(|code| code.0.to_be_bytes().to_vec()).unwrap_or_default();
    if code.is_some() {
        payload.extend_from_slice(&reason.as_bytes()[..reason.floor_char_boundary(123)]);
    }
    let header = FrameHeader::default();
    masked(Frame::from_payload(header, payload.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_send_is_masked_and_bounded() {
        let bytes = close(Some(CloseCode::MISSING_EXTENSION), &"ü".repeat(100));
        assert_eq!((bytes[0], bytes[1]), (0x88, 0xfc), "2 of code, 122 of reason");
        assert_eq!(close(None, "").len(), 6);
    }
}
