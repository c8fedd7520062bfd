//! Where a key leads: screens, what lies over them, and one step back.

use super::super::frame::View;
use super::app::App;
use super::overlay::OverlayKind;
use super::shown::Listed;

impl App {
    pub(super) fn go_to(&mut self, view: View) {
        if self.view != view || self.overlay == OverlayKind::Nothing {
            self.no_panel();
        }
        self.view = view;
        (self.overlay, self.under) = (OverlayKind::Nothing, OverlayKind::Nothing);
        self.reference.open = false;
    }

    /// Lays a cover over the screen, or takes it off.
    pub(super) fn toggle(&mut self, overlay: OverlayKind) {
        self.overlay = if self.overlay == overlay { OverlayKind::Nothing } else { overlay };
        self.under = OverlayKind::Nothing;
        self.reference.open = false;
        self.step = 0;
    }

    pub(super) fn open(&mut self) {
        match (self.overlay, self.in_front()) {
            (OverlayKind::Codes, _) => self.reference.open = true,
            (OverlayKind::Details(_) | OverlayKind::Connections(_), _) => self.drill_down(),
            (_, View::Hosts) => self.open_selected_host(),
            (_, View::Timeline) => {
                let at = self.rows.listed_at(self.chosen_alert);
                match at.and_then(|at| self.rows.listed.get(at)) {
                    Some(Listed::Alert(id)) => {
                        self.overlay = OverlayKind::Alert(*id);
                        self.step = 0;
                    }
                    Some(Listed::Mark(_, second)) => self.time.to(*second),
                    None => {}
                }
            }
            (_, View::Probes) => {
                let target = self.chosen_target.or(self.rows.worst_target);
                if let Some(id) = target.or_else(|| self.rows.targets.first().copied()) {
                    self.overlay = OverlayKind::Target(id);
                }
            }
            _ => {
                if let Some(focus) = self.listener() {
                    self.drilling.network = None;
                    self.overlay = OverlayKind::Details(focus);
                }
            }
        }
    }

    /// One step back; what was done last is undone first.
    pub(super) fn back(&mut self) {
        if self.leave_panel() || self.list_in_front().is_some_and(|list| self.filters.drop(list)) {
            return;
        }
        match (self.overlay, self.view) {
            (OverlayKind::Help | OverlayKind::Palette, _) => self.leave_over(),
            (OverlayKind::Codes, _) if self.reference.open => self.reference.open = false,
            (OverlayKind::Connections(drill), _) => self.drill_up(drill),
            (OverlayKind::Details(_), _) if self.drilling.network.is_some() => {
                self.drilling.network = None;
            }
            (OverlayKind::Nothing, View::Probes) if self.chosen_target.is_some() => {
                self.chosen_target = None;
            }
            (OverlayKind::Nothing, View::Timeline) if self.chosen_alert.is_some() => {
                self.chosen_alert = None;
            }
            (OverlayKind::Nothing, View::Incident) if self.chosen.is_some() => self.chosen = None,
            (OverlayKind::Nothing, View::Incident | View::Hosts) => drop(self.leave_host()),
            (OverlayKind::Nothing, _) => self.view = View::Incident,
            _ => self.overlay = OverlayKind::Nothing,
        }
    }
}
