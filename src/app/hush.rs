//! What the user has seen and need not be shouted at about.
//!
//! Of this screen alone: `check`, `stream` and the alerts themselves know
//! nothing of it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::frame::Hush;
use crate::detect::{Alert, RuleId, Scope, Severity};

/// How long a mute lasts.
const MUTED: Duration = Duration::from_mins(15);

/// An alert as it was last shown: enough to name it when a key comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) id: u64,
    rule: RuleId,
    scope: Scope,
    severity: Severity,
    pub(super) firing: bool,
}

impl Known {
    pub(super) fn of(alert: &Alert) -> Self {
        Self {
            id: alert.id,
            rule: alert.rule,
            scope: alert.scope,
            severity: alert.now,
            firing: alert.is_firing(),
        }
    }
}

/// What was acknowledged and what was muted.
#[derive(Debug, Default)]
pub(super) struct Hushed {
    /// By number, with the severity it had.
    acknowledged: BTreeMap<u64, Severity>,
    /// By rule and scope, so that one that comes again is quiet too; until when.
    muted: BTreeMap<(RuleId, Scope), Duration>,
}

impl Hushed {
    /// How loud an alert may be.
    pub(super) fn of(&self, alert: &Alert, now: Duration) -> Hush {
        let key = (alert.rule, alert.scope);
        if let Some(left) = self.muted.get(&key).and_then(|until| until.checked_sub(now))
            && !left.is_zero()
        {
            return Hush::Muted(left);
        }
        match self.acknowledged.get(&alert.id) {
            Some(then) if *then >= alert.now => Hush::Acknowledged,
            _ => Hush::Loud,
        }
    }

    /// Acknowledges them; where all are already, takes it back.
    pub(super) fn acknowledge(&mut self, alerts: &[Known]) {
        let seen = |a: &Known| self.acknowledged.get(&a.id).is_some_and(|then| *then >= a.severity);
        if alerts.iter().all(seen) {
            self.acknowledged.retain(|id, _| alerts.iter().all(|a| a.id != *id));
        } else {
            self.acknowledged.extend(alerts.iter().map(|a| (a.id, a.severity)));
        }
    }

    /// Mutes them from now on; where all are already, takes it back.
    pub(super) fn mute(&mut self, alerts: &[Known], now: Duration) {
        self.muted.retain(|_, until| *until > now);
        let key = |a: &Known| (a.rule, a.scope);
        if alerts.iter().all(|a| self.muted.contains_key(&key(a))) {
            self.muted.retain(|muted, _| alerts.iter().all(|a| key(a) != *muted));
        } else {
            self.muted.extend(alerts.iter().map(|a| (key(a), now + MUTED)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{AlertState, Cause, Kind};

    fn alert(id: u64, rule: RuleId, now: Severity) -> Alert {
        Alert {
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
            raised: String::new(),
            since: chrono::DateTime::UNIX_EPOCH,
            until: None,
            value: 0.0,
            peak: 0.0,
            errors: Vec::new(),
        }
    }

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn what_grows_worse_is_loud_again() {
        let (warning, critical) = (
            alert(1, RuleId::Capacity, Severity::Warning),
            alert(1, RuleId::Capacity, Severity::Critical),
        );
        let mut hushed = Hushed::default();
        hushed.acknowledge(&[Known::of(&warning)]);
        assert_eq!(hushed.of(&warning, MINUTE), Hush::Acknowledged);
        assert_eq!(hushed.of(&critical, MINUTE), Hush::Loud);
        hushed.acknowledge(&[Known::of(&critical)]);
        assert_eq!(hushed.of(&critical, MINUTE), Hush::Acknowledged);
        assert_eq!(hushed.of(&warning, MINUTE), Hush::Acknowledged, "milder is no news");
        hushed.acknowledge(&[Known::of(&critical)]);
        assert_eq!(hushed.of(&critical, MINUTE), Hush::Loud, "taken back");
    }

    #[test]
    fn a_mute_ends_by_itself_and_is_for_the_next_of_its_kind_too() {
        let first = alert(1, RuleId::Herd, Severity::Critical);
        let (again, other) = (
            alert(2, RuleId::Herd, Severity::Critical),
            alert(3, RuleId::Capacity, Severity::Critical),
        );
        let mut hushed = Hushed::default();
        hushed.mute(&[Known::of(&first)], MINUTE);
        assert_eq!(hushed.of(&first, MINUTE * 2), Hush::Muted(MINUTE * 14));
        assert_eq!(hushed.of(&again, MINUTE * 15), Hush::Muted(MINUTE));
        assert_eq!(hushed.of(&other, MINUTE * 2), Hush::Loud);
        assert_eq!(hushed.of(&again, MINUTE * 16), Hush::Loud);
        hushed.mute(&[Known::of(&again)], MINUTE * 20);
        hushed.mute(&[Known::of(&again)], MINUTE * 21);
        assert_eq!(hushed.of(&again, MINUTE * 22), Hush::Loud, "taken back");
    }

    #[test]
    fn some_seen_and_some_not_are_all_seen_by_one_key() {
        let (one, two) = (
            alert(1, RuleId::Herd, Severity::Critical),
            alert(2, RuleId::Capacity, Severity::Warning),
        );
        let mut hushed = Hushed::default();
        hushed.acknowledge(&[Known::of(&one)]);
        hushed.acknowledge(&[Known::of(&one), Known::of(&two)]);
        assert_eq!(hushed.of(&one, MINUTE), Hush::Acknowledged);
        assert_eq!(hushed.of(&two, MINUTE), Hush::Acknowledged);
    }
}
