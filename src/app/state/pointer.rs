//! The mouse, free of any terminal library: what lies under the pointer comes
//! in as a [`Hit`], and leads where a key would.

use chrono::{DateTime, Utc};

use super::super::action::{ACTIONS, Action};
use super::super::filter::List;
use super::super::frame::{Prompt, View};
use super::super::gesture::{Gesture, Hit};
use super::super::key::Key;
use super::app::App;
use super::effect::Effect;
use super::overlay::OverlayKind;
use super::selection::is_chosen;
use super::shown::Listed;

impl App {
    /// Takes a gesture at what lies there.
    pub fn point(&mut self, gesture: Gesture, hit: Option<Hit>) -> Effect {
        // A note is ended by a key: nothing that was typed is lost by a slip.
        if matches!(self.prompt, Some(Prompt::Note(_) | Prompt::Write(_) | Prompt::Value(..))) {
            return Effect::Nothing;
        }
        match gesture {
            Gesture::Release => {
                self.scrubbing = false;
                Effect::Nothing
            }
            Gesture::Drag => match hit {
                Some(Hit::Moment(at)) if self.scrubbing => self.scrub(at),
                _ => Effect::Nothing,
            },
            Gesture::Press => hit.map_or(Effect::Nothing, |hit| self.press(hit)),
            Gesture::WheelUp | Gesture::WheelDown => self.wheel(gesture == Gesture::WheelDown, hit),
            Gesture::WheelLeft | Gesture::WheelRight => match hit {
                Some(Hit::Moment(_) | Hit::Letter(..)) => {
                    self.time.step(gesture == Gesture::WheelRight);
                    Effect::Draw
                }
                _ => Effect::Nothing,
            },
        }
    }

    fn press(&mut self, hit: Hit) -> Effect {
        self.scrubbing = false;
        if self.prompt.is_some() {
            self.type_key(Key::Enter);
        }
        self.done = None;
        match hit {
            Hit::Tab(view) => self.go_to(view),
            Hit::Banner => self.toggle(OverlayKind::Advice),
            Hit::Mode => self.time.pause(),
            Hit::Hint(action, sign) => return self.press_hint(action, sign),
            Hit::Header(column) => {
                let reversed = self.sort == column && !self.reversed;
                return self.sort_listeners(column, reversed);
            }
            Hit::Host(at) => self.press_host(at),
            Hit::Listener(_) | Hit::Target(_) | Hit::Alert(_) | Hit::Entry(_) => self.row(hit),
            // It is chosen to be read whole; nothing is to be opened or changed.
            Hit::Setting(at) if at < self.listed_settings().len() => {
                let listed = self.listed_settings();
                self.settings.selected = listed.get(at).copied().unwrap_or_default();
            }
            Hit::Order(order) => return self.sort_connections_by(order),
            Hit::Drilled(at) => self.press_drilled(at),
            Hit::Client(_) | Hit::Address(_) | Hit::Queues => self.press_beside(hit),
            Hit::Found(at) => {
                self.palette.selected = at;
                return self.run_found();
            }
            Hit::Command(at) if self.step == at => return self.copy(),
            Hit::Command(at) => self.step = at,
            Hit::Event(letter, at) | Hit::Letter(letter, at) => return self.letter(letter, at),
            Hit::Moment(at) => {
                self.scrubbing = true;
                return self.scrub(at);
            }
            Hit::Code(code) => {
                self.toggle(OverlayKind::Codes);
                self.filters.drop(List::Codes);
                (self.reference.chosen, self.reference.open) = (Some((code, code)), true);
            }
            Hit::Title(panel) => self.panel_pressed(panel, true),
            Hit::Panel(panel) => self.panel_pressed(panel, false),
            Hit::Close => self.go_to(self.view),
            Hit::Setting(_) | Hit::Inside => return Effect::Nothing,
        }
        Effect::Draw
    }

    /// Beside the list of alerts a letter selects its own; else it leads to the
    /// moment it stands for.
    fn letter(&mut self, letter: char, at: DateTime<Utc>) -> Effect {
        let alert = self.time.past.alert_of(letter, at);
        self.chosen_alert = alert.map(Listed::Alert).or(self.chosen_alert);
        let listed = self.rows.alerts.iter().any(|known| Some(known.id) == alert);
        if listed && self.lists_alerts() { Effect::Draw } else { self.scrub(at) }
    }

    /// The picture of that moment.
    fn scrub(&mut self, at: DateTime<Utc>) -> Effect {
        if self.time.scrub(at) { Effect::Draw } else { Effect::Nothing }
    }

    /// As if the key had been pressed: of several that share a word the one whose
    /// sign was hit.
    fn press_hint(&mut self, action: Action, sign: Option<char>) -> Effect {
        let minute = action == Action::EarlierMinute;
        let key = sign.map(|sign| match sign {
            '←' if minute => Key::ShiftLeft,
            '→' if minute => Key::ShiftRight,
            '←' => Key::Left,
            '→' => Key::Right,
            '↑' => Key::Up,
            '↓' => Key::Down,
            '⏎' => Key::Enter,
            other => Key::Char(other),
        });
        let meant = key.and_then(|key| self.keys.action_of(key)).filter(|row| self.works(row));
        match (action, meant) {
            (_, Some(row)) => self.act(row.action),
            // One word stands for the four screens: it leads round.
            (Action::Incident, None) => self.act(match self.view {
                View::Incident => Action::Listeners,
                View::Listeners => Action::Probes,
                View::Probes => Action::Timeline,
                View::Timeline | View::Hosts => Action::Incident,
            }),
            // Of a footer that is no longer true nothing is taken.
            (action, None) if self.can(action) => self.act(action),
            (_, None) => Effect::Nothing,
        }
    }

    fn can(&self, action: Action) -> bool {
        ACTIONS.iter().any(|row| row.action == action && self.works(row))
    }

    /// Selects a row; the selected one is opened.
    fn row(&mut self, hit: Hit) {
        let again = match hit {
            Hit::Listener(at) => is_chosen(&self.rows.listeners, at, &mut self.chosen),
            Hit::Target(at) if self.in_front() != View::Probes => {
                // Beside the incident none can be selected.
                self.overlay =
                    self.rows.targets.get(at).map_or(self.overlay, |id| OverlayKind::Target(*id));
                false
            }
            Hit::Target(at) => is_chosen(&self.rows.targets, at, &mut self.chosen_target),
            Hit::Alert(at) => is_chosen(&self.rows.listed, at, &mut self.chosen_alert),
            Hit::Entry(at) => is_chosen(&self.rows.codes, at, &mut self.reference.chosen),
            _ => false,
        };
        if again {
            self.open();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Drawn, Panel};
    use crate::model::{Netns, ServiceId};

    fn app() -> App {
        let mut app = App::new("host".into(), "all".into(), vec![]);
        app.rows.listeners = (0..20).map(|n| ([127, 0, 0, 1], 8000 + n).into()).collect();
        let first = app.rows.listeners.first().copied();
        app.busiest = first.map(|address| ServiceId::new(Netns::default(), address));
        app.rows.targets = vec![4, 7];
        app.drawn(Drawn { panels: vec![Panel::Chart, Panel::Probes], ..Drawn::default() });
        app
    }

    fn press(app: &mut App, hit: Hit) -> Effect {
        app.point(Gesture::Press, Some(hit))
    }

    #[test]
    fn the_busiest_is_chosen_before_it_is_opened() {
        let mut app = app();
        press(&mut app, Hit::Listener(0));
        assert_eq!(
            (app.overlay, app.chosen),
            (OverlayKind::Nothing, app.rows.listeners.first().copied()),
            "only followed so far"
        );
        press(&mut app, Hit::Listener(0));
        assert!(matches!(app.overlay, OverlayKind::Details(_)));
        press(&mut app, Hit::Close);
        press(&mut app, Hit::Listener(99));
        assert_eq!(
            (app.overlay, app.chosen),
            (OverlayKind::Nothing, app.rows.listeners.first().copied()),
            "a row that has gone"
        );
    }

    #[test]
    fn a_target_beside_the_incident_is_opened_and_in_its_table_chosen_first() {
        let mut app = app();
        press(&mut app, Hit::Target(1));
        assert_eq!(app.overlay, OverlayKind::Target(7));
        press(&mut app, Hit::Close);
        app.key(Key::Tab);
        app.key(Key::Tab);
        app.key(Key::Char('z'));
        press(&mut app, Hit::Target(1));
        assert_eq!((app.overlay, app.chosen_target), (OverlayKind::Nothing, Some(7)));
        press(&mut app, Hit::Target(1));
        assert_eq!(app.overlay, OverlayKind::Target(7));
    }

    #[test]
    fn a_click_on_a_setting_selects_it_and_the_wheel_scrolls() {
        let mut app = app();
        let row = |value: usize| crate::app::Setting {
            group: "WATCH",
            name: "port",
            value: value.to_string(),
            from: "flag".to_owned(),
            about: String::new(),
            usual: String::new(),
            change: crate::app::Change::Never,
        };
        app.take_settings((0..20).map(row).collect(), String::new());
        app.key(Key::Char('o'));
        for _ in 0..2 {
            assert_eq!(press(&mut app, Hit::Setting(4)), Effect::Draw);
            assert_eq!(
                (app.settings.selected, app.overlay),
                (4, OverlayKind::Settings),
                "nothing opens"
            );
        }
        press(&mut app, Hit::Setting(99));
        assert_eq!(app.settings.selected, 4, "a row that has gone");
        for (gesture, selected) in
            [(Gesture::WheelDown, 7), (Gesture::WheelUp, 4), (Gesture::WheelUp, 1)]
        {
            app.point(gesture, Some(Hit::Inside));
            assert_eq!(app.settings.selected, selected);
        }
        press(&mut app, Hit::Close);
        assert_eq!(app.overlay, OverlayKind::Nothing);
    }

    #[test]
    fn a_click_ends_a_filter_and_a_note_stays() {
        let mut app = app();
        app.key(Key::Char('/'));
        app.key(Key::Char('8'));
        press(&mut app, Hit::Listener(2));
        assert_eq!((app.filters.of(List::Listeners), app.prompt.is_none()), ("8", true));
        app.key(Key::Char('m'));
        app.key(Key::Char('x'));
        assert_eq!(press(&mut app, Hit::Tab(View::Timeline)), Effect::Nothing);
        assert_eq!((&app.prompt, app.view), (&Some(Prompt::Note("x".into())), View::Incident));
    }

    #[test]
    fn the_words_of_the_footer_lead_round_and_its_signs_apart() {
        let mut app = app();
        for view in [View::Listeners, View::Probes, View::Timeline, View::Incident] {
            press(&mut app, Hit::Hint(Action::Incident, None));
            assert_eq!(app.view, view);
        }
        let window = app.window();
        press(&mut app, Hit::Hint(Action::WindowLonger, Some('-')));
        assert!(app.window() < window);
        press(&mut app, Hit::Hint(Action::WindowLonger, None));
        assert_eq!(app.window(), window);
        assert_eq!(press(&mut app, Hit::Hint(Action::Quit, Some('q'))), Effect::Quit);
    }

    #[test]
    fn a_drag_that_began_elsewhere_moves_nothing() {
        let mut app = app();
        let moment = Some(Hit::Moment(DateTime::default()));
        assert_eq!(app.point(Gesture::Drag, moment), Effect::Nothing);
        assert!(!app.is_paused());
    }

    #[test]
    fn esc_leaves_the_zoom_before_the_panel_before_the_screen() {
        let mut app = app();
        app.key(Key::Char('4'));
        app.key(Key::Char('z'));
        assert_eq!(app.panes.zoomed(), Some(Panel::Chart));
        app.key(Key::Tab);
        assert_eq!(app.panes.zoomed(), Some(Panel::Probes), "the next one has the body");
        app.key(Key::ShiftTab);
        app.key(Key::Esc);
        assert_eq!((app.panes.zoomed(), app.panes.focus), (None, Some(Panel::Chart)));
        app.key(Key::Esc);
        assert_eq!((app.panes.focus, app.view), (None, View::Timeline));
        app.key(Key::Esc);
        assert_eq!(app.view, View::Incident);
    }
}
