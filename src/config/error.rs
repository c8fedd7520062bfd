//! What can be wrong with what was asked for.

use std::path::PathBuf;

use crate::units::Port;

/// What is wrong with what was asked for; each a single line.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The levels are the wrong way round.
    #[error("--warn '{warn}' has to be below --crit '{crit}'")]
    Levels {
        /// `--warn`, as it was typed.
        warn: String,
        /// `--crit`, as it was typed.
        crit: String,
    },
    /// Nobody has this pid.
    #[error("--pid '{0}': no such process; see 'ps -e'")]
    NoSuchPid(u32),
    /// A capacity for a port that is not watched.
    #[error("--capacity '{0}=…' is for a port that is not watched; add -p {0}")]
    CapacityOfOther(Port),
    /// An unknown source of sockets.
    #[error("--sockets '{0}': give auto or procfs")]
    Sockets(String),
    /// A file that was named cannot be read.
    #[error("config file '{path}': {why}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The config file cannot be kept.
    #[error("config file '{path}' stays as it was: {why}")]
    Unwritten {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A number of a rule that is none.
    #[error("--rule '{given}': {why}")]
    Rule {
        /// As typed.
        given: String,
        /// What is wrong with it.
        why: String,
    },
    /// A command that nobody could run.
    #[error("--on-alert '{0}': no such program, or it may not be run")]
    NoProgram(String),
    /// There can be no ring.
    #[error("the ring {0}")]
    Ring(&'static str),
    /// Not a metric to look for.
    #[error("--metric-connections '{given}': {why}")]
    Metric {
        /// As typed.
        given: String,
        /// What is wrong with it.
        why: String,
    },
    /// Not something to connect to.
    #[error("'{url}': {why}")]
    Url {
        /// As typed, without secrets.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// Not something to read metrics from.
    #[error("--metrics-url '{url}': {why}")]
    MetricsUrl {
        /// As typed, without secrets.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// Not something to post alerts to.
    #[error("--alertmanager '{url}': {why}")]
    Alertmanager {
        /// As typed, without secrets.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// Not a metrics server to ask.
    #[error("--prometheus '{url}': {why}")]
    Prometheus {
        /// As typed, without secrets.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// No label matchers.
    #[error("--match '{given}': {why}")]
    Match {
        /// As typed.
        given: String,
        /// What is wrong with them.
        why: String,
    },
    /// A log that cannot be understood so.
    #[error("{flag} '{given}': {why}")]
    Log {
        /// Which flag.
        flag: &'static str,
        /// As typed.
        given: String,
        /// What is wrong with it.
        why: String,
    },
    /// A header that cannot be sent.
    #[error("--header '{place}': {why}")]
    Header {
        /// Where it comes from; never the header itself.
        place: String,
        /// What is wrong with it.
        why: String,
    },
    /// A file that a flag names.
    #[error("{flag} '{path}': {why}")]
    File {
        /// Which flag.
        flag: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why it is of no use.
        why: String,
    },
    /// A flag that says nothing without another.
    #[error("{0} needs {1} beside it")]
    Alone(&'static str, &'static str),
    /// A time zone that nobody knows.
    #[error("--tz '{0}': no such time zone; give local, utc or a name such as Europe/Vienna")]
    Zone(String),
    /// The file is not TOML, or has a key nobody knows.
    #[error("config file '{path}', {place}: {what}")]
    Wrong {
        /// Which.
        path: PathBuf,
        /// Line and column, or the key.
        place: String,
        /// What is wrong, in one line.
        what: String,
    },
}

/// `line 3, column 1`, of a byte of the file.
pub(super) fn place_of(text: &str, at: usize) -> String {
    let before = text.get(..at.min(text.len())).unwrap_or("");
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    format!("line {line}, column {column}")
}
