//! Stories of a service of several workers, second by second.

use std::time::Duration;

use super::story::{Is, Story};
use crate::close::{CloseCode, Outcome};
use crate::detect::{Cause, Kind, RuleId, Severity, Thresholds};
use crate::sample::{Lane, ProbeEvent, ProbeFact, Sample};

#[test]
fn one_of_three_gone_is_one_alert_with_its_pid_and_what_it_held() {
    let mut story = Story::of(&[1_204, 900, 950]);
    story.ends(11);
    story.pass(3);
    assert_eq!(story.firing(), Story::lost(&[11]));
    assert_eq!(story.verdict(), (Severity::Critical, Kind::Crashing, Cause::WorkerLost));
    let said =
        "worker 11 (gunicorn) gone: 1 204 connections lost in 1 s; 2 processes are left on :80";
    assert_eq!(story.said(), [said]);
    assert!(story.sentence().starts_with("WORKER LOST  pid 11 gunicorn, 1 204 connections lost"));
    story.starts(14);
    story.pass(2);
    assert!(story.sentence().contains("; pid 14 took its place"), "{}", story.sentence());
    story.pass(70);
    assert!(story.firing().is_empty());
    assert_eq!(story.judgement.alerts().count(), 1);
}

#[test]
fn one_that_nobody_replaces_stays_lost() {
    let mut story = Story::of(&[40, 40, 40]);
    story.ends(12);
    story.pass(120);
    assert_eq!(story.firing(), Story::lost(&[12]));
}

#[test]
fn two_of_three_gone_and_not_replaced_are_two_losses_and_no_restart() {
    let mut story = Story::of(&[40, 50, 60]);
    story.ends(11);
    story.ends(13);
    story.pass(8);
    assert!(story.firing().is_empty(), "it may be a restart yet");
    story.pass(4);
    assert_eq!(story.firing(), Story::lost(&[11, 13]));
    assert!(story.judgement.alerts().all(|a| a.rule != RuleId::Restart));
}

#[test]
fn two_gone_and_replaced_are_a_restart_and_no_loss() {
    let mut story = Story::of(&[40, 50, 60]);
    story.ends(11);
    story.ends(13);
    story.pass(6);
    story.starts(21);
    story.starts(22);
    story.pass(3);
    assert_eq!(story.firing(), [("restart", String::new())]);
    assert_eq!(story.verdict(), (Severity::Warning, Kind::Restarting, Cause::Planned));
    let said = ":80 gunicorn restarts: 2 workers gone within 1 s, replaced; 100 connections closed";
    assert_eq!(story.said(), [said]);
    assert!(story.sentence().starts_with("RESTARTED  :80 gunicorn, 2 workers replaced at "));
    story.pass(60);
    assert!(story.judgement.alerts().all(|a| a.rule == RuleId::Restart));
    assert!(story.firing().is_empty());
}

#[test]
fn an_oom_kill_makes_a_restart_a_loss() {
    let mut story = Story::of(&[40, 50, 60]);
    story.ends(11);
    story.ends(13);
    story.oom_kills += 1;
    story.starts(21);
    story.pass(2);
    let [oom, first, second] = &story.firing()[..] else { panic!("{:?}", story.firing()) };
    assert_eq!((oom.0, first.0, second.0), ("oom_kill", "worker_lost", "worker_lost"));
    assert_eq!((story.verdict().1, story.verdict().2), (Kind::Crashing, Cause::Oom));
    let said: Vec<_> = story.judgement.firing().map(|a| a.sentence.clone()).collect();
    assert!(
        said.iter().any(|s| s.contains("gone, OOM kill suspected: 40 connections")),
        "{said:?}"
    );
    assert!(said.iter().any(|s| s.starts_with("OOM kill in /ws at ")), "{said:?}");
}

#[test]
fn the_last_one_gone_is_down() {
    let mut story = Story::of(&[40]);
    story.ends(11);
    story.listens = false;
    story.pass(3);
    assert_eq!(story.verdict(), (Severity::Critical, Kind::Down, Cause::Refused));
    let said = story.sentence();
    assert!(said.starts_with("DOWN :80 gunicorn  no process listening"), "{said}");
    assert!(said.contains("after pid 11 gunicorn ended "), "{said}");
}

#[test]
fn a_tool_that_ends_on_a_host_watched_as_a_whole_is_nobodys_business() {
    let mut story = Story::with(&[3], Thresholds::default());
    story.ends(11);
    story.listens = false;
    story.pass(20);
    assert!(story.firing().is_empty());
}

#[test]
fn a_drained_worker_that_is_replaced_is_the_pool_at_work() {
    let mut story = Story::of(&[0, 50, 60]);
    story.ends(11);
    story.starts(21);
    story.pass(20);
    assert!(story.firing().is_empty());
    story.ends(21);
    story.pass(12);
    assert_eq!(story.firing(), Story::lost(&[21]));
    assert_eq!(story.verdict().0, Severity::Warning, "nobody took its place: {}", story.sentence());
}

#[test]
fn a_server_that_said_it_restarts_did() {
    let mut story = Story::of(&[40]);
    let note = |fact| {
        let event = ProbeEvent { target: 0, lane: Lane::Held, fact };
        vec![event]
    };
    let url = "ws://app/ws".to_owned();
    let target = ProbeFact::Target { url, address: None, holds: true };
    let outcome = Outcome::CloseClean { code: CloseCode::SERVICE_RESTART, reason: String::new() };
    let lost = ProbeFact::Lost { outcome, age: Duration::from_mins(1) };
    for fact in [target, lost] {
        story.absorb(Sample { probes: note(fact), ..Sample::at(story.at) });
    }
    story.ends(11);
    story.starts(12);
    story.pass(5);
    assert!(story.firing().iter().all(|(rule, _)| *rule == "restart"), "{:?}", story.firing());
    assert_eq!(story.verdict().1, Kind::Restarting);
}

#[test]
fn a_worker_that_lives_and_closes_all_is_none_lost() {
    let mut story = Story::of(&[400, 500]);
    story.closes(11, 390);
    story.pass(4);
    assert!(story.firing().is_empty(), "its clients left, or were cut: {:?}", story.said());
    assert_eq!(story.verdict(), (Severity::Warning, Kind::Leaving, Cause::ClientsLeft));
    let said = "CLIENTS LEFT :80 gunicorn  390 of 900 connections closed at ";
    assert!(story.sentence().starts_with(said), "{}", story.sentence());
    story.pass(70);
    assert_ne!(story.verdict().1, Kind::Leaving, "who is not back by then has left");
}

#[test]
fn one_that_closes_all_and_then_ends_is_told_as_gone() {
    let mut story = Story::of(&[400, 500]);
    story.closes(11, 400);
    story.pass(1);
    story.ends(11);
    story.pass(4);
    assert_eq!(story.firing(), Story::lost(&[11]));
    assert!(story.said()[0].starts_with("worker 11 (gunicorn) gone: 400 "), "{:?}", story.said());
    assert!(story.sentence().starts_with("WORKER LOST  pid 11 "), "{}", story.sentence());
}

#[test]
fn connections_that_live_two_seconds_end_together_now_and_then() {
    let mut story = Story::of(&[15, 500]);
    for _ in 0..240 {
        story.closes(11, 6);
        story.workers[0].held = 15;
        story.pass(1);
    }
    story.closes(11, 15);
    story.pass(4);
    assert!(story.firing().is_empty(), "{}", story.sentence());
}

#[test]
fn a_pid_that_is_given_out_again_is_no_return() {
    let mut story = Story::of(&[40, 50]);
    story.ends(11);
    story.starts(11);
    story.pass(3);
    assert_eq!(story.firing(), Story::lost(&[11]));
}

#[test]
fn hidden_workers_are_told_by_what_their_listener_loses() {
    let mut story = Story::of(&[]);
    story.hidden = true;
    story.workers.push(Is { pid: 11, started: 0, held: 1_000, gone: 0 });
    story.pass(30);
    story.closes(11, 150);
    story.pass(3);
    assert!(story.firing().is_empty(), "15 % may be anything");
    story.closes(11, 400);
    story.pass(3);
    assert_eq!(story.firing(), [("worker_lost", "-".to_owned())]);
    let said = "a worker of :80 lost?: 400 of 850 connections closed at once; whose they were is \
                hidden without root";
    assert_eq!(story.said(), [said]);
    assert_eq!(story.verdict().0, Severity::Warning, "clients that left look the same");
    assert!(story.sentence().contains("root, or a URL, would tell"), "{}", story.sentence());
}
