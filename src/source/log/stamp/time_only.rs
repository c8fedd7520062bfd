//! `14:05:23.123` and no date: the day is that of the file's own time, counted on
//! where the clock goes past midnight. It is said whenever that is done.

use chrono::{DateTime, Local, Offset, TimeZone};

use super::civil::{Civil, Guess};
use super::digits::clock;

/// A clock that goes back by more than this has gone past midnight.
const MIDNIGHT: i64 = 43_200;
const DAY: i64 = 86_400;

/// Which day it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    /// Seconds since 1970 of the last midnight; by this machine's clock.
    midnight: i64,
    last: Option<i64>,
    /// When the log was last written to, by the same clock.
    newest: i64,
}

impl Day {
    /// `newest` is when the log was last written to, seconds since 1970.
    pub(super) fn before(newest: i64) -> Self {
        let east = DateTime::from_timestamp(newest, 0).map_or(0, |at| {
            Local.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
        });
        let newest = newest.saturating_add(east.into());
        Self { midnight: newest - newest.rem_euclid(DAY), last: None, newest }
    }

    /// The time of day at the start of the text.
    pub(super) fn read(&mut self, text: &[u8]) -> Option<Civil> {
        let (hour, minute, second) = clock(text)?;
        let sane = hour < 24 && minute < 60 && second <= 60;
        let ends = !text.get(8).is_some_and(|c| c.is_ascii_alphanumeric() || *c == b':');
        (sane && ends).then_some(())?;
        let civil = Civil::new(hour * 3600 + minute * 60 + second, None, 8);
        Some(self.on(civil.with_fraction(text, b".,:").with_half(text)))
    }

    /// A time of day, its seconds from midnight, on its day.
    pub(super) fn on(&mut self, civil: Civil) -> Civil {
        let time = civil.seconds;
        match self.last {
            // Of the day before, where it would be after the file's last change.
            None if self.midnight + time > self.newest + 60 => self.midnight -= DAY,
            Some(last) if time < last - MIDNIGHT => self.midnight += DAY,
            // Two writers around midnight.
            Some(last) if time > last + MIDNIGHT => {
                let seconds = self.midnight - DAY + time;
                return Civil { guess: Guess::Date, seconds, ..civil };
            }
            _ => {}
        }
        self.last = Some(time);
        Civil { guess: Guess::Date, seconds: self.midnight + time, ..civil }
    }
}
