//! The real binary on a real pseudo-terminal: what a user sees and does.

mod blank;
mod columns;
mod connections;
mod drags;
mod exits;
mod explain;
mod handover;
mod hands;
pub(crate) mod harness;
mod keys;
mod links;
mod logs;
mod looks;
mod mouse;
mod notify;
mod overlays;
mod palette;
mod plain;
mod quick;
mod redraw;
mod replay;
mod reset;
mod screens;
mod settings;
mod themes;
mod time;
mod tmux;
