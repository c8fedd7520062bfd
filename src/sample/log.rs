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
    /// Connections that were opened before the log begins, told of at their end. They
    /// are in no rate: those that ended before the log begins as well are missing.
    #[serde(default)]
    pub before: u64,
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
    /// Where those that were opened came from, by network; as far as the lines tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<LogClient>,
    /// Of those, the ones of more networks than are named.
    #[serde(default, skip_serializing_if = "is_none")]
    pub elsewhere: u64,
    /// Who has tried so far; the newest counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clients: Option<LogClients>,
    /// Who the clients of herds were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub herd_clients: Vec<LogHerdClients>,
    /// How each log is read; the newest of a name counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<LogSource>,
    /// Why the opens are not known, though lines tell of connections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_opens: Option<String>,
    /// Why the closes are not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_closes: Option<String>,
    /// What has to be known of the log, in words; each is told once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_none(count: &u64) -> bool {
    *count == 0
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

/// How often one client, or one network, has tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogClient {
    /// The address, or the network with its length.
    pub name: String,
    /// Connections opened, as far as the log tells.
    pub attempts: u64,
}

/// Who has tried.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogClients {
    /// Attempts whose line names an address.
    pub attempts: u64,
    /// The addresses with the most, the most first.
    pub addresses: Vec<LogClient>,
    /// The networks with the most (/24, /64), the most first.
    pub networks: Vec<LogClient>,
    /// Attempts from more addresses than are counted one by one.
    pub beyond: u64,
}

/// Who came in a herd.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogHerdClients {
    /// When the herd began.
    pub onset: DateTime<Utc>,
    /// Attempts in it whose line names an address.
    pub attempts: u64,
    /// The networks with the most, the most first.
    pub networks: Vec<LogClient>,
}

/// How a log is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogSource {
    /// Its name, clean.
    pub name: String,
    /// The format of its lines.
    pub format: LogField,
    /// What stands around them.
    pub wrapper: LogField,
    /// What the stamp of a line is of.
    pub stamp: LogField,
    /// What says how long a connection lasted.
    pub duration: LogField,
    /// The zone of its stamps.
    pub zone: LogField,
    /// How many lines matched which pattern.
    pub patterns: Vec<LogMatches>,
}

/// Something that is told of a log, or why it cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogField {
    /// None = not known.
    pub value: Option<String>,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl LogField {
    /// Something known.
    #[must_use]
    pub fn known(value: impl Into<String>) -> Self {
        Self { value: Some(value.into()), why: None }
    }

    /// Something that is not, and why.
    #[must_use]
    pub fn unknown(why: impl Into<String>) -> Self {
        Self { value: None, why: Some(why.into()) }
    }
}

/// Patterns of lines that a proxy or server writes for each connection.
pub const OF_ACCESS: [&str; 2] = ["status 101", "TCP session"];

/// Lines of one pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogMatches {
    /// Its name.
    pub pattern: String,
    /// It tells of opens, else of closes.
    pub opens: bool,
    /// Lines that counted.
    pub lines: u64,
    /// Lines that told again what others had told.
    pub passed_over: u64,
}

impl LogMatches {
    /// Whether a proxy or server wrote the lines, else an application.
    #[must_use]
    pub fn of_access(&self) -> bool {
        OF_ACCESS.contains(&self.pattern.as_str())
    }
}
