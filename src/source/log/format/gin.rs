//! gin's logger: `[GIN] 2026/11/20 - 14:00:50 | 101 | 50.123s | 10.0.0.7 | GET "/ws"`.

use memchr::memmem;

use super::any;
use super::line_format::{Fit, Line, LineFormat, Read};
use super::unquoted::{duration, request};

pub(super) const FORMAT: LineFormat =
    LineFormat { open_to_doubt: false, ..LineFormat::of_access("gin", fits, read) };

fn fits(line: &Line<'_>) -> Fit {
    if line.keys.is_some() {
        return Fit::No;
    }
    // Its own words, `[GIN-debug] Listening on :8080`.
    if line.body.starts_with(b"[GIN-debug]") {
        return Fit::Maybe;
    }
    Fit::sure(parts(line.body).is_some())
}

fn read(body: &[u8]) -> Read<'_> {
    parts(body).unwrap_or_else(|| any::read(body))
}

fn parts(body: &[u8]) -> Option<Read<'_>> {
    let mut columns = body.split(|c| *c == b'|').map(<[u8]>::trim_ascii);
    let head = columns.next()?;
    let between = memmem::find(head, b" - ").filter(|at| *at >= 10)?;
    let time = head.get(between - 10..)?;
    let status = columns.next()?;
    (status.len() == 3 && status.iter().all(u8::is_ascii_digit)).then_some(())?;
    let lasted = duration(columns.next()?)?;
    let peer = columns.next()?;
    let method = columns.next()?;
    (method.iter().take_while(|c| c.is_ascii_uppercase()).count() >= 3).then_some(())?;
    Some(Read { time: Some(time), ..request(status, lasted, Some(peer)) })
}
