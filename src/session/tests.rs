//! A session from samples to verdicts, and back to its past.

use super::fixtures::{PORT, sample};
use super::*;
use crate::detect::{Kind, Severity};
use crate::sample::UnseenListener;

/// Fifteen calm seconds, then a herd of `herd` seconds on the host, each
/// connection held. `ours` says whether it comes to the watched port. `each`
/// sees the session after every derivation, once a second.
fn run(ours: bool, herd: u64, mut each: impl FnMut(&Session)) -> Session {
    let thresholds =
        Thresholds { named_ports: [PORT].into(), whole_host: false, ..Thresholds::default() };
    let config = ModelConfig { ports: [PORT].into(), ..ModelConfig::default() };
    let mut session = Session::new(config, thresholds);
    session.remember(Duration::from_secs(1));
    let start = Stamp {
        mono: Duration::ZERO,
        wall: chrono::DateTime::from_timestamp(1_000_000, 0).unwrap(),
    };
    let (mut passive, mut open) = (1_000, 0);
    for tick in 0..400 {
        let at = start.plus(Duration::from_millis(tick * 100));
        let arrivals = if (150..150 + herd * 10).contains(&tick) { 40 } else { tick % 2 };
        passive += arrivals;
        open += if ours { arrivals } else { 0 };
        session.absorb(sample(at, passive, (tick % 10 == 0).then_some(open)));
        if tick % 10 == 0 {
            session.derive(at, None);
            each(&session);
        }
    }
    session
}

fn verdicts(ours: bool, herd: u64) -> Vec<(Kind, Severity)> {
    let mut told = Vec::new();
    run(ours, herd, |session| {
        told.extend(session.verdict().map(|v| (v.kind, v.severity)));
    });
    told
}

#[test]
fn a_herd_that_is_let_in_is_a_warning_then_subsides_then_is_over() {
    let told = verdicts(true, 3);
    let herd: Vec<_> = told.iter().filter(|(kind, _)| *kind == Kind::Herd).collect();
    assert!(!herd.contains(&&(Kind::Herd, Severity::Critical)), "nobody is harmed: {told:?}");
    assert!(herd.contains(&&(Kind::Herd, Severity::Warning)), "{told:?}");
    assert_eq!(told.last(), Some(&(Kind::Ok, Severity::Ok)));
    assert!(told[..15].iter().all(|(kind, _)| *kind != Kind::Herd), "calm before it");
}

#[test]
fn a_herd_elsewhere_on_the_host_is_not_ours() {
    assert!(verdicts(false, 3).iter().all(|(kind, _)| *kind != Kind::Herd));
}

/// Alerts as the list of events has them.
fn alerts(judgement: &Judgement) -> Vec<(u64, Severity, bool, String)> {
    let one = |a: &crate::detect::Alert| (a.id, a.now, a.until.is_some(), a.sentence.clone());
    judgement.alerts().map(one).collect()
}

#[test]
fn every_second_can_be_seen_again_as_it_was() {
    let mut seen = Vec::new();
    let session = run(true, 8, |session| {
        let Moment { snapshot, judgement, .. } = session.latest.clone().unwrap();
        seen.push((snapshot, judgement.verdict.clone(), alerts(&judgement)));
    });
    assert!(seen.iter().any(|(.., alerts)| alerts.iter().any(|(_, _, over, _)| *over)));
    assert!(seen.iter().any(|(.., alerts)| alerts.iter().any(|(_, _, over, _)| !*over)));
    for (second, (snapshot, verdict, alerts_then)) in (0..).zip(seen) {
        let moment = session.moment(second).unwrap();
        assert_eq!(moment.snapshot, snapshot, "second {second}");
        assert_eq!(alerts(&moment.judgement), alerts_then, "second {second}");
        assert_eq!(moment.judgement.verdict, verdict, "second {second}");
    }
}

#[test]
fn what_to_do_next_is_that_of_the_moment() {
    let mut then = Vec::new();
    let focus = Some(([127, 0, 0, 1], PORT).into());
    let advice = |moment: &Moment| {
        crate::detect::advice::of_verdict(&moment.judgement, &moment.snapshot, focus)
    };
    let session = run(true, 8, |session| {
        let moment = session.latest.as_ref().unwrap();
        then.push((advice(moment), moment.judgement.herd.threshold));
    });
    for (second, (then, line)) in (0..).zip(then) {
        let moment = session.moment(second).unwrap();
        assert_eq!(advice(&moment), then, "second {second}");
        assert_eq!(moment.judgement.herd.threshold, line, "the line of the chart: {second}");
    }
}

#[test]
fn a_second_that_nothing_is_kept_of_says_so() {
    let mut session = run(true, 3, |_| {});
    let at = session.snapshot().unwrap().at.plus(Duration::from_hours(1));
    session.absorb(sample(at, 9_000, Some(10)));
    session.derive(at, None);
    let asleep = session.moment(2_000).unwrap();
    assert!(asleep.snapshot.listeners.is_empty());
    let said = &asleep.judgement.verdict;
    assert_eq!(said.severity, Severity::Unknown);
    assert!(said.sentence.contains("nothing is kept"), "{}", said.sentence);
    assert_eq!((at.wall - asleep.snapshot.at.wall).num_seconds(), 39 + 3_600 - 2_000);
    assert_eq!(session.moment(30).unwrap().snapshot.listeners.len(), 1, "before it is still there");
    assert!(Session::new(ModelConfig::default(), Thresholds::default()).moment(5).is_none());
}

#[test]
fn the_first_walk_is_seen_in_the_second_that_began_without_it() {
    let mut session = Session::new(ModelConfig::default(), Thresholds::default());
    session.remember(Duration::from_secs(1));
    let start = Stamp {
        mono: Duration::ZERO,
        wall: chrono::DateTime::from_timestamp(1_000_000, 0).unwrap(),
    };
    session.derive(start, None);
    session.absorb(sample(start.plus(Duration::from_millis(300)), 1, Some(2)));
    session.derive(start.plus(Duration::from_millis(310)), None);
    session.derive(start.plus(Duration::from_secs(2)), None);
    assert!(session.moment(0).unwrap().snapshot.ready);
}

#[test]
fn what_was_named_and_listens_elsewhere_is_no_outage() {
    let thresholds =
        Thresholds { named_ports: [PORT].into(), whole_host: false, ..Thresholds::default() };
    let config = ModelConfig { ports: [PORT].into(), ..ModelConfig::default() };
    let says = |unseen: Option<UnseenListener>| {
        let mut session = Session::new(config.clone(), thresholds.clone());
        let start = Stamp {
            mono: Duration::ZERO,
            wall: chrono::DateTime::from_timestamp(1_000_000, 0).unwrap(),
        };
        for second in 0..8 {
            let at = start.plus(Duration::from_secs(second));
            let mut sample = sample(at, 1_000, Some(0));
            sample.listeners = Some(Reading::Seen(Vec::new()));
            sample.unseen = unseen.clone().map(|one| vec![one]);
            session.absorb(sample);
            session.derive(at, None);
        }
        let verdict = session.verdict().unwrap();
        (verdict.kind, verdict.severity, verdict.sentence.clone())
    };
    let (kind, severity, _) = says(None);
    assert_eq!((kind, severity), (Kind::Down, Severity::Critical));
    let name = || "ws".to_owned();
    let (kind, severity, sentence) =
        says(Some(UnseenListener::PortElsewhere { port: PORT, pid: 4312, name: name() }));
    assert_eq!((kind, severity), (Kind::Unknown, Severity::Unknown));
    assert_eq!(
        sentence,
        "port 80 listens only in the network namespace of pid 4312 ws: give --netns 4312"
    );
    // Of another port it says nothing.
    let other = UnseenListener::PortElsewhere { port: PORT + 1, pid: 4312, name: name() };
    assert_eq!(says(Some(other)).0, Kind::Down);
}
