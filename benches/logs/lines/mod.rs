//! A line of each format for the bench, and how the runbook counts it.

mod access;
mod loggers;
mod words;

/// A format.
pub(crate) struct Line {
    pub(crate) name: &'static str,
    /// Ten million lines of it, else one.
    pub(crate) large: bool,
    /// Read by patterns of one's own as well.
    pub(crate) own: bool,
    /// What `mawk` looks for, and what it counts by.
    pub(crate) pattern: &'static str,
    pub(crate) second: &'static str,
    /// The line of that number, and whether it tells a connect.
    pub(crate) write: fn(u64, &Moment) -> (String, bool),
}

/// A moment of the day.
pub(crate) struct Moment {
    millis: u64,
}

impl Moment {
    pub(crate) const fn of(millis: u64) -> Self {
        Self { millis }
    }

    fn clock(&self) -> String {
        let second = self.millis / 1000;
        format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
    }

    fn iso(&self) -> String {
        format!("2026-11-21T{}.{:03}Z", self.clock(), self.millis % 1000)
    }

    /// The same in microseconds.
    fn iso_micros(&self) -> String {
        format!("2026-11-21T{}.{:03}000Z", self.clock(), self.millis % 1000)
    }

    /// So much earlier, but of the same day.
    const fn before(&self, millis: u64) -> Self {
        Self { millis: self.millis.saturating_sub(millis) }
    }

    fn clf(&self) -> String {
        format!("21/Nov/2026:{} +0000", self.clock())
    }

    fn epoch_millis(&self) -> u64 {
        1_795_219_200_000 + self.millis
    }
}

/// `10.0.x.y`.
fn address(n: u64) -> String {
    format!("10.0.{}.{}", n / 251 % 251, 1 + n % 251)
}

const fn line(
    name: &'static str,
    pattern: &'static str,
    second: &'static str,
    write: fn(u64, &Moment) -> (String, bool),
) -> Line {
    Line { name, large: false, own: false, pattern, second, write }
}

/// All of them, those of ten million lines first.
pub(crate) fn all() -> impl Iterator<Item = &'static Line> {
    [words::LARGE, access::LARGE, loggers::LARGE, access::LINES, words::LINES, loggers::LINES]
        .into_iter()
        .flatten()
}
