//! Times of day as somebody types them.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::fmt::Zone;

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
