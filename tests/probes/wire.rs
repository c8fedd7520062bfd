//! Requests and frames, byte by byte (RFC 6455 sections 4.1 and 5.2).

use std::io::{self, Read};

use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

pub(super) const CONTINUATION: u8 = 0x0;
pub(super) const TEXT: u8 = 0x1;
pub(super) const CLOSE: u8 = 0x8;
pub(super) const PING: u8 = 0x9;
pub(super) const PONG: u8 = 0xA;
/// The last frame of a message; control frames are always one.
pub(super) const FIN: u8 = 0x80;
/// A reserved bit: means "compressed" where that was agreed on.
pub(super) const RSV1: u8 = 0x40;

/// Longer than anything a prober sends.
const LONGEST: usize = 1 << 20;

/// A frame as a server sends it: not masked, its length in the shortest form.
pub(super) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = announce(first, payload.len() as u64);
    bytes.extend_from_slice(payload);
    bytes
}

/// Only the head of a frame.
pub(super) fn announce(first: u8, length: u64) -> Vec<u8> {
    let mut bytes = vec![first];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ 0..126), _) => bytes.push(short),
        (_, Ok(middle)) => {
            bytes.push(126);
            bytes.extend_from_slice(&middle.to_be_bytes());
        }
        _ => {
            bytes.push(127);
            bytes.extend_from_slice(&length.to_be_bytes());
        }
    }
    bytes
}

/// A Close frame with a code.
pub(super) fn close(code: u16, reason: &[u8]) -> Vec<u8> {
    frame(FIN | CLOSE, &[&code.to_be_bytes(), reason].concat())
}

/// A frame as a client has sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// FIN, reserved bits and opcode.
    pub(super) first: u8,
    /// Whether it was masked, as each of a client's has to be.
    pub(super) masked: bool,
    /// Unmasked.
    pub(super) payload: Vec<u8>,
}

impl Frame {
    /// Waits for a frame.
    pub(super) fn read(from: &mut impl Read) -> io::Result<Self> {
        let [first, second] = take(from)?;
        let length = match second & 0x7f {
            126 => u64::from(u16::from_be_bytes(take(from)?)),
            127 => u64::from_be_bytes(take(from)?),
            short => u64::from(short),
        };
        let masked = second & 0x80 != 0;
        let mask: [u8; 4] = if masked { take(from)? } else { [0; 4] };
        let Some(length) = usize::try_from(length).ok().filter(|length| *length < LONGEST) else {
            return Err(io::Error::other("no frame of a prober is that long"));
        };
        let mut payload = vec![0; length];
        from.read_exact(&mut payload)?;
        payload.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
        Ok(Self { first, masked, payload })
    }

    pub(super) fn opcode(&self) -> u8 {
        self.first & 0x0f
    }

    /// Code and reason of a Close frame that has them.
    pub(super) fn closed_with(&self) -> Option<(u16, String)> {
        let (code, reason) = self.payload.split_first_chunk().filter(|_| self.opcode() == CLOSE)?;
        Some((u16::from_be_bytes(*code), String::from_utf8(reason.to_vec()).expect("UTF-8")))
    }
}

fn take<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The request of a client, up to its empty line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request(pub(super) String);

impl Request {
    /// Waits for the request. Byte by byte: what follows it is left alone.
    pub(super) fn read(from: &mut impl Read) -> io::Result<Self> {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n") {
            bytes.extend(take::<1>(from)?);
        }
        String::from_utf8(bytes).map(Self).map_err(io::Error::other)
    }

    /// `GET /path HTTP/1.1`.
    pub(super) fn line(&self) -> &str {
        self.0.lines().next().unwrap_or_default()
    }

    /// The values of a header, in the order sent.
    pub(super) fn values(&self, name: &str) -> Vec<&str> {
        let headers = self.0.lines().skip(1).filter_map(|line| line.split_once(':'));
        let those = headers.filter(|(its, _)| its.eq_ignore_ascii_case(name));
        those.map(|(_, value)| value.trim()).collect()
    }

    /// The value of a header that has to be there exactly once.
    pub(super) fn value(&self, name: &str) -> &str {
        let values = self.values(name);
        assert_eq!(values.len(), 1, "{name} once in {}", self.0);
        values[0]
    }

    /// What the 101 has to answer to the key.
    pub(super) fn accept_key(&self) -> String {
        derive_accept_key(self.value("Sec-WebSocket-Key").as_bytes())
    }

    /// A right 101 with these headers more, each ended by its CRLF.
    pub(super) fn switching(&self, more: &str) -> String {
        format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {}\r\n{more}\r\n",
            self.accept_key()
        )
    }
}
