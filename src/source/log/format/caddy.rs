//! Caddy: its access log in JSON and by the console encoder.
//!
//! `ts` is of the end, `duration` in seconds, or a text with its unit.

use super::any;
use super::keys::Keys;
use super::line_format::{Fit, Line, LineFormat, Read};
use super::number::Unit;
use super::object;

pub(super) const FORMAT: LineFormat =
    LineFormat { unit: Some(Unit::Seconds), ..LineFormat::of_access("caddy", fits, read) };

fn fits(line: &Line<'_>) -> Fit {
    if line.keys.is_some() {
        let request = line.has(Keys::REQUEST.and(Keys::STATUS));
        if request {
            return Fit::Sure;
        }
        // Its own log lies in the same file.
        return Fit::maybe(line.has(Keys::TS.and(Keys::LOGGER).and(Keys::MSG)));
    }
    Fit::sure(
        console(line.body)
            .is_some_and(|(_, fields)| memchr::memmem::find(fields, b"\"request\"").is_some()),
    )
}

fn read(body: &[u8]) -> Read<'_> {
    match console(body) {
        Some((time, fields)) => Read { time: Some(time), ..object::read(fields) },
        None => any::read(body),
    }
}

/// `2026/11/20 14:00:00.123<tab>INFO<tab>http.log.access<tab>handled request<tab>{…}`.
fn console(body: &[u8]) -> Option<(&[u8], &[u8])> {
    let tab = memchr::memchr(b'\t', body)?;
    let fields = memchr::memmem::find(body, b"\t{")?;
    body.first()?.is_ascii_digit().then(|| (&body[..tab], &body[fields + 1..]))
}
