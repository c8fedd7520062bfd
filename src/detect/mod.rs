//! The judgement: one rule, one file, one trait; a ledger of alerts; a verdict.
//!
//! Pure over the model's snapshots. Called by `run` once per interval and read
//! by `app` and `output`.

pub mod advice;
mod alert;
mod arrivals;
pub mod causes;
mod clients;
mod deploy;
mod echoes;
mod endings;
mod evidence;
mod finding;
mod foreign;
mod herd;
mod identity;
mod idle_defaults;
mod judge;
mod judgement;
mod ledger;
mod losses;
mod news;
mod outage;
mod place;
mod port_signal;
mod record;
mod refused;
mod retries;
mod rules;
mod signals;
mod speak;
mod steps;
mod targets;
#[cfg(test)]
mod tests;
mod thresholds;
mod told;
mod tuning;
mod verdict;
mod waves;

pub use alert::{Alert, AlertState};
pub use arrivals::HerdLevel;
pub use clients::silence_words;
pub use deploy::{Deploy, Grade, Probed, ToldCode};
pub use endings::{ending_remedy, ending_words};
pub use finding::{Brief, Finding, Level};
pub use herd::{Herd, HerdState};
pub use identity::{ExitId, RuleId, Scope};
pub use judge::Judge;
pub use judgement::{Judgement, Moment};
pub use news::{News, Turn};
pub use outage::Outage;
pub use record::HerdRecord;
pub use rules::{Doc, Measure, RULES, Rule};
pub use signals::Signals;
pub use thresholds::Thresholds;
pub use tuning::{Param, Tuning, Unit};
pub use verdict::{Candidate, Cause, Kind, Severity, Verdict};
pub use waves::{Rhythm, Train, Waves};
