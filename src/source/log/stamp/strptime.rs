//! `--log-time FORMAT`: a format of one's own, as `strptime(3)` and Python read it.
//!
//! chrono's own reading was not what users write: `%f` was nanoseconds (`.123` is
//! 123 of them), `%Z` told no zone, and `%#z` panicked when written.

use super::civil::{Civil, Guess};
use super::digits::{fraction, month, number, seconds};
use super::month_first::latest;
use super::zone;

/// One part of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    /// This character.
    Literal(u8),
    /// Any number of blanks.
    Blank,
    Year,
    /// Two digits: 70 to 99 are of the century before.
    ShortYear,
    Month,
    MonthName,
    Day,
    DayOfYear,
    Weekday,
    Hour,
    Hour12,
    Minute,
    Second,
    Half,
    /// Digits of a second, as many as there are, with their mark or without.
    Fraction {
        marked: bool,
        digits: usize,
    },
    Zone,
    ZoneWord,
    Epoch,
}

/// A format of one's own.
#[derive(Debug, Clone)]
pub struct TimeFormat {
    items: Vec<Item>,
    /// Where it last stood.
    at: usize,
}

/// What has been read so far.
#[derive(Debug, Default)]
struct StampFields {
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
        let time = has(&[Item::Hour, Item::Hour12]) && has(&[Item::Minute]) && has(&[Item::Second]);
        if !(has(&[Item::Epoch]) || (date && time)) {
            return Err(format!("tells no date with hours, minutes and seconds; {example}"));
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
        let mut read = StampFields { day: 1, month: 1, ..StampFields::default() };
        let mut rest = text;
        for (n, item) in self.items.iter().enumerate() {
            let next = self.items.get(n + 1).copied();
            rest = read.take(*item, next, rest)?;
        }
        read.civil(newest, text.len() - rest.len())
    }
}

/// The parts of a format; none where a specifier is not known.
fn items(format: &[u8]) -> Option<Vec<Item>> {
    let mut items = Vec::new();
    let mut rest = format;
    while let [c, after @ ..] = rest {
        rest = after;
        if *c != b'%' {
            items.push(if *c == b' ' { Item::Blank } else { Item::Literal(*c) });
            continue;
        }
        rest = specifier(rest, &mut items)?;
    }
    words_of_zones(&mut items);
    Some(items)
}

/// `Z`, `UTC` or `GMT` at the end of a format is a zone written as it is.
fn words_of_zones(items: &mut Vec<Item>) {
    for word in [&b"UTC"[..], b"GMT", b"Z"] {
        let tail: Vec<Item> = word.iter().map(|c| Item::Literal(*c)).collect();
        let whole = items.len() > tail.len()
            && !matches!(items[items.len() - tail.len() - 1], Item::Literal(c) if c.is_ascii_alphanumeric());
        if whole && items.ends_with(&tail) && !items.contains(&Item::Zone) {
            items.truncate(items.len() - tail.len());
            items.push(Item::ZoneWord);
            return;
        }
    }
}

/// Specifiers that stand for several.
fn short_for(c: u8) -> Option<&'static [u8]> {
    Some(match c {
        b'F' => b"%Y-%m-%d",
        b'T' | b'X' => b"%H:%M:%S",
        b'D' | b'x' => b"%m/%d/%y",
        b'R' => b"%H:%M",
        b'r' => b"%I:%M:%S %p",
        b'c' => b"%a %b %e %H:%M:%S %Y",
        b'+' => b"%Y-%m-%dT%H:%M:%S%.f%z",
        b'v' => b"%e-%b-%Y",
        _ => return None,
    })
}

/// What stands behind a `%`; what is left behind that.
fn specifier<'a>(text: &'a [u8], items: &mut Vec<Item>) -> Option<&'a [u8]> {
    let fraction = |marked, digits| Item::Fraction { marked, digits };
    match text {
        [b'.', b'f', rest @ ..] | [b'.', b'1'..=b'9', b'f', rest @ ..] => {
            items.push(fraction(true, 0));
            return Some(rest);
        }
        [n @ b'1'..=b'9', b'f' | b'N' | b'L', rest @ ..] => {
            items.push(fraction(false, usize::from(n - b'0')));
            return Some(rest);
        }
        [b':' | b'#', b'z', rest @ ..] | [b':', b':', b'z', rest @ ..] => {
            items.push(Item::Zone);
            return Some(rest);
        }
        _ => {}
    }
    // Padding says how it is written, not what it is.
    let text = match text {
        [b'-' | b'_' | b'0' | b'E' | b'O', rest @ ..] => rest,
        _ => text,
    };
    let (c, rest) = text.split_first()?;
    let item = match c {
        b'Y' | b'G' => Item::Year,
        b'y' => Item::ShortYear,
        b'm' => Item::Month,
        b'b' | b'B' | b'h' => Item::MonthName,
        b'd' | b'e' => Item::Day,
        b'j' => Item::DayOfYear,
        b'a' | b'A' => Item::Weekday,
        b'H' | b'k' => Item::Hour,
        b'I' | b'l' => Item::Hour12,
        b'M' => Item::Minute,
        b'S' => Item::Second,
        b'p' | b'P' => Item::Half,
        b'f' | b'L' | b'N' => fraction(false, 0),
        b'z' => Item::Zone,
        b'Z' => Item::ZoneWord,
        b's' => Item::Epoch,
        b'%' => Item::Literal(b'%'),
        b'n' | b't' => Item::Blank,
        _ => {
            items.extend(self::items(short_for(*c)?)?);
            return Some(rest);
        }
    };
    items.push(item);
    Some(rest)
}

/// A number of at most so many digits, perhaps behind a blank that pads it.
fn digits(text: &[u8], most: usize) -> Option<(i64, &[u8])> {
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let length = text.iter().take(most).take_while(|c| c.is_ascii_digit()).count();
    Some((number(&text[..length])?, &text[length..]))
}

impl StampFields {
    /// Takes one part off the text.
    fn take<'a>(&mut self, item: Item, next: Option<Item>, text: &'a [u8]) -> Option<&'a [u8]> {
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

    fn civil(&self, newest: i64, length: usize) -> Option<Civil> {
        let fine = |civil: Civil| Civil { micros: self.micros, coarse: !self.fine, ..civil };
        if let Some(seconds) = self.epoch {
            return Some(fine(Civil::new(seconds, Some(0), length)));
        }
        let hour = match self.half {
            Some(after_noon) => self.hour % 12 + if after_noon { 12 } else { 0 },
            None => self.hour,
        };
        let time = (hour, self.minute, self.second);
        let of = |year| match self.day_of_year {
            Some(day) => Some(seconds((year, 1, 1), time)? + (day - 1) * 86_400),
            None => seconds((year, self.month, self.day), time),
        };
        let (seconds, guess) = match self.year {
            Some(year) => (of(year)?, Guess::Nothing),
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
