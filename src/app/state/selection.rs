//! Which row is selected, in whichever table is in front.

use std::sync::Arc;

use super::super::action::Action;
use super::super::frame::{Panel, View};
use super::app::App;
use super::overlay::OverlayKind;
use crate::detect::Alert;

impl App {
    /// The screen whose table the keys move in: a zoomed table is its own.
    pub(in crate::app) fn in_front(&self) -> View {
        match self.panes.zoomed() {
            Some(Panel::Probes) => View::Probes,
            Some(Panel::Listeners) => View::Listeners,
            Some(Panel::Alerts) => View::Timeline,
            _ => self.view,
        }
    }

    /// Whether the list of alerts is in front.
    pub(in crate::app) fn lists_alerts(&self) -> bool {
        self.overlay == OverlayKind::Nothing && self.in_front() == View::Timeline
    }

    /// What `a` and `A` are about: the selected alert where the list is in front,
    /// else all that fire.
    pub(super) fn meant(&self) -> Vec<Arc<Alert>> {
        let alerts = &self.rows.alerts;
        let selected = self.rows.alert_at(self.chosen_alert);
        match selected.filter(|a| a.is_firing() && self.lists_alerts()) {
            Some(one) => vec![one.clone()],
            None => alerts.iter().filter(|a| a.is_firing()).cloned().collect(),
        }
    }

    /// Moves the selection as a key says: a row up or down, else to an end.
    pub(super) fn select_by(&mut self, action: Action) {
        self.select(|at, last| match action {
            Action::Up => at.map_or(0, |at| at.saturating_sub(1)),
            Action::Down => at.map_or(0, |at| at.saturating_add(1).min(last)),
            Action::Last => last,
            _ => 0,
        });
    }

    /// Moves the selection of the table in front; without one the first step
    /// selects the first row.
    pub(super) fn select(&mut self, to: impl FnOnce(Option<usize>, usize) -> usize) {
        match (self.overlay, self.in_front()) {
            (OverlayKind::Codes, _) => {
                let (rows, chosen) = (&self.rows.codes, self.reference.chosen);
                let at = chosen.or_else(|| rows.first().copied());
                self.reference.chosen = moved(rows, at, to).or(chosen);
            }
            (OverlayKind::Settings, _) => {
                let (rows, at) = (self.listed_settings(), self.selected_setting());
                self.settings.selected = moved(&rows, at, to).unwrap_or(self.settings.selected);
            }
            (OverlayKind::Details(_) | OverlayKind::Connections(_), _) => self.select_drilled(to),
            (OverlayKind::Palette, _) => {
                if let Some(last) = self.rows.palette.len().checked_sub(1) {
                    self.palette.selected = to(Some(self.palette.selected), last);
                }
            }
            // How many lines are seen only the view knows: it stops at the last.
            (OverlayKind::Help | OverlayKind::Rule(_), _) => {
                self.panes.first.help = to(Some(self.panes.first.help), usize::MAX);
            }
            (OverlayKind::Advice | OverlayKind::Alert(_), _) => {
                if let Some(last) = self.rows.commands.checked_sub(1) {
                    self.step = to(Some(self.step), last);
                }
            }
            (_, View::Hosts) => self.select_host(to),
            (_, View::Timeline) => {
                let rows = &self.rows.listed;
                let at = self.rows.listed_at(self.chosen_alert);
                let at = at.and_then(|at| rows.get(at).copied());
                self.chosen_alert = moved(rows, at, to);
            }
            (_, View::Probes) => {
                self.chosen_target = moved(&self.rows.targets, self.chosen_target, to);
            }
            _ => {
                // A service and the first of its addresses have the same name.
                let mut rows = self.rows.listeners.clone();
                rows.dedup();
                let at = self.listener().or_else(|| rows.first().copied());
                self.chosen = moved(&rows, at, to).or(self.chosen);
            }
        }
    }
}

/// The row a step leads to.
pub(super) fn moved<T: Copy + PartialEq>(
    rows: &[T],
    at: Option<T>,
    to: impl FnOnce(Option<usize>, usize) -> usize,
) -> Option<T> {
    let last = rows.len().checked_sub(1)?;
    let at = at.and_then(|at| rows.iter().position(|row| *row == at));
    rows.get(to(at, last)).copied()
}

/// Whether the row was chosen before; it is afterwards.
pub(super) fn is_chosen<T: Copy + PartialEq>(
    rows: &[T],
    at: usize,
    chosen: &mut Option<T>,
) -> bool {
    let Some(row) = rows.get(at).copied() else { return false };
    chosen.replace(row) == Some(row)
}
