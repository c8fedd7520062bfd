//! What the user has seen and need not be shouted at about.
//!
//! Of this screen alone: `check`, `stream` and the alerts themselves know
//! nothing of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::super::frame::Silence;
use crate::detect::{Alert, RuleId, Scope, Severity};

/// How long a mute lasts.
const MUTED: Duration = Duration::from_mins(15);

/// What was acknowledged and what was muted.
#[derive(Debug, Default)]
pub(in crate::app) struct Silences {
    /// By number, with the severity it had.
    acknowledged: BTreeMap<u64, Severity>,
    /// By rule and scope, so that one that comes again is quiet too; until when.
    muted: BTreeMap<(RuleId, Scope), Duration>,
}

impl Silences {
    /// How loud an alert may be.
    pub(in crate::app) fn of(&self, alert: &Alert, now: Duration) -> Silence {
        let key = (alert.rule, alert.scope);
        if let Some(left) = self.muted.get(&key).and_then(|until| until.checked_sub(now))
            && !left.is_zero()
        {
            return Silence::Muted(left);
        }
        match self.acknowledged.get(&alert.id) {
            Some(then) if *then >= alert.now => Silence::Acknowledged,
            _ => Silence::Off,
        }
    }

    /// Acknowledges them; where all are already, takes it back.
    pub(in crate::app) fn acknowledge(&mut self, alerts: &[Arc<Alert>]) {
        let seen = |a: &Arc<Alert>| self.acknowledged.get(&a.id).is_some_and(|then| *then >= a.now);
        if alerts.iter().all(seen) {
            self.acknowledged.retain(|id, _| alerts.iter().all(|a| a.id != *id));
        } else {
            self.acknowledged.extend(alerts.iter().map(|a| (a.id, a.now)));
        }
    }

    /// Mutes them from now on; where all are already, takes it back.
    pub(in crate::app) fn mute(&mut self, alerts: &[Arc<Alert>], now: Duration) {
        self.muted.retain(|_, until| *until > now);
        let key = |a: &Arc<Alert>| (a.rule, a.scope);
        if alerts.iter().all(|a| self.muted.contains_key(&key(a))) {
            self.muted.retain(|muted, _| alerts.iter().all(|a| key(a) != *muted));
        } else {
            self.muted.extend(alerts.iter().map(|a| (key(a), now + MUTED)));
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::detect::{AlertState, Cause, Kind};

    pub(in crate::app::state) fn alert(id: u64, rule: RuleId, now: Severity) -> Arc<Alert> {
        Arc::new(Alert {
            id,
            rule,
            scope: Scope::Host,
            meaning: (Kind::Overloaded, Cause::ConnectionLimit),
            now,
            severity: now,
            state: AlertState::Firing,
            current: true,
            sentence: String::new(),
            brief: String::new(),
            said: String::new(),
            raised: String::new(),
            since: chrono::DateTime::UNIX_EPOCH,
            until: None,
            value: 0.0,
            peak: 0.0,
            errors: Vec::new(),
        })
    }

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn what_grows_worse_is_loud_again() {
        let (warning, critical) = (
            alert(1, RuleId::Capacity, Severity::Warning),
            alert(1, RuleId::Capacity, Severity::Critical),
        );
        let mut silences = Silences::default();
        silences.acknowledge(&[Arc::clone(&warning)]);
        assert_eq!(silences.of(&warning, MINUTE), Silence::Acknowledged);
        assert_eq!(silences.of(&critical, MINUTE), Silence::Off);
        silences.acknowledge(&[Arc::clone(&critical)]);
        assert_eq!(silences.of(&critical, MINUTE), Silence::Acknowledged);
        assert_eq!(silences.of(&warning, MINUTE), Silence::Acknowledged, "milder is no news");
        silences.acknowledge(&[Arc::clone(&critical)]);
        assert_eq!(silences.of(&critical, MINUTE), Silence::Off, "taken back");
    }

    #[test]
    fn a_mute_ends_by_itself_and_is_for_the_next_of_its_kind_too() {
        let first = alert(1, RuleId::Herd, Severity::Critical);
        let (again, other) = (
            alert(2, RuleId::Herd, Severity::Critical),
            alert(3, RuleId::Capacity, Severity::Critical),
        );
        let mut silences = Silences::default();
        silences.mute(&[Arc::clone(&first)], MINUTE);
        assert_eq!(silences.of(&first, MINUTE * 2), Silence::Muted(MINUTE * 14));
        assert_eq!(silences.of(&again, MINUTE * 15), Silence::Muted(MINUTE));
        assert_eq!(silences.of(&other, MINUTE * 2), Silence::Off);
        assert_eq!(silences.of(&again, MINUTE * 16), Silence::Off);
        silences.mute(&[Arc::clone(&again)], MINUTE * 20);
        silences.mute(&[Arc::clone(&again)], MINUTE * 21);
        assert_eq!(silences.of(&again, MINUTE * 22), Silence::Off, "taken back");
    }

    #[test]
    fn some_seen_and_some_not_are_all_seen_by_one_key() {
        let (one, two) = (
            alert(1, RuleId::Herd, Severity::Critical),
            alert(2, RuleId::Capacity, Severity::Warning),
        );
        let mut silences = Silences::default();
        silences.acknowledge(&[Arc::clone(&one)]);
        silences.acknowledge(&[Arc::clone(&one), Arc::clone(&two)]);
        assert_eq!(silences.of(&one, MINUTE), Silence::Acknowledged);
        assert_eq!(silences.of(&two, MINUTE), Silence::Acknowledged);
    }
}
