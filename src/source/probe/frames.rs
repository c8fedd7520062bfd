//! Frames as they are on the wire (RFC 6455 section 5), nothing smoothed over.
//!
//! A library that hands out messages turns 1014 and every illegal code into a
//! made-up 1002, and reads announced lengths into memory. So the headers are
//! parsed by tungstenite, and what they mean is judged here: payloads are
//! skipped, only the beginning of a message is kept.

use std::io::Cursor;

use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{Frame, FrameHeader};

use super::inflate;
use crate::close::{CloseCode, Fault};

/// A larger frame is refused, as most clients do: tungstenite's own default.
const LARGEST: u64 = 16 << 20;
/// The opcode of a Close frame.
const CLOSE: u8 = 0x8;
/// What is kept of a message.
const KEPT: usize = 64 * 1024;

/// One thing the peer sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Received {
    /// A whole message: its beginning.
    Message(Vec<u8>),
    /// To be answered with the same payload.
    Ping(Vec<u8>),
    /// The answer to a ping of ours, or an unasked one.
    Pong(Vec<u8>),
    /// A Close frame: its raw code and reason.
    Close(Option<(u16, String)>),
}

/// What the peer must not send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    Fault(Fault),
    /// A frame of so many bytes was announced.
    TooBig(u64),
}

impl From<Fault> for Wrong {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// The extension of a connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Extension {
    /// None was agreed on.
    #[default]
    None,
    /// `permessage-deflate` (RFC 7692).
    Deflate,
    /// One that may use RSV1; its payloads stay closed to us.
    Other,
}

/// The reading half: bytes in, [`Received`] out.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// Bytes not yet understood.
    pub(super) buffer: Vec<u8>,
    /// What was agreed on.
    extension: Extension,
    /// Messages that have ended.
    messages: u64,
    /// What the frames since the last [`Frames::take_cost`] have cost.
    cost: u32,
    /// Of the data frame under way: bytes to come, and of what it is.
    payload: Option<Payload>,
    /// The message under way: first opcode and beginning.
    message: Option<Message>,
}

#[derive(Debug)]
struct Payload {
    left: u64,
    len: u64,
    is_final: bool,
}

#[derive(Debug)]
struct Message {
    is_text: bool,
    compressed: bool,
    kept: Vec<u8>,
    len: u64,
}

impl Frames {
    /// With what came behind the handshake.
    pub(super) fn new(left_over: Vec<u8>, extension: Extension) -> Self {
        Self { buffer: left_over, extension, ..Self::default() }
    }

    /// Whether the peer has begun to close: the first byte of a Close frame is
    /// here, whatever is still to come of it.
    pub(super) fn is_closing(&self) -> bool {
        self.payload.is_none() && self.buffer.first().is_some_and(|byte| byte & 0x0f == CLOSE)
    }

    /// The code of a Close frame of which only a part has come.
    pub(super) fn half_code(&self) -> Option<CloseCode> {
        match self.buffer.as_slice() {
            [_, 2..=125, high, low, ..] => Some(CloseCode(u16::from_be_bytes([*high, *low]))),
            _ => None,
        }
    }

    /// The next thing seen; none until more bytes are in the buffer.
    pub(super) fn next(&mut self) -> Result<Option<Received>, Wrong> {
        loop {
            if self.payload.is_some() {
                match self.take_payload()? {
                    Taken::Message(seen) => return Ok(Some(seen)),
                    Taken::More => return Ok(None),
                    Taken::Frame => {}
                }
            }
            let Some((header, len, start)) = self.header()? else { return Ok(None) };
            let OpCode::Control(control) = header.opcode else {
                self.cost += 1;
                self.begin(&header, len)?;
                self.buffer.drain(..start);
                continue;
            };
            let end = start + usize::try_from(len).unwrap_or(usize::MAX);
            if self.buffer.len() < end {
                return Ok(None);
            }
            let payload = self.buffer[start..end].to_vec();
            self.buffer.drain(..end);
            // A ping makes us send one as well.
            self.cost += if control == Control::Ping { 10 } else { 1 };
            return control_frame(control, payload).map(Some);
        }
    }

    /// What has come since this was asked last costs so many steps; a fragment of
    /// a message that never ends is one too.
    pub(super) const fn take_cost(&mut self) -> u32 {
        std::mem::replace(&mut self.cost, 0)
    }

    /// Bytes of a frame that has begun and not ended.
    pub(super) fn half(&self) -> u64 {
        self.payload.as_ref().map_or(0, |p| p.len - p.left) + self.buffer.len() as u64
    }

    /// Whether the stream may end here: between two frames.
    pub(super) fn is_between(&self) -> bool {
        self.payload.is_none() && self.buffer.is_empty()
    }

    /// Header, length of the payload and where it starts.
    fn header(&self) -> Result<Option<(FrameHeader, u64, usize)>, Wrong> {
        let mut cursor = Cursor::new(&self.buffer);
        // The only error it knows is an opcode that does not exist.
        let parsed = FrameHeader::parse(&mut cursor).map_err(|_| Fault::Opcode)?;
        let Some((header, len)) = parsed else { return Ok(None) };
        let is_control = matches!(header.opcode, OpCode::Control(_));
        // RSV1 marks the first frame of a compressed message (RFC 7692 section 6).
        let extended = self.extension != Extension::None;
        let may_compress = extended && !is_control && self.message.is_none();
        if header.rsv2 || header.rsv3 || (header.rsv1 && !may_compress) {
            return Err(Fault::Rsv.into());
        }
        if header.mask.is_some() {
            return Err(Fault::Mask.into());
        }
        if is_control && (len > 125 || !header.is_final) {
            return Err(Fault::ControlLength.into());
        }
        if len > LARGEST {
            return Err(Wrong::TooBig(len));
        }
        let start = usize::try_from(cursor.position()).unwrap_or(0);
        Ok(Some((header, len, start)))
    }

    /// A data frame begins.
    fn begin(&mut self, header: &FrameHeader, len: u64) -> Result<(), Wrong> {
        match (header.opcode, &self.message) {
            (OpCode::Data(Data::Continue), Some(_)) => {}
            (OpCode::Data(Data::Continue), None) | (_, Some(_)) => {
                return Err(Fault::Fragment.into());
            }
            (opcode, None) => {
                self.message = Some(Message {
                    is_text: opcode == OpCode::Data(Data::Text),
                    compressed: header.rsv1,
                    kept: Vec::new(),
                    len: 0,
                });
            }
        }
        self.payload = Some(Payload { left: len, len, is_final: header.is_final });
        Ok(())
    }

    /// Takes what is there of the payload under way.
    fn take_payload(&mut self) -> Result<Taken, Wrong> {
        let (Some(payload), Some(message)) = (&mut self.payload, &mut self.message) else {
            return Ok(Taken::More);
        };
        let here = usize::try_from(payload.left).unwrap_or(usize::MAX).min(self.buffer.len());
        let keep = here.min(KEPT.saturating_sub(message.kept.len()));
        message.kept.extend_from_slice(&self.buffer[..keep]);
        message.len += here as u64;
        payload.left -= here as u64;
        self.buffer.drain(..here);
        if payload.left > 0 {
            return Ok(Taken::More);
        }
        let is_final = payload.is_final;
        self.payload = None;
        if !is_final {
            return Ok(Taken::Frame);
        }
        let Some(message) = self.message.take() else { return Ok(Taken::Frame) };
        self.messages += 1;
        let whole = message.len == message.kept.len() as u64;
        // Later messages may lean on what was in earlier ones (RFC 7692 section
        // 7.1.1), which nobody has looked at.
        let (kept, whole) = match (message.compressed, self.extension) {
            (false, _) => (message.kept, whole),
            (true, Extension::Deflate) if self.messages == 1 => {
                inflate::start(&message.kept, whole, KEPT).ok_or(Fault::Deflate)?
            }
            (true, _) => return Ok(Taken::Message(Received::Message(Vec::new()))),
        };
        if message.is_text && whole && std::str::from_utf8(&kept).is_err() {
            return Err(Fault::Utf8.into());
        }
        Ok(Taken::Message(Received::Message(kept)))
    }
}

enum Taken {
    /// A whole message.
    Message(Received),
    /// A frame, but not yet the message.
    Frame,
    /// Bytes are missing.
    More,
}

fn control_frame(control: Control, payload: Vec<u8>) -> Result<Received, Wrong> {
    match control {
        Control::Ping => Ok(Received::Ping(payload)),
        Control::Pong => Ok(Received::Pong(payload)),
        Control::Reserved(_) => Err(Fault::Opcode.into()),
        Control::Close => match payload.as_slice() {
            [] => Ok(Received::Close(None)),
            [_] => Err(Fault::CloseLength.into()),
            [high, low, reason @ ..] => {
                let reason = std::str::from_utf8(reason).map_err(|_| Fault::Utf8)?;
                let code = u16::from_be_bytes([*high, *low]);
                Ok(Received::Close(Some((code, reason.to_owned()))))
            }
        },
    }
}

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

    fn read(bytes: &[u8]) -> Result<Vec<Received>, Wrong> {
        // Byte by byte: no frame may depend on how TCP cut it.
        let mut frames = Frames::default();
        let mut seen = Vec::new();
        for &byte in bytes {
            frames.buffer.push(byte);
            while let Some(one) = frames.next()? {
                seen.push(one);
            }
        }
        Ok(seen)
    }

    #[test]
    fn codes_are_seen_as_they_were_sent() {
        for code in [1013_u16, 1014, 1005, 999, 65_535] {
            let [high, low] = code.to_be_bytes();
            let seen = read(&[0x88, 4, high, low, b'h', b'i']).unwrap();
            assert_eq!(seen, [Received::Close(Some((code, "hi".to_owned())))]);
        }
        assert_eq!(read(&[0x88, 0]).unwrap(), [Received::Close(None)]);
    }

    #[test]
    fn each_breach_has_its_name() {
        let fault = |bytes: &[u8]| match read(bytes) {
            Err(Wrong::Fault(fault)) => fault,
            other => panic!("{other:?}"),
        };
        assert_eq!(fault(&[0xc1, 0]), Fault::Rsv);
        assert_eq!(fault(&[0x83, 0]), Fault::Opcode);
        assert_eq!(fault(&[0x8b, 0]), Fault::Opcode);
        assert_eq!(fault(&[0x81, 0x80, 1, 2, 3, 4]), Fault::Mask);
        assert_eq!(fault(&[0x89, 126, 0, 126]), Fault::ControlLength);
        assert_eq!(fault(&[0x09, 0]), Fault::ControlLength);
        assert_eq!(fault(&[0x88, 1, 3]), Fault::CloseLength);
        assert_eq!(fault(&[0x80, 0]), Fault::Fragment);
        assert_eq!(fault(&[0x01, 0, 0x81, 0]), Fault::Fragment);
        assert_eq!(fault(&[0x81, 1, 0xff]), Fault::Utf8);
        assert_eq!(fault(&[0x88, 3, 3, 0xe8, 0xff]), Fault::Utf8);
    }

    #[test]
    fn a_length_that_was_only_announced_takes_no_memory() {
        let four_gigabytes = [0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0];
        assert_eq!(read(&four_gigabytes), Err(Wrong::TooBig(1 << 32)));
        let mut frames = Frames::new(vec![0x82, 127, 0, 0, 0, 0, 0, 0xf0, 0, 0], Extension::None);
        for _ in 0..10 {
            assert_eq!(frames.next(), Ok(None));
            frames.buffer.extend([7; 16 * 1024]);
        }
        assert_eq!(frames.next(), Ok(None));
        assert!(frames.buffer.is_empty() && !frames.is_between(), "skipped, not kept");
        assert_eq!(frames.half(), 160 * 1024);
    }

    #[test]
    fn messages_in_fragments_with_a_ping_between_are_whole() {
        let seen = read(&[0x01, 2, b'a', b'b', 0x89, 1, 9, 0x80, 1, b'c']).unwrap();
        assert_eq!(seen, [Received::Ping(vec![9]), Received::Message(b"abc".to_vec())]);
    }

    const HELLO: [u8; 9] = [0xc1, 7, 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];

    #[test]
    fn the_first_message_is_inflated_and_later_ones_stay_closed() {
        let mut frames = Frames::new(HELLO.repeat(2), Extension::Deflate);
        frames.buffer.extend([0x81, 1, b'x']);
        assert_eq!(frames.next(), Ok(Some(Received::Message(b"Hello".to_vec()))));
        assert_eq!(frames.next(), Ok(Some(Received::Message(Vec::new()))));
        assert_eq!(frames.next(), Ok(Some(Received::Message(b"x".to_vec()))));
        let mut other = Frames::new(HELLO.to_vec(), Extension::Other);
        assert_eq!(other.next(), Ok(Some(Received::Message(Vec::new()))));
    }

    #[test]
    fn what_is_no_deflate_is_named_and_a_bomb_is_bounded() {
        let mut frames = Frames::new(vec![0xc1, 2, 0xff, 0xff], Extension::Deflate);
        assert_eq!(frames.next(), Err(Fault::Deflate.into()));
        let bomb = inflate::tests::deflated(&vec![b'a'; 50 << 20]);
        let mut bytes = vec![0xc1, 126];
        assert!(bomb.len() < 65_536, "{}", bomb.len());
        bytes.extend(u16::try_from(bomb.len()).unwrap().to_be_bytes());
        bytes.extend(bomb);
        let mut frames = Frames::new(bytes, Extension::Deflate);
        let seen = frames.next().unwrap();
        assert!(matches!(seen, Some(Received::Message(kept)) if kept.len() == KEPT));
    }

    #[test]
    fn a_close_has_begun_with_its_first_byte() {
        let mut frames = Frames::default();
        assert!(!frames.is_closing());
        frames.buffer.extend([0x82, 1, 0x88]);
        assert_eq!(frames.next(), Ok(Some(Received::Message(vec![0x88]))));
        assert!(!frames.is_closing(), "a payload of 0x88 is no Close");
        frames.buffer.push(0x88);
        assert_eq!(frames.next(), Ok(None));
        assert!(frames.is_closing());
        assert_eq!(frames.half_code(), None);
        frames.buffer.extend([6, 0x03, 0xf5, b'f']);
        assert_eq!(frames.half_code(), Some(CloseCode(1013)));
    }

    #[test]
    fn what_we_send_is_masked_and_bounded() {
        let bytes = close(Some(CloseCode::MISSING_EXTENSION), &"ü".repeat(100));
        assert_eq!((bytes[0], bytes[1]), (0x88, 0xfc), "2 of code, 122 of reason");
        assert_eq!(close(None, "").len(), 6);
    }
}
