//! The hosts of a fleet: which is selected, which is open.

use std::sync::Arc;

use super::super::action::Action;
use super::super::frame::{HostsPage, View};
use super::app::App;
use super::effect::Effect;
use super::host_list::Hosts;
use super::overlay::OverlayKind;

impl App {
    /// Shows many hosts, not this one.
    pub fn watch_hosts(&mut self) {
        self.hosts = Some(Hosts::default());
        self.view = View::Hosts;
    }

    /// Takes the hosts of a moment in.
    pub fn take_hosts(&mut self, page: Arc<HostsPage>) {
        if let Some(hosts) = &mut self.hosts {
            hosts.page = page;
        }
    }

    /// The host that was opened, by its label.
    #[must_use]
    pub fn open_host(&self) -> Option<&str> {
        self.hosts.as_ref()?.open.as_deref()
    }

    /// Whose figures are shown: the host that was opened, else this one or the server.
    pub(in crate::app) fn host_in_front(&self) -> String {
        let Some(open) = self.open_host() else { return self.host.clone() };
        let rows = self.hosts.iter().flat_map(|hosts| &hosts.page.rows);
        let known = rows.map(|row| &row.host).find(|host| host.instance == open);
        known.map_or_else(|| self.host.clone(), |host| host.name.clone())
    }

    /// The second of the past that is looked at; none = now.
    #[must_use]
    pub fn cursor(&self) -> Option<u64> {
        self.time.cursor()
    }

    /// The host that is selected, else the first.
    pub(in crate::app) fn selected_host(&self) -> Option<&str> {
        let chosen = self.hosts.as_ref()?.chosen.as_deref();
        let listed = |name: &&str| self.rows.hosts.iter().any(|row| row == name);
        chosen.filter(listed).or_else(|| self.rows.hosts.first().map(String::as_str))
    }

    pub(super) fn select_host(&mut self, to: impl FnOnce(Option<usize>, usize) -> usize) {
        let Some(last) = self.rows.hosts.len().checked_sub(1) else { return };
        let at = self.selected_host().and_then(|own| self.rows.hosts.iter().position(|h| h == own));
        let row = self.rows.hosts.get(to(at, last)).cloned();
        if let Some(hosts) = &mut self.hosts {
            hosts.chosen = row;
        }
    }

    /// Selects a row; the selected one is opened.
    pub(super) fn press_host(&mut self, at: usize) {
        let row = self.rows.hosts.get(at).cloned();
        let Some(hosts) = self.hosts.as_mut().filter(|_| row.is_some()) else { return };
        if hosts.chosen == row {
            self.open_selected_host();
        } else {
            hosts.chosen = row;
        }
    }

    /// The screens of the selected host.
    pub(super) fn open_selected_host(&mut self) {
        let selected = self.selected_host().map(str::to_owned);
        if let Some(hosts) = self.hosts.as_mut().filter(|_| selected.is_some()) {
            (hosts.open, hosts.chosen) = (selected.clone(), selected);
            self.chosen = None;
            self.chosen_alert = None;
            self.go_to(View::Incident);
        }
    }

    /// Back to all hosts; whether there are any.
    pub(super) fn leave_host(&mut self) -> bool {
        let Some(hosts) = &mut self.hosts else { return false };
        hosts.open = None;
        self.chosen = None;
        self.chosen_alert = None;
        self.go_to(View::Hosts);
        true
    }

    /// Whether the table of hosts is in front.
    pub(in crate::app) fn lists_hosts(&self) -> bool {
        self.overlay == OverlayKind::Nothing && self.in_front() == View::Hosts
    }

    /// By another column, or the other way round.
    pub(super) fn sort_hosts(&mut self, action: Action) -> Effect {
        let Some(hosts) = &mut self.hosts else { return Effect::Nothing };
        match action {
            Action::Sort => hosts.sort = hosts.sort.next(),
            _ => hosts.reversed = !hosts.reversed,
        }
        Effect::Draw
    }
}
