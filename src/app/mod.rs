//! What the user looks at and has asked for, as values.
//!
//! Keys become actions by one table, actions change the state, state and model
//! become a [`Frame`]. No terminal here: `term` feeds keys in, `view` draws the
//! frame, `run` carries out the [`Effect`]s.

mod action;
mod alerts;
mod chart;
mod codes;
mod details;
mod filter;
mod frame;
mod hush;
mod key;
mod keys;
mod moments;
mod moves;
mod panes;
mod pointer;
mod probes;
mod reference;
mod rows;
mod scale;
mod scene;
mod state;
mod target;
#[cfg(test)]
mod tests;
mod time;

pub use action::{ACTIONS, Action, ActionRow, Hint, When};
pub use frame::{
    AcceptQueue, AdvicePage, Age, AlertList, AlertRow, Chart, ChartPoint, CodeReference, CodeRow,
    CodeTable, DEFAULT, Details, EventRow, Failure, Firsts, Frame, Gauge, HandshakePoint,
    Handshakes, Header, HelpGroup, Hero, Hush, Input, LastFailure, LimitRow, ListenerRow, Mark,
    Mode, Overlay, OwnCount, OwnLoad, Panel, Panes, Probes, ProcessRow, Recorded, ReferenceRow,
    Seen, Setting, SettingsPage, Shown, SortColumn, Table, TargetDetails, TargetRow, Trend, View,
};
pub use key::Key;
pub use keys::{Conflict, Keys};
pub use pointer::{Gesture, Hit, Pointer};
pub use scene::Scene;
pub use state::{App, Effect};

pub use crate::model::SLOW;
