//! What the application's log told since the last sample.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A part of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogReading {
    /// Connections that were opened.
    pub opened: u64,
    /// Connections that have ended.
    pub closed: u64,
    /// Of these, the ones with a close code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<LogCode>,
    /// Opened in each 100 ms of the log's own time, from the sample's moment on;
    /// only where the log is read afterwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<u32>,
    /// Error lines.
    pub errors: u64,
    /// The last of these, oldest first, at most three.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub last_errors: Vec<LogLine>,
    /// Lines read.
    pub lines: u64,
    /// Lines that tell neither of a connection nor of an error.
    pub unmatched: u64,
    /// Lines that do, and have no timestamp.
    pub untimed: u64,
    /// Lines more than two seconds out of order.
    pub late: u64,
    /// Some of the unmatched lines, clean.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmatched_lines: Vec<String>,
    /// What has to be known of the log, in words; each is told once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// How often a close code was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogCode {
    /// The code, 1000 to 4999.
    pub code: u16,
    /// Times.
    pub count: u64,
    /// The last reason beside it, clean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// By its own stamp, or when it was read.
    pub at: DateTime<Utc>,
    /// Clean and cut.
    pub text: String,
}
