//! Causes, one file and one row each, and the explanation they make.
//!
//! A verdict is an explanation: of the causes that the evidence of a service allows,
//! it leads with one that no other explains, whose harm is current, and names what
//! follows from it. A symptom never leads while its cause is known. How bad it is
//! follows the harm to clients, not the size of what is seen.
//!
//! See `docs/judging.md` for an incident walked through.

mod accept_queue;
mod acceptor;
mod capacity;
mod cpu;
mod crash_loop;
mod descriptors;
mod down;
mod event_loop;
mod explain;
mod filling;
mod handshake;
mod healing;
mod herd;
mod leaving;
mod limit;
mod memory;
mod no_answer;
mod oom;
mod phase;
mod planned;
mod refusing;
mod speak;
mod storm;
mod temper;
#[cfg(test)]
mod tests;
mod uneven;
mod upstream;
mod view;
mod worker_lost;

pub use view::ended_since;

use chrono::{DateTime, Utc};

pub(super) use explain::explain;
pub(super) use view::{Scene, View};

use explain::Explanation;

use super::verdict::{Cause, Kind, Severity};

/// Whose harm it is, and when. The order is that of urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Harm {
    /// Nobody is harmed any more: it is told as the reason, or as news.
    Past,
    /// Somebody will be, or waits longer than usual.
    Near,
    /// Clients were lost and are not back.
    Lost,
    /// New ones are turned away.
    Refused,
    /// Nobody is served.
    Outage,
}

/// A cause that the evidence allows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// Severity of its harm.
    pub(super) severity: Severity,
    /// Whose harm.
    pub(super) harm: Harm,
    /// Since when.
    pub(super) since: DateTime<Utc>,
    /// The complete sentence.
    pub(super) sentence: String,
    /// At most about 24 columns.
    pub(super) brief: String,
    /// How sure, 0 to 1.
    pub(super) confidence: f64,
    /// What would settle it, where something would.
    pub(super) settle: Option<&'static str>,
    /// Kind and cause, where they are not those of the row.
    pub(super) meaning: Option<(Kind, Cause)>,
    /// When its evidence was seen last, where that is not when it began.
    pub(super) until: Option<DateTime<Utc>>,
    /// What else would look like this, where it cannot be told.
    pub(super) rivals: &'static [(Kind, Cause)],
}

impl Found {
    /// When its evidence was seen last.
    pub(super) fn last_seen(&self) -> DateTime<Utc> {
        self.until.unwrap_or(self.since)
    }
}

impl Default for Found {
    fn default() -> Self {
        Self {
            severity: Severity::Unknown,
            harm: Harm::Past,
            since: DateTime::UNIX_EPOCH,
            sentence: String::new(),
            brief: String::new(),
            confidence: 0.0,
            settle: None,
            meaning: None,
            until: None,
            rivals: &[],
        }
    }
}

/// One cause.
#[derive(Debug)]
pub struct Row {
    /// What it looks like, and why.
    pub meaning: (Kind, Cause),
    /// The evidence without which it is not thought of.
    pub needs: &'static str,
    /// What is a symptom of it.
    pub explains: &'static [&'static [Cause]],
    /// The evidence against it.
    pub against: &'static str,
    /// Its sentence, as a pattern.
    pub says: &'static str,
    /// The step of the runbook behind it.
    pub step: &'static str,
    /// Whether the evidence of a service allows it.
    pub(super) find: fn(&View<'_>) -> Option<Found>,
}

/// Clients that come, again or more than usual.
const ATTEMPTS: &[Cause] = &[Cause::AfterOutage, Cause::NoJitter, Cause::NoBackoff, Cause::Unknown];
/// Connections that ended while every process lives.
const CUTS: &[Cause] = &[Cause::ClientsLeft, Cause::IdleTimeout];
/// What was lost comes back, after whatever end of a process.
const RETURNS: &[Cause] = &[Cause::HerdHealing];

impl Row {
    /// Whether that is a symptom of it.
    pub(super) fn explains(&self, cause: Cause) -> bool {
        self.explains.iter().any(|group| group.contains(&cause))
    }
}

/// All causes; of equally harmful ones the first leads.
pub static CAUSES: [&Row; 25] = [
    &crash_loop::ROW,
    &down::ROW,
    &upstream::ROW,
    &no_answer::STOPPED,
    &no_answer::ROW,
    &oom::ROW,
    &worker_lost::ROW,
    &planned::ROW,
    &descriptors::ROW,
    &capacity::ROW,
    &acceptor::ROW,
    &accept_queue::ROW,
    &refusing::ROW,
    &handshake::ROW,
    &memory::SLOW,
    &memory::ROW,
    &uneven::ROW,
    &cpu::THROTTLED,
    &cpu::ROW,
    &event_loop::ROW,
    &filling::ROW,
    &healing::ROW,
    &leaving::ROW,
    &herd::ROW,
    &storm::ROW,
];
