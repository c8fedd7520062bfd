//! Socket.IO: what the `debug` module prints for `socket.io*`, and python-engineio's
//! packets. The reason of an end, no code.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

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

const REASON: &str = "client close with reason ";

static INCOMING: LazyLock<Finder<'static>> =
    LazyLock::new(|| Finder::new("incoming connection with id"));
static OPEN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("Sending packet OPEN"));
static CLOSE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(REASON));

fn read(body: &[u8]) -> Read<'_> {
    if INCOMING.find(body).is_some() || OPEN.find(body).is_some() {
        return Read { events: LineEvents::open(Pattern::Framework), ..Read::default() };
    }
    if let Some(at) = CLOSE.find(body) {
        let reason = &body[at + REASON.len()..];
        let end = memmem::find(reason, b" +").unwrap_or(reason.len());
        let events = LineEvents::close(Pattern::Framework, None).because(Some(&reason[..end]));
        return Read { events, ..Read::default() };
    }
    // What it says of its sockets beside these are the same ones again.
    let has = |text: &[u8]| memmem::find(body, text).is_some();
    if has(b"socket.io:") || has(b" engine") {
        return Read::default();
    }
    any::read(body)
}
