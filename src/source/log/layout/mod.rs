//! What the stamp of an access line is of, and which of its numbers the duration.
//!
//! Lines are written in the order of their end. Where stamp and duration together
//! are in order and the stamp alone is not, the stamp is of the beginning; that also
//! tells which number is the duration, and in which unit. Taking it by the name of
//! the format alone put the closes of Apache and Envoy up to hours too early.

mod samples;

use super::format::{LineFormat, Number, StampIs, Unit};
pub(super) use samples::Samples;

/// How access lines of one log are to be read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    pub(super) stamp: StampIs,
    pub(super) duration: Option<Duration>,
    /// Both moments stand in the line.
    pub(super) began: bool,
    /// Why there is no duration.
    pub(super) why: Option<&'static str>,
}

/// Which number is the duration.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Duration {
    name: Vec<u8>,
    place: u8,
    unit: Unit,
    bare: bool,
}

impl Duration {
    /// Its microseconds, if that is the number.
    pub(super) fn of(&self, number: &Number<'_>) -> Option<i64> {
        if !self.is(number) || !number.value.is_finite() {
            return None;
        }
        let unit = if number.unit == Unit::Unknown { self.unit } else { number.unit };
        #[expect(clippy::cast_possible_truncation, reason = "bounded: thirty years")]
        let micros = (number.value * unit.micros()).min(1e15) as i64;
        Some(micros)
    }

    fn is(&self, number: &Number<'_>) -> bool {
        number.name == self.name && (!self.bare || number.place == self.place)
    }

    /// As it is told: `rt=`, or where it stands.
    pub(super) fn name(&self) -> String {
        let unit = self.unit.name();
        if self.bare {
            return format!("in {unit}").trim_end().to_owned();
        }
        let name = String::from_utf8_lossy(&self.name);
        if unit.is_empty() { format!("`{name}`") } else { format!("`{name}` in {unit}") }
    }
}

impl Layout {
    /// By convention, before anything is known.
    pub(super) const fn of(format: Option<&LineFormat>) -> Self {
        let stamp = match format {
            Some(format) => format.stamp,
            None => StampIs::End,
        };
        Self { stamp, duration: None, began: false, why: None }
    }
}
