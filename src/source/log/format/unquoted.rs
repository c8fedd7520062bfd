//! A request without quotes around it: `GET /ws 101 12.345 ms`, `HTTP GET /ws responded
//! 101 in 12.3456 ms`. Its duration has its unit: without one it could be anything.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::access::words;
use super::line_format::Read;
use super::number::{Number, Numbers, Unit};
use crate::source::log::clients;
use crate::source::log::event::Pattern;

/// Made once: making one takes as long as the search in a line.
static METHODS: LazyLock<[Finder<'static>; 7]> = LazyLock::new(|| {
    ["GET ", "POST ", "PUT ", "HEAD ", "PATCH ", "DELETE ", "OPTIONS "].map(Finder::new)
});

/// What is read from such a line; none where it is no such one.
pub(super) fn read(body: &[u8]) -> Option<Read<'_>> {
    let start = METHODS.iter().find_map(|method| {
        let at = method.find(body)?;
        (at == 0 || body[at - 1] == b' ').then_some(at)
    })?;
    let mut rest = words(&body[start..]).skip(1);
    let path = rest.next().filter(|word| !word.quoted)?.text;
    (path.starts_with(b"/") || path.starts_with(b"http")).then_some(())?;
    let mut next = rest.next()?;
    // Kestrel's content type.
    if next.text == b"-" {
        next = rest.next()?;
    }
    if next.text.starts_with(b"HTTP/") || next.text == b"responded" {
        next = rest.next()?;
    }
    let status = next.text;
    (status.len() == 3 && status.iter().all(u8::is_ascii_digit)).then_some(())?;
    let mut numbers = Numbers::default();
    for (place, word) in (0_u8..8).zip(rest) {
        if word.quoted || numbers.measure(place, word.text) {
            continue;
        }
        if let Some(number) = Number::read(word.text) {
            numbers.push(Number { place, ..number });
        }
    }
    let numbers = numbers.with_unit();
    numbers.iter().next()?;
    let before = body[..start].split(|c| *c == b' ').take(6);
    Some(request(status, numbers, before.into_iter().find(|word| clients::is_address(word))))
}

/// A request with that status, how long it took, and from whom.
#[expect(clippy::large_types_passed_by_value, reason = "it becomes a part of what is made")]
pub(super) fn request<'a>(
    status: &'a [u8],
    numbers: Numbers<'a>,
    peer: Option<&'a [u8]>,
) -> Read<'a> {
    Read {
        ended: (status == b"101").then_some(Pattern::Access),
        request: true,
        numbers,
        status: Some(status),
        peer,
        ..Read::default()
    }
}

/// One duration with its unit.
pub(super) fn duration(text: &[u8]) -> Option<Numbers<'_>> {
    Number::read(text).filter(|number| number.unit != Unit::Unknown).map(Numbers::one)
}
