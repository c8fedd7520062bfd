//! What is said of hosts, from answers as a server gives them.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::detect::{Cause, Kind, Severity};
use crate::sample::{MetricSeries, QueryAnswer};

/// A moment of the server's clock.
const NOW: f64 = 1_800_000_000.0;

/// The answers of one moment, put together host by host.
struct World(Answers<HostFigure>, Vec<(HostFigure, MetricSeries)>);

impl World {
    fn new() -> Self {
        Self(Answers::at(NOW, Duration::from_secs(15)), Vec::new())
    }

    fn put(&mut self, figure: HostFigure, labels: &[(&str, &str)], value: f64) {
        let labels = labels.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        self.1.push((figure, MetricSeries { labels, points: vec![(NOW, value)] }));
    }

    /// A host that is well, with so many open.
    fn host(&mut self, name: &str, open: f64) {
        use HostFigure as F;
        let own = ("instance", name);
        self.put(F::Build, &[own, ("job", "edge"), ("version", env!("CARGO_PKG_VERSION"))], 1.0);
        self.put(F::Scraped, &[own], NOW - 4.0);
        self.put(F::Sampled, &[own], NOW - 4.6);
        self.put(F::Known, &[own, ("job", "edge")], NOW - 4.6);
        self.put(F::Scrapes, &[own], 240.0);
        self.put(F::Up, &[own], 1.0);
        self.put(F::Open, &[own], open);
        self.put(F::Attempts, &[own], 10.0);
    }

    fn verdict(&mut self, name: &str, severity: &str, kind: &str, cause: &str) {
        let labels = [
            ("instance", name),
            ("severity", severity),
            ("kind", kind),
            ("cause", cause),
            ("service", "8080"),
        ];
        self.put(HostFigure::Verdict, &labels, 1.0);
    }

    fn well(&mut self, name: &str, open: f64) {
        self.host(name, open);
        self.verdict(name, "ok", "ok", "none");
    }

    fn judged(mut self) -> FleetSnapshot {
        let mut all: BTreeMap<HostFigure, Vec<MetricSeries>> = BTreeMap::new();
        for (figure, series) in self.1 {
            all.entry(figure).or_default().push(series);
        }
        for (figure, series) in all {
            self.0.take(figure, QueryAnswer { series, ..QueryAnswer::default() });
        }
        FleetSnapshot::of(&self.0, None)
    }
}

fn host<'f>(fleet: &'f FleetSnapshot, name: &str) -> &'f FleetHost {
    fleet.hosts.iter().find(|host| host.instance == name).expect("a host of this name")
}

#[test]
fn a_calm_fleet_says_how_much_is_open_and_what_is_tightest() {
    let mut world = World::new();
    for n in 1..=4 {
        let name = format!("web-{n}");
        world.well(&name, 1_000.0);
        let labels = [("instance", name.as_str()), ("service", "8080"), ("limit", "descriptors")];
        world.put(HostFigure::Room, &labels, 400.0 - f64::from(n) * 20.0);
        world.put(HostFigure::Used, &labels, 1_000.0);
        world.put(HostFigure::Limit, &labels, 1_300.0);
    }
    let fleet = world.judged();
    assert_eq!((fleet.verdict.severity, fleet.verdict.kind), (Severity::Ok, Kind::Ok));
    let sentence = "4 hosts, 4 000 open, 40 attempts/s; tightest limit open files of web-4 77 %, \
                    room for 320";
    assert_eq!(fleet.verdict.sentence.replace('\u{2009}', " "), sentence);
    assert!(fleet.notes.is_empty(), "{:?}", fleet.notes);
}

#[test]
fn a_herd_that_moves_from_host_to_host_is_one_incident() {
    let mut world = World::new();
    for n in 1..=6 {
        world.host(&format!("web-{n}"), 500.0);
    }
    for name in ["web-4", "web-5", "web-6"] {
        world.verdict(name, "ok", "ok", "none");
    }
    world.verdict("web-1", "warning", "herd", "no_jitter");
    world.verdict("web-2", "critical", "herd", "no_jitter");
    world.verdict("web-3", "ok", "ok", "none");
    for name in ["web-2", "web-3"] {
        world.put(HostFigure::Lately, &[("instance", name), ("rule", "herd")], 1.0);
    }
    world.put(HostFigure::Rejected, &[("instance", "web-2")], 533.0);
    world.put(HostFigure::Codes, &[("instance", "web-2"), ("code", "1013")], 533.0);
    let fleet = world.judged();
    let verdict = &fleet.verdict;
    assert_eq!((verdict.severity, verdict.kind), (Severity::Critical, Kind::Herd));
    assert_eq!(verdict.cause, Cause::NoJitter);
    assert!(
        verdict.sentence.starts_with(
            "HERD on 2 of 6 hosts: web-2, web-1, moved on from web-3 within 10 min; 20 attempts/s, \
             533/s rejected, close 1013 at 533/s"
        ),
        "{}",
        verdict.sentence
    );
    assert_eq!(verdict.candidates.len(), 1, "one incident: {:?}", verdict.candidates);
    assert_eq!(fleet.hosts[0].instance, "web-2", "the worst first");
    assert_eq!(fleet.hosts[0].verdict, "herd (no jitter) on :8080");
}

#[test]
fn a_rolling_deploy_is_told_as_one() {
    let mut world = World::new();
    for n in 1..=5 {
        world.host(&format!("web-{n}"), 500.0);
        world.verdict(&format!("web-{n}"), "ok", "ok", "none");
    }
    for name in ["web-1", "web-2", "web-3"] {
        world.put(HostFigure::Lately, &[("instance", name), ("rule", "restart")], 1.0);
    }
    let labels =
        [("instance", "web-3"), ("rule", "restart"), ("severity", "warning"), ("service", "8080")];
    world.put(HostFigure::Alerts, &labels, 1.0);
    let fleet = world.judged();
    let verdict = &fleet.verdict;
    assert_eq!((verdict.severity, verdict.kind), (Severity::Warning, Kind::Restarting));
    let begin = "ROLLING DEPLOY  3 of 5 hosts restarted within 10 min, now web-3";
    assert!(verdict.sentence.starts_with(begin), "{}", verdict.sentence);
}

#[test]
fn what_a_host_leads_with_is_what_is_said_of_it() {
    let alert = |world: &mut World, name: &str, rule: &str| {
        let labels =
            [("instance", name), ("rule", rule), ("severity", "warning"), ("service", "8080")];
        world.put(HostFigure::Alerts, &labels, 1.0);
    };
    let mut world = World::new();
    world.well("web-1", 500.0);
    world.host("web-2", 500.0);
    world.verdict("web-2", "critical", "down", "refused");
    alert(&mut world, "web-2", "restart");
    let verdict = world.judged().verdict;
    assert!(verdict.sentence.starts_with("DOWN (refused) on 1 of 2 hosts: web-2"), "{verdict:?}");
    let mut world = World::new();
    world.well("web-1", 500.0);
    world.host("web-2", 500.0);
    world.verdict("web-2", "critical", "overloaded", "connection_limit");
    alert(&mut world, "web-2", "herd");
    let verdict = world.judged().verdict;
    assert_eq!((verdict.kind, verdict.cause), (Kind::Overloaded, Cause::ConnectionLimit));
}

#[test]
fn hosts_that_say_the_same_are_one_line() {
    let mut world = World::new();
    for n in 1..=6 {
        world.host(&format!("web-{n}"), 500.0);
        let (severity, kind, cause) = match n {
            1..=4 => ("critical", "overloaded", "connection_limit"),
            _ => ("warning", "stalled", "event_loop"),
        };
        world.verdict(&format!("web-{n}"), severity, kind, cause);
    }
    let fleet = world.judged();
    let sentence = &fleet.verdict.sentence;
    let begin = "OVERLOADED (connection limit) on 4 of 6 hosts: web-1, web-2, web-3 and 1 more";
    assert!(sentence.starts_with(begin), "{sentence}");
    assert!(sentence.ends_with("; also STALLED on 2 of 6 hosts"), "{sentence}");
    assert_eq!(fleet.verdict.cause, Cause::ConnectionLimit);
}

#[test]
fn one_host_far_above_the_median_is_named_and_a_new_one_below_it() {
    let mut world = World::new();
    for n in 1..=5 {
        world.well(&format!("web-{n}"), 400.0);
    }
    world.well("web-9", 1_600.0);
    let fleet = world.judged();
    assert_eq!(fleet.verdict.cause, Cause::Uneven);
    let begin = "UNEVEN  web-9 has 1 600 open, 4× the median of 400: sticky sessions";
    let sentence = fleet.verdict.sentence.replace('\u{2009}', " ");
    assert!(sentence.starts_with(begin), "{sentence}");

    let mut world = World::new();
    for n in 1..=5 {
        world.well(&format!("web-{n}"), 400.0);
    }
    world.well("web-9", 12.0);
    let new = world.1.iter_mut().find(|(figure, series)| {
        *figure == HostFigure::Scrapes && series.label("instance") == "web-9"
    });
    new.expect("its scrapes").1.points[0].1 = 16.0;
    let fleet = world.judged();
    assert_eq!(fleet.verdict.severity, Severity::Ok, "it is no fault: {}", fleet.verdict.sentence);
    let note = "web-9 far below the median: 12 open of 400, joined 4m ago; long-lived connections \
                do not move to a new host by themselves";
    assert_eq!(fleet.notes, [note]);
}

#[test]
fn few_hosts_and_hosts_of_two_kinds_have_no_median_to_be_far_from() {
    let mut world = World::new();
    for (n, open) in [100.0, 100.0, 900.0].into_iter().enumerate() {
        world.well(&format!("web-{n}"), open);
    }
    assert_eq!(world.judged().verdict.severity, Severity::Ok);
    let mut world = World::new();
    for n in 0..8 {
        world.well(&format!("web-{n}"), if n < 3 { 2_000.0 } else { 400.0 });
    }
    assert_eq!(world.judged().verdict.severity, Severity::Ok, "three large ones are meant to be");
}

#[test]
fn a_host_that_vanished_is_stale_and_not_zero() {
    use HostFigure as F;
    let mut world = World::new();
    world.well("web-1", 400.0);
    world.put(F::Known, &[("instance", "web-2"), ("job", "edge")], NOW - 200.0);
    world.put(F::Up, &[("instance", "web-2")], 0.0);
    world.put(F::Known, &[("instance", "web-3"), ("job", "edge")], NOW - 900.0);
    let fleet = world.judged();
    let lost = host(&fleet, "web-2");
    assert_eq!((lost.state, lost.open), (HostState::Unreached, None));
    assert_eq!(lost.age, Some(Duration::from_secs(200)));
    let left = host(&fleet, "web-3");
    assert_eq!((left.state, left.severity), (HostState::Gone, Severity::Unknown));
    let sentence = &fleet.verdict.sentence;
    assert_eq!(fleet.verdict.severity, Severity::Warning);
    assert!(sentence.starts_with("STALE  1 of 3 hosts not reached: web-2"), "{sentence}");
    assert!(sentence.contains("3m20s old"), "{sentence}");
    assert_eq!(fleet.totals.open, Some(400.0));
}

#[test]
fn without_figures_of_now_nothing_is_said_to_be_well() {
    let empty = World::new().judged();
    assert_eq!(empty.verdict.severity, Severity::Unknown);
    assert!(empty.verdict.sentence.contains("no host serves herdtop metrics"));
    let mut world = World::new();
    world.put(HostFigure::Known, &[("instance", "web-1")], NOW - 240.0);
    let fleet = world.judged();
    assert_eq!(fleet.verdict.severity, Severity::Unknown);
    assert!(fleet.verdict.sentence.contains("4m00s old"), "{}", fleet.verdict.sentence);
}

#[test]
fn clocks_that_differ_are_told_and_hostile_labels_are_harmless() {
    let mut world = World::new();
    world.host("a\u{1b}[2J\"\\b\n", 1.0);
    world.verdict("a\u{1b}[2J\"\\b\n", "ok", "o\u{202e}k", "none");
    let sampled = world.1.iter_mut().find(|(figure, _)| *figure == HostFigure::Sampled);
    sampled.expect("its stamp").1.points[0].1 = NOW + 42.0;
    let fleet = world.judged();
    let clocks = "clock of a [2J\"\\b is 46s ahead of the metrics server's";
    assert_eq!(fleet.notes, [clocks]);
    let all = format!("{:?} {}", fleet.hosts[0].verdict, fleet.verdict.sentence);
    assert!(!all.contains(['\u{1b}', '\u{202e}']), "{all}");
    assert_eq!(fleet.hosts[0].kind, None, "no kind that is known");
}

#[test]
fn another_version_is_named_and_what_is_not_known_of_it_does_no_harm() {
    let mut world = World::new();
    world.well("web-1", 400.0);
    world.host("web-2", 400.0);
    world.verdict("web-2", "severe", "melting", "sun_spots");
    let build = world.1.iter_mut().filter(|(figure, _)| *figure == HostFigure::Build).last();
    build.expect("its build").1.labels[2].1 = "9.9.9".to_owned();
    let fleet = world.judged();
    let own = env!("CARGO_PKG_VERSION");
    let note = format!("herdtop 9.9.9 on web-2, this is {own}: what it does not know is left out");
    assert_eq!(fleet.notes, [note]);
    let sentence = &fleet.verdict.sentence;
    assert!(sentence.starts_with("MELTING (sun spots) on 1 of 2 hosts: web-2"), "{sentence}");
    assert_eq!(fleet.verdict.severity, Severity::Warning, "somebody thought it worth saying");
}

#[test]
fn points_become_seconds_and_a_gap_stays_one() {
    let series = |points: &[(f64, f64)]| MetricSeries {
        labels: vec![("service".to_owned(), "8080".to_owned())],
        points: points.to_vec(),
    };
    let mut answers = Answers::at(NOW, Duration::from_secs(15));
    let answer = |points| QueryAnswer { series: vec![series(points)], ..QueryAnswer::default() };
    let both = [(NOW - 30.0, 4.0), (NOW, 5.0)];
    answers.take(TrendFigure::Opened, answer(&both));
    answers.take(TrendFigure::Closed, answer(&both));
    answers.take(TrendFigure::Open, answer(&both));
    let filled = fill(&answers, 15);
    let (at, seconds) = &filled[0];
    assert_eq!(at.port(), 8080);
    let now = crate::units::whole(NOW);
    assert_eq!(seconds.len(), 30, "two steps of fifteen seconds");
    assert_eq!(seconds[14], (now - 30, [4.0; 3]));
    assert!(seconds.iter().all(|(second, _)| !(now - 29..=now - 15).contains(second)));
}

#[test]
fn only_what_came_since_is_asked_for_again() {
    let mut trends = HostTrends::default();
    let first = trends.missing(NOW, 15).expect("all of it");
    assert_eq!(first, (NOW - 885.0, NOW));
    let series = MetricSeries {
        labels: vec![("instance".to_owned(), "web-1".to_owned())],
        points: vec![(NOW - 15.0, 2.0), (NOW, 3.0)],
    };
    trends.take(&QueryAnswer { series: vec![series], ..QueryAnswer::default() }, NOW);
    assert_eq!(trends.missing(NOW + 9.0, 15), None);
    assert_eq!(trends.missing(NOW + 31.0, 15), Some((NOW + 15.0, NOW + 30.0)));
    let spark = trends.of("web-1");
    assert_eq!((spark.len(), spark[57], spark[59]), (60, None, Some(3.0)));
    assert!(trends.of("web-2").is_empty());
}

#[test]
fn a_host_is_shown_as_it_would_show_itself() {
    use ServiceFigure as S;
    let mut world = World::new();
    world.host("web-1", 400.0);
    world.verdict("web-1", "critical", "overloaded", "connection_limit");
    let labels = [
        ("instance", "web-1"),
        ("rule", "capacity"),
        ("severity", "critical"),
        ("service", "8080"),
    ];
    world.put(HostFigure::Alerts, &labels, 1.0);
    let fleet = world.judged();
    let mut answers = Answers::at(NOW, Duration::from_secs(15));
    let mut put = |figure, labels: &[(&str, &str)], value| {
        let labels = labels.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let series = vec![MetricSeries { labels, points: vec![(NOW, value)] }];
        answers.take(figure, QueryAnswer { series, ..QueryAnswer::default() });
    };
    let own = [("service", "8080")];
    put(S::Open, &own, 400.0);
    put(S::Opened, &own, 9.5);
    let limit = [("service", "8080"), ("limit", "capacity")];
    put(S::Limit, &limit, 420.0);
    put(S::Used, &limit, 400.0);
    put(S::Room, &limit, 20.0);
    put(S::CodesTotal, &[("code", "1013"), ("source", "log")], 17.0);
    let trend = Answers::at(NOW, Duration::from_secs(15));
    let moment = moment(&answers, &trend, ServiceScope::Host(host(&fleet, "web-1")));
    let service = &moment.snapshot.services[0].whole;
    assert_eq!((service.open, service.address.port()), (Some(400), 8080));
    let binding = service.binding().expect("a limit");
    assert_eq!((binding.headroom, binding.used, binding.limit), (Some(20), 400, 420));
    assert_eq!(moment.snapshot.codes.wire[0].total, 17);
    let verdict = &moment.judgement.verdict;
    assert_eq!(verdict.severity, Severity::Critical);
    assert!(verdict.sentence.starts_with("OVERLOADED (connection limit) on :8080"), "{verdict:?}");
    assert_eq!(moment.judgement.firing().count(), 1);
    assert!(service.states.is_none(), "what is not served is missing");
}
