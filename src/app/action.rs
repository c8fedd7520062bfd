//! The table of actions: one row each, and everything that names a key reads it.
//!
//! Key handling, footer, help and documentation come from [`ACTIONS`], so they
//! cannot disagree. The user may bind others, see `keys`.

use std::borrow::Cow;

/// What a key can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Leave.
    Quit,
    /// Open or close the help.
    Help,
    /// Find anything by its name.
    Palette,
    /// The screen of the incident.
    Incident,
    /// The listeners over the whole screen.
    Listeners,
    /// Probes and close codes.
    Probes,
    /// The past and the alerts.
    Timeline,
    /// Say that the alert was seen, or take that back.
    Acknowledge,
    /// No shouting about the alert for a while, or again.
    Mute,
    /// To the clipboard of the terminal.
    Copy,
    /// A summary for whoever takes over, to the clipboard of the terminal.
    HandOver,
    /// The report of the last hour, into a file.
    Export,
    /// Open or close what the runbook would do next.
    Advice,
    /// Open or close the settings in force.
    Settings,
    /// Keep the settings that were changed here in the config file.
    KeepSettings,
    /// Open or close the close codes and what they mean.
    Codes,
    /// Freeze the picture or let it move again.
    Pause,
    /// A step back in time.
    Earlier,
    /// A step forth in time.
    Later,
    /// A minute back.
    EarlierMinute,
    /// A minute forth.
    LaterMinute,
    /// To the event before.
    EventBefore,
    /// To the event after.
    EventAfter,
    /// To the oldest moment kept.
    Oldest,
    /// Follow the data again.
    Live,
    /// Note this moment.
    Mark,
    /// Selection one row up.
    Up,
    /// Selection one row down.
    Down,
    /// Selection to the first row.
    First,
    /// Selection to the last row.
    Last,
    /// Open the selected row.
    Open,
    /// The single connections of the listener.
    Connections,
    /// Close what lies on top, drop the filter and the selection, go back to
    /// the first screen.
    Back,
    /// Longer time window.
    WindowLonger,
    /// Shorter time window.
    WindowShorter,
    /// Type a filter.
    Filter,
    /// Sort by the next column.
    Sort,
    /// Turn the order round.
    SortReverse,
    /// The next panel to the front.
    NextPanel,
    /// The panel before it.
    PanelBefore,
    /// The panel in front over the whole body, or as it was.
    Zoom,
    /// Show or hide the close codes beside the charts.
    CodesPanel,
    /// The probes.
    ProbesPanel,
    /// The connections by TCP state.
    StatesPanel,
    /// By client network.
    ClientsPanel,
    /// The processes behind the listener.
    WorkersPanel,
    /// The connections by age.
    AgesPanel,
    /// The next steps.
    AdvicePanel,
    /// What happened.
    EventsPanel,
    /// What waits in the queues of the connections.
    QueuesPanel,
    /// The connections by client address.
    AddressesPanel,
    /// What the host counts over all its ports.
    HostPanel,
    /// Take the mouse, or leave it to the terminal.
    Mouse,
    /// Next theme.
    NextTheme,
    /// Next set of characters to draw with.
    NextMarker,
    /// All times in the next time zone.
    NextZone,
    /// Draw everything anew.
    Redraw,
    /// Count the connections now.
    WalkNow,
    /// Probe now, within the prober's own limits.
    ProbeNow,
    /// To the shell until `fg`.
    Suspend,
}

impl Action {
    /// Its name in the config file: `next-theme`.
    #[must_use]
    pub fn name(self) -> String {
        let mut name = String::new();
        for c in format!("{self:?}").chars() {
            if c.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(c.to_ascii_lowercase());
        }
        name
    }

    /// The action of such a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ACTIONS.iter().map(|row| row.action).find(|action| action.name() == name)
    }
}

/// Where an action can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Everywhere.
    Always,
    /// Over the table of listeners and over single connections.
    Sorted,
    /// While a listener is in focus, or in detail.
    Listener,
    /// While a list is in front.
    Filter,
    /// While the table in front has rows.
    Rows,
    /// While there are targets of the probes.
    Targets,
    /// While an alert fires.
    Alerts,
    /// While something is selected that can be copied.
    Copy,
    /// While there is something to go back from.
    Back,
    /// Everywhere; in the footer only while the picture stands.
    Time,
    /// While the screen has panels and nothing lies over it.
    Panels,
    /// There; in the footer only while one of them is in front.
    Panel,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct ActionRow {
    /// What it does.
    pub action: Action,
    /// The keys, by [`Key::name`](super::Key::name).
    pub keys: &'static [&'static str],
    /// The keys as footer and help print them.
    pub shown: &'static str,
    /// One or two words for the footer; empty = help only.
    pub hint: &'static str,
    /// A few words for the help.
    pub help: &'static str,
    /// Heading in the help.
    pub group: &'static str,
    /// Where it works.
    pub when: When,
}

/// A key and its word in the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// What it does.
    pub action: Action,
    /// The keys as printed.
    pub keys: Cow<'static, str>,
    /// One or two words.
    pub word: &'static str,
}

const VIEW: &str = "VIEW";
const TABLE: &str = "TABLES";
const TIME: &str = "TIME";
const ALERT: &str = "ALERTS";
const SCREEN: &str = "SCREEN";
const PANEL: &str = "SHOW, HIDE, MOVE";

macro_rules! row {
    ($action:ident, $keys:expr, $shown:literal, $hint:literal, $help:literal, $group:ident, $when:ident) => {
        ActionRow {
            action: Action::$action,
            keys: &$keys,
            shown: $shown,
            hint: $hint,
            help: $help,
            group: $group,
            when: When::$when,
        }
    };
}

/// Every action; the footer shows hints in this order and drops them from the
/// right.
pub const ACTIONS: [ActionRow; 60] = [
    row!(Help, ["?"], "?", "help", "this help", VIEW, Always),
    row!(Quit, ["q", "ctrl+c"], "q", "quit", "quit (ctrl+c too)", SCREEN, Always),
    row!(Palette, [":", "ctrl+p"], ":", "find", "find anything", VIEW, Always),
    row!(Back, ["esc"], "esc", "back", "back", VIEW, Back),
    row!(Zoom, ["z"], "z", "zoom", "zoom the panel", SCREEN, Panel),
    row!(Incident, ["1"], "1", "view", "incident", VIEW, Always),
    row!(Listeners, ["2"], "2", "", "all listeners", VIEW, Always),
    row!(Probes, ["3"], "3", "", "probes & codes", VIEW, Always),
    row!(Timeline, ["4"], "4", "", "timeline, alerts", VIEW, Always),
    row!(Pause, ["space"], "space", "pause", "pause, resume", TIME, Always),
    row!(Earlier, ["left", "h"], "←→ h l", "step", "a step in time", TIME, Time),
    row!(Later, ["right", "l"], "←→ h l", "", "a step in time", TIME, Time),
    row!(EarlierMinute, ["shift+left", "H"], "shift ←→", "1 min", "a minute", TIME, Time),
    row!(LaterMinute, ["shift+right", "L"], "shift ←→", "", "a minute", TIME, Time),
    row!(EventBefore, ["["], "[ ]", "event", "event to event", TIME, Time),
    row!(EventAfter, ["]"], "[ ]", "", "event to event", TIME, Time),
    row!(Oldest, ["home"], "home end", "", "oldest, live", TIME, Time),
    row!(Live, ["end"], "home end", "", "oldest, live", TIME, Time),
    row!(Export, ["e"], "e", "report", "save a report", TIME, Always),
    row!(Mark, ["m"], "m", "mark", "mark with note", TIME, Time),
    row!(Up, ["up", "k"], "↑↓ k j", "", "up, down", TABLE, Rows),
    row!(Down, ["down", "j"], "↑↓ k j", "", "up, down", TABLE, Rows),
    row!(First, ["g"], "g G", "", "first, last row", TABLE, Rows),
    row!(Last, ["G"], "g G", "", "first, last row", TABLE, Rows),
    row!(Open, ["enter"], "↑↓ ⏎", "details", "open the row", TABLE, Rows),
    row!(Advice, ["n"], "n", "what next", "what to do next", VIEW, Always),
    row!(Copy, ["y"], "y", "copy", "copy the command", VIEW, Copy),
    row!(HandOver, ["Y"], "Y", "hand over", "copy a summary", ALERT, Always),
    row!(Acknowledge, ["a"], "a", "acknowledge", "acknowledge", ALERT, Alerts),
    row!(Mute, ["A"], "A", "mute", "mute 15 min", ALERT, Alerts),
    row!(Codes, ["c"], "c", "codes", "close codes", VIEW, Always),
    row!(ProbeNow, ["p"], "p", "probe now", "probe now", TIME, Targets),
    row!(WindowLonger, ["+", "="], "+ -", "window", "2 min - 14 days", TIME, Always),
    row!(WindowShorter, ["-"], "+ -", "", "2 min - 14 days", TIME, Always),
    row!(Filter, ["/"], "/", "filter", "filter by text", TABLE, Filter),
    row!(Connections, ["d"], "d", "connections", "single connections", TABLE, Listener),
    row!(Sort, ["s"], "s S", "sort", "next sort column", TABLE, Sorted),
    row!(SortReverse, ["S"], "S", "", "reverse order", TABLE, Sorted),
    row!(NextPanel, ["tab"], "tab", "panel", "next panel", SCREEN, Panels),
    row!(PanelBefore, ["shift+tab"], "tab", "", "next panel", SCREEN, Panels),
    row!(CodesPanel, ["f1"], "f1", "", "close codes", PANEL, Panels),
    row!(ProbesPanel, ["f2"], "f2", "", "probes", PANEL, Panels),
    row!(StatesPanel, ["f3"], "f3", "", "TCP states", PANEL, Panels),
    row!(ClientsPanel, ["f4"], "f4", "", "client networks", PANEL, Panels),
    row!(WorkersPanel, ["f5"], "f5", "", "workers", PANEL, Panels),
    row!(AgesPanel, ["f6"], "f6", "", "connection age", PANEL, Panels),
    row!(AdvicePanel, ["f7"], "f7", "", "what next", PANEL, Panels),
    row!(EventsPanel, ["f8"], "f8", "", "events", PANEL, Panels),
    row!(QueuesPanel, ["f9"], "f9", "", "queues", PANEL, Panels),
    row!(AddressesPanel, ["f10"], "f10", "", "top addresses", PANEL, Panels),
    row!(HostPanel, ["f11"], "f11", "", "the host", PANEL, Panels),
    row!(Mouse, ["M"], "M", "", "mouse off, on", SCREEN, Always),
    row!(NextTheme, ["t"], "t", "theme", "next theme", SCREEN, Always),
    row!(Settings, ["o"], "o", "settings", "settings in force", SCREEN, Always),
    row!(KeepSettings, ["w"], "w", "", "keep the settings", SCREEN, Always),
    row!(NextMarker, ["b"], "b", "marker", "next marker style", SCREEN, Always),
    row!(WalkNow, ["r"], "r", "recount", "count again now", TIME, Always),
    row!(NextZone, ["Z"], "Z", "zone", "next time zone", TIME, Always),
    row!(Redraw, ["ctrl+l"], "ctrl+l", "", "redraw", SCREEN, Always),
    row!(Suspend, ["ctrl+z"], "ctrl+z", "", "to shell, fg back", SCREEN, Always),
];

#[cfg(test)]
mod tests {
    use super::super::key::Key;
    use super::*;

    #[test]
    fn no_key_means_two_things() {
        let mut keys: Vec<_> = ACTIONS.iter().flat_map(|row| row.keys).collect();
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }

    #[test]
    fn every_action_is_found_by_its_name_and_every_key_by_its_own() {
        for row in ACTIONS {
            assert_eq!(Action::named(&row.action.name()), Some(row.action));
            for name in row.keys {
                assert_eq!(Key::named(name).map(Key::name).as_deref(), Some(*name));
            }
        }
        assert_eq!(Action::NextTheme.name(), "next-theme");
        assert_eq!(Action::named("NextTheme"), None);
    }

    #[test]
    fn every_action_says_what_it_does() {
        for row in ACTIONS {
            assert!(!row.help.is_empty() && !row.shown.is_empty(), "{:?}", row.action);
            assert!(row.help.len() <= 18, "{:?}: the help has 18 columns", row.action);
        }
    }
}
