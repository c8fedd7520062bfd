//! A value, or why there is none.

use serde::{Deserialize, Serialize};

/// What became of trying to read something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading<T> {
    /// Read.
    Seen(T),
    /// This host does not have it (no conntrack module, no cgroup limit).
    Absent,
    /// It is there but was refused, with the reason and the remedy in words.
    Denied(String),
}

impl<T> Reading<T> {
    /// The value, if there is one.
    #[must_use]
    pub const fn seen(&self) -> Option<&T> {
        match self {
            Self::Seen(value) => Some(value),
            Self::Absent | Self::Denied(_) => None,
        }
    }

    /// Why there is no value, if it was refused.
    #[must_use]
    pub fn denied(&self) -> Option<&str> {
        match self {
            Self::Denied(why) => Some(why),
            Self::Seen(_) | Self::Absent => None,
        }
    }

    /// The same outcome of another value.
    #[must_use]
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Reading<U> {
        match self {
            Self::Seen(value) => Reading::Seen(f(value)),
            Self::Absent => Reading::Absent,
            Self::Denied(why) => Reading::Denied(why),
        }
    }

    /// An I/O result as a reading: what is not there is absent, everything
    /// else is denied with `what` in front of the system's words.
    #[must_use]
    pub fn from_io(what: &str, result: std::io::Result<T>) -> Self {
        match result {
            Ok(value) => Self::Seen(value),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::Absent,
            Err(error) => Self::Denied(format!("{what}: {error}")),
        }
    }
}
