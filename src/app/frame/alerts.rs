//! The alerts as a list, and what happened when.

use std::time::Duration;

use chrono::{DateTime, Local};

use crate::detect::Severity;

/// Every alert since the start, newest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlertList {
    /// The rows.
    pub rows: Vec<AlertRow>,
    /// Index of the selected row.
    pub selected: usize,
}

/// One alert.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRow {
    /// The letter on the chart.
    pub letter: char,
    /// When it began.
    pub since: DateTime<Local>,
    /// How long it has lasted, or did.
    pub lasted: Duration,
    /// How bad it is, or was at its worst when it is over.
    pub severity: Severity,
    /// Whether it still fires.
    pub firing: bool,
    /// Whether somebody has seen it.
    pub silence: Silence,
    /// The whole sentence.
    pub sentence: String,
    /// The log's last error lines at that time, oldest first.
    pub errors: Vec<String>,
    /// The highest value, as text; none where the rule has no number.
    pub peak: Option<String>,
    /// The value now, while it fires.
    pub now: Option<String>,
}

impl AlertRow {
    /// Whether it is a mark of the user's among the alerts.
    #[must_use]
    pub const fn is_mark(&self) -> bool {
        self.letter == '*'
    }
}

/// Whether an alert may still shout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Silence {
    /// Nobody has said anything.
    #[default]
    Off,
    /// Somebody has seen it; louder again when it grows worse.
    Acknowledged,
    /// Not for this long.
    Muted(Duration),
}

impl Silence {
    /// One word, none for what is loud.
    #[must_use]
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Off => None,
            Self::Acknowledged => Some("acknowledged"),
            Self::Muted(_) => Some("muted"),
        }
    }
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow {
    /// When.
    pub at: DateTime<Local>,
    /// The letter on the chart, `A` to `Z`, in turn; `*` for a mark.
    pub letter: char,
    /// How bad.
    pub severity: Severity,
    /// What, in a few words.
    pub text: String,
    /// The log's last error lines at that time, while the alert fires.
    pub errors: Vec<String>,
    /// The same with all its figures, for a wide panel.
    pub sentence: String,
}
