//! How bad an alert is told, given what explains it.

use super::verdict::Severity;

/// What becomes of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// It is told as it is.
    AsItIs,
    /// It is no worse than this.
    AtMost(Severity),
    /// It is not told: what leads speaks against it.
    Not,
}
