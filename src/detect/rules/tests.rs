//! Stories of targets and the verdicts on them.

use std::time::Duration;

use crate::close::{CloseCode, Outcome};
use crate::detect::{AlertState, Cause, Judge, Judgement, Kind, RuleId, Severity, Thresholds};
use crate::model::{Model, ModelConfig};
use crate::sample::{Lane, Phases, ProbeEvent, ProbeFact, Reading, Sample, Stamp};

/// A second-by-second story of one or more targets.
struct Story {
    model: Model,
    judge: Judge,
    judgement: Judgement,
    at: Stamp,
}

impl Story {
    /// Targets of one URL; more than one is `--each-address`.
    fn of(targets: u8) -> Self {
        let config = ModelConfig { only_probes: true, ..ModelConfig::default() };
        let wall = chrono::DateTime::from_timestamp(1_000_000, 0).unwrap();
        let mut story = Self {
            model: Model::new(config),
            judge: Judge::new(Thresholds::default()),
            judgement: Judgement::waiting(wall),
            at: Stamp { mono: Duration::from_secs(1), wall },
        };
        for id in 0..targets {
            let address = (targets > 1).then(|| [10, 0, 4, id].into());
            let url = "ws://app/ws".to_owned();
            story.note(id, Lane::Fresh, ProbeFact::Target { url, address, holds: true });
        }
        story
    }

    fn note(&mut self, target: u8, lane: Lane, fact: ProbeFact) {
        let mut sample = Sample::at(self.at);
        sample.probes.push(ProbeEvent { target: target.into(), lane, fact });
        self.judge.hear(&sample);
        self.model.absorb(sample);
    }

    fn fresh(&mut self, target: u8, outcome: Outcome) {
        let fact =
            ProbeFact::Ended { phases: Phases::default(), outcome, peer: None, agreed: None };
        self.note(target, Lane::Fresh, fact);
    }

    fn held(&mut self) {
        let outcome = Outcome::OpenOk;
        let fact =
            ProbeFact::Ended { phases: Phases::default(), outcome, peer: None, agreed: None };
        self.note(0, Lane::Held, fact);
    }

    /// Seconds pass, judged each.
    fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.at = self.at.plus(Duration::from_secs(1));
            let snapshot = self.model.derive(self.at, None);
            self.judgement = self.judge.judge(&snapshot, None);
        }
    }

    /// One attempt a second.
    fn attempts(&mut self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            self.fresh(0, outcome.clone());
            self.pass(1);
        }
    }

    fn verdict(&self) -> (Severity, Kind, Cause) {
        let verdict = &self.judgement.verdict;
        (verdict.severity, verdict.kind, verdict.cause)
    }

    fn sentence(&self) -> &str {
        &self.judgement.verdict.sentence
    }
}

fn closed(code: u16) -> Outcome {
    Outcome::CloseClean { code: CloseCode(code), reason: String::new() }
}

fn http(status: u16) -> Outcome {
    Outcome::Http { status, retry_after: None, server: None, body: String::new(), hint: None }
}

#[test]
fn each_way_of_being_turned_away_has_its_verdict() {
    for (outcome, kind, cause) in [
        (closed(1013), Kind::Overloaded, Cause::RefusingNew),
        (http(503), Kind::Overloaded, Cause::RefusingNew),
        (Outcome::HsEof { bytes: 0 }, Kind::Overloaded, Cause::RefusingNew),
        (Outcome::TcpTimeout, Kind::Overloaded, Cause::RefusingNew),
        (closed(1012), Kind::Restarting, Cause::Planned),
        (closed(1011), Kind::Crashing, Cause::CrashLoop),
        (Outcome::RstNoClose, Kind::Unknown, Cause::NotEnoughData),
        (http(500), Kind::Crashing, Cause::CrashLoop),
        (Outcome::TcpRefused, Kind::Down, Cause::Refused),
        (http(502), Kind::Down, Cause::Upstream),
        (http(401), Kind::Misconfigured, Cause::Handshake),
        (closed(1000), Kind::Misconfigured, Cause::Handshake),
        (Outcome::TlsCert("expired".to_owned()), Kind::Misconfigured, Cause::Handshake),
        (
            Outcome::TlsClientCert("alert certificate_required (116)".to_owned()),
            Kind::Misconfigured,
            Cause::TlsClientCert,
        ),
        (http(521), Kind::Down, Cause::Upstream),
        (http(530), Kind::Down, Cause::Upstream),
        (http(501), Kind::Misconfigured, Cause::Handshake),
        (http(511), Kind::Misconfigured, Cause::Handshake),
        (Outcome::DnsFail("unknown".to_owned()), Kind::Unknown, Cause::NotEnoughData),
        (Outcome::LocalEmfile, Kind::Unknown, Cause::NotEnoughData),
        (Outcome::OpenOk, Kind::Ok, Cause::None),
    ] {
        let mut story = Story::of(1);
        story.attempts(std::slice::from_ref(&outcome));
        assert_eq!((story.verdict().1, story.verdict().2), (kind, cause), "{outcome:?}");
        assert_ne!(story.sentence(), "", "{outcome:?}");
    }
}

#[test]
fn one_that_is_cut_off_before_it_lasted_is_no_loop_and_three_are() {
    let mut story = Story::of(1);
    story.attempts(&[Outcome::EofNoClose]);
    assert_eq!(story.verdict().1, Kind::Unknown, "{}", story.sentence());
    let candidates = &story.judgement.verdict.candidates;
    let causes: Vec<Cause> = candidates.iter().map(|c| c.cause).collect();
    assert_eq!(causes, [Cause::CrashLoop, Cause::WorkerLost], "both, and what would settle it");
    assert!(story.sentence().contains("measure for longer"), "{}", story.sentence());
    story.attempts(&[Outcome::EofNoClose, Outcome::RstNoClose]);
    assert_eq!(story.verdict(), (Severity::Critical, Kind::Crashing, Cause::CrashLoop));
}

#[test]
fn one_failure_of_a_server_that_lets_in_is_no_alert() {
    let mut story = Story::of(1);
    let ok = Outcome::OpenOk;
    story.attempts(&[ok.clone(), closed(1013), ok.clone(), closed(1013), ok]);
    assert_eq!(story.judgement.alerts().count(), 0, "{}", story.sentence());
}

#[test]
fn three_of_five_are_and_five_good_ones_end_it() {
    let mut story = Story::of(1);
    let ok = Outcome::OpenOk;
    story.attempts(&[ok.clone(), closed(1013), closed(1013), ok.clone(), closed(1013)]);
    assert_eq!(story.verdict(), (Severity::Critical, Kind::Overloaded, Cause::RefusingNew));
    assert!(story.sentence().contains("3 of the last 5"), "{}", story.sentence());
    story.attempts(&[ok.clone(), ok.clone(), ok.clone(), ok.clone(), ok]);
    story.pass(10);
    assert_eq!(story.verdict().0, Severity::Ok);
    let states: Vec<_> = story.judgement.alerts().map(|a| (a.rule, a.state)).collect();
    assert_eq!(states, [(RuleId::RefusingNew, AlertState::Resolved)]);
}

#[test]
fn held_connections_that_live_on_are_told_of() {
    let mut story = Story::of(1);
    story.held();
    story.pass(200);
    story.attempts(&[closed(1013), closed(1013), closed(1013)]);
    assert!(story.sentence().contains("long-lived probe open for 3m2"), "{}", story.sentence());
}

#[test]
fn a_403_among_others_that_get_in_is_admission_control() {
    let mut story = Story::of(1);
    story.attempts(&[Outcome::OpenOk, http(403), http(403), http(403)]);
    assert_eq!(story.verdict().1, Kind::Overloaded);
    assert!(story.sentence().contains("admission control"), "{}", story.sentence());
    let mut all = Story::of(1);
    all.attempts(&[http(403), http(403), http(403)]);
    assert_eq!(all.verdict().1, Kind::Misconfigured, "nobody gets in: credentials");
}

#[test]
fn the_odd_one_out_is_named() {
    let mut story = Story::of(6);
    for id in 0..6 {
        for _ in 0..3 {
            story.fresh(id, if id == 2 { closed(1013) } else { Outcome::OpenOk });
        }
    }
    story.pass(1);
    let expected = "10.0.4.2 gives close 1013, the 5 others fine";
    assert!(story.sentence().contains(expected), "{}", story.sentence());
}

#[test]
fn a_held_connection_that_is_cut_is_a_warning_and_soon_over() {
    let mut story = Story::of(1);
    story.held();
    story.attempts(&[Outcome::OpenOk]);
    let lost = ProbeFact::Lost { outcome: Outcome::EofNoClose, age: Duration::from_mins(3) };
    story.note(0, Lane::Held, lost);
    story.attempts(&[Outcome::OpenOk]);
    let alert = |story: &Story| story.judgement.firing().map(|a| a.now).collect::<Vec<_>>();
    assert_eq!(alert(&story), [Severity::Warning]);
    assert_eq!(story.verdict().1, Kind::Ok, "one connection that was cut is no crash");
    story.pass(45);
    assert!(alert(&story).is_empty());
}

#[test]
fn a_loop_lags_when_its_answers_are_slow_and_not_when_one_is() {
    let ping = |ms| ProbeFact::Ping {
        round_trip: Duration::from_millis(ms),
        tcp: Reading::Seen(Duration::from_millis(1)),
    };
    let mut story = Story::of(1);
    story.held();
    let mut run = |pings: &[u64]| {
        for ms in pings {
            story.note(0, Lane::Held, ping(*ms));
            story.pass(1);
        }
        (story.verdict(), story.sentence().to_owned())
    };
    run(&[2; 20]);
    let one = run(&[700, 2, 2, 2]);
    assert_eq!(one.0.0, Severity::Ok, "a collection of garbage: {}", one.1);
    let lags = run(&[700, 690, 650, 699, 2, 680]);
    assert_eq!(lags.0, (Severity::Critical, Kind::Stalled, Cause::EventLoop), "{}", lags.1);
    assert!(lags.1.contains("event-loop lag 699 ms"), "{}", lags.1);
    assert_eq!(run(&[2; 25]).0.0, Severity::Ok);
}

#[test]
fn a_short_run_that_saw_one_slow_answer_does_not_know() {
    let mut story = Story::of(1);
    story.held();
    for ms in [3, 725, 3, 2] {
        let tcp = Reading::Seen(Duration::from_millis(1));
        let round_trip = Duration::from_millis(ms);
        story.note(0, Lane::Held, ProbeFact::Ping { round_trip, tcp });
        story.pass(1);
    }
    assert_eq!(story.verdict().1, Kind::Unknown, "{}", story.sentence());
    let candidates = &story.judgement.verdict.candidates;
    assert_eq!(candidates.first().map(|c| c.cause), Some(Cause::EventLoop));
}
