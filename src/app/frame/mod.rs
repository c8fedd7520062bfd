//! Everything one picture shows, frozen.
//!
//! `view` draws this and knows nothing else: same frame, same theme, same
//! bytes. Pausing keeps a frame while the model goes on. Numbers stay numbers
//! here; [`crate::fmt`] writes them when they are drawn. Text from outside
//! (process names, URLs, what a server says) is already clean.

mod alerts;
mod chart;
mod codes;
mod details;
mod header;
mod listeners;
mod numbers;
mod overlay;
mod panes;
mod probes;
mod settings;

pub use alerts::{AlertList, AlertRow, EventRow, Silence};
pub use chart::{Chart, ChartPoint, Mark};
pub use codes::{CodeReference, CodeRow, CodeTable, ReferenceRow, Trend};
pub use details::{Details, ProcessRow};
pub use header::{Header, Mode, OwnLoad, Recorded};
pub use listeners::{Age, ListenerRow, SortColumn, Table};
pub use numbers::{AcceptQueue, Gauge, Hero, LimitRow, OwnCount};
pub use overlay::{AdvicePage, HelpGroup, Input, Overlay, Prompt};
pub use panes::{Drawn, Firsts, Panel, Panes};
pub use probes::{
    Failure, HandshakePoint, Handshakes, LastFailure, Probes, Seen, TargetDetails, TargetRow,
};
pub use settings::{DEFAULT, Setting, SettingsPage};

use super::action::Hint;
use super::keys::Keys;
use crate::detect::advice::Advice;
use crate::detect::{Severity, Verdict};

/// One picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Which of the screens it is.
    pub view: View,
    /// The top line.
    pub header: Header,
    /// The banner.
    pub verdict: Verdict,
    /// Whether the banner may shout.
    pub silence: Silence,
    /// The big numbers; those of the focused listener.
    pub hero: Hero,
    /// The binding limit, or why there is none yet.
    pub gauge: Result<Gauge, String>,
    /// The other limits, most urgent first.
    pub limits: Vec<LimitRow>,
    /// The accept queue of the focused listener: its own line, never the gauge.
    pub accept_queue: Option<AcceptQueue>,
    /// What the application itself counts, with `--metrics-url`.
    pub application: Option<OwnCount>,
    /// Connections per second.
    pub chart: Chart,
    /// The listener in focus in detail, for the panels beside the charts; none where
    /// nothing listens.
    pub focused: Option<Box<Details>>,
    /// The table of listeners, or what would fill it.
    pub listeners: Table,
    /// What the probes see.
    pub probes: Probes,
    /// What ended connections.
    pub codes: CodeTable,
    /// Alerts and events, newest first.
    pub events: Vec<EventRow>,
    /// What the runbook would do next about the verdict.
    pub next: Advice,
    /// Every alert, for the timeline.
    pub alerts: AlertList,
    /// What lies over the screen.
    pub overlay: Overlay,
    /// The panels beside the charts, in the user's order.
    pub side: Vec<Panel>,
    /// The panel in front, and where the tables begin.
    pub panes: Panes,
    /// A line being typed, else none.
    pub input: Option<Input>,
    /// What the keys do now, most useful first.
    pub hints: Vec<Hint>,
    /// The keys in force, for sentences that name one.
    pub keys: Keys,
    /// What is denied, lost or estimated, one sentence each, worst first.
    pub notes: Vec<String>,
}

impl Frame {
    /// The title of the window: how bad, what, where. While all is well it has
    /// no numbers, which would change it every second. A verdict of the past is
    /// none to be alarmed by.
    #[must_use]
    pub fn title(&self) -> String {
        let (verdict, host) = (&self.verdict, &self.header.host);
        let replay = if self.header.replay.is_some() { "REPLAY " } else { "" };
        match verdict.severity {
            _ if self.header.mode == Mode::Paused => format!("{replay}PAUSED - herdtop {host}"),
            Severity::Ok => format!("{replay}{} - herdtop {host}", verdict.severity.word()),
            bad => {
                let seen = self.silence.word().map_or(String::new(), |word| format!(" ({word})"));
                format!("{replay}{} {}{seen} - herdtop {host}", bad.word(), verdict.brief)
            }
        }
    }
}

/// The screens one can choose from, each by its digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// 1: everything about what is going on.
    #[default]
    Incident,
    /// 2: the table of listeners over the whole screen.
    Listeners,
    /// 3: what clients are told.
    Probes,
    /// 4: the past, and every alert.
    Timeline,
}
