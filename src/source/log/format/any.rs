//! A line as it comes: an object by its keys, a request by its status, else words.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

use super::line_format::Read;
use super::{access, object};
use crate::source::log::event::{LineEvents, Pattern};
use crate::source::log::{clients, json, phrases};

/// Made once: each takes as long as a search in a short line.
static UVICORN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\"WebSocket /"));
static SWITCHED: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("status=101"));

/// What any line tells.
pub(in crate::source::log) fn read(body: &[u8]) -> Read<'_> {
    read_with(body, phrases::events)
}

/// The same of a line that is known to be no framework's.
pub(super) fn read_others(body: &[u8]) -> Read<'_> {
    read_with(body, phrases::in_words)
}

fn read_with(body: &[u8], in_words: fn(&[u8]) -> LineEvents<'_>) -> Read<'_> {
    if json::is_object(body) {
        return object::read(body);
    }
    let read = access::read(body);
    if read.ended.is_some() {
        return read;
    }
    if UVICORN.find(body).is_some() && memmem::find(body, b"[accepted]").is_some() {
        return Read { events: LineEvents::open(Pattern::Accepted), ..addressed(body) };
    }
    if SWITCHED.find(body).is_some() {
        // Its response is over when the connection begins.
        if memmem::find(body, b"tower_http").is_some() {
            return Read { events: LineEvents::open(Pattern::Framework), ..addressed(body) };
        }
        return object::read_pairs(body);
    }
    let events = in_words(body);
    if events.is_some() {
        let about = addressed(body);
        return Read { events, time: read.time, peer: about.peer, ..Read::default() };
    }
    read
}

/// The first address in the line.
pub(in crate::source::log) fn addressed(body: &[u8]) -> Read<'_> {
    let head = &body[..body.len().min(256)];
    Read { peer: clients::first_address(head), ..Read::default() }
}
