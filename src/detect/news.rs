//! Which alerts somebody has to be told of.
//!
//! The ledger's own hysteresis is all the waiting there is: an alert is told when
//! it is raised, when it is worse than it ever was, and when it is over. So no
//! alert is told more than three times.

use std::collections::BTreeMap;

use super::alert::{Alert, AlertState};
use super::judgement::Judgement;
use super::verdict::Severity;

/// Why an alert is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It began.
    Raised,
    /// It is worse than it was.
    Worse,
    /// It is over.
    Resolved,
}

/// What was told already.
#[derive(Debug, Clone, Default)]
pub struct News {
    /// Of those that fire: the severity they were told with.
    told: BTreeMap<u64, Severity>,
    /// The newest alert that was looked at.
    newest: u64,
}

impl News {
    /// What is new since the last call, oldest first. An alert that was over
    /// before it could be told is history, not news.
    pub fn of<'a>(&mut self, judgement: &'a Judgement) -> Vec<(Turn, &'a Alert)> {
        let mut news = Vec::new();
        let mut newest = self.newest;
        for alert in judgement.alerts() {
            newest = newest.max(alert.id);
            news.extend(self.turn(alert).map(|turn| (turn, alert)));
        }
        self.newest = newest;
        // Those that are not kept any more while they fired are forgotten.
        self.told.retain(|id, _| judgement.firing().any(|alert| alert.id == *id));
        news.reverse();
        news
    }

    fn turn(&mut self, alert: &Alert) -> Option<Turn> {
        match (alert.state, self.told.get(&alert.id)) {
            (AlertState::Firing, None) if alert.id > self.newest => {
                self.told.insert(alert.id, alert.severity);
                Some(Turn::Raised)
            }
            (AlertState::Firing, Some(told)) if alert.severity > *told => {
                self.told.insert(alert.id, alert.severity);
                Some(Turn::Worse)
            }
            (AlertState::Resolved, Some(_)) => Some(Turn::Resolved),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::detect::finding::Finding;
    use crate::detect::ledger::Ledger;
    use crate::detect::{Cause, Kind, RuleId, Scope, Verdict};
    use crate::sample::Stamp;

    /// The alerts of a ledger as a judgement has them.
    fn judged(ledger: &Ledger) -> Judgement {
        let alerts = ledger.alerts().cloned().collect();
        Judgement { alerts, ..Judgement::of(Verdict::waiting(chrono::DateTime::UNIX_EPOCH)) }
    }

    /// What is told each second of an alert that is found this bad, `Ok` = clear.
    fn told(seconds: &[Severity]) -> Vec<(usize, Turn)> {
        let (mut ledger, mut news) = (Ledger::default(), News::default());
        let start = Stamp {
            mono: Duration::ZERO,
            wall: chrono::DateTime::from_timestamp(1_000_000, 0).unwrap(),
        };
        let mut all = Vec::new();
        for (second, &severity) in seconds.iter().enumerate() {
            let at = start.plus(Duration::from_secs(second as u64));
            let finding = match severity {
                Severity::Ok => Finding::Clear,
                severity => Finding::Firing {
                    severity,
                    sentence: "full".into(),
                    brief: "full".to_owned().into(),
                    value: 1.0.into(),
                },
            };
            let meaning = (Kind::Overloaded, Cause::ConnectionLimit);
            let holds = |_| Duration::from_secs(2);
            ledger.note(at, RuleId::Capacity, Scope::Host, || meaning, holds, finding);
            all.extend(news.of(&judged(&ledger)).into_iter().map(|(turn, _)| (second, turn)));
        }
        all
    }

    #[test]
    fn an_alert_is_told_when_it_begins_gets_worse_and_is_over() {
        use Severity::{Critical, Ok, Warning};
        let seconds = [[Warning; 4], [Critical; 4]].concat();
        let seconds = [seconds, vec![Ok; 8]].concat();
        assert_eq!(told(&seconds), [(2, Turn::Raised), (6, Turn::Worse), (13, Turn::Resolved)]);
    }

    #[test]
    fn what_flutters_is_told_once() {
        use Severity::{Critical, Ok, Warning};
        let flutter: Vec<_> = [Critical, Ok, Critical, Warning].repeat(20);
        assert!(told(&flutter).is_empty(), "it never lasts");
        let raised = [vec![Critical; 3], [Ok, Ok, Critical, Warning].repeat(20)].concat();
        assert_eq!(told(&raised), [(2, Turn::Raised)]);
    }

    #[test]
    fn what_was_over_before_it_could_be_told_is_no_news() {
        let mut ledger = Ledger::default();
        let wall = chrono::DateTime::from_timestamp(1_000_000, 0).unwrap();
        let mut note = |second, finding| {
            let at = Stamp { mono: Duration::ZERO, wall }.plus(Duration::from_secs(second));
            let meaning = (Kind::Overloaded, Cause::ConnectionLimit);
            ledger.note(at, RuleId::Capacity, Scope::Host, || meaning, |_| Duration::ZERO, finding);
        };
        let severity = Severity::Critical;
        let full = |text: &str| text.to_owned();
        note(
            0,
            Finding::Firing {
                severity,
                sentence: full("x"),
                brief: full("x").into(),
                value: 1.0.into(),
            },
        );
        (1..8).for_each(|second| note(second, Finding::Clear));
        assert!(News::default().of(&judged(&ledger)).is_empty());
    }
}
