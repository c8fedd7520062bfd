//! The judgement: one rule, one file, one trait; a ledger of alerts; a verdict.
//!
//! Pure over the model's history. Called by `run` once per interval and read by
//! `app` and `output`.

mod verdict;

pub use verdict::{Cause, Kind, Severity, Verdict};
