//! Envoy and Istio: the default access log as text and as JSON.
//!
//! `%START_TIME%` is the stamp, `%DURATION%` the third of the numbers behind the flags,
//! in milliseconds.

use super::access::{Request, words};
use super::keys::Keys;
use super::line_format::{Fit, Line, LineFormat, Read, StampIs};
use super::number::{Number, Numbers, Unit};
use super::{any, object};

pub(super) const FORMAT: LineFormat = LineFormat {
    stamp: StampIs::Start,
    unit: Some(Unit::Millis),
    ..LineFormat::of_access("envoy", fits, read)
};

fn fits(line: &Line<'_>) -> Fit {
    if line.keys.is_some() {
        return Fit::sure(line.has(Keys::START_TIME.and(Keys::RESPONSE_CODE)));
    }
    let body = line.body;
    if body.first() != Some(&b'[') || body.get(5) != Some(&b'-') {
        return Fit::No;
    }
    let Some(request) = Request::of(body) else {
        // `[2026-11-20 14:00:00.123][1][info][main] …` is its own log.
        return Fit::maybe(memchr::memmem::find(&body[..body.len().min(40)], b"][").is_some());
    };
    Fit::sure(request.before.ends_with(b"] ") && duration(request.after).is_some())
}

fn read(body: &[u8]) -> Read<'_> {
    if body.first() == Some(&b'{') {
        return object::read(body);
    }
    let Some(request) = Request::of(body) else { return any::read(body) };
    let mut read = request.read();
    read.numbers = Numbers::default();
    if let Some((at, duration)) = duration(request.after) {
        read.numbers = Numbers::one(Number { place: 2, unit: Unit::Millis, ..duration });
        // Upstream's time, forwarded, user agent, id, authority, upstream; Istio goes on.
        let mut rest = words(request.after).skip(at + 2);
        read.forwarded =
            rest.next().filter(|word| word.quoted && word.text != b"-").map(|w| w.text);
        read.peer = rest
            .nth(7)
            .map(|word| word.text)
            .filter(|peer| crate::source::log::clients::is_address(peer));
    }
    read
}

/// Bytes received, bytes sent, milliseconds: the first three whole numbers in a row.
fn duration(after: &[u8]) -> Option<(usize, Number<'_>)> {
    let whole = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let mut row = 0;
    for (at, word) in words(after).enumerate() {
        row = if !word.quoted && whole(word.text) { row + 1 } else { 0 };
        if row == 3 {
            return Number::read(word.text).map(|number| (at, number));
        }
    }
    None
}
