//! What lies over the screen, as it was asked for.

use std::net::SocketAddr;

use super::drill::Drill;
use super::shown::Span;
use crate::detect::RuleId;

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
    /// Single connections, or the addresses they come from.
    Connections(Drill),
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
}
