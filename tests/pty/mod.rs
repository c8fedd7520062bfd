//! The real binary on a real pseudo-terminal: what a user sees and does.

mod exits;
mod explain;
pub(crate) mod harness;
mod keys;
mod logs;
mod looks;
mod mouse;
mod notify;
mod plain;
mod redraw;
mod replay;
mod screens;
mod themes;
mod time;
mod tmux;
