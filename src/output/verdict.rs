//! The verdict in the status document.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::detect::{Candidate, Cause, Kind, Severity, Verdict};

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
    #[schemars(length(min = 1))]
    pub(super) sentence: &'a str,
    /// Since when it has been so.
    pub(super) since: DateTime<Utc>,
    /// How sure, 0 to 1: below one half the verdict is `unknown`.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(super) confidence: f64,
    /// The causes that were thought of, the leading one first.
    pub(super) candidates: &'a [Candidate],
}

impl<'a> VerdictEntry<'a> {
    pub(super) fn of(verdict: &'a Verdict) -> Self {
        let Verdict {
            severity, kind, cause, ref sentence, since, confidence, ref candidates, ..
        } = *verdict;
        Self { severity, kind, cause, sentence, since, confidence, candidates }
    }
}
