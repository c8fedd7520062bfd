//! The judgement: one rule, one file, one trait; a ledger of alerts; a verdict.
//!
//! Pure over the model's snapshots. Called by `run` once per interval and read
//! by `app` and `output`.

pub mod advice;
mod arrivals;
mod herd;
mod identity;
mod judge;
mod judgement;
mod ledger;
mod losses;
mod news;
mod outage;
mod record;
mod rules;
mod signals;
mod speak;
mod targets;
mod tuning;
mod verdict;
mod waves;

pub use herd::{Herd, HerdState};
pub use identity::{ExitId, RuleId, Scope};
pub use judge::{Judge, Thresholds};
pub use judgement::{HerdLevel, Judgement, Moment};
pub use ledger::{Alert, AlertState};
pub use news::{News, Turn};
pub use outage::Outage;
pub use record::HerdRecord;
pub use rules::{Brief, Doc, Finding, Measure, RULES, Rule};
pub use signals::Signals;
pub use tuning::{Param, Tuning, Unit};
pub use verdict::{Cause, Kind, Severity, Verdict};
pub use waves::{Rhythm, Train, Waves};
