//! The verdict in the status document.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::detect::{Cause, Kind, Severity, Verdict};

/// The one line on top.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct VerdictEntry<'a> {
    /// How bad.
    pub(super) severity: Severity,
    /// What it looks like.
    pub(super) kind: Kind,
    /// Why.
    pub(super) cause: Cause,
    /// The complete sentence with number, limit and duration.
    pub(super) sentence: &'a str,
    /// Since when it has been so.
    pub(super) since: DateTime<Utc>,
}

impl<'a> VerdictEntry<'a> {
    pub(super) fn of(verdict: &'a Verdict) -> Self {
        let Verdict { severity, kind, cause, ref sentence, since, .. } = *verdict;
        Self { severity, kind, cause, sentence, since }
    }
}
