//! What keys do to the state of the screen.

use std::time::Duration;

use super::silence::tests::alert;
use super::{App, Effect, Listed, OverlayKind};
use crate::app::action::{ACTIONS, Action};
use crate::app::filter::List;
use crate::app::{Key, Panel, View};
use crate::detect::{RuleId, Severity};
use crate::model::{Netns, ServiceId};

fn app(rows: u16) -> App {
    let mut app = App::new("host".into(), "all".into(), vec![]);
    app.rows.listeners = (0..rows).map(|n| ([127, 0, 0, 1], 8000 + n).into()).collect();
    let first = app.rows.listeners.first().copied();
    app.busiest = first.map(|address| ServiceId::new(Netns::default(), address));
    app
}

/// Types keys as a user would: `<esc>` and the like by name, the rest as is.
fn press(app: &mut App, keys: &str) -> Effect {
    let mut effect = Effect::Nothing;
    let mut rest = keys;
    while !rest.is_empty() {
        let (key, after) = match rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
            Some(("esc", after)) => (Key::Esc, after),
            Some(("enter", after)) => (Key::Enter, after),
            Some(("c-c", after)) => (Key::Ctrl('c'), after),
            Some((name, _)) => panic!("no key {name}"),
            None => {
                let c = rest.chars().next().unwrap();
                (Key::Char(c), &rest[c.len_utf8()..])
            }
        };
        effect = app.key(key).1;
        rest = after;
    }
    effect
}

fn port(app: &App) -> Option<u16> {
    app.listener().map(|f| f.port())
}

#[test]
fn the_selection_stays_within_the_rows() {
    let mut app = app(3);
    press(&mut app, "jjjjj");
    assert_eq!(port(&app), Some(8002));
    press(&mut app, "k");
    assert_eq!(port(&app), Some(8001));
    press(&mut app, "gkk");
    assert_eq!(port(&app), Some(8000));
    press(&mut app, "G");
    assert_eq!(port(&app), Some(8002));
}

#[test]
fn esc_goes_back_one_step_at_a_time() {
    let mut app = app(3);
    press(&mut app, "/80<enter>G<enter>");
    assert!(matches!(app.overlay, OverlayKind::Details(a) if a.port() == 8002));
    press(&mut app, "<esc>");
    assert_eq!((app.overlay, app.filters.of(List::Listeners)), (OverlayKind::Nothing, "80"));
    press(&mut app, "<esc>");
    assert_eq!((app.filters.of(List::Listeners), port(&app)), ("", Some(8002)));
    press(&mut app, "<esc>");
    assert_eq!(port(&app), Some(8000), "the busiest is followed again");
    assert_eq!(press(&mut app, "<esc>"), Effect::Nothing);
}

#[test]
fn digits_change_the_screen_and_esc_ends_at_the_first() {
    let mut app = app(3);
    app.rows.targets = vec![0, 1, 2];
    press(&mut app, "?3");
    assert_eq!((app.view, app.overlay), (View::Probes, OverlayKind::Nothing));
    press(&mut app, "jj");
    assert_eq!((app.chosen_target, port(&app)), (Some(1), Some(8000)), "only the targets move");
    press(&mut app, "<enter>");
    assert_eq!(app.overlay, OverlayKind::Target(1));
    press(&mut app, "<esc><esc>");
    assert_eq!((app.view, app.chosen_target), (View::Probes, None));
    press(&mut app, "<esc>");
    assert_eq!(app.view, View::Incident);
    press(&mut app, "2j");
    assert_eq!((app.view, port(&app)), (View::Listeners, Some(8001)));
}

#[test]
fn an_unchosen_target_opens_as_the_worst() {
    let mut app = app(0);
    app.rows.targets = vec![4, 7];
    app.rows.worst_target = Some(7);
    press(&mut app, "3<enter>");
    assert_eq!(app.overlay, OverlayKind::Target(7));
}

#[test]
fn the_close_codes_have_rows_a_filter_and_a_page_of_their_own() {
    let mut app = app(3);
    press(&mut app, "c");
    app.rows.codes = [1000, 1001, 1006].map(|code| (code, code)).to_vec();
    press(&mut app, "jjj<enter>");
    assert_eq!((app.reference.chosen, app.reference.open), (Some((1006, 1006)), true));
    press(&mut app, "<esc>/tcp<enter>");
    assert_eq!((app.filters.of(List::Codes), app.filters.of(List::Listeners)), ("tcp", ""));
    press(&mut app, "<esc>");
    assert_eq!((app.overlay, app.filters.of(List::Codes)), (OverlayKind::Codes, ""));
    press(&mut app, "c");
    assert_eq!((app.overlay, port(&app)), (OverlayKind::Nothing, Some(8000)));
}

#[test]
fn probing_needs_a_target() {
    let mut app = app(3);
    assert_eq!(press(&mut app, "p"), Effect::Nothing);
    app.rows.targets = vec![0];
    assert_eq!(press(&mut app, "p"), Effect::ProbeNow);
    assert!(!app.is_paused());
}

#[test]
fn while_typing_a_filter_letters_are_letters() {
    let mut app = app(3);
    assert_eq!(press(&mut app, "/q?t"), Effect::Draw);
    assert_eq!(app.typed_filter(), Some("q?t"));
    assert_eq!(press(&mut app, "<c-c>"), Effect::Quit, "ctrl+c always quits");
    press(&mut app, "<esc>");
    assert_eq!((app.filters.of(List::Listeners), app.prompt.is_none()), ("", true));
}

#[test]
fn a_faulty_filter_stays_in_its_line_and_says_why() {
    let mut app = app(3);
    press(&mut app, "/port:x<enter>");
    assert_eq!((app.typed_filter(), app.filters.of(List::Listeners)), (Some("port:x"), ""));
    assert!(app.filter_fault().is_some_and(|fault| fault.starts_with("'port:x': give a port")));
    press(&mut app, "<esc>/port:8001<enter>");
    assert_eq!((app.typed_filter(), app.filters.of(List::Listeners)), (None, "port:8001"));
    press(&mut app, "c/(<enter>");
    assert_eq!(app.filters.of(List::Codes), "(", "a word, not a pattern");
}

#[test]
fn the_window_stops_at_both_ends() {
    let mut app = app(1);
    press(&mut app, "----------");
    assert_eq!(app.window(), Duration::from_mins(2));
    press(&mut app, "++++++++++++++");
    assert_eq!(app.window(), Duration::from_hours(24 * 14));
}

/// All that lies behind what is over the screen, in words.
fn behind(app: &App) -> String {
    let App { view, chosen, chosen_target, chosen_alert, silences, panes, mouse, .. } = app;
    let App { filters, prompt, sort, reversed, time, .. } = app;
    let panes = (panes.focus, panes.zoomed);
    let selected = (view, chosen, chosen_target, chosen_alert);
    format!(
        "{selected:?} {silences:?} {panes:?} {mouse} {filters:?} {prompt:?} {sort:?} {reversed} {time:?}"
    )
}

/// With something in every table, so that every action could do something.
fn full() -> App {
    let mut app = app(3);
    app.rows.targets = vec![4, 7];
    app.rows.copyable = Some("ss -ltn".to_owned());
    app.rows.codes = vec![(1000, 1000), (1006, 1006)];
    app.rows.commands = 2;
    app.rows.alerts =
        [1, 2].map(|id| alert(id, RuleId::Herd, Severity::Critical)).into_iter().collect();
    app.rows.listed = vec![Listed::Alert(1), Listed::Alert(2)];
    app.panels = vec![Panel::Chart, Panel::Listeners];
    app
}

#[test]
fn marks_stand_in_the_list_and_enter_goes_to_one() {
    let mut app = full();
    app.rows.listed = vec![Listed::Mark(0, 7), Listed::Alert(1), Listed::Alert(2)];
    app.time.past.newest = 60;
    press(&mut app, "4g");
    assert_eq!(app.chosen_alert, Some(Listed::Mark(0, 7)));
    press(&mut app, "<enter>");
    assert_eq!((app.time.cursor(), app.overlay), (Some(7), OverlayKind::Nothing));
    press(&mut app, "j<enter>");
    assert_eq!(app.overlay, OverlayKind::Alert(1));
}

#[test]
fn what_is_written_is_asked_for_first() {
    let mut app = full();
    assert_eq!(press(&mut app, "e"), Effect::AskExport);
    app.ask_to_write("a.md".to_owned());
    assert_eq!(press(&mut app, "q"), Effect::Draw, "no key but y does anything");
    assert!(app.prompt.is_none());
    app.ask_to_write("a.md".to_owned());
    assert_eq!(press(&mut app, "y"), Effect::Write);
}

#[test]
fn what_lies_over_the_screen_has_every_key_to_itself() {
    use OverlayKind::{Advice, Alert, Codes, Details, Help, Settings, Target};
    let address = ([127, 0, 0, 1], 8000).into();
    let leads_elsewhere = ["incident", "listeners", "probes", "timeline"];
    for overlay in [Help, Details(address), Target(4), Codes, Settings, Advice, Alert(1)] {
        for row in ACTIONS {
            for name in row.keys {
                let mut app = full();
                app.overlay = overlay;
                let before = behind(&app);
                let (_, effect) = app.key(Key::named(name).unwrap());
                let what = format!("{name} for {} over {overlay:?}", row.action.name());
                let has_list = matches!(overlay, Codes | Help | Settings | Details(_));
                let is_filter = has_list && row.action == Action::Filter;
                if !leads_elsewhere.contains(&row.action.name().as_str()) && !is_filter {
                    assert_eq!(behind(&app), before, "{what}");
                }
                let is_own = match &effect {
                    Effect::Nothing
                    | Effect::Draw
                    | Effect::Quit
                    | Effect::Redraw
                    | Effect::Suspend => true,
                    Effect::AskKeep => overlay == Settings,
                    Effect::Copy(_) => matches!(overlay, Advice | Alert(_) | Details(_)),
                    _ => false,
                };
                assert!(is_own, "{what}: {effect:?}");
            }
        }
    }
}

#[test]
fn a_line_that_is_typed_has_every_key_but_those_of_the_terminal() {
    for (begin, overlay) in
        [("/", OverlayKind::Nothing), ("m", OverlayKind::Nothing), ("/", OverlayKind::Codes)]
    {
        for row in ACTIONS {
            for name in row.keys {
                let mut app = full();
                app.overlay = overlay;
                press(&mut app, begin);
                let (codes, time) = (app.overlay, format!("{:?}", app.time));
                let (_, effect) = app.key(Key::named(name).unwrap());
                let what = format!("{name} while '{begin}' is typed over {overlay:?}");
                let of_terminal = match *name {
                    "ctrl+c" => Effect::Quit,
                    "ctrl+l" => Effect::Redraw,
                    "ctrl+z" => Effect::Suspend,
                    _ => Effect::Draw,
                };
                // Enter on an empty note marks the second that is looked at.
                if (begin, *name) != ("m", "enter") {
                    assert!([Effect::Nothing, of_terminal].contains(&effect), "{what}: {effect:?}");
                    assert_eq!((app.overlay, format!("{:?}", app.time)), (codes, time), "{what}");
                }
                let ends = ["enter", "esc"].contains(name);
                assert_eq!(app.prompt.is_none(), ends, "{what}");
            }
        }
    }
}
