//! A key becomes an action, and an action is carried out.

use super::super::action::{ACTIONS, Action};
use super::super::frame::{Panel, Prompt, SortColumn, View};
use super::super::key::Key;
use super::super::keys::sign;
use super::super::nearest;
use super::app::{App, FirstHints};
use super::effect::Effect;
use super::overlay::OverlayKind;

impl App {
    /// Takes a key.
    pub fn key(&mut self, key: Key) -> (Option<Action>, Effect) {
        if self.prompt.is_some() && !self.is_heard_while_typing(key) {
            return (None, self.type_key(key));
        }
        if self.overlay == OverlayKind::Palette
            && self.prompt.is_none()
            && !self.is_heard_while_typing(key)
        {
            return (None, self.palette_key(key));
        }
        let Some(row) = self.keys.action_of(key) else { return (None, self.unknown(key)) };
        if !self.works(row) {
            return (None, Effect::Nothing);
        }
        self.done = None;
        (Some(row.action), self.act(row.action))
    }

    /// A key that means nothing says so, and which one may have been meant.
    fn unknown(&mut self, key: Key) -> Effect {
        let typed = sign(&key.name());
        let near = ACTIONS.iter().filter(|row| self.works(row)).flat_map(|row| {
            let keys = self.keys.of_row(row).into_iter();
            keys.filter_map(move |meant| Some((nearest::distance(key, meant)?, meant, row.help)))
        });
        let (help, find) = (self.keys.of(Action::Help), self.keys.of(Action::Palette));
        let near = near
            .min_by_key(|(far, ..)| *far)
            .map(|(_, meant, what)| format!("; the nearest is {}: {what}", sign(&meant.name())));
        let near = near.unwrap_or_default();
        self.done = Some(format!("'{typed}' is no key{near}; {help} lists them, {find} finds"));
        Effect::Draw
    }

    /// What is about the terminal, not about what is typed.
    fn is_heard_while_typing(&self, key: Key) -> bool {
        let Key::Ctrl(_) = key else { return false };
        let action = self.keys.action_of(key).map(|row| row.action);
        key == Key::Ctrl('c') || matches!(action, Some(Action::Redraw | Action::Suspend))
    }

    /// The first hints name these keys: whoever has used one needs them no more.
    fn follow_hint(&mut self, action: Action) {
        let hinted = matches!(action, Action::Help | Action::Palette | Action::Advice);
        if hinted && self.hints == FirstHints::Shown {
            self.hints = FirstHints::Followed;
        }
    }

    pub(super) fn act(&mut self, action: Action) -> Effect {
        self.follow_hint(action);
        match action {
            Action::Quit => return Effect::Quit,
            Action::NextTheme => return Effect::NextTheme,
            Action::NextMarker => return Effect::NextMarker,
            Action::Redraw => return Effect::Redraw,
            Action::NextZone => return Effect::NextZone,
            Action::WalkNow => return Effect::WalkNow,
            Action::ProbeNow => return Effect::ProbeNow,
            Action::Suspend => return Effect::Suspend,
            Action::Mouse => return self.toggle_mouse(),
            Action::Copy => return self.copy(),
            Action::HandOver => return Effect::HandOver,
            Action::Export => return Effect::AskExport,
            Action::KeepSettings => return Effect::AskKeep,
            Action::Open if self.overlay == OverlayKind::Settings => return self.edit_setting(),
            Action::Acknowledge => self.silences.acknowledge(&self.meant()),
            Action::Mute => self.silences.mute(&self.meant(), self.now),
            Action::Pause => self.time.pause(),
            Action::Earlier | Action::Later => self.time.step(action == Action::Later),
            Action::EarlierMinute | Action::LaterMinute => {
                self.time.minute(action == Action::LaterMinute);
            }
            Action::EventBefore | Action::EventAfter => {
                self.time.event(action == Action::EventAfter);
            }
            Action::Oldest => self.time.first(),
            Action::Live => self.time.live(),
            Action::Mark => self.prompt = Some(Prompt::Note(String::new())),
            Action::Help => self.toggle_over(OverlayKind::Help),
            Action::Palette => self.toggle_over(OverlayKind::Palette),
            Action::Settings => self.toggle(OverlayKind::Settings),
            Action::Codes => self.toggle(OverlayKind::Codes),
            Action::NextPanel | Action::PanelBefore => {
                self.next_panel(action == Action::NextPanel);
            }
            Action::Zoom => self.zoom(),
            Action::Advice => self.toggle(OverlayKind::Advice),
            Action::Incident => self.go_to(View::Incident),
            Action::Listeners => self.go_to(View::Listeners),
            Action::Probes => self.go_to(View::Probes),
            Action::Timeline => self.go_to(View::Timeline),
            Action::Up | Action::Down | Action::First | Action::Last => self.select_by(action),
            Action::Open => self.open(),
            Action::Back => self.back(),
            Action::WindowLonger => self.time.zoom(true),
            Action::WindowShorter => self.time.zoom(false),
            Action::Filter => self.type_filter(),
            Action::Connections => self.drill(),
            Action::Sort | Action::SortReverse => return self.sort_by_key(action),
            panel => return self.toggle_beside(panel),
        }
        Effect::Draw
    }

    /// Shows or hides the panel of an action beside the charts.
    fn toggle_beside(&mut self, action: Action) -> Effect {
        let panel = match action {
            Action::CodesPanel => Panel::Codes,
            Action::ProbesPanel => Panel::Probes,
            Action::StatesPanel => Panel::States,
            Action::ClientsPanel => Panel::Clients,
            Action::WorkersPanel => Panel::Workers,
            Action::AgesPanel => Panel::Ages,
            Action::QueuesPanel => Panel::Queues,
            Action::AddressesPanel => Panel::Addresses,
            Action::HostPanel => Panel::Host,
            Action::AdvicePanel => Panel::Next,
            Action::EventsPanel => Panel::Events,
            _ => return Effect::Nothing,
        };
        self.toggle_side(panel)
    }

    /// The list in front in another order.
    fn sort_by_key(&mut self, action: Action) -> Effect {
        match (self.overlay, action) {
            (OverlayKind::Connections(_), _) => self.sort_connections(action),
            _ if self.lists_hosts() => self.sort_hosts(action),
            (_, Action::Sort) => self.sort_listeners(self.sort.next(), self.reversed),
            _ => self.sort_listeners(self.sort, !self.reversed),
        }
    }

    /// Whether it arrives is for the terminal to decide, and it does not tell.
    pub(super) fn copy(&mut self) -> Effect {
        let Some(text) = self.rows.copyable.clone() else { return Effect::Nothing };
        self.done = Some(format!("to the terminal's clipboard: {text}"));
        Effect::Copy(text)
    }

    /// Takes the mouse or leaves it to the terminal, and says what that means.
    pub(super) fn toggle_mouse(&mut self) -> Effect {
        self.mouse = !self.mouse;
        self.scrubbing = false;
        let key = self.keys.of(Action::Mouse);
        let done = if self.mouse {
            "mouse on: click, drag, wheel; shift+drag still selects text"
        } else {
            "mouse off: the terminal selects text again"
        };
        let turns = if self.mouse { "off" } else { "on" };
        self.done = Some(format!("{done}; {key} turns it {turns}"));
        Effect::Mouse(self.mouse)
    }
}

impl SortColumn {
    /// The next one, round and round.
    const fn next(self) -> Self {
        match self {
            Self::Open => Self::Opened,
            Self::Opened | Self::Closed | Self::Peak => Self::AcceptQueue,
            Self::AcceptQueue => Self::Drops,
            Self::Drops => Self::Address,
            Self::Address => Self::Process,
            Self::Process => Self::Open,
        }
    }
}
