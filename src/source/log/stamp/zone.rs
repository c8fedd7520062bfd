//! Time zones: what is written, and this machine's where none is.

use chrono::{DateTime, Local, Offset, TimeZone};

use super::Civil;

/// Zones told apart; more than these are one more.
const MOST: usize = 4;

/// The zones of one log.
#[derive(Debug, Default)]
pub(super) struct Zones {
    /// As written, seconds east, in the order of their coming.
    written: Vec<i32>,
    /// Some stamp had none.
    bare: bool,
    /// This machine's, by the hour last asked for.
    local: Option<(i64, i32)>,
}

impl Zones {
    /// Seconds east of UTC; none for a moment out of this world.
    pub(super) fn east(&mut self, civil: Civil) -> Option<i32> {
        if let Some(east) = civil.east {
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
                let east = local(civil.seconds)?;
                self.local = Some((hour, east));
                Some(east)
            }
        }
    }

    /// What a reader has to know of them.
    pub(super) fn remark(&self) -> Option<String> {
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

/// This machine's zone at that civil second. In the hour that is there twice the
/// earlier is meant; one that is skipped is read as the hour before.
fn local(civil: i64) -> Option<i32> {
    let naive = DateTime::from_timestamp(civil, 0)?.naive_utc();
    let offset = Local.offset_from_local_datetime(&naive).earliest();
    let offset = offset.unwrap_or_else(|| Local.offset_from_utc_datetime(&naive));
    Some(offset.fix().local_minus_utc())
}

/// `+01:00`, or `UTC`.
fn name(east: i32) -> String {
    let minutes = east.abs() / 60;
    match east {
        0 => "UTC".to_owned(),
        _ => format!("{}{:02}:{:02}", if east < 0 { '-' } else { '+' }, minutes / 60, minutes % 60),
    }
}
