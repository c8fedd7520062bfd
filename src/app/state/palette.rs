//! The palette: a part of a name is typed, and what it stands for is done.

use super::super::action::{ACTIONS, Action};
use super::super::filter::List;
use super::super::key::Key;
use super::app::App;
use super::effect::Effect;
use super::found::{Palette, PaletteEntry};
use super::overlay::OverlayKind;
use super::prompt::typed_into;

/// A name is a few words.
const LONGEST: usize = 40;

impl App {
    /// Lays help or palette over whatever is there, or takes it off again.
    pub(super) fn toggle_over(&mut self, overlay: OverlayKind) {
        if self.overlay == overlay {
            return self.leave_over();
        }
        if !self.is_over() {
            self.under = self.overlay;
        }
        self.overlay = overlay;
        self.palette = Palette::default();
        self.filters.drop(List::Help);
        self.panes.first.help = 0;
    }

    /// Back to what lies under help or palette.
    pub(super) fn leave_over(&mut self) {
        self.overlay = std::mem::replace(&mut self.under, OverlayKind::Nothing);
    }

    /// Whether help or palette lies over the rest.
    pub(super) const fn is_over(&self) -> bool {
        matches!(self.overlay, OverlayKind::Help | OverlayKind::Palette)
    }

    /// A key while the palette is open: letters are typed.
    pub(super) fn palette_key(&mut self, key: Key) -> Effect {
        let last = self.rows.palette.len().saturating_sub(1);
        let Palette { typed, selected } = &mut self.palette;
        match key {
            Key::Esc => self.leave_over(),
            Key::Enter => return self.run_found(),
            Key::Up | Key::ShiftTab | Key::Ctrl('p') => *selected = selected.saturating_sub(1),
            Key::Down | Key::Tab | Key::Ctrl('n') => *selected = (*selected + 1).min(last),
            Key::Home => *selected = 0,
            Key::End => *selected = last,
            Key::Backspace if typed.is_empty() => self.leave_over(),
            _ => {
                if !typed_into(typed, key, LONGEST) {
                    return Effect::Nothing;
                }
                *selected = 0;
            }
        }
        Effect::Draw
    }

    /// Does what was found, on the screen that lies under the palette.
    pub(super) fn run_found(&mut self) -> Effect {
        let Some(entry) = self.rows.palette.get(self.palette.selected).cloned() else {
            return Effect::Nothing;
        };
        self.leave_over();
        self.done = None;
        match entry {
            PaletteEntry::Action(action) => return self.run_action(action),
            PaletteEntry::Theme(name) => return Effect::Theme(name),
            PaletteEntry::Panel(panel) => {
                self.overlay = OverlayKind::Nothing;
                self.panes.focus = Some(panel);
            }
            PaletteEntry::Setting(at) => {
                self.overlay = OverlayKind::Settings;
                self.filters.drop(List::Settings);
                self.settings.selected = at.min(self.settings.rows.len().saturating_sub(1));
            }
            PaletteEntry::Rule(rule) => {
                self.overlay = OverlayKind::Rule(rule);
                self.panes.first.help = 0;
            }
            PaletteEntry::Code(span) => {
                self.overlay = OverlayKind::Codes;
                self.filters.drop(List::Codes);
                (self.reference.chosen, self.reference.open) = (Some(span), true);
            }
            PaletteEntry::Listener(address) => {
                self.chosen = Some(address);
                self.overlay = OverlayKind::Details(address);
            }
            PaletteEntry::Target(id) => {
                self.chosen_target = Some(id);
                self.overlay = OverlayKind::Target(id);
            }
        }
        Effect::Draw
    }

    /// An action that does nothing over what lies here may do something without it.
    fn run_action(&mut self, action: Action) -> Effect {
        let Some(row) = ACTIONS.iter().find(|row| row.action == action) else {
            return Effect::Nothing;
        };
        if !self.works(row) && self.works_with(row, OverlayKind::Nothing, &self.rows) {
            self.overlay = OverlayKind::Nothing;
        }
        if self.works(row) {
            return self.act(action);
        }
        self.done = Some(format!("{}: there is nothing to do that with here", row.help));
        Effect::Draw
    }
}
