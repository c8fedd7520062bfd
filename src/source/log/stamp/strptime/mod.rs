//! `--log-time FORMAT`: a format of one's own, as `strptime(3)` and Python read it.
//!
//! chrono's own reading was not what users write: `%f` was nanoseconds (`.123` is
//! 123 of them), `%Z` told no zone, and `%#z` panicked when written.

mod item;
mod reading;

use super::civil::Civil;
use item::{Item, items};
use reading::StampFields;

/// A format of one's own.
#[derive(Debug, Clone)]
pub struct TimeFormat {
    items: Vec<Item>,
    /// Where it last stood.
    at: usize,
}

impl TimeFormat {
    /// A format as `--log-time` takes it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(format: &str) -> Result<Self, String> {
        let example = "give a format such as '%d.%m.%Y %H:%M:%S' (strftime)";
        let items =
            items(format.as_bytes()).ok_or_else(|| format!("is not understood; {example}"))?;
        let has = |wanted: &[Item]| wanted.iter().any(|item| items.contains(item));
        let date = (has(&[Item::Month, Item::MonthName]) && has(&[Item::Day]))
            || (has(&[Item::DayOfYear]) && has(&[Item::Year, Item::ShortYear]));
        // Without any date the day is guessed, and that is said; half of one is a slip.
        let none = !has(&[Item::Month, Item::MonthName, Item::Day, Item::DayOfYear])
            && !has(&[Item::Year, Item::ShortYear]);
        let time = has(&[Item::Hour, Item::Hour12]) && has(&[Item::Minute]) && has(&[Item::Second]);
        if !has(&[Item::Epoch]) && !time {
            return Err(format!("tells no time with hours, minutes and seconds; {example}"));
        }
        if !has(&[Item::Epoch]) && !(date || none) {
            return Err(format!("tells a date without its day or its month; {example}"));
        }
        Ok(Self { items, at: 0 })
    }

    /// The first place at which it fits.
    pub(super) fn find(&mut self, line: &[u8], farthest: usize, newest: i64) -> Option<Civil> {
        let starts = |at: &usize| *at == 0 || !line[*at - 1].is_ascii_alphanumeric();
        let places = std::iter::once(self.at).chain(0..line.len().min(farthest));
        let places = places.filter(|at| *at < line.len()).filter(starts);
        for at in places {
            if let Some(civil) = self.parse(&line[at..], newest) {
                self.at = at;
                return Some(civil);
            }
        }
        None
    }

    fn parse(&self, text: &[u8], newest: i64) -> Option<Civil> {
        let mut reading = StampFields::default();
        let mut rest = text;
        for (n, item) in self.items.iter().enumerate() {
            let next = self.items.get(n + 1).copied();
            rest = reading.take(*item, next, rest)?;
        }
        reading.civil(newest, text.len() - rest.len())
    }
}
