//! The alerts as a list, and what happened when: the judge's own alerts, with what a
//! screen adds to them.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::detect::{Alert, Measure, Severity};
use crate::fmt;
use crate::sample::LogLine;

/// Every alert since the start, newest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlertList {
    /// The rows.
    pub rows: Vec<ListedRow>,
    /// Index of the selected row.
    pub selected: usize,
    /// How many there are without the filter.
    pub total: usize,
    /// The filter in force.
    pub filter: String,
}

/// One alert.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRow {
    /// The alert.
    pub alert: Arc<Alert>,
    /// How long it has lasted at the moment of the frame, or did.
    pub lasted: Duration,
    /// Whether somebody has seen it.
    pub silence: Silence,
}

impl AlertRow {
    /// How bad it is, or was at its worst when it is over.
    #[must_use]
    pub fn severity(&self) -> Severity {
        if self.alert.is_firing() { self.alert.now } else { self.alert.severity }
    }

    /// The highest value, as text; none where the rule has no number.
    #[must_use]
    pub fn peak(&self) -> Option<String> {
        Measure::of(self.alert.rule).write(self.alert.peak)
    }

    /// The value now, while it fires; none where its rule does not see it at this
    /// moment, and it only waits to be over.
    #[must_use]
    pub fn now(&self) -> Option<String> {
        let firing = self.alert.is_firing() && self.alert.current;
        firing.then(|| Measure::of(self.alert.rule).write(self.alert.value)).flatten()
    }
}

/// The letter of an alert on the charts: from A to Z, then from A again.
#[must_use]
pub fn letter(alert: &Alert) -> char {
    let at = u8::try_from(alert.id.saturating_sub(1) % 26).unwrap_or(0);
    char::from(b'A' + at)
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq)]
pub enum ListedRow {
    /// An alert.
    Alert(AlertRow),
    /// The user noted something.
    Mark {
        /// When.
        at: DateTime<Utc>,
        /// What.
        note: String,
    },
}

impl ListedRow {
    /// When it began.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Alert(row) => row.alert.since,
            Self::Mark { at, .. } => *at,
        }
    }

    /// The alert, where it is one.
    #[must_use]
    pub const fn alert(&self) -> Option<&AlertRow> {
        match self {
            Self::Alert(row) => Some(row),
            Self::Mark { .. } => None,
        }
    }

    /// What there is to say of it.
    #[must_use]
    pub fn sentence(&self) -> &str {
        match self {
            Self::Alert(row) => &row.alert.sentence,
            Self::Mark { note, .. } => note,
        }
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

/// One event: what became of an alert, or a mark of the user's own.
#[derive(Debug, Clone, PartialEq)]
pub enum EventRow {
    /// It was raised.
    Raised(Arc<Alert>),
    /// It was over, then.
    Resolved(Arc<Alert>, DateTime<Utc>),
    /// The user noted something.
    Marked {
        /// When.
        at: DateTime<Utc>,
        /// What.
        note: String,
    },
}

impl EventRow {
    /// When.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Raised(alert) => alert.since,
            Self::Resolved(_, at) | Self::Marked { at, .. } => *at,
        }
    }

    /// The letter on the chart; `*` for a mark.
    #[must_use]
    pub fn letter(&self) -> char {
        match self {
            Self::Raised(alert) | Self::Resolved(alert, _) => letter(alert),
            Self::Marked { .. } => '*',
        }
    }

    /// How bad.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::Raised(alert) => alert.severity,
            Self::Resolved(..) | Self::Marked { .. } => Severity::Ok,
        }
    }

    /// What, in a few words.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            // Of what goes on the words of now: one frame says one thing of it.
            Self::Raised(alert) if alert.is_firing() && alert.current => alert.said.as_str().into(),
            Self::Raised(alert) => alert.raised.as_str().into(),
            Self::Resolved(alert, at) => alert.over(*at).into(),
            Self::Marked { note, .. } => note.as_str().into(),
        }
    }

    /// The same with all its figures, for a wide panel.
    #[must_use]
    pub fn sentence(&self) -> Cow<'_, str> {
        match self {
            Self::Raised(alert) => alert.sentence.as_str().into(),
            Self::Resolved(alert, at) => {
                format!("resolved after {}: {}", fmt::span(alert.lasted(*at)), alert.sentence)
                    .into()
            }
            Self::Marked { note, .. } => note.as_str().into(),
        }
    }

    /// The log's last error lines at that time, while the alert fires.
    #[must_use]
    pub fn errors(&self) -> &[LogLine] {
        match self {
            Self::Raised(alert) if alert.until.is_none() => &alert.errors,
            _ => &[],
        }
    }
}
