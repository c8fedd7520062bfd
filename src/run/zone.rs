//! The time zone of whoever looks: nobody else asks the machine for it.

use chrono::{DateTime, Local, NaiveDateTime, TimeZone, Utc};

use crate::fmt::Zone;

/// That of this machine, or of `TZ`.
pub(super) const fn here() -> Zone {
    Zone::Of(|at| Local.offset_from_utc_datetime(&at.naive_utc()))
}

/// The first moment at which a clock here shows that; none in the hour that summer
/// time leaves out.
pub(super) fn when_a_clock_shows(local: NaiveDateTime) -> Option<DateTime<Utc>> {
    Local.from_local_datetime(&local).earliest().map(|at| at.to_utc())
}
