//! What works where: keys, footer and help agree on it. What lies over the screen has
//! the keys to itself: words typed into the help muted alerts and wrote a report.

use super::super::action::{Action, ActionRow, When};
use super::super::filter::List;
use super::super::frame::View;
use super::app::App;
use super::overlay::OverlayKind;
use super::shown::Rows;

impl App {
    /// Whether an action works here and now; footer and keys agree on it.
    pub(super) fn works(&self, row: &ActionRow) -> bool {
        self.works_with(row, self.overlay, &self.rows)
    }

    /// The same where something else lies over the screen, and with other rows on it.
    pub(in crate::app) fn works_with(
        &self,
        row: &ActionRow,
        overlay: OverlayKind,
        rows: &Rows,
    ) -> bool {
        let front = self.in_front();
        let probes = front == View::Probes;
        let listeners =
            overlay == OverlayKind::Nothing && matches!(front, View::Incident | View::Listeners);
        if !belongs(row.action, overlay) {
            return false;
        }
        let codes = overlay == OverlayKind::Codes;
        let advice = matches!(overlay, OverlayKind::Advice | OverlayKind::Alert(_));
        // What is over can be neither counted nor knocked at again.
        if self.replay.is_some() && matches!(row.action, Action::WalkNow | Action::ProbeNow) {
            return false;
        }
        match row.when {
            When::Always | When::Time => true,
            When::Panels | When::Panel => {
                overlay == OverlayKind::Nothing && !self.panels.is_empty()
            }
            When::Sorted => match overlay {
                OverlayKind::Connections(drill) => drill.lists_connections(),
                _ => listeners || self.lists_hosts(),
            },
            When::Listener => self.can_drill(overlay),
            When::Filter => match self.list_under(overlay) {
                Some(List::Targets) => {
                    !self.rows.targets.is_empty() || !self.filters.of(List::Targets).is_empty()
                }
                list => list.is_some(),
            },
            When::Rows if codes => !rows.codes.is_empty(),
            When::Rows if is_drilled(overlay) => drills(row.action, overlay, rows),
            When::Rows
                if matches!(
                    overlay,
                    OverlayKind::Settings | OverlayKind::Help | OverlayKind::Rule(_)
                ) =>
            {
                row.action != Action::Open
                    || (overlay == OverlayKind::Settings && !self.settings.rows.is_empty())
            }
            When::Rows if advice => rows.commands > 1 && row.action != Action::Open,
            When::Rows if overlay == OverlayKind::Nothing && self.view == View::Timeline => {
                !rows.listed.is_empty()
            }
            When::Rows if front == View::Hosts => {
                overlay == OverlayKind::Nothing && !rows.hosts.is_empty()
            }
            When::Rows if probes => overlay == OverlayKind::Nothing && !rows.targets.is_empty(),
            When::Rows => listeners && !rows.listeners.is_empty(),
            // A filter may hide them all.
            When::Targets => !rows.targets.is_empty() || !self.filters.of(List::Targets).is_empty(),
            When::Alerts => rows.alerts.iter().any(|alert| alert.is_firing()),
            When::Copy => rows.copyable.is_some(),
            When::Back => self.is_back(),
        }
    }

    /// The first screen: of a fleet the table of its hosts.
    const fn home(&self) -> View {
        if self.hosts.is_some() { View::Hosts } else { View::Incident }
    }

    /// Whether there is such a step.
    fn is_back(&self) -> bool {
        self.overlay != OverlayKind::Nothing
            || self.view != self.home()
            || self.list_in_front().is_some_and(|list| !self.filters.of(list).is_empty())
            || self.chosen.is_some()
            || self.panes.focus.is_some()
    }
}

/// A listener in detail, or what is below it.
const fn is_drilled(overlay: OverlayKind) -> bool {
    matches!(overlay, OverlayKind::Details(_) | OverlayKind::Connections(_))
}

/// The keys of its rows: from a listener one can always go on.
fn drills(action: Action, overlay: OverlayKind, rows: &Rows) -> bool {
    let opens = action == Action::Open;
    match overlay {
        OverlayKind::Details(_) => opens || !rows.networks.is_empty(),
        OverlayKind::Connections(drill) if drill.lists_connections() => {
            !opens && !rows.connections.is_empty()
        }
        _ => !rows.addresses.is_empty(),
    }
}

/// Whether an action is one of what lies over the screen: it scrolls it, leaves it, or
/// leads elsewhere. All others are about what lies behind.
const fn belongs(action: Action, overlay: OverlayKind) -> bool {
    match overlay {
        OverlayKind::Nothing => true,
        // What is typed is a name there.
        OverlayKind::Palette => {
            matches!(action, Action::Back | Action::Palette | Action::Redraw | Action::Suspend)
        }
        page => is_of_page(action, page),
    }
}

/// The same of what is about the rows of a list there.
const fn is_of_rows(action: Action, overlay: OverlayKind) -> bool {
    use OverlayKind::{Advice, Alert, Codes, Connections, Help, Settings};
    match action {
        Action::Open => matches!(overlay, Codes | Settings) || is_drilled(overlay),
        Action::Connections => is_drilled(overlay),
        Action::Filter => matches!(overlay, Codes | Help | Settings) || is_drilled(overlay),
        Action::Copy => matches!(overlay, Advice | Alert(_)) || is_drilled(overlay),
        // Single connections can be stopped and read again, which is about them.
        _ => matches!(overlay, Connections(_)),
    }
}

/// The same of what is read there. Each action is named: a new one must say whether it
/// is about what lies behind.
#[expect(clippy::too_many_lines, reason = "a table: one row for each action")]
const fn is_of_page(action: Action, overlay: OverlayKind) -> bool {
    match action {
        Action::Quit
        | Action::Back
        | Action::Redraw
        | Action::Suspend
        | Action::Up
        | Action::Down
        | Action::First
        | Action::Last
        | Action::Incident
        | Action::Listeners
        | Action::Probes
        | Action::Timeline
        | Action::Help
        | Action::Palette
        | Action::Advice
        | Action::Codes => true,
        // It is in no footer: only who is there knows the way back.
        Action::Settings | Action::KeepSettings => matches!(overlay, OverlayKind::Settings),
        Action::Open
        | Action::Connections
        | Action::Sort
        | Action::SortReverse
        | Action::Pause
        | Action::WalkNow
        | Action::Filter
        | Action::Copy => is_of_rows(action, overlay),
        Action::HandOver
        | Action::Acknowledge
        | Action::Mute
        | Action::Export
        | Action::Earlier
        | Action::Later
        | Action::EarlierMinute
        | Action::LaterMinute
        | Action::EventBefore
        | Action::EventAfter
        | Action::Oldest
        | Action::Live
        | Action::Mark
        | Action::WindowLonger
        | Action::WindowShorter
        | Action::NextPanel
        | Action::PanelBefore
        | Action::Zoom
        | Action::CodesPanel
        | Action::ProbesPanel
        | Action::StatesPanel
        | Action::ClientsPanel
        | Action::WorkersPanel
        | Action::AgesPanel
        | Action::AdvicePanel
        | Action::EventsPanel
        | Action::QueuesPanel
        | Action::HostPanel
        | Action::AddressesPanel
        | Action::Mouse
        | Action::NextTheme
        | Action::NextMarker
        | Action::NextZone
        | Action::ProbeNow => false,
    }
}
