//! Alerts over time: raised, worse, eased, over.

use chrono::DateTime;

use super::*;

const RULE: (RuleId, (Kind, Cause)) =
    (RuleId::Capacity, (Kind::Overloaded, Cause::ConnectionLimit));

fn at(second: u64) -> Stamp {
    let start = DateTime::from_timestamp(1_000_000, 0).unwrap();
    Stamp { mono: Duration::ZERO, wall: start }.plus(Duration::from_secs(second))
}

fn firing(severity: Severity) -> Finding {
    Finding::Firing {
        severity,
        sentence: "full".into(),
        brief: "full".to_owned().into(),
        value: 1.0.into(),
    }
}

/// One finding a second, an alert after two; what fires at the end.
fn run(findings: &[Finding]) -> (Ledger, Vec<(Severity, Severity)>) {
    let mut ledger = Ledger::default();
    for (second, finding) in (0..).zip(findings) {
        let holds = |_| Duration::from_secs(2);
        ledger.note(at(second), RULE.0, Scope::Target(80), || RULE.1, holds, finding.clone());
    }
    let now = firing_in(&ledger).map(|a| (a.now, a.severity)).collect();
    (ledger, now)
}

fn firing_in(ledger: &Ledger) -> impl Iterator<Item = &Arc<Alert>> {
    ledger.alerts().filter(|a| a.is_firing())
}

fn repeat(finding: &Finding, times: usize) -> Vec<Finding> {
    vec![finding.clone(); times]
}

#[test]
fn a_finding_has_to_last_to_become_an_alert() {
    let warn = firing(Severity::Warning);
    assert!(run(&repeat(&warn, 2)).1.is_empty());
    let (ledger, now) = run(&repeat(&warn, 3));
    assert_eq!(now, [(Severity::Warning, Severity::Warning)]);
    assert_eq!(ledger.alerts().next().unwrap().since, at(0).wall, "it began before it was told");
    let interrupted = [repeat(&warn, 2), vec![Finding::Clear], repeat(&warn, 2)].concat();
    assert!(run(&interrupted).1.is_empty());
}

#[test]
fn one_clear_reading_does_not_resolve_and_five_seconds_do() {
    let crit = firing(Severity::Critical);
    let start = repeat(&crit, 3);
    let brief = [start.clone(), repeat(&Finding::Clear, 3), vec![crit]].concat();
    assert_eq!(run(&brief).1.len(), 1);
    let (ledger, now) = run(&[start.clone(), repeat(&Finding::Clear, 6)].concat());
    assert!(now.is_empty());
    let alert = ledger.alerts().next().unwrap();
    assert_eq!((alert.state, alert.until), (AlertState::Resolved, Some(at(8).wall)));
    let between = [start, repeat(&Finding::Between, 60)].concat();
    assert_eq!(run(&between).1.len(), 1, "between the levels nothing changes");
}

#[test]
fn it_worsens_when_that_lasts_and_eases_later_still() {
    let (warn, crit) = (firing(Severity::Warning), firing(Severity::Critical));
    let worse = [repeat(&warn, 3), repeat(&crit, 3)].concat();
    assert_eq!(run(&worse).1, [(Severity::Critical, Severity::Critical)]);
    let glimpse = [repeat(&warn, 3), repeat(&crit, 1), repeat(&warn, 1)].concat();
    assert_eq!(run(&glimpse).1, [(Severity::Warning, Severity::Warning)]);
    let eased = [worse.clone(), repeat(&warn, 6)].concat();
    assert_eq!(run(&eased).1, [(Severity::Warning, Severity::Critical)], "the worst is kept");
    assert_eq!(run(&eased).0.alerts().count(), 1);
}

#[test]
fn an_alert_whose_listener_is_gone_is_resolved() {
    let (mut ledger, _) = run(&repeat(&firing(Severity::Critical), 3));
    for second in 3..=8 {
        ledger.sweep(at(second));
    }
    assert_eq!(firing_in(&ledger).count(), 0);
    assert_eq!(ledger.alerts().next().unwrap().until, Some(at(8).wall));
}

#[test]
fn the_ledger_is_bounded() {
    let mut ledger = Ledger::default();
    for n in 0..1000 {
        let scope = Scope::Target(n);
        ledger.note(at(0), RULE.0, scope, || RULE.1, |_| Duration::ZERO, firing(Severity::Warning));
    }
    assert_eq!(ledger.alerts().count(), KEPT);
    assert_eq!(ledger.alerts().next().unwrap().scope, Scope::Target(999));
}

#[test]
fn what_wanes_is_told_as_it_is_and_eased() {
    let waning = Finding::Waning {
        sentence: "nearly".into(),
        brief: "nearly".to_owned().into(),
        value: 0.7.into(),
    };
    assert!(run(&repeat(&waning, 9)).1.is_empty(), "none is raised");
    let start = repeat(&firing(Severity::Critical), 3);
    let (ledger, now) = run(&[start.clone(), repeat(&waning, 2)].concat());
    assert_eq!(now, [(Severity::Critical, Severity::Critical)], "not at once");
    let alert = ledger.alerts().next().unwrap();
    assert_eq!((alert.sentence.as_str(), alert.value, alert.current), ("nearly", 0.7, false));
    let (ledger, now) = run(&[start, repeat(&waning, 9)].concat());
    assert_eq!(now, [(Severity::Warning, Severity::Critical)]);
    assert_eq!(ledger.alerts().next().unwrap().raised, "full probe 81");
}
