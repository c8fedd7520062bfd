//! The W3C's extended format: IIS and `CloudFront`. What the columns are is told by the
//! line `#Fields:` above them; without it nothing is read. Times are UTC.

use super::line_format::{Fit, Line, LineFormat, Read};
use super::number::{Number, Numbers, Unit};
use super::unquoted::request;

pub(super) const FORMAT: LineFormat = LineFormat {
    open_to_doubt: false,
    by_columns: true,
    ..LineFormat::of_access("w3c", fits, |_| Read::default())
};

/// The line that names the columns begins so.
pub(in crate::source::log) const FIELDS: &[u8] = b"#Fields:";

fn fits(line: &Line<'_>) -> Fit {
    Fit::sure(line.in_columns)
}

/// Which columns there are, as the last `#Fields:` names them.
#[derive(Debug, Clone, Default)]
pub(in crate::source::log) struct Columns {
    count: usize,
    date: Option<usize>,
    time: Option<usize>,
    status: Option<usize>,
    taken: Option<usize>,
    peer: Option<usize>,
    forwarded: Option<usize>,
    /// Of IIS, whose time taken is in milliseconds.
    millis: bool,
}

impl Columns {
    /// Takes the names, if the line is the one that tells them; whether it is.
    pub(in crate::source::log) fn take(&mut self, line: &[u8]) -> bool {
        let Some(names) = line.strip_prefix(FIELDS) else { return false };
        let names: Vec<&[u8]> = split(names.trim_ascii()).collect();
        let at = |wanted: &[u8]| names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
        *self = Self {
            count: names.len(),
            date: at(b"date"),
            time: at(b"time"),
            status: at(b"sc-status"),
            taken: at(b"time-taken"),
            peer: at(b"c-ip"),
            forwarded: at(b"x-forwarded-for").or_else(|| at(b"X-Forwarded-For")),
            millis: at(b"sc-win32-status").or_else(|| at(b"s-ip")).is_some(),
        };
        true
    }

    /// Whether a line has these columns.
    pub(in crate::source::log) fn fit(&self, line: &[u8]) -> bool {
        self.count > 0 && split(line).count() == self.count && self.parts(line).is_some()
    }

    /// What a line tells.
    pub(in crate::source::log) fn read<'a>(&self, line: &'a [u8]) -> Read<'a> {
        self.parts(line).unwrap_or_default()
    }

    fn parts<'a>(&self, line: &'a [u8]) -> Option<Read<'a>> {
        let (date, time) = (self.date?, self.time?);
        let (mut stamp, mut status, mut taken) = (None, None, None);
        let (mut peer, mut forwarded) = (None, None);
        let mut start = 0;
        for (at, column) in split(line).enumerate() {
            let end = start + column.len();
            if at == date && time == date + 1 {
                // Both stand side by side: one stamp.
                stamp = line.get(start..end + 9);
            }
            let here = Some(at);
            status = status.or(Some(column).filter(|_| here == self.status));
            taken = taken.or(Some(column).filter(|_| here == self.taken));
            peer = peer.or(Some(column).filter(|_| here == self.peer));
            let listed = here == self.forwarded && column != b"-";
            forwarded = forwarded.or(Some(column).filter(|_| listed));
            start = end + 1;
        }
        let (stamp, status) = (stamp?, status?);
        let dated = stamp.get(4) == Some(&b'-') && stamp.get(13) == Some(&b':');
        (dated && status.len() == 3 && status.iter().all(u8::is_ascii_digit)).then_some(())?;
        let number = taken.and_then(Number::read).map(|number| {
            let unit = match number.decimals {
                0 if self.millis => Unit::Millis,
                0 => number.unit,
                _ => Unit::Seconds,
            };
            Numbers::one(Number { unit, ..number }.named(b"time-taken"))
        });
        let read = request(status, number.unwrap_or_default(), peer);
        Some(Read { time: Some(stamp), forwarded, ..read })
    }
}

fn split(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mark = if memchr::memchr(b'\t', line).is_some() { b'\t' } else { b' ' };
    line.split(move |c| *c == mark)
}
