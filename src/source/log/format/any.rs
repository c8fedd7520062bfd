//! A line as it comes: an object by its keys, a request by its status, else words.

use memchr::memmem;

use super::line_format::Read;
use super::{access, object};
use crate::source::log::event::{Pattern, Told};
use crate::source::log::{clients, json, phrases};

/// What any line tells.
pub(in crate::source::log) fn read(body: &[u8]) -> Read<'_> {
    if json::is_object(body) {
        return object::read(body);
    }
    let read = access::read(body);
    if read.ended.is_some() {
        return read;
    }
    if memmem::find(body, b"\"WebSocket /").is_some() && memmem::find(body, b"[accepted]").is_some()
    {
        return Read { told: Told::open(Pattern::Accepted), ..addressed(body) };
    }
    if memmem::find(body, b"status=101").is_some() {
        return object::read_pairs(body);
    }
    let told = phrases::told(body);
    if told.is_some() {
        let about = addressed(body);
        return Read { told, time: read.time, peer: about.peer, ..Read::default() };
    }
    read
}

/// The first address in the line.
pub(in crate::source::log) fn addressed(body: &[u8]) -> Read<'_> {
    let head = &body[..body.len().min(256)];
    Read { peer: clients::first_address(head), ..Read::default() }
}
