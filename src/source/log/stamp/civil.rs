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
