//! Pings of the long-lived probe that nobody answers.
//!
//! New connections may be let in all the while: by other workers, or by a server that
//! answers no ping at all, or with another payload, which is no answer (RFC 6455, 5.5.3).

use std::time::Duration;

use crate::close::Outcome;
use crate::sample::{Phases, ProbeFact};

/// What became of the pings of one target.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::detect) struct HeldPings {
    /// When the attempt under way began.
    started: Option<Duration>,
    /// The last answer, or the first ping of the first connection that had none.
    unanswered_since: Option<Duration>,
    /// A connection is open, or ended because nothing came back.
    asked: bool,
    /// Whether one was ever answered.
    ponged: bool,
    /// Connections that ended for want of an answer, one after another.
    given_up: u64,
    /// What is not read cannot be found to be an answer.
    flooded: bool,
}

impl HeldPings {
    /// Takes a fact of this lane in.
    pub(super) fn hear(&mut self, at: Duration, fact: &ProbeFact) {
        match fact {
            ProbeFact::Started => self.started = Some(at),
            ProbeFact::Ping { .. } => {
                *self = Self {
                    unanswered_since: Some(at),
                    asked: true,
                    ponged: true,
                    given_up: 0,
                    ..*self
                };
            }
            ProbeFact::Ended { outcome, phases, .. } if *outcome == Outcome::OpenOk => {
                self.is_asked(at, *phases);
            }
            ProbeFact::Ended { outcome: Outcome::PingTimeout, phases, .. } => {
                self.is_asked(at, *phases);
                self.given_up += 1;
            }
            ProbeFact::Lost { outcome: Outcome::PingTimeout, .. } => self.given_up += 1,
            // It was not let in, or closed: that is an answer.
            ProbeFact::Ended { outcome, .. } | ProbeFact::Lost { outcome, .. } => {
                if !outcome.is_silence() {
                    (self.unanswered_since, self.asked, self.given_up) = (None, false, 0);
                }
            }
            ProbeFact::Flood { on } => self.flooded = *on,
            ProbeFact::Target { .. } | ProbeFact::Gone | ProbeFact::Next { .. } => {}
        }
    }

    /// It is open: its first ping left with the answer to the upgrade, before its dwell.
    fn is_asked(&mut self, at: Duration, phases: Phases) {
        let took = [phases.dns, phases.tcp, phases.tls, phases.upgrade].into_iter().flatten();
        let first = self.started.map_or(at, |started| started + took.sum::<Duration>());
        self.unanswered_since.get_or_insert(first.min(at));
        self.asked = true;
    }

    /// For how long none has been answered; none while nothing is asked.
    pub(in crate::detect) fn unanswered_for(&self, now: Duration) -> Option<Duration> {
        let since = self.unanswered_since.filter(|_| self.asked && !self.flooded)?;
        Some(now.saturating_sub(since))
    }

    /// Whether one was ever answered.
    pub(in crate::detect) const fn were_answered(&self) -> bool {
        self.ponged
    }

    /// Connections that ended for want of an answer since then.
    pub(in crate::detect) const fn given_up(&self) -> u64 {
        self.given_up
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::CloseCode;
    use crate::sample::Reading;

    fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn ended(outcome: Outcome) -> ProbeFact {
        let phases = Phases { upgrade: Some(Duration::from_millis(5)), ..Phases::default() };
        ProbeFact::Ended { phases, outcome, peer: None, agreed: None }
    }

    fn told(facts: &[(u64, ProbeFact)]) -> HeldPings {
        let mut pings = HeldPings::default();
        for (at, fact) in facts {
            pings.hear(s(*at), fact);
        }
        pings
    }

    #[test]
    fn pings_that_nobody_ever_answers_are_counted_from_the_upgrade_on() {
        let timeout = || Outcome::PingTimeout;
        let lost = ProbeFact::Lost { outcome: timeout(), age: s(10) };
        let mut facts = vec![(1, ProbeFact::Started), (3, ended(Outcome::OpenOk))];
        let open = told(&facts);
        assert_eq!(open.unanswered_for(s(6)), Some(Duration::from_millis(4_995)));
        assert!(!open.were_answered());
        facts.extend([(11, lost), (12, ProbeFact::Started), (14, ended(Outcome::OpenOk))]);
        let second = told(&facts);
        assert_eq!(second.unanswered_for(s(21)), Some(Duration::from_millis(19_995)));
        assert_eq!(second.given_up(), 1);
    }

    #[test]
    fn an_answer_a_close_and_a_flood_are_no_silence() {
        let ping = ProbeFact::Ping { round_trip: s(0), tcp: Reading::Absent };
        let open = [(1, ProbeFact::Started), (3, ended(Outcome::OpenOk))];
        let ponged = told(&[&open[..], &[(9, ping)]].concat());
        assert_eq!((ponged.unanswered_for(s(10)), ponged.were_answered()), (Some(s(1)), true));
        let closed = Outcome::CloseClean { code: CloseCode(1013), reason: String::new() };
        let lost = ProbeFact::Lost { outcome: closed.clone(), age: s(5) };
        assert_eq!(told(&[&open[..], &[(8, lost)]].concat()).unanswered_for(s(20)), None);
        assert_eq!(told(&[(1, ProbeFact::Started), (1, ended(closed))]).unanswered_for(s(9)), None);
        let flood = ProbeFact::Flood { on: true };
        assert_eq!(told(&[&open[..], &[(4, flood)]].concat()).unanswered_for(s(20)), None);
    }
}
