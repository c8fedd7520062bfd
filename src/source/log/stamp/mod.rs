//! Timestamps of log lines: found where they stand, and brought to UTC.
//!
//! RFC 3339 and ISO with a space, slashes or nothing between, the common log
//! format, syslog and asctime, dates in numbers, epochs of every precision, times
//! without a date, or a format of one's own. The same place and style are tried
//! first on the next line, and the same nineteen characters are not read twice: at
//! 100 000 lines a second they are the same for a whole second.

mod civil;
mod day_first;
mod digits;
mod epoch;
mod iso;
mod month_first;
mod numeric;
mod strptime;
mod time_only;
mod zone;

pub use strptime::TimeFormat;

use civil::Civil;
use time_only::Day;
use zone::Zones;

/// A stamp further into the line than this belongs to its text.
const FARTHEST: usize = 160;
/// Where a wrapper has told the time already, a stamp further in than this is
/// something the text speaks of; but for one in brackets.
const NEAR: usize = 16;
const NEAR_IN_BRACKETS: usize = 64;
/// Microseconds of a second.
pub(super) const SECOND: i64 = 1_000_000;

/// A moment of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// Microseconds since 1970, UTC.
    pub(super) micros: i64,
    /// Written to the whole second only.
    pub(super) coarse: bool,
}

/// The ways of writing it, the finer and rarer to be mistaken first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Iso,
    DayFirst,
    MonthFirst,
    Numeric,
    Basic,
    Klog,
    Epoch,
    TimeOnly,
}

const STYLES: [Style; 8] = [
    Style::Iso,
    Style::DayFirst,
    Style::MonthFirst,
    Style::Numeric,
    Style::Basic,
    Style::Klog,
    Style::Epoch,
    Style::TimeOnly,
];

/// Reads the stamps of one log.
#[derive(Debug)]
pub(super) struct Stamps {
    format: Option<TimeFormat>,
    last: Option<(Style, usize)>,
    last_value: Style,
    zones: Zones,
    /// Seconds since 1970 that a stamp without a year is before.
    newest: i64,
    day: Day,
    /// Lines in a row whose wrapper alone told the time.
    vain: u32,
    /// The civil second last read, as text.
    iso: ([u8; 19], i64),
    clf: ([u8; 20], i64),
    /// Where the stamp found last stands, and how long it is.
    pub(super) place: (usize, usize),
}

impl Stamps {
    /// `newest` is when the log was last written to, seconds since 1970.
    pub(super) fn new(format: Option<TimeFormat>, newest: i64) -> Self {
        Self {
            format,
            last: None,
            last_value: Style::Iso,
            zones: Zones::default(),
            newest,
            day: Day::before(newest),
            vain: 0,
            iso: ([0; 19], 0),
            clf: ([0; 20], 0),
            place: (0, 0),
        }
    }

    /// Its format has times without a zone, which are UTC.
    pub(super) fn read_bare_as_utc(&mut self) {
        self.zones = Zones::of_utc();
    }

    /// The first lines have been looked at: what was found of zones is forgotten, and
    /// the day begins anew.
    pub(super) fn begin(&mut self) {
        self.zones = self.zones.anew();
        self.day = Day::before(self.newest);
    }

    /// The stamp of a line; none where it has none.
    pub(super) fn find(&mut self, line: &[u8]) -> Option<Moment> {
        self.within(line, FARTHEST)
    }

    /// The stamp at the beginning of a line whose wrapper has told another.
    pub(super) fn near(&mut self, line: &[u8]) -> Option<Moment> {
        /// Looks in vain after which there will be none: each takes as long as all else.
        const VAIN: u32 = 200;
        if self.vain >= VAIN && self.format.is_none() {
            return None;
        }
        let found = self.within(line, NEAR);
        self.vain = if found.is_some() { 0 } else { self.vain + 1 };
        found
    }

    fn within(&mut self, line: &[u8], farthest: usize) -> Option<Moment> {
        if let Some(format) = &mut self.format {
            let civil = format.find(line, FARTHEST, self.newest)?;
            return self.dated(civil);
        }
        // In the middle of a number it would be another day.
        let starts =
            |at: usize| at == 0 || line.get(at - 1).is_some_and(|c| !c.is_ascii_alphanumeric());
        let last = self.last.filter(|(_, at)| is_near(line, *at, farthest) && starts(*at));
        if let Some((style, at)) = last
            && let Some(civil) = self.read(style, line, at)
        {
            self.place = (at, civil.length);
            return self.utc(civil);
        }
        let known = self.last.map(|(style, _)| style);
        // A time of day in a line of a log with dates is a number in its text.
        let dated = known.is_some() || farthest == NEAR;
        let styles = STYLES
            .into_iter()
            .filter(|style| Some(*style) != known && !(dated && *style == Style::TimeOnly));
        for style in known.into_iter().chain(styles) {
            for at in places(line, style, farthest) {
                if let Some(civil) = self.read(style, line, at) {
                    (self.last, self.place) = (Some((style, at)), (at, civil.length));
                    return self.utc(civil);
                }
            }
        }
        None
    }

    /// The value of a key that is named like a time.
    pub(super) fn value(&mut self, text: &[u8]) -> Option<Moment> {
        if let Some(format) = &mut self.format {
            let civil = format.find(text, FARTHEST, self.newest)?;
            return self.dated(civil);
        }
        let known = self.last_value;
        let others = STYLES.into_iter().filter(|style| *style != known);
        let civil = std::iter::once(known).chain(others).find_map(|style| {
            // `Fri, 20 Nov 2026` has its day of the week before it.
            let at = if matches!(style, Style::DayFirst | Style::MonthFirst) {
                weekday(text)
            } else {
                0
            };
            let civil = self.read(style, text, at)?;
            self.last_value = style;
            Some(civil)
        });
        let civil = civil.or_else(|| epoch::scientific(text))?;
        self.utc(civil)
    }

    /// What there is to say of the zones found, and of what was guessed.
    pub(super) fn remarks(&self) -> Vec<String> {
        self.zones.remarks()
    }

    /// The zone in two words.
    pub(super) fn zone(&self) -> Option<String> {
        self.zones.describe()
    }

    fn read(&mut self, style: Style, line: &[u8], at: usize) -> Option<Civil> {
        let text = line.get(at..)?;
        match style {
            Style::Iso => iso::read(text, &mut self.iso),
            Style::DayFirst => day_first::read(text, &mut self.clf),
            Style::MonthFirst => month_first::read(text, self.newest),
            Style::Numeric => numeric::read(text),
            Style::Basic => iso::basic(text),
            Style::Klog => month_first::klog(text, self.newest),
            Style::Epoch => epoch::read(text),
            // Behind a number it is the time of a date that is none: `Nov 31 14:05:23`.
            Style::TimeOnly if line[..at].iter().any(u8::is_ascii_digit) => None,
            Style::TimeOnly => self.day.read(text),
        }
    }

    /// What a format of one's own read: a time alone has its day given here.
    fn dated(&mut self, civil: Civil) -> Option<Moment> {
        let undated = civil.guess == civil::Guess::Date;
        let civil = if undated { self.day.on(civil) } else { civil };
        self.utc(civil)
    }

    fn utc(&mut self, civil: Civil) -> Option<Moment> {
        let east = self.zones.east(civil)?;
        let micros = (civil.seconds - i64::from(east)).checked_mul(SECOND)? + civil.micros;
        Some(Moment { micros, coarse: civil.coarse })
    }
}

/// Past `Fri, ` or `Fri `.
fn weekday(text: &[u8]) -> usize {
    let letters = text.iter().take_while(|c| c.is_ascii_alphabetic()).count();
    match text.get(letters..) {
        Some([b',', b' ', ..]) => letters + 2,
        Some([b' ', next, ..]) if letters == 3 && next.is_ascii_alphabetic() => letters + 1,
        _ => 0,
    }
}

/// Where such a stamp may begin: at the start of a word. An epoch stands first
/// in its line, or in brackets: elsewhere ten digits are somebody's id.
fn places(line: &[u8], style: Style, most: usize) -> impl Iterator<Item = usize> {
    let farthest = match style {
        Style::Epoch | Style::Klog => 2,
        Style::MonthFirst | Style::TimeOnly => 12,
        Style::Basic => 16,
        Style::Iso | Style::DayFirst | Style::Numeric => FARTHEST,
    };
    let opens = |before: u8| {
        matches!(before, b' ' | b'[' | b'(' | b'"' | b'\'' | b'=' | b'\t' | b'|' | b'>' | b'<')
    };
    let starts = move |at: &usize| *at == 0 || opens(line[*at - 1]);
    (0..line.len().min(farthest)).filter(starts).filter(move |at| is_near(line, *at, most))
}

/// Whether a stamp there is not too far in.
fn is_near(line: &[u8], at: usize, most: usize) -> bool {
    let bracket = || at.checked_sub(1).and_then(|before| line.get(before)) == Some(&b'[');
    at < most || (at < NEAR_IN_BRACKETS && bracket())
}

#[cfg(test)]
mod tests;
