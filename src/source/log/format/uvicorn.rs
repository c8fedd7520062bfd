//! uvicorn: `"WebSocket /ws" [accepted]` and `connection open` for each connection,
//! `connection closed` at its end. No code; the time only as its formatter or a
//! wrapper writes it.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

use super::any;
use super::line_format::{Fit, Line, LineFormat, Read};
use crate::source::log::event::{LineEvents, Pattern};

pub(super) const FORMAT: LineFormat = LineFormat::of_application("uvicorn", fits, read);

static ACCEPTED: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("[accepted]"));

fn fits(line: &Line<'_>) -> Fit {
    let body = line.body;
    if line.keys.is_some() {
        return Fit::No;
    }
    if memmem::find(body, b"\"WebSocket /").is_some() || memmem::find(body, b"uvicorn").is_some() {
        return Fit::Sure;
    }
    // `INFO:     10.0.0.7:4312 - "GET /health HTTP/1.1" 200 OK`.
    // A formatter of one's own may write the time before it.
    let head = &body[..body.len().min(64)];
    let levels: [&[u8]; 5] =
        [b"INFO:     ", b"WARNING:  ", b"ERROR:    ", b"DEBUG:    ", b"CRITICAL: "];
    Fit::sure(levels.iter().any(|level| {
        let at = memmem::find(head, level);
        at.is_some_and(|at| at == 0 || body[at - 1] == b' ')
    }))
}

fn read(body: &[u8]) -> Read<'_> {
    if ACCEPTED.find(body).is_some() {
        return Read { events: LineEvents::open(Pattern::Accepted), ..any::addressed(body) };
    }
    any::read(body)
}
