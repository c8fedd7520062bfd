//! What the user looks at and has asked for, as values.
//!
//! Keys become actions by one table, actions change the state, state and model
//! become a [`Frame`]. No terminal here: `term` feeds keys in, `view` draws the
//! frame, `run` carries out the [`Effect`]s.
//!
//! `state` is what was asked for and what was last shown; `compose` builds a
//! frame from it and changes nothing: what the frame shows comes back beside it
//! and is taken in by [`App::apply`], the one place. `frame` is what both speak of.

mod action;
mod compose;
mod filter;
mod frame;
mod gesture;
mod key;
mod keys;
mod nearest;
mod state;
#[cfg(test)]
mod tests;

pub use action::{ACTIONS, Action, ActionRow, Hint, When};
pub use compose::*;
pub use frame::{
    AcceptQueue, AdvicePage, Age, AlertList, AlertRow, Breakdown, Change, Chart, ChartPoint,
    Chosen, CodeReference, CodeRow, CodeTable, Columns, ConnectionPage, ConnectionRow, DEFAULT,
    Details, Drawn, DrilledRows, EventRow, Failure, Firsts, Gauge, HandshakePoint, Handshakes,
    Header, HelpGroup, HelpPage, Hero, HostFacts, HostRow, HostSort, HostTable, HostsPage, Input,
    LastFailure, LimitRow, Links, ListedRow, ListenerRow, Mark, Means, Mode, NetworkList, Overlay,
    OwnLoad, PalettePage, PaletteRow, Panel, Panes, Probes, Prompt, ReadAt, Recorded, ReferenceRow,
    RowKind, Seen, Setting, SettingsPage, Silence, SortColumn, Table, TableName, TargetDetails,
    TargetRow, TextPage, Trend, View, letter,
};
pub use gesture::{Gesture, Hit, Pointer};
pub use key::Key;
pub use keys::{Conflict, Keys};
pub use state::{App, Effect, Shown, SidePanels};

pub use crate::model::SLOW;
