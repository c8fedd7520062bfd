//! AWS Application Load Balancer.
//!
//! Of a WebSocket the first stamp is when it was closed, and the request's creation
//! time, the 22nd field, when it began.

use super::access::words;
use super::line_format::{Fit, Line, LineFormat, Read};
use crate::source::log::event::Pattern;

pub(super) const FORMAT: LineFormat =
    LineFormat { open_to_doubt: false, ..LineFormat::of_access("alb", fits, read) };

const KINDS: [&[u8]; 6] = [b"http", b"https", b"h2", b"grpcs", b"ws", b"wss"];

fn fits(line: &Line<'_>) -> Fit {
    Fit::sure(parts(line.body).is_some())
}

fn read(body: &[u8]) -> Read<'_> {
    parts(body).unwrap_or_default()
}

fn parts(body: &[u8]) -> Option<Read<'_>> {
    let mut all = words(body);
    let kind = all.next().filter(|word| KINDS.contains(&word.text))?;
    let time = all.next()?.text;
    (time.get(10) == Some(&b'T')).then_some(())?;
    let (_name, client) = (all.next()?, all.next()?);
    let status = all.nth(4)?;
    let began = all.nth(12).map(|word| word.text);
    let socket = kind.text.starts_with(b"ws") && status.text == b"101";
    Some(Read {
        time: Some(time),
        began: began.filter(|began| began.get(10) == Some(&b'T')),
        ended: socket.then_some(Pattern::Access),
        request: true,
        status: Some(status.text),
        peer: Some(client.text),
        ..Read::default()
    })
}
