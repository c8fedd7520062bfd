//! From what the model says of probes and codes to what the picture shows.

use std::time::Duration;

use chrono::DateTime;

use super::{App, Frame, Key, Mode, Overlay, Scene, Seen, compose};
use crate::close::{CloseCode, Names, Outcome};
use crate::detect::{Judgement, Moment, Severity, Thresholds};
use crate::model::{
    Attempt, CodeSnapshot, CodeSource, Codes, Model, ModelConfig, Snapshot, TargetSnapshot,
};
use crate::sample::{Counters, Lane, Reading, Sample, Stamp};
use crate::units::PerSecond;

const NOW: u64 = 1_000;

fn now() -> Stamp {
    let wall = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
    Stamp { mono: Duration::from_secs(NOW), wall }
}

fn attempt(ago: u64, outcome: Outcome) -> Attempt {
    let handshake = (outcome == Outcome::OpenOk).then_some(Duration::from_millis(20));
    let at = Duration::from_secs(NOW - ago);
    Attempt { at, lane: Lane::Fresh, outcome, handshake, slow: false }
}

fn target(id: u32, strip: Vec<Attempt>) -> TargetSnapshot {
    TargetSnapshot {
        attempts: strip.len() as u64,
        handshake_p99: strip.iter().filter_map(|attempt| attempt.handshake).max(),
        strip,
        ..TargetSnapshot::nothing(id, &format!("ws://edge-{id}/"))
    }
}

fn http(status: u16, retry_after: Option<u64>) -> Outcome {
    Outcome::Http { status, retry_after, server: None, body: String::new(), hint: None }
}

fn close(code: u16) -> Outcome {
    Outcome::CloseClean { code: CloseCode(code), reason: String::new() }
}

fn code(code: u16, last_minute: u64) -> CodeSnapshot {
    CodeSnapshot {
        code: CloseCode(code),
        source: CodeSource::Probe,
        per_second: PerSecond(0.1),
        before: PerSecond(0.1),
        last_minute,
        five_minutes: last_minute + 1,
        total: last_minute + 2,
        spark: vec![None; 30],
    }
}

/// The frame after these keys, each a key press.
fn frame_of(app: &mut App, targets: Vec<TargetSnapshot>, codes: Codes, keys: &[Key]) -> Frame {
    let mut model = Model::new(ModelConfig::default());
    let snapshot = Snapshot { targets, codes, ..model.derive(now(), None) };
    let (thresholds, judgement) = (Thresholds::default(), Judgement::waiting(snapshot.at.wall));
    let scene = Scene {
        model: &model,
        thresholds: &thresholds,
        judgement: &judgement,
        snapshot: &snapshot,
    };
    let mut frame = shown(app, scene);
    for key in keys {
        app.key(*key);
        frame = shown(app, scene);
    }
    frame
}

/// The frame, which the app knows of then.
fn shown(app: &mut App, scene: Scene<'_>) -> Frame {
    let (frame, shown) = compose(app, scene);
    app.apply(shown);
    frame
}

fn app() -> App {
    App::new("host".into(), "all".into(), vec![])
}

fn probes(targets: Vec<TargetSnapshot>, keys: &[Key]) -> super::Probes {
    frame_of(&mut app(), targets, Codes::default(), keys).probes
}

#[test]
fn our_own_shortage_is_no_failure_of_the_server() {
    let strip = vec![
        attempt(9, Outcome::OpenOk),
        attempt(6, http(503, Some(5))),
        attempt(3, Outcome::LocalEmfile),
    ];
    let shown = probes(vec![target(0, strip)], &[]);
    assert_eq!(shown.failing.map(|share| share.0), Some(0.5));
    assert_eq!(shown.rows[0].strip(), [Seen::Accepted, Seen::Failed, Seen::Ours]);
    assert_eq!(shown.rows[0].severity, Severity::Unknown, "nothing is known of it now");
    let only_ours = probes(vec![target(0, vec![attempt(1, Outcome::LocalEmfile)])], &[]);
    assert_eq!((only_ours.failing, only_ours.rows[0].ok()), (None, None));
}

#[test]
fn a_failed_last_attempt_is_seen_before_an_alert_is_raised() {
    let good = target(0, vec![attempt(6, http(503, None)), attempt(1, Outcome::OpenOk)]);
    let bad = target(1, vec![attempt(6, Outcome::OpenOk), attempt(1, http(503, None))]);
    let shown = probes(vec![good, bad, target(2, vec![])], &[]);
    let severities: Vec<_> = shown.rows.iter().map(|row| row.severity).collect();
    assert_eq!(severities, [Severity::Ok, Severity::Warning, Severity::Unknown]);
    assert_eq!(shown.severity, Severity::Warning);
}

#[test]
fn failures_are_told_apart_by_answer_in_the_words_of_the_latest() {
    let strip = vec![
        attempt(9, http(503, None)),
        attempt(7, close(1013)),
        attempt(5, close(1008)),
        attempt(3, http(503, Some(7))),
    ];
    let shown = probes(vec![target(0, strip)], &[]);
    let told: Vec<_> = shown.failures.iter().map(|f| (f.words.as_str(), f.count)).collect();
    assert_eq!(told, [("HTTP 503, retry after 7 s", 2), ("close 1013", 1), ("close 1008", 1)]);
    assert_eq!((shown.attempts, shown.handshake_p99), (4, None));
}

#[test]
fn a_chosen_target_is_shown_alone_and_the_number_stays_that_of_all() {
    let targets = vec![
        target(0, vec![attempt(4, http(503, None))]),
        target(1, vec![attempt(4, Outcome::OpenOk), attempt(2, Outcome::OpenOk)]),
    ];
    let all = probes(targets.clone(), &[]);
    assert_eq!((all.selected, all.handshakes.points.len()), (None, 3));
    let down = [Key::Char('3'), Key::Down, Key::Down];
    let one = probes(targets, &down);
    assert_eq!((one.selected, one.handshakes.points.len(), one.failures.len()), (Some(1), 2, 0));
    assert_eq!(one.handshakes.scope, "ws://edge-1/");
    assert_eq!(one.handshakes.points[0].at, now().wall - chrono::TimeDelta::seconds(4));
    assert_eq!(one.failing, all.failing);
}

#[test]
fn enter_opens_the_target_that_is_worst_off() {
    let targets = vec![
        target(0, vec![attempt(4, Outcome::OpenOk)]),
        target(1, vec![attempt(4, http(502, None))]),
    ];
    let frame = frame_of(&mut app(), targets, Codes::default(), &[Key::Char('3'), Key::Enter]);
    let Overlay::Target(shown) = frame.overlay else { panic!("{:?}", frame.overlay) };
    assert_eq!(shown.row.target.label(), "ws://edge-1/");
}

#[test]
fn codes_carry_the_names_of_the_user_and_their_share_of_the_minute() {
    let mut names = Names::default();
    names.set(CloseCode(4408), "auth timeout".to_owned());
    let codes = Codes {
        wire: vec![code(4408, 3), code(1006, 1), CodeSnapshot { five_minutes: 0, ..code(1000, 0) }],
        browser: [(1006, 41), (4408, 300)].into(),
        sources: vec![CodeSource::Probe],
    };
    let mut app = app().with_names(names);
    let table = frame_of(&mut app, vec![], codes.clone(), &[]).codes;
    let rows: Vec<_> = table.rows.iter().map(|r| (r.code.0, r.name.as_str())).collect();
    assert_eq!(rows, [(4408, "auth timeout"), (1006, "abnormal")], "1000 was too long ago");
    assert_eq!(table.rows[0].share.map(|share| share.0), Some(0.75));
    assert_eq!(table.browser[0], (CloseCode(4408), 300));
    let reading = table.reading.unwrap_or_default();
    assert!(reading.starts_with("4408 auth timeout = "), "{reading}");

    let frame =
        frame_of(&mut app, vec![], codes, &[Key::Char('c'), Key::Char('/'), Key::Char('h')]);
    let Overlay::Codes(reference) = frame.overlay else { panic!("{:?}", frame.overlay) };
    assert!(reference.typing && reference.filter == "h");
    let own = reference.rows.iter().find(|row| row.codes == "4408").expect("its own row");
    assert_eq!((own.name.as_str(), own.seen), ("auth timeout", Some([3, 4, 5])));
    assert_eq!(frame.listeners.filter, "", "the filter is not that of the listeners");
}

#[test]
fn an_empty_table_says_what_would_fill_it() {
    let empty = |codes| frame_of(&mut app(), vec![], codes, &[]).codes.empty;
    assert!(empty(Codes::default()).contains("ws://"));
    let listening = Codes { sources: vec![CodeSource::Probe], ..Codes::default() };
    assert!(empty(listening).contains("--log FILE"), "probes alone are not the clients");
    let both = vec![CodeSource::Probe, CodeSource::Log];
    assert_eq!(empty(Codes { sources: both, ..Codes::default() }), "none in the last 5 min");
}

/// The app after these keys at a moment that `brought` tells of.
fn at_moment(app: &mut App, keys: &[Key], brought: impl Fn(u64) -> Option<Moment>) -> Frame {
    let mut model = Model::new(ModelConfig::default());
    // Ten minutes of counters, so that there is a past to go to.
    for second in 0..=NOW {
        let at = Stamp { mono: Duration::from_secs(second), ..now() };
        let wall = now().wall - chrono::TimeDelta::seconds(i64::try_from(NOW - second).unwrap());
        let counters = Counters { passive_opens: Some(second), ..Counters::default() };
        let counters = Some(Reading::Seen(counters));
        model.absorb(Sample { counters, ..Sample::at(Stamp { wall, ..at }) });
    }
    let snapshot = model.derive(now(), None);
    let (thresholds, judgement) = (Thresholds::default(), Judgement::waiting(snapshot.at.wall));
    let scene = Scene {
        model: &model,
        thresholds: &thresholds,
        judgement: &judgement,
        snapshot: &snapshot,
    };
    let mut frame = shown(app, scene);
    for key in keys {
        app.key(*key);
        if let Some(second) = app.wanted()
            && let Some(moment) = brought(second)
        {
            app.bring(second, moment);
        }
        frame = shown(app, scene);
    }
    frame
}

/// A moment of that second with one target in it.
fn moment(second: u64) -> Moment {
    let wall = now().wall - chrono::TimeDelta::seconds(i64::try_from(NOW - second).unwrap());
    let at = Stamp { mono: Duration::from_secs(second), wall };
    let targets = vec![target(u32::try_from(second).unwrap(), vec![])];
    let snapshot = Snapshot { targets, ..Snapshot::nothing(at) };
    Moment { judgement: Judgement::waiting(at.wall), snapshot, missing: second < 500 }
}

#[test]
fn tables_clock_and_cursor_are_those_of_the_moment() {
    let keys = [Key::Left, Key::Left, Key::ShiftLeft];
    let frame = at_moment(&mut app(), &keys, |second| Some(moment(second)));
    assert_eq!(frame.probes.rows[0].target.label(), "ws://edge-920/");
    assert_eq!(frame.header.mode, Mode::Paused);
    assert_eq!(frame.header.ago, Some(Duration::from_secs(80)));
    let then = now().wall - chrono::TimeDelta::seconds(80);
    assert_eq!((frame.header.clock.to_utc(), frame.chart.cursor), (then, Some(then)));
    assert!(frame.chart.end > now().wall, "the chart goes on beyond it");
    assert!(frame.title().starts_with("PAUSED"), "no alarm of the past: {}", frame.title());
}

#[test]
fn where_nothing_was_kept_nothing_is_claimed() {
    let frame = at_moment(&mut app(), &[Key::Home], |second| Some(moment(second)));
    assert!(frame.listeners.empty.contains("nothing is kept"), "{}", frame.listeners.empty);
    assert!(frame.gauge.is_err_and(|why| why.contains("nothing is kept")));
}

#[test]
fn a_mark_is_an_event_of_its_moment_and_of_later_ones() {
    let mut app = app();
    let note = "mtook node 3 out".chars().map(Key::Char);
    let keys: Vec<Key> = [Key::ShiftLeft].into_iter().chain(note).chain([Key::Enter]).collect();
    let brought = |second| Some(moment(second));
    let told = |frame: &Frame| {
        frame.events.iter().map(|e| (e.letter(), e.text().into_owned())).collect::<Vec<_>>()
    };
    let frame = at_moment(&mut app, &keys, brought);
    assert_eq!(told(&frame), [('*', "took node 3 out".to_owned())]);
    assert_eq!(frame.chart.marks.iter().map(|m| m.letter).collect::<String>(), "*");
    assert!(told(&at_moment(&mut app, &[Key::Left], brought)).is_empty(), "it was not yet made");
    assert_eq!(told(&at_moment(&mut app, &[Key::End], brought)).len(), 1);
}

/// Each action is the first row by its own name, and the row that Enter takes.
#[test]
fn every_action_is_the_first_in_the_palette_by_its_name() {
    for row in super::ACTIONS.iter().filter(|row| row.action != super::Action::Palette) {
        let name = row.action.name().replace('-', " ");
        let keys: Vec<Key> =
            [Key::Char(':')].into_iter().chain(name.chars().map(Key::Char)).collect();
        let mut app = app();
        let frame = frame_of(&mut app, vec![target(0, vec![])], Codes::default(), &keys);
        let Overlay::Palette(page) = frame.overlay else { panic!("{name}") };
        assert_eq!(page.rows.first().map(|row| row.name.as_str()), Some(name.as_str()));
        assert_eq!(page.rows[0].what, row.help);
        if !row.keys.is_empty() {
            assert!(!page.rows[0].keys.is_empty(), "{name}: its key stands beside it");
        }
    }
}
