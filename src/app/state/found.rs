//! What the palette knows: what is typed, and what each of its rows stands for.

use std::net::SocketAddr;

use super::super::action::Action;
use super::super::frame::Panel;
use crate::detect::RuleId;

/// What is typed and which row is selected.
#[derive(Debug, Default)]
pub(in crate::app) struct Palette {
    pub(in crate::app) typed: String,
    pub(in crate::app) selected: usize,
}

/// What a row of the palette stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) enum PaletteEntry {
    Action(Action),
    Panel(Panel),
    /// By its place in the list of settings.
    Setting(usize),
    Theme(String),
    Rule(RuleId),
    /// By its first and last.
    Code((u16, u16)),
    Listener(SocketAddr),
    Target(u32),
}
