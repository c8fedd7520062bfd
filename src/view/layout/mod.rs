//! Which screen a size gets, and where its panels lie.
//!
//! Every position follows from the size alone, never from the data, so nothing
//! moves while numbers change.

mod incident;
mod listeners;
mod probes_screen;
mod step;
mod timeline;

pub(super) use incident::{Places, full, mini, standard};
pub(super) use listeners::listeners;
pub(super) use probes_screen::{ProbesScreen, probes_screen};
pub(super) use step::{ADVISED, Step, WIDE, alone, banner_rows, part, step, window};
pub(super) use timeline::timeline;
