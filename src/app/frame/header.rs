//! The top line: whose figures these are, of when, and what they cost.

use std::time::Duration;

use chrono::{DateTime, FixedOffset};

use crate::units::{Bytes, Ratio};

/// The top line.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// Host name, clean.
    pub host: String,
    /// What is watched: `all listeners`, `:8080`, `pid 2143`.
    pub watching: String,
    /// Wall time of the newest data, in the zone that all times of the frame are
    /// written in.
    pub clock: DateTime<FixedOffset>,
    /// The name of that zone: `UTC`, `CET`.
    pub zone: String,
    /// Whether it is another day than today: then the clock has its date.
    pub is_past_day: bool,
    /// Whether the picture moves.
    pub mode: Mode,
    /// How long ago it was, once that is a minute.
    pub ago: Option<Duration>,
    /// What we cost; none before it is measured.
    pub own: Option<OwnLoad>,
    /// What is kept with `--record`, and what that costs.
    pub recorded: Option<Recorded>,
    /// A recording is shown: `REPLAY ×20`.
    pub replay: Option<String>,
}

impl Header {
    /// Whether the newest data is of this very moment.
    #[must_use]
    pub const fn is_now(&self) -> bool {
        matches!(self.mode, Mode::Live) && self.replay.is_none()
    }
}

/// A recording that is being written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recorded {
    /// On disk so far.
    pub bytes: Bytes,
    /// Share of one core that writing it takes.
    pub cpu: Ratio,
}

/// Whether the picture moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Follows the data.
    Live,
    /// Stands still; collecting goes on.
    Paused,
}

/// What herdtop itself costs the host.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnLoad {
    /// Share of one core over the last 10 s.
    pub cpu: Ratio,
    /// Resident memory.
    pub rss: Bytes,
    /// How often the connections are counted.
    pub walk_period: Duration,
    /// Losses of events so far.
    pub events_lost: u64,
}
