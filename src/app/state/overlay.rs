//! What lies over the screen, as it was asked for.

use std::net::SocketAddr;

use super::super::action::Action;
use super::super::frame::Panel;
use crate::detect::RuleId;

/// The first and the last close code of a row.
pub(in crate::app) type Span = (u16, u16);

/// What lies over the main screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum OverlayKind {
    Nothing,
    Help,
    /// Whatever has a name.
    Palette,
    /// A rule in words.
    Rule(RuleId),
    Details(SocketAddr),
    /// A target of the probes, by its number.
    Target(u32),
    Codes,
    Settings,
    /// What to do about the verdict.
    Advice,
    /// What to do about an alert, by its number.
    Alert(u64),
}

/// The close codes while they lie over the screen.
#[derive(Debug, Default)]
pub(in crate::app) struct Reference {
    /// The selected one.
    pub(in crate::app) chosen: Option<Span>,
    /// Whether the selected one is shown alone.
    pub(in crate::app) open: bool,
    pub(in crate::app) filter: String,
}

/// What is typed and which row is selected.
#[derive(Debug, Default)]
pub(in crate::app) struct Palette {
    pub(in crate::app) typed: String,
    pub(in crate::app) selected: usize,
}

/// What a row of the palette stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) enum Entry {
    Action(Action),
    Panel(Panel),
    /// By its place in the list of settings.
    Setting(usize),
    Theme(String),
    Rule(RuleId),
    Code(Span),
    Listener(SocketAddr),
    Target(u32),
}
