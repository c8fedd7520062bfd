//! A stamp as it was written, before it is brought to UTC.

/// What a stamp says, and what had to be guessed of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Civil {
    /// Seconds since 1970 as the clock on the wall showed them.
    pub(super) seconds: i64,
    /// Microseconds within.
    pub(super) micros: i64,
    /// Written to the whole second only.
    pub(super) coarse: bool,
    /// East of UTC in seconds; none = not written.
    pub(super) east: Option<i32>,
    /// What was not written and taken from elsewhere.
    pub(super) guess: Guess,
    /// Bytes of it, without its zone.
    pub(super) length: usize,
}

/// What a stamp does not say by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Guess {
    /// All is written.
    #[default]
    Nothing,
    /// No year.
    Year,
    /// No date at all.
    Date,
    /// `03/04/2026`: the month was taken to be first.
    MonthFirst,
}

impl Civil {
    /// A whole second in which nothing is guessed.
    pub(super) const fn new(seconds: i64, east: Option<i32>, length: usize) -> Self {
        Self { seconds, micros: 0, coarse: true, east, guess: Guess::Nothing, length }
    }

    /// With the microseconds that were read along with it.
    pub(super) const fn with_micros(mut self, micros: Option<i64>) -> Self {
        if let Some(micros) = micros {
            (self.micros, self.coarse) = (micros, false);
        }
        self
    }

    /// In the half of the day that follows: ` PM` of a clock of twelve hours.
    pub(super) fn with_half(mut self, text: &[u8]) -> Self {
        let behind = text.get(self.length..).unwrap_or_default();
        let hour = self.seconds.rem_euclid(86_400) / 3600;
        if let Some((afternoon, length)) = super::digits::half_of_day(behind)
            && (1..=12).contains(&hour)
        {
            let right = hour % 12 + if afternoon { 12 } else { 0 };
            self.seconds += (right - hour) * 3600;
            self.length += length;
        }
        self
    }

    /// With the fraction that follows: `.123`, `,123`; how long it is.
    pub(super) fn with_fraction(mut self, text: &[u8], marks: &[u8]) -> Self {
        let Some(digits) = text.get(self.length..).and_then(|rest| rest.split_first()) else {
            return self;
        };
        let (mark, digits) = digits;
        if marks.contains(mark) {
            let (micros, length) = super::digits::fraction(digits);
            if length > 0 {
                (self.micros, self.coarse) = (micros, false);
                self.length += 1 + length;
            }
        }
        self
    }
}
