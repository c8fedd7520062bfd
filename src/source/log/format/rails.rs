//! Rails: its logger and Action Cable's lines. An end has no code; lines without a
//! stamp have that of the line above.

use memchr::memmem;

use super::any;
use super::line_format::{Fit, Line, LineFormat, Read};
use crate::source::log::phrases;

pub(super) const FORMAT: LineFormat =
    LineFormat { inherits: true, ..LineFormat::of_application("rails", fits, read) };

fn fits(line: &Line<'_>) -> Fit {
    let body = line.body;
    if line.keys.is_some() {
        return Fit::No;
    }
    // `I, [2026-11-20T14:00:00.123456 #812]  INFO -- : …`.
    let logger = body.get(1..4) == Some(b", [") && body.first().is_some_and(u8::is_ascii_uppercase);
    let words: [&[u8]; 4] = [
        b"Started GET \"",
        b"Started POST \"",
        b"Successfully upgraded to WebSocket",
        b"Finished \"",
    ];
    Fit::sure(logger || words.iter().any(|word| memmem::find(body, word).is_some()))
}

fn read(body: &[u8]) -> Read<'_> {
    let events = phrases::framework(body);
    if events.is_some() {
        return Read { events, ..any::addressed(body) };
    }
    if memmem::find(body, b"Started GET \"").is_some() {
        return Read::default();
    }
    any::read_others(body)
}
