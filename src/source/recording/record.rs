//! What happened in a run, in the order in which it was taken in.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::changes::Changes;
use crate::sample::{Listener, Sample, Stamp};

/// One thing a session was told.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// It took a sample in.
    Sample(Box<Sample>),
    /// It derived and judged. Alerts depend on these moments: a replay derives at
    /// the very same ones.
    Derive {
        /// When.
        at: Stamp,
        /// The listener in focus after it; the one before it is that of the
        /// derivation before.
        focus: Option<SocketAddr>,
    },
    /// Something worth knowing about the recording itself, such as a loss.
    Mark {
        /// When.
        at: Stamp,
        /// What, in words.
        note: String,
    },
}

impl Record {
    /// When.
    #[must_use]
    pub const fn at(&self) -> Stamp {
        match self {
            Self::Sample(sample) => sample.at,
            Self::Derive { at, .. } | Self::Mark { at, .. } => *at,
        }
    }
}

/// A record as it is written.
///
/// Ten times a second the listeners are read, and as a rule nothing about them
/// has changed: that is written as [`Wire::Same`], which halves a recording of a
/// host with a dozen listeners.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Wire {
    Sample(Box<Sample>),
    /// A sample whose listeners are those of the last one that had any.
    Same(Box<Sample>),
    /// Some of very many listeners, the first of them or more: those of the sample that
    /// follows. All in one line would be 1.7 MB, of ten thousand.
    Listening {
        first: bool,
        all: Vec<Listener>,
    },
    /// A sample of a host with very many listeners: those of the last one that had any,
    /// with these changes.
    Changed {
        sample: Box<Sample>,
        listeners: Changes,
    },
    /// What the parts before this one have told and still holds; for a reader that
    /// does not have them.
    Known(Box<Sample>),
    Derive {
        at: Stamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        focus: Option<SocketAddr>,
    },
    Mark {
        at: Stamp,
        note: String,
    },
    /// The last line of a part that was ended, not cut off.
    End {
        why: String,
    },
}
