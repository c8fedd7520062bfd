//! What the user looks at and has asked for, as values.
//!
//! Keys become actions by one table, actions change the state, state and model
//! become a [`Frame`]. No terminal here: `term` feeds keys in, `view` draws the
//! frame, `run` carries out the [`Effect`]s.

mod action;
mod chart;
mod details;
mod frame;
mod key;
mod rows;
mod scale;
mod scene;
mod state;

pub use action::{ACTIONS, Action, ActionRow, Hint, When};
pub use frame::{
    AcceptQueue, Chart, ChartPoint, Details, EventRow, Frame, Gauge, Header, HelpGroup, Hero,
    LimitRow, ListenerRow, Mark, Mode, Overlay, OwnLoad, ProcessRow, SortColumn, Table,
};
pub use key::Key;
pub use scene::Scene;
pub use state::{App, Effect, Frozen};
