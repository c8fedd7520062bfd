//! The mouse, free of any terminal library: what the hand does, and what lies there.

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::action::Action;
use super::frame::{Panel, SortColumn, View};
use crate::sample::{ConnectionOrder, Network};

/// What the hand does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gesture {
    /// The left button goes down.
    Press,
    /// The pointer moves while it is down.
    Drag,
    /// It goes up.
    Release,
    /// The wheel, away from the user.
    WheelUp,
    /// The wheel, towards the user.
    WheelDown,
    /// The wheel to the left, or with Shift held.
    WheelLeft,
    /// The wheel to the right, or with Shift held.
    WheelRight,
}

/// A gesture and where, counted from the top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pointer {
    /// What the hand does.
    pub gesture: Gesture,
    /// The column.
    pub x: u16,
    /// The row.
    pub y: u16,
}

/// What lies under the pointer. Rows are counted in what the frame has of them,
/// seen or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    /// The name of a screen.
    Tab(View),
    /// The verdict.
    Banner,
    /// The word that says whether the picture moves.
    Mode,
    /// A key in the footer, and which of its signs: `+` of `+ -`.
    Hint(Action, Option<char>),
    /// The heading of a column.
    Header(SortColumn),
    /// A host of a fleet.
    Host(usize),
    /// A listener.
    Listener(usize),
    /// A target of the probes.
    Target(usize),
    /// An alert.
    Alert(usize),
    /// A row of the events: its letter and its moment.
    Event(char, DateTime<Utc>),
    /// A letter over a chart and its moment.
    Letter(char, DateTime<Utc>),
    /// A column of a chart: the last moment in it.
    Moment(DateTime<Utc>),
    /// A close code that was seen.
    Code(u16),
    /// A row of all close codes.
    Entry(usize),
    /// A row of the settings.
    Setting(usize),
    /// A row of client networks in detail, of addresses, of single connections.
    Drilled(usize),
    /// The heading of a column of theirs.
    Order(ConnectionOrder),
    /// A client network beside the charts.
    Client(Network),
    /// A client address beside the charts.
    Address(IpAddr),
    /// What waits in the queues, beside the charts.
    Queues,
    /// A row of the palette.
    Found(usize),
    /// A command of what to do next, counted among the commands.
    Command(usize),
    /// The heading of a panel.
    Title(Panel),
    /// A panel where it has nothing else.
    Panel(Panel),
    /// What closes the thing on top: its word for that, or anything beside it.
    Close,
    /// The thing on top where it has nothing else.
    Inside,
}
