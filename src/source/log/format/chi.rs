//! chi's logger: `2026/11/20 14:00:50 [host/x-000007] "GET http://h/ws HTTP/1.1" from
//! 10.0.0.7:4312 - 101 0B in 50.123s`.

use memchr::memmem;

use super::access::words;
use super::any;
use super::line_format::{Fit, Line, LineFormat, Read};
use super::unquoted::{duration, request};

pub(super) const FORMAT: LineFormat =
    LineFormat { open_to_doubt: false, ..LineFormat::of_access("chi", fits, read) };

fn fits(line: &Line<'_>) -> Fit {
    Fit::sure(line.keys.is_none() && parts(line.body).is_some())
}

fn read(body: &[u8]) -> Read<'_> {
    parts(body).unwrap_or_else(|| any::read(body))
}

fn parts(body: &[u8]) -> Option<Read<'_>> {
    const BEHIND: &[u8] = b"\" from ";
    let at = memmem::find(body, BEHIND)?;
    memmem::find(&body[..at], b" HTTP/")?;
    let mut rest = words(&body[at + BEHIND.len()..]).map(|word| word.text);
    let peer = rest.next()?;
    (rest.next()? == b"-").then_some(())?;
    let status = rest.next()?;
    (status.len() == 3 && status.iter().all(u8::is_ascii_digit)).then_some(())?;
    let (_size, within) = (rest.next()?, rest.next()?);
    (within == b"in").then_some(())?;
    Some(request(status, duration(rest.next()?)?, Some(peer)))
}
