//! A stamp read part by part, as the format says.

use super::item::Item;
use crate::source::log::stamp::civil::{Civil, Guess};
use crate::source::log::stamp::digits::{fraction, month, number, seconds};
use crate::source::log::stamp::month_first::latest;
use crate::source::log::stamp::zone;

/// What has been read so far.
#[derive(Debug, Default)]
pub(super) struct StampFields {
    year: Option<i64>,
    month: i64,
    day: i64,
    day_of_year: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    half: Option<bool>,
    micros: i64,
    fine: bool,
    east: Option<i32>,
    epoch: Option<i64>,
}

/// A number of at most so many digits, perhaps behind a blank that pads it.
fn digits(text: &[u8], most: usize) -> Option<(i64, &[u8])> {
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let length = text.iter().take(most).take_while(|c| c.is_ascii_digit()).count();
    Some((number(&text[..length])?, &text[length..]))
}

impl StampFields {
    /// Takes one part off the text.
    pub(super) fn take<'a>(
        &mut self,
        item: Item,
        next: Option<Item>,
        text: &'a [u8],
    ) -> Option<&'a [u8]> {
        let two = |field: &mut i64| -> Option<&'a [u8]> {
            let (number, rest) = digits(text, 2)?;
            *field = number;
            Some(rest)
        };
        Some(match item {
            // A point or a comma before a fraction is a matter of taste.
            Item::Literal(b'.' | b',') if matches!(next, Some(Item::Fraction { .. })) => {
                text.strip_prefix(b".").or(text.strip_prefix(b","))?
            }
            Item::Literal(c) => text.strip_prefix(&[c])?,
            Item::Blank => {
                let rest = text.trim_ascii_start();
                if rest.len() == text.len() {
                    return None;
                }
                rest
            }
            Item::Month => two(&mut self.month)?,
            Item::Day => two(&mut self.day)?,
            Item::Hour | Item::Hour12 => two(&mut self.hour)?,
            Item::Minute => two(&mut self.minute)?,
            Item::Second => two(&mut self.second)?,
            Item::Weekday => word(text, 3, 9)?,
            Item::MonthName => {
                let name = text.first_chunk::<3>()?;
                let name = [name[0].to_ascii_uppercase(), name[1] | 32, name[2] | 32];
                self.month = month(&name)?;
                word(text, 3, 9)?
            }
            _ => return self.take_wide(item, next, text),
        })
    }

    /// The parts of more than two digits, and words.
    fn take_wide<'a>(
        &mut self,
        item: Item,
        next: Option<Item>,
        text: &'a [u8],
    ) -> Option<&'a [u8]> {
        let (value, rest) = match item {
            Item::Year => digits(text, 4)?,
            Item::ShortYear => digits(text, 2)?,
            Item::DayOfYear => digits(text, 3)?,
            _ => (0, text),
        };
        match item {
            Item::Year => self.year = Some(value),
            Item::ShortYear => self.year = Some(value + if value < 70 { 2000 } else { 1900 }),
            Item::DayOfYear => self.day_of_year = Some(value),
            Item::Half => {
                let half = text.first_chunk::<2>()?;
                self.half = match half.map(|c| c.to_ascii_uppercase()) {
                    [b'A', b'M'] => Some(false),
                    [b'P', b'M'] => Some(true),
                    _ => return None,
                };
                return Some(&text[2..]);
            }
            Item::Fraction { marked, digits } => return self.fraction(text, marked, digits),
            Item::Epoch => return self.epoch(text, next),
            Item::Zone | Item::ZoneWord => return self.zone(item, text),
            _ => {}
        }
        Some(rest)
    }

    fn fraction<'a>(&mut self, text: &'a [u8], marked: bool, most: usize) -> Option<&'a [u8]> {
        let digits = match text {
            [b'.' | b',', digits @ ..] if marked => digits,
            // A second without a fraction has none written.
            _ if marked => return Some(text),
            _ => text,
        };
        let digits_of = if most == 0 { digits } else { &digits[..digits.len().min(most)] };
        let (micros, length) = fraction(digits_of);
        (length > 0).then_some(())?;
        (self.micros, self.fine) = (micros, true);
        Some(&digits[length..])
    }

    fn epoch<'a>(&mut self, text: &'a [u8], next: Option<Item>) -> Option<&'a [u8]> {
        let length = text.iter().take(19).take_while(|c| c.is_ascii_digit()).count();
        let behind = match next {
            Some(Item::Fraction { marked: false, digits }) => digits.min(9),
            _ => 0,
        };
        let whole = length.checked_sub(behind).filter(|whole| *whole >= 9)?;
        let (seconds, micros) = match whole {
            13 | 16 | 19 => (number(&text[..10])?, fraction(&text[10..whole]).0),
            _ => (number(&text[..whole])?, 0),
        };
        (self.micros, self.fine) = (micros, whole > 10);
        self.epoch = Some(seconds);
        Some(&text[whole..])
    }

    fn zone<'a>(&mut self, item: Item, text: &'a [u8]) -> Option<&'a [u8]> {
        let text = text.strip_prefix(b" ").unwrap_or(text);
        let found = zone::offset(text).or_else(|| zone::word(text));
        if let Some((east, length)) = found {
            self.east = Some(east);
            return Some(&text[length..]);
        }
        // A word that nobody knows: this machine's zone is as good as any.
        let rest = word(text, 1, 32).filter(|_| item == Item::ZoneWord)?;
        Some(rest)
    }

    /// What has been read; of a time without a date the seconds of its day.
    pub(super) fn civil(&self, newest: i64, length: usize) -> Option<Civil> {
        let fine = |civil: Civil| Civil { micros: self.micros, coarse: !self.fine, ..civil };
        if let Some(seconds) = self.epoch {
            return Some(fine(Civil::new(seconds, Some(0), length)));
        }
        let hour = match self.half {
            Some(_) if !(1..=12).contains(&self.hour) => return None,
            Some(after_noon) => self.hour % 12 + if after_noon { 12 } else { 0 },
            None => self.hour,
        };
        let time = (hour, self.minute, self.second);
        let of = |year| match self.day_of_year {
            Some(day) => {
                let at = seconds((year, 1, 1), time)? + (day - 1) * 86_400;
                let next = seconds((year + 1, 1, 1), (0, 0, 0))?;
                (day > 0 && at < next).then_some(at)
            }
            None => seconds((year, self.month, self.day), time),
        };
        let (seconds, guess) = match self.year {
            Some(year) => (of(year)?, Guess::Nothing),
            None if self.month == 0 && self.day_of_year.is_none() => {
                (seconds((1970, 1, 1), time)?, Guess::Date)
            }
            None => (latest(newest, of)?, Guess::Year),
        };
        Some(Civil { guess, ..fine(Civil::new(seconds, self.east, length)) })
    }
}

/// Past a word of letters; between so many and so many.
fn word(text: &[u8], least: usize, most: usize) -> Option<&[u8]> {
    let length = text.iter().take_while(|c| c.is_ascii_alphabetic() || **c == b'/').count();
    let length = length.min(most);
    (length >= least).then(|| &text[length..])
}
