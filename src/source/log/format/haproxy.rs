//! `HAProxy`: `httplog`, `httpslog`, `tcplog`, and `httplog clf`.
//!
//! The stamp is of the beginning, the last of the timers the whole in milliseconds;
//! with `logasap` it is written early, behind a plus, and tells nothing.

use memchr::memchr;

use super::access::{Request, Word, words};
use super::line_format::{Fit, Line, LineFormat, Read, StampIs};
use super::number::{Number, Numbers, Unit};
use crate::source::log::event::Pattern;

pub(super) const FORMAT: LineFormat = LineFormat {
    stamp: StampIs::Start,
    open_to_doubt: false,
    unit: Some(Unit::Millis),
    ..LineFormat::of_access("haproxy", fits, read)
};

fn fits(line: &Line<'_>) -> Fit {
    Fit::sure(line.keys.is_none() && parts(line.body).is_some())
}

fn read(body: &[u8]) -> Read<'_> {
    parts(body).unwrap_or_default()
}

fn parts(body: &[u8]) -> Option<Read<'_>> {
    own(body).or_else(|| common(body))
}

/// `10.0.0.7:4312 [20/Nov/2026:14:00:00.123] fe be/s1 0/0/1/2/12345 101 …`.
fn own(body: &[u8]) -> Option<Read<'_>> {
    // Behind `haproxy[8]:`.
    let is_stamp = |at: &usize| body.get(at + 3) == Some(&b'/');
    let open = memchr::memchr_iter(b'[', body).take(4).find(is_stamp)?;
    let close = open + memchr(b']', &body[open..])?;
    let time = &body[open + 1..close];
    let mut rest = words(&body[close + 1..]);
    let (_frontend, server) = (rest.next()?, rest.next()?);
    memchr(b'/', server.text)?;
    let timers = rest.next()?.text;
    let whole = |text: &[u8]| {
        let digits = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
        !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
    };
    let fields = timers.split(|c| *c == b'/');
    fields.clone().all(whole).then_some(())?;
    let last = fields.clone().next_back()?;
    let tcp = match fields.count() {
        3 => true,
        5 => false,
        _ => return None,
    };
    let status = (!tcp).then(|| rest.next().map(|word| word.text)).flatten();
    let ended =
        if tcp { Some(Pattern::Session) } else { (status? == b"101").then_some(Pattern::Access) };
    let before = body[..open].trim_ascii_end();
    let peer = before.rsplit(|c| *c == b' ').next();
    Some(Read {
        time: Some(time),
        ended,
        request: true,
        numbers: millis(last),
        status,
        peer,
        ..Read::default()
    })
}

/// `httplog clf`: the common log format, with all the rest behind it.
fn common(body: &[u8]) -> Option<Read<'_>> {
    let request = Request::of(body)?;
    let mut all = words(request.after);
    // Bytes, two cookies, port, milliseconds of the stamp, frontend, backend, server.
    let head: [Word<'_>; 3] = [all.next()?, all.next()?, all.next()?];
    (head[1].quoted && head[2].quoted).then_some(())?;
    let _port = all.next().filter(|w| w.text.iter().all(u8::is_ascii_digit))?;
    let millis_of_stamp = all.next().and_then(|w| millis_within(w.text))?;
    let named = all.by_ref().take(3).filter(|word| word.quoted).count();
    let last = all.nth(4)?.text;
    let state = all.next()?.text;
    (named == 3 && matches!(state.len(), 2 | 4)).then_some(())?;
    let within = Some(millis_of_stamp * 1000);
    Some(Read { numbers: millis(last), within, ..request.read() })
}

/// Three digits: milliseconds of the second before them in the line.
fn millis_within(text: &[u8]) -> Option<i64> {
    let digits = text.len() <= 3 && text.iter().all(u8::is_ascii_digit);
    digits.then(|| std::str::from_utf8(text).ok()?.parse().ok()).flatten()
}

fn millis(text: &[u8]) -> Numbers<'_> {
    // A plus says that it goes on.
    Number::read(text).map_or_else(Numbers::default, |number| {
        Numbers::one(Number { unit: Unit::Millis, ..number })
    })
}
