//! The judgement: one rule, one file, one trait; a ledger of alerts; a verdict.
//!
//! Pure over the model's snapshots. Called by `run` once per interval and read
//! by `app` and `output`.

mod arrivals;
mod herd;
mod judge;
mod ledger;
mod rules;
mod speak;
mod targets;
mod verdict;

pub use arrivals::{Arrivals, HerdRecord};
pub use herd::{Herd, HerdState};
pub use judge::{Judge, Thresholds};
pub use ledger::{Alert, AlertState, Ledger};
pub use rules::{Finding, RULES, Rule, Subject};
pub use verdict::{Cause, Kind, Severity, Verdict};
