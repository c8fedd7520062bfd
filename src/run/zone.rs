//! Times of day as somebody types them, and the machine's own zone for what is written
//! to nobody in particular.

use chrono::{DateTime, Local, NaiveDateTime, TimeDelta, TimeZone, Utc};

use crate::fmt::Zone;

/// That of this machine, or of `TZ`.
pub(super) const fn here() -> Zone {
    Zone::Of(|at| Local.offset_from_utc_datetime(&at.naive_utc()))
}

/// The first moment at which a clock of that zone shows that; none in the hour that
/// summer time leaves out.
pub(super) fn when_a_clock_shows(zone: Zone, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    let as_utc = local.and_utc();
    // The offsets of a day before and after surround any change between them.
    let near = [as_utc - TimeDelta::days(1), as_utc + TimeDelta::days(1)];
    let moments =
        near.map(|near| as_utc - TimeDelta::seconds(zone.offset(near).local_minus_utc().into()));
    moments.into_iter().filter(|at| zone.local(*at).naive_local() == local).min()
}
