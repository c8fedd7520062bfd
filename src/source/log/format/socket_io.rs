//! Socket.IO: what the `debug` module prints for `socket.io*`, and python-engineio's
//! packets. The reason of an end, no code.

use memchr::memmem;

use super::any;
use super::line_format::{Fit, Line, LineFormat, Read};
use crate::source::log::event::{LineEvents, Pattern};

pub(super) const FORMAT: LineFormat = LineFormat::of_application("socket.io", fits, read);

fn fits(line: &Line<'_>) -> Fit {
    let words: [&[u8]; 6] = [
        b"socket.io:",
        b"socket.io-parser",
        b" engine:",
        b" engine ",
        b": Sending packet ",
        b": Received packet ",
    ];
    Fit::sure(line.keys.is_none() && words.iter().any(|w| memmem::find(line.body, w).is_some()))
}

const REASON: &[u8] = b"client close with reason ";

fn read(body: &[u8]) -> Read<'_> {
    let has = |text: &[u8]| memmem::find(body, text);
    if has(b"incoming connection with id").is_some() || has(b"Sending packet OPEN").is_some() {
        return Read { events: LineEvents::open(Pattern::Framework), ..Read::default() };
    }
    if let Some(at) = has(REASON) {
        let reason = &body[at + REASON.len()..];
        let end = memmem::find(reason, b" +").unwrap_or(reason.len());
        let events = LineEvents::close(Pattern::Framework, None).because(Some(&reason[..end]));
        return Read { events, ..Read::default() };
    }
    // What it says of its sockets beside these are the same ones again.
    if has(b"socket.io:").is_some() || has(b" engine").is_some() {
        return Read::default();
    }
    any::read(body)
}
