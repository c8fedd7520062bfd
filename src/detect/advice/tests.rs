//! An alert in, the commands an engineer would type out.

use std::time::Duration;

use chrono::DateTime;

use super::{Advice, of_alert, of_verdict};
use crate::close::CloseCode;
use crate::detect::alert::{Alert, AlertState};
use crate::detect::outage::Outage;
use crate::detect::steps::Ramp;
use crate::detect::{Cause, Judge, Judgement, Kind, RULES, RuleId, Scope, Severity, Thresholds};
use crate::model::{
    CodeSource, ListenerSnapshot, Model, ModelConfig, Netns, Presence, ProcessState, ServiceId,
    ServiceSnapshot, Snapshot,
};
use crate::sample::Stamp;
use crate::units::PerSecond;

const ADDRESS: &str = "0.0.0.0:8080";

fn now() -> Stamp {
    let wall = DateTime::from_timestamp(1_000_000, 0).unwrap();
    Stamp { mono: Duration::from_secs(100), wall }
}

fn listener() -> ListenerSnapshot {
    ListenerSnapshot {
        presence: Presence::Listening,
        pids: vec![2143, 2144],
        process: Some("gateway".into()),
        open: Some(100),
        accept_queue: Some(0),
        backlog: Some(511),
        fullest_queue: Some(0.0),
        drops: Some(PerSecond(0.0)),
        ..ListenerSnapshot::nothing(ADDRESS.parse().unwrap())
    }
}

fn process(pid: u32, fds: u64) -> ProcessState {
    let mut process = ProcessState::default();
    (process.pid, process.fds) = (pid, Some(fds));
    (process.fd_soft, process.fd_hard) = (Some(1024), Some(4096));
    process.cgroup = Some("/system.slice/gunicorn.service".into());
    process
}

fn snapshot() -> Snapshot {
    let derived = Model::new(ModelConfig::default()).derive(now(), None);
    let processes = vec![process(2143, 10), process(2144, 900)];
    let counted_for = Some(Duration::from_mins(1));
    let whole = listener();
    let service = ServiceSnapshot { id: id(), addresses: vec![whole.address], whole };
    Snapshot { ready: true, counted_for, services: vec![service], processes, ..derived }
}

/// The listener of the snapshot.
fn at() -> Scope {
    Scope::Service(id())
}

fn id() -> ServiceId {
    ServiceId::new(Netns::default(), ADDRESS.parse().unwrap())
}

fn alert(rule: RuleId, scope: Scope) -> Alert {
    Alert {
        id: 1,
        rule,
        scope,
        meaning: (Kind::Overloaded, Cause::Descriptors),
        now: Severity::Critical,
        severity: Severity::Critical,
        state: AlertState::Firing,
        current: true,
        sentence: "open files 900 of 1 024".into(),
        brief: String::new(),
        said: String::new(),
        raised: String::new(),
        since: now().wall,
        until: None,
        value: 0.9,
        peak: 0.9,
        errors: vec![],
    }
}

fn advice(snapshot: &Snapshot, rule: RuleId, scope: Scope) -> Advice {
    of_alert(&Judgement::waiting(now().wall), snapshot, &alert(rule, scope), None)
}

fn commands(advice: &Advice) -> Vec<&str> {
    advice.steps.iter().filter_map(|step| step.command.as_deref()).collect()
}

#[test]
fn descriptors_are_raised_with_the_real_pid_limit_and_unit() {
    let advice = advice(&snapshot(), RuleId::Fds, at());
    assert_eq!(
        commands(&advice),
        [
            "sudo prlimit --pid 2144 --nofile=4096",
            "grep 'open files' /proc/2144/limits",
            "sudo systemctl edit gunicorn",
            "sudo systemctl daemon-reload && sudo systemctl restart gunicorn",
        ]
    );
    assert!(advice.steps[2].what.contains("LimitNOFILE=65536"), "{:?}", advice.steps[2]);
}

#[test]
fn a_soft_limit_at_the_hard_one_takes_both_along() {
    let mut snapshot = snapshot();
    for process in &mut snapshot.processes {
        process.fd_soft = process.fd_hard;
    }
    let raised = |s: &Snapshot| commands(&advice(s, RuleId::Fds, at()))[0].to_owned();
    assert_eq!(raised(&snapshot), "sudo prlimit --pid 2144 --nofile=65536:65536");
    snapshot.processes[1].fd_soft = Some(65_536);
    snapshot.processes[1].fd_hard = None;
    assert_eq!(raised(&snapshot), "sudo prlimit --pid 2144 --nofile=131072:");
}

#[test]
fn what_is_not_known_stays_a_placeholder() {
    let mut snapshot = snapshot();
    snapshot.processes.clear();
    let advice = advice(&snapshot, RuleId::Down, at());
    let told = commands(&advice);
    assert!(told.contains(&"journalctl -u UNIT --since '10 minutes ago' --no-pager"), "{told:?}");
    assert!(told.contains(&"ss -ltnp 'sport = :8080'"), "{told:?}");
}

#[test]
fn a_unit_named_to_harm_stays_a_placeholder() {
    let mut snapshot = snapshot();
    for process in &mut snapshot.processes {
        process.cgroup = Some("/system.slice/x;reboot.service".into());
    }
    for rule in RULES {
        let advice = advice(&snapshot, rule.id, at());
        assert!(!advice.steps.is_empty(), "{}", rule.id);
        assert!(!commands(&advice).join("\n").contains("reboot"), "{}", rule.id);
    }
}

#[test]
fn a_code_is_explained_by_its_number() {
    let advice =
        advice(&snapshot(), RuleId::CloseStorm, Scope::Code(CloseCode(4408), CodeSource::Log));
    assert_eq!(commands(&advice)[0], "herdtop explain 4408");
}

#[test]
fn the_ramp_is_the_best_second_and_none_where_it_was_not_served() {
    let outage = Outage {
        since: now(),
        before: 20_000,
        open: 1_760,
        lowest: 0,
        recovered: None,
        rate: PerSecond(0.0),
    };
    let mut listener = listener();
    let served = Some(PerSecond(480.6));
    let calm = Ramp::of(&listener, served, Some(&outage)).unwrap();
    assert_eq!((calm.per_second, calm.missing), (PerSecond(480.0), Some(18_240)));
    assert_eq!(calm.lasts(), Some(Duration::from_secs(38)));
    let words = calm.words(&listener);
    assert!(words.starts_with("admit clients at about 480/s for 38s (an estimate"), "{words}");
    listener.worst_queue = Some(0.6);
    assert_eq!(Ramp::of(&listener, served, None), None, "the queue was over half once");
    listener.worst_queue = Some(0.4);
    listener.drops_total = Some(3);
    assert_eq!(Ramp::of(&listener, served, None), None, "three were dropped");
    listener.drops_total = Some(0);
    assert_eq!(Ramp::of(&listener, served, None).unwrap().per_second, PerSecond(480.0));
    assert_eq!(Ramp::of(&listener, None, None), None, "nothing is made up");
}

#[test]
fn no_rate_is_advised_that_was_rejected_or_late() {
    let rate = |judgement: &Judgement| {
        let about = alert(RuleId::Herd, at());
        let steps = of_alert(judgement, &snapshot(), &about, None).steps;
        steps.into_iter().any(|step| step.what.contains("admit clients at about"))
    };
    let mut judgement = Judgement::waiting(now().wall);
    assert!(!rate(&judgement), "none was seen that was served");
    judgement.served = vec![(id(), PerSecond(480.6))];
    assert!(rate(&judgement));
    for rule in [RuleId::Lag, RuleId::RefusingNew, RuleId::AcceptQueue] {
        let resolved = Alert { state: AlertState::Resolved, ..alert(rule, at()) };
        judgement.alerts = vec![std::sync::Arc::new(resolved)];
        assert!(!rate(&judgement), "{rule}");
    }
    let elsewhere = Scope::Service(ServiceId::new(Netns::default(), ([0, 0, 0, 0], 9).into()));
    judgement.alerts = vec![std::sync::Arc::new(alert(RuleId::AcceptQueue, elsewhere))];
    assert!(rate(&judgement), "its neighbour's");
}

#[test]
fn a_verdict_without_an_alert_has_a_step_too() {
    let mut judge = Judge::new(Thresholds::default());
    let snapshot = snapshot();
    let judged = judge.judge(&snapshot, Some(ADDRESS.parse().unwrap()));
    let calm = of_verdict(&judged, &snapshot, None);
    assert_eq!((calm.severity, calm.steps[0].what.contains("nothing to do")), (Severity::Ok, true));
    let before = of_verdict(&Judgement::waiting(now().wall), &snapshot, None);
    assert_eq!(before.severity, Severity::Unknown);
    assert!(!before.steps.is_empty());
}
