//! Traefik: the common log format with the router and `12345ms` behind, and JSON.
//!
//! The stamp of the text is of the beginning. JSON has both, and `Duration` in
//! nanoseconds.

use super::access::{Request, words};
use super::any;
use super::keys::Keys;
use super::line_format::{Fit, Line, LineFormat, StampIs};
use super::number::Unit;

pub(super) const FORMAT: LineFormat = LineFormat {
    stamp: StampIs::Start,
    unit: Some(Unit::Nanos),
    ..LineFormat::of_access("traefik", fits, any::read)
};

fn fits(line: &Line<'_>) -> Fit {
    if line.keys.is_some() {
        return Fit::sure(line.has(Keys::START_UTC));
    }
    let Some(request) = Request::of(line.body) else { return Fit::No };
    // Bytes, referrer, user agent, count, router, URL, milliseconds.
    let mut all = words(request.after).skip(3);
    let count = all.next().is_some_and(|w| !w.quoted && w.text.iter().all(u8::is_ascii_digit));
    let named = all.next().is_some_and(|w| w.quoted) && all.next().is_some_and(|w| w.quoted);
    let lasted = all.next().is_some_and(|w| w.text.ends_with(b"ms"));
    Fit::sure(count && named && lasted && all.next().is_none())
}
