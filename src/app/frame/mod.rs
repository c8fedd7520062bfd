//! Everything one picture shows, frozen.
//!
//! `view` draws this and knows nothing else: same frame, same theme, same
//! bytes. Pausing keeps a frame while the model goes on. Numbers stay numbers
//! here; [`crate::fmt`] writes them when they are drawn. Text from outside
//! (process names, URLs, what a server says) is already clean.

mod alerts;
mod codes;
mod listeners;
mod panes;
mod probes;
mod settings;

use std::time::Duration;

use chrono::{DateTime, Local, Utc};

pub use alerts::{AlertList, AlertRow, Hush};
pub use codes::{CodeReference, CodeRow, CodeTable, ReferenceRow, Trend};
pub use listeners::{Age, ListenerRow, SortColumn, Table};
pub use panes::{Firsts, Panel, Panes, Shown};
pub use probes::{
    Failure, HandshakePoint, Handshakes, LastFailure, Probes, Seen, TargetDetails, TargetRow,
};

pub use settings::{DEFAULT, Setting, SettingsPage};

use super::action::Hint;
use super::keys::Keys;
use crate::detect::advice::Advice;
use crate::detect::{Severity, Verdict};
use crate::model::Limit;
use crate::sample::{Ages, Pressure, States};
use crate::units::{Bytes, PerSecond, Ratio};

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
    pub hush: Hush,
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
                let seen = self.hush.word().map_or(String::new(), |word| format!(" ({word})"));
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

/// A line being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// What it is for: `/` for a filter, `note: ` for a mark.
    pub prompt: &'static str,
    /// As far as it is typed.
    pub text: String,
    /// What is wrong with it so far; it then has no effect.
    pub fault: Option<String>,
}

/// The top line.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// Host name, clean.
    pub host: String,
    /// What is watched: `all listeners`, `:8080`, `pid 2143`.
    pub watching: String,
    /// Wall time of the newest data.
    pub clock: DateTime<Local>,
    /// Whether the picture moves.
    pub mode: Mode,
    /// How long ago it was, once that is a minute.
    pub ago: Option<Duration>,
    /// What we cost; none before it is measured.
    pub own: Option<OwnLoad>,
    /// What is kept with `--record`, and what that costs.
    pub recorded: Option<Recorded>,
    /// A recording is shown: `REPLAY ×20`.
    pub replay: Option<String>,
}

impl Header {
    /// Whether the newest data is of this very moment.
    #[must_use]
    pub const fn is_now(&self) -> bool {
        matches!(self.mode, Mode::Live) && self.replay.is_none()
    }
}

/// A recording that is being written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recorded {
    /// On disk so far.
    pub bytes: Bytes,
    /// Share of one core that writing it takes.
    pub cpu: Ratio,
}

/// Whether the picture moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Follows the data.
    Live,
    /// Stands still; collecting goes on.
    Paused,
}

/// What herdtop itself costs the host.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnLoad {
    /// Share of one core over the last 10 s.
    pub cpu: Ratio,
    /// Resident memory.
    pub rss: Bytes,
    /// How often the connections are counted.
    pub dump_period: Duration,
    /// Losses of events so far.
    pub events_lost: u64,
}

/// The big numbers. `None` = no reading, drawn as `-`.
#[derive(Debug, Clone, PartialEq)]
pub struct Hero {
    /// The listener in focus: `:8080 gateway`; empty when there is none.
    pub focus: String,
    /// Until the binding limit is reached, if it grows.
    pub full_in: Option<Duration>,
    /// Whether that is from too short a time to be sure.
    pub full_in_estimated: bool,
    /// Severity of the time to full.
    pub full_in_severity: Severity,
    /// Open connections.
    pub open: Option<u64>,
    /// Whether `open` and the rates are estimates between two dumps (`~`).
    pub estimated: bool,
    /// Severity of the binding limit.
    pub open_severity: Severity,
    /// Connections opened in the last interval.
    pub opened: Option<PerSecond>,
    /// How many times the usual rate; none while the usual is not known.
    pub factor: Option<f64>,
    /// Severity of the arrival rate.
    pub opened_severity: Severity,
    /// Connections closed in the last interval.
    pub closed: Option<PerSecond>,
    /// The highest second since the start.
    pub peak_opened: Option<PerSecond>,
    /// Opened and closed since the start.
    pub totals: Option<(u64, u64)>,
}

/// The binding limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Gauge {
    /// The limit itself.
    pub limit: Limit,
    /// How bad.
    pub severity: Severity,
    /// Where warning and critical begin, drawn into the gauge.
    pub warn: Ratio,
    /// See `warn`.
    pub crit: Ratio,
}

/// A limit that does not bind.
#[derive(Debug, Clone, PartialEq)]
pub struct LimitRow {
    /// The limit.
    pub limit: Limit,
    /// How bad.
    pub severity: Severity,
}

/// The application's own figures beside the kernel's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnCount {
    /// What it says is open.
    pub connections: Option<u64>,
    /// Its count less the kernel's.
    pub difference: Option<i64>,
    /// Lag of its event loop, p99.
    pub lag: Option<Duration>,
    /// Whether the difference has lasted: a leak.
    pub severity: Severity,
}

/// The accept queue of the focused listener.
#[derive(Debug, Clone, PartialEq)]
pub struct AcceptQueue {
    /// `:8080`.
    pub scope: String,
    /// Waiting to be accepted.
    pub used: u64,
    /// The backlog; none where the kernel does not tell.
    pub limit: Option<u64>,
    /// How bad.
    pub severity: Severity,
    /// Connections dropped per second because it was full.
    pub drops: Option<PerSecond>,
}

/// Connections per second over the window.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Whose: `:8080 gateway`, or `all listeners`.
    pub scope: String,
    /// How far back.
    pub window: Duration,
    /// Time of the newest point's end.
    pub end: DateTime<Utc>,
    /// Seconds one point covers.
    pub step: Duration,
    /// The moment looked at, where the chart goes on beyond it.
    pub cursor: Option<DateTime<Utc>>,
    /// Oldest first, ending at `end`; `None` = gap, drawn as nothing.
    pub points: Vec<Option<ChartPoint>>,
    /// From which rate on a herd is suspected; none while the usual rate is
    /// not known.
    pub threshold: Option<PerSecond>,
    /// Highest value the axis has to show above zero: grows at once, shrinks
    /// after 60 s, always includes the threshold.
    pub top: f64,
    /// The same below zero, for closed connections.
    pub bottom: f64,
    /// The highest second in the window.
    pub peak: Option<PerSecond>,
    /// The highest second of error lines in the window; none where no log is read.
    pub errors: Option<PerSecond>,
    /// Letters above the chart.
    pub marks: Vec<Mark>,
}

/// One step of the chart: the highest second in it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ChartPoint {
    /// Opened per second.
    pub opened: f64,
    /// Closed per second.
    pub closed: f64,
    /// Open at its end; none where it was not counted.
    pub open: Option<f64>,
    /// Error lines per second of the application's log; none where none is read.
    pub errors: Option<f64>,
}

/// A letter over the chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// The letter of the event, `*` for a mark of the user's own.
    pub letter: char,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// How bad.
    pub severity: Severity,
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow {
    /// When.
    pub at: DateTime<Local>,
    /// The letter on the chart, `A` to `Z`, in turn; `*` for a mark.
    pub letter: char,
    /// How bad.
    pub severity: Severity,
    /// What, in a few words.
    pub text: String,
    /// The log's last error lines at that time, while the alert fires.
    pub errors: Vec<String>,
    /// The same with all its figures, for a wide panel.
    pub sentence: String,
}

/// What lies over the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Overlay {
    /// Nothing.
    None,
    /// The keys.
    Help(Vec<HelpGroup>),
    /// One listener in detail; fills the screen.
    Details(Box<Details>),
    /// One target of the probes in detail; fills the screen.
    Target(Box<TargetDetails>),
    /// The close codes and what they mean.
    Codes(Box<CodeReference>),
    /// What to do next.
    Advice(Box<AdvicePage>),
    /// The settings in force.
    Settings(Box<SettingsPage>),
}

/// What to do next about the verdict or an alert.
#[derive(Debug, Clone, PartialEq)]
pub struct AdvicePage {
    /// The steps.
    pub advice: Advice,
    /// The log's last error lines at that time, oldest first: `14:02:11 KeyError …`.
    pub errors: Vec<String>,
    /// Index of the step whose command is selected; none where no step has one.
    pub selected: Option<usize>,
    /// Whether it was copied by the last key.
    pub copied: bool,
}

/// A column of the help.
#[derive(Debug, Clone, PartialEq)]
pub struct HelpGroup {
    /// `TIME`, `TABLES` ...
    pub title: &'static str,
    /// Key and what it does.
    pub rows: Vec<(String, &'static str)>,
}

/// One listener in detail.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    /// `0.0.0.0:8080`.
    pub address: String,
    /// All limits of this listener, the binding one first.
    pub limits: Vec<LimitRow>,
    /// The accept queue.
    pub accept_queue: Option<AcceptQueue>,
    /// `net.core.somaxconn`.
    pub somaxconn: Option<u64>,
    /// Share of the last 10 s in which tasks of the host waited, percent; none
    /// where the kernel does not tell.
    pub pressure: Option<Pressure>,
    /// How the binding limit can be raised, with the real pid, if we know.
    pub remedy: Option<String>,
    /// The processes behind it.
    pub processes: Vec<ProcessRow>,
    /// Why a process may be missing.
    pub process_note: Option<String>,
    /// Connections per TCP state; none before the first dump.
    pub states: Option<States>,
    /// Client networks and their open connections, busiest first.
    pub networks: Vec<(String, u64)>,
    /// Open connections of networks not listed.
    pub other_networks: u64,
    /// How old the connections are.
    pub ages: Option<Ages>,
    /// When the dump behind these figures was taken.
    pub dump_age: Option<Duration>,
    /// Opened per second of this listener.
    pub chart: Chart,
    /// Totals and peak since the start: opened, closed, peak per second.
    pub totals: Option<(u64, u64, f64)>,
}

/// One process behind a listener. `None` = no reading.
#[derive(Debug, Clone, PartialEq)]
pub struct ProcessRow {
    /// Process id.
    pub pid: u32,
    /// Name, clean.
    pub name: String,
    /// Command line, clean, cut.
    pub command: String,
    /// Start, wall time.
    pub started: Option<DateTime<Local>>,
    /// Share of one core over the last interval; 1.88 is nearly two cores.
    pub cpu: Option<Ratio>,
    /// Resident memory.
    pub rss: Option<Bytes>,
    /// Threads.
    pub threads: Option<u64>,
    /// Descriptors in use.
    pub fds: Option<u64>,
    /// Soft limit.
    pub fd_soft: Option<u64>,
    /// Hard limit.
    pub fd_hard: Option<u64>,
    /// Ended while watched.
    pub gone: bool,
}
