//! Time zones: what is written, and this machine's where none is.

use chrono::{DateTime, Local, MappedLocalTime, Offset, TimeZone};

use super::civil::{Civil, Guess};
use super::digits::number;

/// Zones told apart; more than these are one more.
const MOST: usize = 4;

/// Abbreviations that mean one zone only, in hours east. `IST` and `CST` are three
/// each: those are read as this machine's.
const WORDS: [(&[u8], i32); 18] = [
    (b"Z", 0),
    (b"UTC", 0),
    (b"GMT", 0),
    (b"WET", 0),
    (b"WEST", 1),
    (b"CET", 1),
    (b"CEST", 2),
    (b"EET", 2),
    (b"EEST", 3),
    (b"MSK", 3),
    (b"EST", -5),
    (b"EDT", -4),
    (b"CDT", -5),
    (b"MDT", -6),
    (b"MST", -7),
    (b"PST", -8),
    (b"PDT", -7),
    (b"JST", 9),
];

impl Civil {
    /// With the zone that follows: `Z`, `+01:00`, `+0100`, `+01`, ` +0100`, ` CET`.
    pub(super) fn with_zone(self, text: &[u8]) -> Self {
        let behind = text.get(self.length..).unwrap_or_default();
        Self { east: find(behind).map(|(east, _)| east), ..self }
    }
}

/// How long the zone at the start is, with the blank before it.
pub(super) fn length(text: &[u8]) -> usize {
    find(text).map_or(0, |(_, length)| length)
}

fn find(text: &[u8]) -> Option<(i32, usize)> {
    let bare = text.strip_prefix(b" ").unwrap_or(text);
    let before = text.len() - bare.len();
    let (east, length) = match bare.first()? {
        b'+' | b'-' => offset(bare)?,
        _ => word(bare)?,
    };
    Some((east, before + length))
}

/// `+01:00`, `-0500`, `+01` and nothing more behind it.
pub(super) fn offset(text: &[u8]) -> Option<(i32, usize)> {
    let sign = match text.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = number(text.get(1..3)?)?;
    let rest = text.get(3..).unwrap_or_default();
    let colon = usize::from(rest.first() == Some(&b':'));
    let minutes = rest.get(colon..colon + 2).and_then(number);
    let length = 3 + minutes.map_or(0, |_| colon + 2);
    let ends = !text.get(length).is_some_and(u8::is_ascii_digit);
    let minutes = minutes.unwrap_or(0);
    let east = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    (hours <= 14 && minutes < 60 && ends).then_some((sign * east, length))
}

/// A word that names a zone.
pub(super) fn word(text: &[u8]) -> Option<(i32, usize)> {
    let length = text.iter().take_while(|c| c.is_ascii_alphabetic()).count();
    let word = &text[..length];
    let ends = !text.get(length).is_some_and(|c| c.is_ascii_alphanumeric() || *c == b'_');
    let known = WORDS.iter().find(|(known, _)| *known == word)?;
    ends.then_some((known.1 * 3600, length))
}

/// A clock that goes back by more than this, in seconds, within the hour that is there
/// twice, has come to its second time.
const GONE_BACK: i64 = 1800;

/// The hour that a night in autumn has twice: the first one, until the clock goes back.
#[derive(Debug, Default)]
struct Fold {
    last: Option<i64>,
    second: bool,
}

impl Fold {
    /// Whether that civil second is of the second one.
    fn is_second(&mut self, civil: i64) -> bool {
        if let Some(last) = self.last {
            let another = civil.abs_diff(last) > 7_200;
            self.second = !another && (self.second || civil + GONE_BACK < last);
        }
        self.last = Some(civil);
        self.second
    }
}

/// The zones of one log, and what was guessed of its stamps.
#[derive(Debug, Default)]
pub(super) struct Zones {
    /// As written, seconds east, in the order of their coming.
    written: Vec<i32>,
    /// Some stamp had none.
    bare: bool,
    /// This machine's, by the hour last asked for.
    local: Option<(i64, i32)>,
    fold: Fold,
    /// What has no zone is UTC, by its format.
    bare_is_utc: bool,
    /// The last thing that had to be guessed.
    guess: Guess,
}

impl Zones {
    /// Those of a format whose times are UTC, without saying so.
    pub(super) fn of_utc() -> Self {
        Self { bare_is_utc: true, ..Self::default() }
    }

    /// Nothing found yet.
    pub(super) fn anew(&self) -> Self {
        Self { bare_is_utc: self.bare_is_utc, ..Self::default() }
    }

    /// Seconds east of UTC; none for a moment out of this world.
    pub(super) fn east(&mut self, civil: Civil) -> Option<i32> {
        if civil.guess != Guess::Nothing {
            self.guess = civil.guess;
        }
        if let Some(east) = civil.east.or(self.bare_is_utc.then_some(0)) {
            if self.written.len() < MOST && !self.written.contains(&east) {
                self.written.push(east);
            }
            return Some(east);
        }
        self.bare = true;
        let hour = civil.seconds.div_euclid(3600);
        match self.local {
            Some((known, east)) if known == hour => Some(east),
            _ => {
                let (first, second) = local(civil.seconds)?;
                if first == second {
                    self.local = Some((hour, first));
                    return Some(first);
                }
                let east = if self.fold.is_second(civil.seconds) { second } else { first };
                self.local = Some((i64::MIN, east));
                Some(east)
            }
        }
    }

    /// The zone in two words, for the line that says how a log was read.
    pub(super) fn describe(&self) -> Option<String> {
        let local = self.local.map_or(0, |(_, east)| east);
        match (self.written.as_slice(), self.bare) {
            ([], false) => None,
            ([], true) => Some(format!("{} (this machine's)", name(local))),
            ([one], false) => Some(name(*one)),
            _ => Some("mixed".to_owned()),
        }
    }

    /// What a reader has to know of them.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut remarks: Vec<String> = self.mixed().into_iter().collect();
        if self.fold.last.is_some() {
            remarks.push(
                "an hour is there twice that night: read as the first one until the clock goes back; TZ=UTC if it is UTC"
                    .to_owned(),
            );
        }
        remarks.extend(match self.guess {
            Guess::Nothing => None,
            Guess::Year => Some("stamps without a year: the year is that of the file's own time"),
            Guess::Date => Some("stamps without a date: the day is that of the file's own time"),
            Guess::MonthFirst => Some(
                "dates such as 03/04/2026 were read as month/day; give --log-time '%d/%m/%Y %H:%M:%S' for day/month",
            ),
        }
        .map(str::to_owned));
        remarks
    }

    fn mixed(&self) -> Option<String> {
        let named: Vec<String> = self.written.iter().map(|&east| name(east)).collect();
        let local = self.local.map_or(0, |(_, east)| east);
        match (named.len(), self.bare) {
            (0 | 1, false) => None,
            (0, true) => {
                let other = "; TZ=UTC before the command reads them as UTC";
                let (zone, other) = (name(local), if local == 0 { "" } else { other });
                Some(format!("times without a zone were read as this machine's, {zone}{other}"))
            }
            (_, bare) => {
                let bare = if bare {
                    format!(", and none, read as {}", name(local))
                } else {
                    String::new()
                };
                Some(format!("mixed time zones ({}{bare}): all brought to UTC", named.join(", ")))
            }
        }
    }
}

/// This machine's zone at that civil second: in an hour that is there twice the earlier
/// and the later one, else the same. One that is skipped is read as the hour before.
fn local(civil: i64) -> Option<(i32, i32)> {
    let naive = DateTime::from_timestamp(civil, 0)?.naive_utc();
    let east = |offset: &chrono::FixedOffset| offset.local_minus_utc();
    Some(match Local.offset_from_local_datetime(&naive) {
        MappedLocalTime::Single(one) => (east(&one), east(&one)),
        MappedLocalTime::Ambiguous(one, other) => {
            (east(&one).max(east(&other)), east(&one).min(east(&other)))
        }
        MappedLocalTime::None => {
            let east = Local.offset_from_utc_datetime(&naive).fix().local_minus_utc();
            (east, east)
        }
    })
}

/// `+01:00`, or `UTC`.
fn name(east: i32) -> String {
    let minutes = east.abs() / 60;
    match east {
        0 => "UTC".to_owned(),
        _ => format!("{}{:02}:{:02}", if east < 0 { '-' } else { '+' }, minutes / 60, minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_that_is_there_twice_is_the_first_one_until_the_clock_goes_back() {
        let mut fold = Fold::default();
        let mut second = |minute: i64| fold.is_second(1_000_000 + minute * 60);
        assert_eq!([0, 20, 59].map(&mut second), [false; 3]);
        assert_eq!([0, 1, 30, 59].map(&mut second), [true; 4], "it has gone back by an hour");
        assert!(!second(60 * 24 * 365), "another year");
    }
}
