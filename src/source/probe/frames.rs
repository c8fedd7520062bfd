//! Frames as they are on the wire (RFC 6455 section 5), nothing smoothed over.
//!
//! A library that hands out messages turns 1014 and every illegal code into a
//! made-up 1002, and reads announced lengths into memory. So the headers are
//! parsed by tungstenite, and what they mean is judged here: payloads are
//! skipped, only the beginning of a message is kept.

#[cfg(test)]
mod tests;

use std::io::Cursor;

use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};

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
