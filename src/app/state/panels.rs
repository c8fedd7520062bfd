//! Which panel is in front, and whether it has the screen to itself.

use super::super::frame::Panel;
use super::app::App;
use super::effect::Effect;
use super::overlay::OverlayKind;
use super::side::SidePanels;

impl App {
    /// Brings the next panel to the front, or the one before.
    pub(super) fn next_panel(&mut self, forth: bool) {
        let Some(last) = self.panels.len().checked_sub(1) else { return };
        let at = self.panes.focus.and_then(|panel| self.panels.iter().position(|p| *p == panel));
        let next = match (at, forth) {
            (None, true) => 0,
            (None, false) => last,
            (Some(at), true) => (at + 1) % (last + 1),
            (Some(at), false) => (at + last) % (last + 1),
        };
        self.panes.focus = self.panels.get(next).copied();
    }

    /// The panel in front over the whole body, or as it was. Without one it is
    /// the first that is there.
    pub(super) fn zoom(&mut self) {
        if self.panes.focus.is_none_or(|panel| !self.panels.contains(&panel)) {
            self.panes.focus = self.panels.first().copied();
            self.panes.zoomed = self.panes.focus.is_some();
        } else {
            self.panes.zoomed = !self.panes.zoomed;
        }
    }

    /// Brings a panel to the front; the one that is there already is zoomed.
    pub(super) fn panel_pressed(&mut self, panel: Panel, title: bool) {
        if title && self.panes.focus == Some(panel) {
            self.panes.zoomed = !self.panes.zoomed;
        } else if title {
            self.panes.focus = Some(panel);
        }
    }

    /// No panel is in front: another screen has others.
    pub(super) fn no_panel(&mut self) {
        (self.panes.focus, self.panes.zoomed) = (None, false);
    }

    /// Takes one step back from a panel, if there is one.
    pub(super) fn leave_panel(&mut self) -> bool {
        let had = self.panes.focus.is_some() && self.overlay == OverlayKind::Nothing;
        match (had, self.panes.zoomed) {
            (true, true) => self.panes.zoomed = false,
            (true, false) => self.panes.focus = None,
            (false, _) => {}
        }
        had
    }

    /// Takes the panels of the run before.
    pub fn arrange(&mut self, side: SidePanels) {
        self.side = side;
    }

    /// Shows or hides a panel beside the charts.
    pub(super) fn toggle_side(&mut self, panel: Panel) -> Effect {
        self.side.toggle(panel);
        if self.panes.focus == Some(panel) && !self.side.shown().contains(&panel) {
            self.no_panel();
        }
        Effect::Arranged(self.side.write())
    }
}
