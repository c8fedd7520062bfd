//! Phoenix and Elixir's Logger: `14:00:00.123 [info] CONNECTED TO AppWeb.UserSocket`.
//!
//! Closes are told only by lines of the application. The default has no date.

use memchr::memmem;

use super::any;
use super::line_format::{Fit, Line, LineFormat, Read};
use crate::source::log::phrases;

pub(super) const FORMAT: LineFormat =
    LineFormat { inherits: true, ..LineFormat::of_application("phoenix", fits, read) };

fn fits(line: &Line<'_>) -> Fit {
    let body = line.body;
    let head = &body[..body.len().min(80)];
    let levels: [&[u8]; 7] = [
        b" [info] ",
        b" [debug] ",
        b" [error] ",
        b" [warn] ",
        b" [warning] ",
        b" [notice] ",
        b" [critical] ",
    ];
    let dated = head.first().is_some_and(u8::is_ascii_digit) && head.get(4) != Some(&b'/');
    Fit::sure(dated && levels.iter().any(|level| memmem::find(head, level).is_some()))
}

fn read(body: &[u8]) -> Read<'_> {
    let events = phrases::framework(body);
    if events.is_some() { Read { events, ..Read::default() } } else { any::read_others(body) }
}
