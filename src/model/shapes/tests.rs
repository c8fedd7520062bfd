//! Tests of the shapes: endings and outcomes of probes in, labels out.

use super::*;
use crate::close::CloseCode;
use crate::model::{EndingSnapshot, LabelSource, ModelConfig};
use crate::sample::{Destroyed, Lifetime, Listener, Reading, Sample, Stamp, fixtures};
use crate::units::Ratio;

const SERVER: &str = "127.0.0.1:80";

fn local() -> SocketAddr {
    SERVER.parse().unwrap()
}

fn stamp(ms: u64) -> Stamp {
    let wall = chrono::DateTime::from_timestamp(1_000_000, 0).unwrap();
    Stamp { mono: Duration::ZERO, wall }.plus(Duration::from_millis(ms))
}

/// So many that were sent this and then were silent for so long.
fn shape(life: Lifetime, sent: u64, idle: u32, count: u64) -> EndingShape {
    let (sent, received, idle) = ((sent, sent), (180, 240), (idle, idle));
    let (asked, closed_here) = (count.min(4), count.min(4));
    let end = EndSign::Orderly;
    EndingShape {
        end,
        life,
        sent,
        received,
        idle,
        count,
        asked,
        closed_here,
        ..EndingShape::aborted()
    }
}

fn by_probe(mut shape: EndingShape, port: u16) -> EndingShape {
    shape.probes.push(port);
    shape
}

fn close(code: u16) -> Outcome {
    Outcome::CloseClean { code: CloseCode(code), reason: String::new() }
}

/// A model of one listener, derived each second.
struct Told {
    model: Model,
    last: Option<crate::model::Snapshot>,
}

impl Told {
    fn new() -> Self {
        let config = ModelConfig { everything: true, page_bytes: 4096, ..ModelConfig::default() };
        let mut told = Self { model: Model::new(config), last: None };
        let listener = Listener {
            local: local(),
            accept_queue: 0,
            backlog: Some(8),
            drops: None,
            inode: 1,
            cookie: 1,
        };
        let listeners = Some(Reading::Seen(vec![listener]));
        told.model.absorb(Sample { listeners, ..Sample::at(stamp(0)) });
        told
    }

    fn ended(&mut self, ms: u64, shapes: Vec<EndingShape>) -> &mut Self {
        let shapes = vec![EndingShapes { local: local(), shapes, other: 0 }];
        let destroyed = Some(Reading::Seen(Destroyed { shapes, ..Destroyed::default() }));
        self.model.absorb(Sample { destroyed, ..Sample::at(stamp(ms)) });
        self
    }

    fn probe(&mut self, ms: u64, port: u16, held: bool, outcome: Outcome) -> &mut Self {
        let local_end = ([127, 0, 0, 1], port).into();
        let end = ProbeEnd { local: local_end, peer: local(), held, outcome };
        self.model.absorb(Sample { probe_ends: vec![end], ..Sample::at(stamp(ms)) });
        self
    }

    /// Derives at that moment; label and total of each shape.
    fn at(&mut self, ms: u64) -> Vec<(Option<String>, u64)> {
        self.last = Some(self.model.derive(stamp(ms), None));
        self.rows().iter().map(|row| (row.label.clone(), row.total)).collect()
    }

    fn rows(&self) -> &[EndingSnapshot] {
        &self.last.as_ref().unwrap().services[0].whole.shapes
    }

    /// Code and total of what real clients were told by the shapes.
    fn codes(&self) -> Vec<(u16, u64)> {
        let codes = self.last.as_ref().unwrap().codes.wire.iter();
        let by_shape = codes.filter(|code| code.source == crate::model::CodeSource::Shape);
        by_shape.map(|code| (code.code.0, code.total)).collect()
    }
}

fn named(name: &str) -> Option<String> {
    name.parse().ok()
}

#[test]
fn clients_that_end_as_the_probe_did_were_told_what_it_was_told() {
    use Lifetime::Short;
    let mut told = Told::new();
    told.ended(1_000, vec![by_probe(shape(Short, 148, 0, 41), 5001), shape(Short, 133, 0, 9)]);
    assert_eq!(told.at(1_500), [(None, 41), (None, 9)], "not told yet");
    told.probe(1_600, 5001, false, close(1013));
    assert_eq!(told.at(2_000), [(named("1013"), 41), (None, 9)]);
    assert_eq!(told.rows()[0].source, Some(LabelSource::Probe));
    assert_eq!(told.codes(), [(1013, 40)], "our own probe is no real client");
    // The outcome may come first.
    told.probe(2_500, 5002, false, Outcome::OpenOk);
    told.ended(2_600, vec![by_probe(shape(Short, 133, 0, 1), 5002)]);
    assert_eq!(told.at(3_000), [(named("1013"), 41), (named("open_ok"), 10)]);
}

#[test]
fn a_shape_that_was_named_in_two_ways_has_no_name() {
    let mut told = Told::new();
    let both = || shape(Lifetime::Short, 133, 0, 5);
    told.ended(1_000, vec![by_probe(both(), 5001)]).probe(1_100, 5001, false, close(1013));
    assert_eq!(told.at(1_500), [(named("1013"), 5)]);
    told.ended(2_000, vec![by_probe(both(), 5002)]).probe(2_100, 5002, false, Outcome::OpenOk);
    assert_eq!(told.at(2_500), [(None, 10)]);
    assert_eq!(told.codes(), []);
    // FIN or reset is chance.
    let cut = || shape(Lifetime::Short, 129, 0, 5);
    told.ended(3_000, vec![by_probe(cut(), 5003)]).probe(3_100, 5003, false, Outcome::EofNoClose);
    told.ended(3_200, vec![by_probe(cut(), 5004)]).probe(3_300, 5004, false, Outcome::RstNoClose);
    assert_eq!(told.at(3_500), [(named("eof_no_close"), 10), (None, 10)]);
}

#[test]
fn a_probe_that_lived_long_names_none_by_its_bytes() {
    let mut told = Told::new();
    let long = |sent, count| shape(Lifetime::Under5m, sent, 0, count);
    told.ended(60_000, vec![long(900, 3)]);
    told.ended(100_000, vec![by_probe(long(4_000, 1), 5001)]);
    told.probe(100_100, 5001, true, close(1012));
    assert_eq!(told.at(105_000), [(None, 3), (named("1012"), 1)], "the three are others");
    // Nor those who go all the time.
    for n in 0..40 {
        told.ended(200_000 + 250 * n, vec![long(900, 1)]);
    }
    told.ended(208_000, vec![by_probe(long(4_000, 1), 5002)]);
    told.probe(208_100, 5002, true, close(1012));
    assert_eq!(told.at(215_000), [(None, 44), (named("1012"), 1)]);
}

#[test]
fn those_who_end_with_the_long_lived_probe_were_told_the_same() {
    let mut told = Told::new();
    let long = |sent, count| shape(Lifetime::Over5m, sent, 4, count);
    told.ended(20_000, vec![long(1_000, 1)]);
    told.ended(100_000, vec![long(148, 300), by_probe(long(4_000, 1), 5001)]);
    told.probe(100_300, 5001, true, close(1012));
    told.ended(101_000, vec![long(700, 50), shape(Lifetime::Short, 148, 0, 20)]);
    told.at(101_000);
    told.at(104_000);
    told.ended(140_000, vec![long(148, 2)]);
    let rows = told.at(140_500);
    assert_eq!(rows, [(named("1012"), 351), (None, 20), (None, 3)]);
    assert_eq!(told.rows()[0].source, Some(LabelSource::Probe));
    assert_eq!(told.codes(), [(1012, 350)]);
}

#[test]
fn a_probe_that_was_accepted_with_the_same_bytes_knows_better_than_the_moment() {
    let mut told = Told::new();
    let brief = |sent, count| shape(Lifetime::Under30s, sent, 0, count);
    told.ended(20_000, vec![by_probe(brief(133, 1), 5001)]);
    told.probe(20_100, 5001, false, Outcome::OpenOk);
    told.ended(100_000, vec![brief(148, 400), by_probe(brief(418, 1), 5002)]);
    told.probe(100_000, 5002, true, close(1012));
    told.ended(101_000, vec![brief(133, 50)]);
    // Those of the next process who go later.
    told.ended(102_500, vec![brief(131, 30)]);
    let rows = [(named("1012"), 400), (named("open_ok"), 51), (None, 30), (named("1012"), 1)];
    assert_eq!(told.at(105_000), rows);
}

#[test]
fn one_silence_before_each_is_a_timer_and_many_are_habits() {
    let mut told = Told::new();
    for n in 0..12_u32 {
        let cut = shape(Lifetime::Over5m, 4_000, 60_000 + 90 * n, 1);
        told.ended(10_000 + u64::from(n) * 2_000, vec![cut]);
    }
    told.ended(40_000, vec![shape(Lifetime::Over5m, 8_000, 0, 30)]);
    let cut = (named("idle_cut"), 12);
    assert_eq!(told.at(45_000), [(None, 30), cut.clone()]);
    assert_eq!(told.rows()[1].source, None, "the clocks of the kernel say so");
    // As many that were silent for anything between 30 s and 2 min.
    for n in 0..40_u32 {
        let left = shape(Lifetime::Over5m, 4_000, 30_000 + 2_250 * n, 1);
        told.ended(46_000 + u64::from(n), vec![left]);
    }
    assert!(!told.at(50_000).contains(&cut));
}

#[test]
fn a_probe_whose_end_is_not_told_is_among_those_that_the_server_reset() {
    let reset = |ms: u64, told: &mut Told| {
        let peerless: Vec<_> = (0..20).map(|n| (local(), ms * 100 + n)).collect();
        let destroyed = Destroyed { peerless, ..Destroyed::default() };
        let destroyed = Some(Reading::Seen(destroyed));
        told.model.absorb(Sample { destroyed, ..Sample::at(stamp(ms)) });
    };
    let mut told = Told::new();
    reset(1_000, &mut told);
    told.probe(1_050, 5001, false, close(1011));
    reset(3_000, &mut told);
    assert_eq!(told.at(4_000), [(None, 40)], "its end may be told yet");
    told.ended(7_000, vec![shape(Lifetime::Short, 300, 0, 1)]);
    let rows = told.at(7_100);
    assert_eq!(rows[0], (named("1011"), 40));
    // One whose end is told is not among them.
    let mut told = Told::new();
    reset(1_000, &mut told);
    told.probe(1_050, 5001, false, close(1011));
    told.ended(1_100, vec![by_probe(shape(Lifetime::Short, 300, 0, 1), 5001)]);
    told.ended(9_000, vec![shape(Lifetime::Short, 400, 0, 1)]);
    assert!(told.at(9_100).contains(&(None, 20)));
}

#[test]
fn who_did_not_answer_any_more_has_vanished() {
    let mut told = Told::new();
    let gone = EndingShape { end: EndSign::Silent, ..shape(Lifetime::Over5m, 70_000, 900_000, 3) };
    told.ended(1_000, vec![gone]);
    assert_eq!(told.at(1_500), [(named("vanished"), 3)]);
}

#[test]
fn what_is_accepted_is_what_asked_and_was_not_ended_at_once() {
    use Lifetime::Short;
    let mut told = Told::new();
    let counters = |ms, opens| Sample {
        counters: Some(Reading::Seen(crate::sample::Counters {
            passive_opens: Some(opens),
            ..crate::sample::Counters::default()
        })),
        ..Sample::at(stamp(ms))
    };
    let walk = |ms, open| Sample {
        walk: Some(Reading::Seen(crate::sample::Walk {
            scope: crate::sample::WalkScope::Everything,
            by_sock_diag: true,
            groups: vec![fixtures::group(local(), open)],
            outgoing: vec![],
            outgoing_rest: None,
            cpu: Duration::ZERO,
            took: Duration::ZERO,
            period: Duration::from_secs(1),
        })),
        ..Sample::at(stamp(ms))
    };
    told.model.absorb(counters(0, 0));
    told.model.absorb(walk(10, 10));
    told.at(20);
    // Each second: twenty stay, sixty are rejected, forty are checks of a balancer.
    for second in 1..=80_u64 {
        let at = second * 1_000;
        let check = EndingShape { received: (1, 1), ..shape(Short, 0, 0, 40) };
        // A walk met four of the rejected, and two were reset.
        let met = shape(Lifetime::Under30s, 148, 0, 4);
        let reset = EndingShape { end: EndSign::Unread, ..shape(Short, 148, 0, 2) };
        let shapes = vec![shape(Short, 148, 0, 54), met, reset, check];
        let closed = vec![(local(), 100)];
        let shapes = vec![EndingShapes { local: local(), shapes, other: 0 }];
        let destroyed =
            Destroyed { closed: closed.clone(), unseen: closed, shapes, ..Destroyed::default() };
        told.model.absorb(counters(at + 400, second * 120));
        let destroyed = Some(Reading::Seen(destroyed));
        told.model.absorb(Sample { destroyed, ..Sample::at(stamp(at + 410)) });
        told.model.absorb(walk(at + 500, 10 + second * 20));
        told.at(at + 600);
    }
    let Some(Ratio(share)) = told.last.as_ref().unwrap().services[0].whole.accepted else {
        panic!("{:#?}", told.rows())
    };
    assert!((share - 0.25).abs() < 0.02, "20 of 80: {share}");
}

#[test]
fn more_shapes_than_there_is_room_for_are_summed_and_the_known_ones_stay() {
    let mut told = Told::new();
    let known = by_probe(shape(Lifetime::Short, 148, 0, 50), 5001);
    told.ended(1_000, vec![known]).probe(1_100, 5001, false, close(1013));
    for n in 0..500 {
        told.ended(2_000 + n, vec![shape(Lifetime::Short, 10_000 + n * 7, 0, 1)]);
    }
    let rows = told.at(3_000);
    assert_eq!(rows[0], (named("1013"), 50));
    assert_eq!(rows.len(), EndingShape::MOST + 1);
    assert_eq!(rows.iter().map(|(_, total)| total).sum::<u64>(), 550);
    assert_eq!(told.rows().last().unwrap().end, None, "all others come last");
}
