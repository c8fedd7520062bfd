//! Connections that the client has closed and the process has not.

use std::time::Duration;

use super::{Check, Doc, Facts, Finding, Measure, Param, Rule, RuleId, Unit};
use crate::detect::port_signal::PortSignal;
use crate::detect::steps;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::ServiceSnapshot;
use crate::units::float;

/// At least so many.
const LEAST: Param = Param {
    rule: RuleId::CloseWait,
    key: "least",
    default: 50.0,
    unit: Unit::Number,
    help: "connections in CLOSE_WAIT",
};
/// At least this share of the open ones.
const SHARE: Param = Param {
    rule: RuleId::CloseWait,
    key: "share",
    default: 0.05,
    unit: Unit::Share,
    help: "of the open connections",
};
/// A process that closes has done so within this: after a mass drop it has thousands
/// to close, and they become fewer.
const HOLD: Param = Param {
    rule: RuleId::CloseWait,
    key: "hold",
    default: 3.0,
    unit: Unit::Seconds,
    help: "how long they have to stand, none of them closed",
};
/// A leak grows in this share of the last two minutes.
const RISING: f64 = 0.8;

/// `close_wait`: each keeps its descriptor until the process closes it, which it does
/// not. A stock that stands (283 when herdtop started, beside 0 open) is as bad as one
/// that grows: what made it is over, the descriptors are still gone.
pub(super) static RULE: Rule = Rule {
    id: RuleId::CloseWait,
    doc: Doc {
        fires: "50 connections or 5 % of the open ones in CLOSE_WAIT for 3 s, none of them closed; a leak when they grow in 80 % of the last two minutes",
        says: ":8080 gateway leaks: 312 connections in CLOSE_WAIT and growing, closed by the client, not by the process",
        step: "find where the application forgets to close; each one holds a descriptor",
        measure: Measure::Count,
    },
    params: &[LEAST, SHARE, HOLD],
    checks: &[Check::Service(check)],
    // They have stood for long enough already.
    holds: |_, _, _| Duration::ZERO,
    meaning: |_, _| (Kind::Filling, Cause::TimeToFull),
    steps: steps::limits::close_wait,
    needs_closes: false,
};

fn check(facts: &Facts<'_>, service: &ServiceSnapshot) -> Finding {
    let listener = &service.whole;
    let Some(waiting) = listener.states.map(|s| s.close_wait) else {
        return Finding::NotEnoughData;
    };
    let open = float(listener.open.unwrap_or(0));
    let least = facts.number(&LEAST).max(facts.number(&SHARE) * open);
    if float(waiting) < least * 0.8 {
        return Finding::Clear;
    }
    if float(waiting) < least {
        return Finding::Between;
    }
    let signal = facts.signals.port(listener.address);
    let grows = signal.and_then(PortSignal::leaking_steps).is_some_and(|steps| steps >= RISING);
    let hold = facts.thresholds.tuning.seconds(&HOLD);
    let stands = signal.and_then(|signal| signal.standing(hold));
    let (label, count) = (listener.label(), fmt::count(waiting));
    let sentence = if grows {
        format!(
            "{label} leaks: {count} connections in CLOSE_WAIT and growing, closed by the client, \
             not by the process"
        )
    } else if stands.is_some_and(|stock| float(stock) >= least) {
        format!("{label}: {count} connections in CLOSE_WAIT: the process does not close")
    } else {
        return Finding::Between;
    };
    Finding::Firing {
        severity: Severity::Warning,
        sentence,
        brief: format!("{count} in CLOSE_WAIT").into(),
        value: float(waiting).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Judge, Judgement, Thresholds};
    use crate::model::{Model, ModelConfig};
    use crate::sample::{Listener, Reading, Sample, Stamp, fixtures};

    /// What is thought after a second of each of these numbers in `CLOSE_WAIT`, beside
    /// so many open.
    fn after(open: u64, waiting: impl IntoIterator<Item = u64>) -> Judgement {
        let wall = chrono::DateTime::from_timestamp(1_000_000, 0).unwrap();
        let mut at = Stamp { mono: Duration::ZERO, wall };
        let mut model = Model::new(ModelConfig { everything: true, ..ModelConfig::default() });
        let mut judge = Judge::new(Thresholds::default());
        let mut judgement = Judgement::waiting(wall);
        let local = ([0, 0, 0, 0], 8080).into();
        let listener = Listener {
            local,
            accept_queue: 0,
            backlog: Some(128),
            drops: Some(0),
            inode: 1,
            cookie: 1,
        };
        for waiting in waiting {
            let mut counted = fixtures::walk(local, open);
            counted.groups[0].states.close_wait = waiting;
            model.absorb(Sample {
                listeners: Some(Reading::Seen(vec![listener.clone()])),
                walk: Some(Reading::Seen(counted)),
                ..Sample::at(at)
            });
            let snapshot = model.derive(at, None);
            assert_eq!(snapshot.listeners[0].open, Some(open), "those are not open");
            judgement = judge.judge(&snapshot, None);
            at = at.plus(Duration::from_secs(1));
        }
        judgement
    }

    fn told(judgement: &Judgement) -> Option<&str> {
        let of_it = judgement.firing().find(|alert| alert.rule == RuleId::CloseWait);
        of_it.map(|alert| alert.sentence.as_str())
    }

    #[test]
    fn a_stock_that_was_there_before_is_told_within_seconds() {
        let judgement = after(0, [283; 5]);
        let sentence = ":8080: 283 connections in CLOSE_WAIT: the process does not close";
        assert_eq!(told(&judgement), Some(sentence));
        assert_eq!(judgement.verdict.severity, Severity::Warning);
        assert_eq!(told(&after(0, [283, 283])), None, "not at once");
        assert_eq!(told(&after(10_000, [283; 9])), None, "3 % of the open ones");
    }

    #[test]
    fn what_is_being_closed_is_no_stock() {
        assert_eq!(told(&after(100, [0, 0, 0, 5_000, 4_000, 3_000, 2_000, 1_000, 500])), None);
        assert_eq!(told(&after(100, [0, 0, 0, 0, 0, 5_000])), None, "just closed by its clients");
    }
}
