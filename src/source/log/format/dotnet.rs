//! .NET: the simple and the JSON console, Serilog and `NLog`; `SignalR`'s connections.
//!
//! The message of the simple console stands in the line below its category: it has
//! that one's stamp.

use memchr::memmem;

use super::any;
use super::keys::Keys;
use super::line_format::{Fit, Line, LineFormat, Read};
use super::unquoted;
use crate::source::log::phrases;

pub(super) const FORMAT: LineFormat =
    LineFormat { inherits: true, ..LineFormat::of_application("dotnet", fits, read) };

fn fits(line: &Line<'_>) -> Fit {
    if line.keys.is_some() {
        return Fit::sure(line.has(Keys::CATEGORY) || line.has(Keys::AT_T));
    }
    let body = line.body;
    let head = &body[..body.len().min(48)];
    let marks: [&[u8]; 12] = [
        b"info: ", b"warn: ", b"fail: ", b"dbug: ", b"trce: ", b"crit: ", b" INF] ", b" ERR] ",
        b"[INF] ", b"[ERR] ", b"|INFO|", b"|DEBUG|",
    ];
    let written = marks.iter().any(|mark| memmem::find(head, mark).is_some());
    if written && !body.starts_with(b" ") {
        return Fit::Sure;
    }
    Fit::maybe(body.starts_with(b"      ") && !body.trim_ascii().is_empty())
}

fn read(body: &[u8]) -> Read<'_> {
    // Serilog's requests.
    if let Some(read) = unquoted::read(body) {
        return read;
    }
    let events = phrases::framework(body);
    if events.is_some() { Read { events, ..any::read(body) } } else { any::read_others(body) }
}
