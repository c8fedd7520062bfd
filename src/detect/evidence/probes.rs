//! What the probes of a target heard, answer by answer.

use std::collections::VecDeque;
use std::time::Duration;

use super::STALL;
use super::held::HeldPings;
use crate::close::Outcome;
use crate::sample::{Lane, ProbeFact, Reading};

/// Answers to pings that are kept: half a minute, as a rule; four a second while it is
/// looked at closely.
const KEPT: usize = 120;

/// One answer: when, and how long the loop took beyond the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) struct Pong {
    pub(in crate::detect) at: Duration,
    pub(in crate::detect) lag: Duration,
}

/// The memory of one target.
#[derive(Debug, Clone, Default)]
pub(in crate::detect) struct ProbeMemory {
    pongs: VecDeque<Pong>,
    /// Anything that came back: a pong, an answer, a close.
    answered: Option<Duration>,
    /// Since when the held connection is open.
    held_since: Option<Duration>,
    /// It ended because nothing came back any more.
    timed_out: bool,
    tried: Option<Duration>,
    /// When the last time ended in which no ping was answered for seconds, and how long
    /// that was.
    stall: Option<(Duration, Duration)>,
    /// The pings of the long-lived probe, whatever new ones are told.
    pings: HeldPings,
}

impl ProbeMemory {
    pub(in crate::detect) fn hear(&mut self, at: Duration, lane: Lane, fact: &ProbeFact) {
        if lane == Lane::Held {
            // One that is cut off before it is answered has waited as well.
            let waited = match fact {
                ProbeFact::Ping { round_trip, .. } => Some(*round_trip),
                ProbeFact::Lost { .. } => self.pings.unanswered_for(at),
                _ => None,
            };
            let stall = waited.filter(|waited| *waited >= STALL);
            self.stall = stall.map(|waited| (at, waited)).or(self.stall);
            self.pings.hear(at, fact);
        }
        match fact {
            ProbeFact::Ping { round_trip, tcp } => {
                let path = match tcp {
                    Reading::Seen(path) => *path,
                    _ => Duration::ZERO,
                };
                if self.pongs.len() == KEPT {
                    self.pongs.pop_front();
                }
                self.pongs.push_back(Pong { at, lag: round_trip.saturating_sub(path) });
                self.is_answered(at);
                self.held_since.get_or_insert(at);
            }
            ProbeFact::Started => {
                self.tried.get_or_insert(at);
            }
            ProbeFact::Ended { outcome, .. } => {
                if !came_to_nothing(outcome) {
                    self.is_answered(at);
                    if lane == Lane::Held && *outcome == Outcome::OpenOk {
                        self.held_since = Some(at);
                    }
                }
            }
            ProbeFact::Lost { outcome, .. } => {
                if outcome.is_silence() {
                    self.timed_out = true;
                } else {
                    self.is_answered(at);
                }
                self.held_since = None;
                if !self.timed_out {
                    self.pongs.clear();
                }
            }
            ProbeFact::Target { .. }
            | ProbeFact::Gone
            | ProbeFact::Next { .. }
            | ProbeFact::Flood { .. } => {}
        }
    }

    fn is_answered(&mut self, at: Duration) {
        (self.answered, self.timed_out) = (Some(at), false);
    }

    /// For how long nothing has come back of what was asked: pings on a connection
    /// that is open or ended for that reason, or attempts where none ever did.
    pub(in crate::detect) fn silent_for(&self, now: Duration) -> Option<Duration> {
        let asked = self.held_since.is_some() || self.timed_out;
        match self.answered {
            Some(at) => asked.then(|| now.saturating_sub(at)),
            None => self.tried.map(|at| now.saturating_sub(at)),
        }
    }

    /// The last time in which no ping was answered for seconds.
    pub(in crate::detect) const fn stall(&self) -> Option<(Duration, Duration)> {
        self.stall
    }

    /// What its pings were answered.
    pub(in crate::detect) const fn pings(&self) -> &HeldPings {
        &self.pings
    }

    /// Answers to pings that came lately, oldest first.
    pub(in crate::detect) fn pongs(&self, now: Duration, within: Duration) -> Vec<Pong> {
        self.pongs.iter().filter(|p| now.saturating_sub(p.at) <= within).copied().collect()
    }
}

/// Nothing came back at all.
const fn came_to_nothing(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::TcpTimeout) || outcome.is_silence()
}
