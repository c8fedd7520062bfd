//! How the writing of a recording goes.

use std::time::Duration;

/// How it goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// Written so far, bytes on disk over all parts.
    pub bytes: u64,
    /// CPU time it took.
    pub cpu: Duration,
    /// Records that could not be kept.
    pub lost: u64,
    /// What is wrong, in one line; none while all goes well.
    pub fault: Option<String>,
}
