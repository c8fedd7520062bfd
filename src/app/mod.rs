//! What the user looks at and has asked for, as values.
//!
//! Keys become actions by one table, actions change the state, state and model
//! become a [`Frame`]. No terminal here: `term` feeds events in, `view` draws
//! the frame.

mod action;
mod frame;

pub use action::{Action, ActionRow, Hint, When};
pub use frame::{
    AcceptQueue, Chart, ChartPoint, Details, EventRow, Frame, Gauge, Header, HelpGroup, Hero,
    LimitRow, ListenerRow, Mark, Mode, Overlay, OwnLoad, ProcessRow, SortColumn, Table,
};
