//! How connections of a service ended, at one moment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::close::CloseCode;
use crate::sample::{EndSign, EndingShape, Lifetime};
use crate::units::{PerSecond, Ratio};

/// Cut off by a timer.
pub(in crate::model) const IDLE_CUT: &str = "idle_cut";

/// Who says what a shape means.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, JsonSchema, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum LabelSource {
    /// A probe of ours ended so.
    Probe,
    /// Codes of the application's log came at the same seconds in the same numbers.
    Log,
}

impl LabelSource {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::Log => "log",
        }
    }
}

/// Connections of a service that ended alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndingSnapshot {
    /// The sign they ended with; none of those that are in no shape.
    pub end: Option<EndSign>,
    /// How long they lived.
    pub life: Option<Lifetime>,
    /// Bytes sent by the server, the least and the most.
    pub sent: Option<(u64, u64)>,
    /// Bytes received.
    pub received: Option<(u64, u64)>,
    /// Since the last data, milliseconds.
    pub idle: Option<(u32, u32)>,
    /// Whether the peer had sent anything.
    pub has_request: bool,
    /// Whether they ended as soon as they had come, by their life or by what is said of
    /// their bytes.
    pub at_once: bool,
    /// Seconds that most of them lived, where they ended at one age one after another.
    #[serde(default)]
    pub age: Option<u32>,
    /// Share of those that were looked up which this side closed first.
    pub closed_here: Option<Ratio>,
    /// A close code, an outcome, or `killed`, `idle_cut`, `vanished`.
    pub label: Option<String>,
    /// Who says so; none where the kernel's signs do.
    pub source: Option<LabelSource>,
    /// Its part of all closes of the last minute; none where there was none.
    pub share: Option<Ratio>,
    /// Over the last ten seconds.
    pub per_second: PerSecond,
    /// In the last minute.
    pub last_minute: u64,
    /// Since the start.
    pub total: u64,
}

impl EndingSnapshot {
    /// Those that are in no shape.
    pub(in crate::model) const fn other() -> Self {
        Self {
            end: None,
            life: None,
            sent: None,
            received: None,
            idle: None,
            has_request: false,
            at_once: false,
            age: None,
            closed_here: None,
            label: None,
            source: None,
            share: None,
            per_second: PerSecond(0.0),
            last_minute: 0,
            total: 0,
        }
    }

    /// The close code it is labelled with.
    #[must_use]
    pub fn code(&self) -> Option<CloseCode> {
        self.label.as_deref().and_then(|label| label.parse().ok()).map(CloseCode)
    }

    /// Whether a timer cut them off.
    #[must_use]
    pub fn is_idle_cut(&self) -> bool {
        self.label.as_deref() == Some(IDLE_CUT)
    }

    /// Whether the server closed, by what the sign and those that were looked up say.
    #[must_use]
    pub fn is_by_server(&self) -> Option<bool> {
        const SURE: f64 = 0.8;
        match (self.end?, self.closed_here) {
            (EndSign::Unread | EndSign::Aborted, _) => Some(true),
            (EndSign::Reset | EndSign::Silent, _) => Some(false),
            (EndSign::Orderly, Some(share)) if share.0 >= SURE => Some(true),
            (EndSign::Orderly, Some(share)) if share.0 <= 1.0 - SURE => Some(false),
            _ => None,
        }
    }

    /// Whether it ended before a request came: a port scan, a check of a balancer.
    #[must_use]
    pub fn is_without_request(&self) -> bool {
        self.life == Some(Lifetime::Short)
            && !self.has_request
            && self.end != Some(EndSign::Aborted)
    }

    /// Whether these were rejected: they sent a request and the server ended them at
    /// once, by what a probe or the log says of the shape; of one that nobody names where
    /// the server closed first, having sent twenty and more in a minute the same bytes.
    #[must_use]
    pub fn is_rejection(&self) -> bool {
        const OFTEN: u64 = 20;
        // Of one that the server reset nobody knows what it had asked, but its label.
        let is_known = self.has_request || self.end == Some(EndSign::Aborted);
        let (accepted, fault) = (["open_ok", "1000"], "answer_");
        match &self.label {
            _ if !self.at_once || !is_known => false,
            Some(label) => {
                self.source.is_some()
                    && !accepted.contains(&label.as_str())
                    && !label.starts_with(fault)
            }
            None => {
                let silent = self.idle.is_some_and(|(least, _)| least >= EndingShape::JUST_BEFORE);
                let short = self.life == Some(Lifetime::Short) && !silent;
                short
                    && self.has_request
                    && self.is_by_server() == Some(true)
                    && self.last_minute >= OFTEN
            }
        }
    }
}
