//! Timestamps of log lines: found where they stand, and brought to UTC.
//!
//! RFC 3339 and ISO with a space or slashes, CLF (nginx, gunicorn, `HAProxy`),
//! syslog without a year, epoch seconds and milliseconds, or a format of one's
//! own. The same place and style are tried first on the next line, and the same
//! nineteen characters are not read twice: at 100 000 lines a second they are the
//! same for a whole second.

mod clf;
mod digits;
mod epoch;
mod format;
mod iso;
mod syslog;
mod zone;

pub use format::TimeFormat;

use zone::Zones;

/// A stamp further into the line than this belongs to its text.
const FARTHEST: usize = 160;
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
    Clf,
    Syslog,
    Epoch,
}

const STYLES: [Style; 4] = [Style::Iso, Style::Clf, Style::Syslog, Style::Epoch];

/// A style at one place of a line: civil seconds, what follows, and its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Civil {
    /// Seconds since 1970 as the clock on the wall showed them.
    seconds: i64,
    /// Microseconds within.
    micros: i64,
    coarse: bool,
    /// East of UTC in seconds; none = not written.
    east: Option<i32>,
}

/// Reads the stamps of one log.
#[derive(Debug)]
pub(super) struct Stamps {
    format: Option<TimeFormat>,
    last: Option<(Style, usize)>,
    zones: Zones,
    /// Seconds since 1970 that a stamp without a year is before.
    newest: i64,
    /// The civil second last read, as text.
    cache: ([u8; 19], i64),
}

impl Stamps {
    /// `newest` is when the log was last written to, seconds since 1970.
    pub(super) fn new(format: Option<TimeFormat>, newest: i64) -> Self {
        Self { format, last: None, zones: Zones::default(), newest, cache: ([0; 19], 0) }
    }

    /// The stamp of a line; none where it has none.
    pub(super) fn find(&mut self, line: &[u8]) -> Option<Moment> {
        if let Some(format) = &mut self.format {
            let civil = format.find(line, FARTHEST)?;
            return self.utc(civil);
        }
        if let Some((style, at)) = self.last
            && let Some(civil) = self.read(style, line, at)
        {
            return self.utc(civil);
        }
        let known = self.last.map(|(style, _)| style);
        let styles = known.into_iter().chain(STYLES.into_iter().filter(|s| Some(*s) != known));
        for style in styles {
            for at in places(line, style) {
                if let Some(civil) = self.read(style, line, at) {
                    self.last = Some((style, at));
                    return self.utc(civil);
                }
            }
        }
        None
    }

    /// The value of a key that is named like a time.
    pub(super) fn value(&mut self, text: &[u8]) -> Option<Moment> {
        if let Some(format) = &mut self.format {
            let civil = format.find(text, FARTHEST)?;
            return self.utc(civil);
        }
        let civil = STYLES.into_iter().find_map(|style| self.read(style, text, 0))?;
        self.utc(civil)
    }

    /// What there is to say of the zones found; none where all are the same.
    pub(super) fn remark(&self) -> Option<String> {
        self.zones.remark()
    }

    fn read(&mut self, style: Style, line: &[u8], at: usize) -> Option<Civil> {
        let text = line.get(at..)?;
        match style {
            Style::Iso => iso::read(text, &mut self.cache),
            Style::Clf => clf::read(text),
            Style::Syslog => syslog::read(text, self.newest),
            Style::Epoch => epoch::read(text),
        }
    }

    fn utc(&mut self, civil: Civil) -> Option<Moment> {
        let east = self.zones.east(civil)?;
        let micros = (civil.seconds - i64::from(east)).checked_mul(SECOND)? + civil.micros;
        Some(Moment { micros, coarse: civil.coarse })
    }
}

/// Where such a stamp may begin: at the start of a word. An epoch stands first
/// in its line, or in brackets: elsewhere ten digits are somebody's id.
fn places(line: &[u8], style: Style) -> impl Iterator<Item = usize> {
    let farthest = match style {
        Style::Epoch => 2,
        Style::Syslog => 6,
        Style::Iso | Style::Clf => FARTHEST,
    };
    let opens = |before: u8| {
        matches!(before, b' ' | b'[' | b'(' | b'"' | b'\'' | b'=' | b'\t' | b'|' | b'>' | b'<')
    };
    (0..line.len().min(farthest)).filter(move |&at| at == 0 || opens(line[at - 1]))
}

#[cfg(test)]
mod tests;
