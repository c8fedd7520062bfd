//! Whose local time is written: a value that is handed in, since only `config` asks the
//! machine.

use chrono::{DateTime, FixedOffset, Offset, Utc};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A time zone.
#[derive(Debug, Clone, Copy)]
pub enum Zone {
    /// The same all year.
    Fixed(FixedOffset),
    /// One of the time-zone database, which knows its abbreviations; loaded once in a run.
    Known(&'static TimeZone),
}

impl Default for Zone {
    fn default() -> Self {
        Self::Fixed(Utc.fix())
    }
}

impl Zone {
    /// East of Greenwich at that moment.
    #[must_use]
    pub fn offset(self, at: DateTime<Utc>) -> FixedOffset {
        match self {
            Self::Fixed(offset) => offset,
            Self::Known(zone) => {
                let seconds = Timestamp::from_second(at.timestamp());
                let seconds = seconds.map_or(0, |at| zone.to_offset_info(at).offset().seconds());
                FixedOffset::east_opt(seconds).unwrap_or(Utc.fix())
            }
        }
    }

    /// Its name at that moment: `UTC`, `CET`, else its offset.
    #[must_use]
    pub fn name(self, at: DateTime<Utc>) -> String {
        if let (Self::Known(zone), Ok(at)) = (self, Timestamp::from_second(at.timestamp())) {
            return zone.to_offset_info(at).abbreviation().to_owned();
        }
        match self.offset(at) {
            offset if offset.local_minus_utc() == 0 => "UTC".to_owned(),
            offset => offset.to_string(),
        }
    }

    /// That moment on the clock there.
    #[must_use]
    pub fn local(self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        at.with_timezone(&self.offset(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_has_its_offset_and_name_of_the_season() {
        let vienna = TimeZone::get("Europe/Vienna").expect("bundled");
        let vienna = Zone::Known(Box::leak(Box::new(vienna)));
        let of = |text: &str| {
            let at: DateTime<Utc> = text.parse().expect("a time");
            (vienna.local(at).format("%H:%M").to_string(), vienna.name(at))
        };
        assert_eq!(of("2026-01-15T12:00:00Z"), ("13:00".to_owned(), "CET".to_owned()));
        assert_eq!(of("2026-07-15T12:00:00Z"), ("14:00".to_owned(), "CEST".to_owned()));
        assert_eq!(Zone::default().name(DateTime::UNIX_EPOCH), "UTC");
        let east = Zone::Fixed(FixedOffset::east_opt(5 * 3600 + 1800).expect("an hour there is"));
        assert_eq!(east.name(DateTime::UNIX_EPOCH), "+05:30");
    }
}
