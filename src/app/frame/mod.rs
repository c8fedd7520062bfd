//! What a picture is made of: the values of its panels, and the words that the state
//! of the screen and its pictures have in common.
//!
//! Rows hold the model's own values and what a screen adds to them. Numbers stay
//! numbers here; [`crate::fmt`] writes them when they are drawn. Text from outside
//! (process names, URLs, what a server says) is already clean.

mod alerts;
mod chart;
mod codes;
mod columns;
mod connections;
mod details;
mod header;
mod host;
mod hosts;
mod links;
mod listeners;
mod numbers;
mod overlay;
mod palette;
mod panes;
mod probes;
mod settings;

pub use alerts::{AlertList, AlertRow, EventRow, ListedRow, Silence, letter};
pub use chart::{Chart, ChartPoint, Mark};
pub use codes::{CodeReference, CodeRow, CodeTable, ReferenceRow, Trend};
pub use columns::{Chosen, Columns, TableName};
pub use connections::{ConnectionPage, ConnectionRow, DrilledRows, NetworkList, ReadAt};
pub use details::{Breakdown, Details};
pub use header::{Header, Mode, OwnLoad, Recorded};
pub use host::HostFacts;
pub use hosts::{HostRow, HostSort, HostTable, HostsPage};
pub use links::Links;
pub use listeners::{Age, ListenerRow, RowKind, SortColumn, Table};
pub use numbers::{AcceptQueue, Gauge, Hero, LimitRow, Means};
pub use overlay::{AdvicePage, Input, Overlay, Prompt};
pub use palette::{HelpGroup, HelpPage, PalettePage, PaletteRow, TextPage};
pub use panes::{Drawn, Firsts, Panel, Panes};
pub use probes::{
    Failure, HandshakePoint, Handshakes, LastFailure, Probes, Seen, TargetDetails, TargetRow,
};
pub use settings::{Change, DEFAULT, Setting, SettingsPage};

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
    /// All hosts of a fleet, one step back from those of one.
    Hosts,
}
