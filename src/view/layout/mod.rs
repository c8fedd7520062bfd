//! Which screen a size gets, and where its panels lie.
//!
//! Every position follows from the size and from what there is to show (targets,
//! listeners, workers), never from a figure, so nothing moves while numbers change.

mod incident;
mod listeners;
mod probes_screen;
mod side;
mod step;
mod timeline;

pub(super) use incident::{Content, Places, full, mini, side_width, standard};
pub(super) use listeners::listeners;
pub(super) use probes_screen::{ProbesScreen, probes_screen};
pub(super) use side::Wish;
pub(super) use step::{ADVISED, LayoutStep, WIDE, alone, banner_rows, part, step, window};
pub(super) use timeline::timeline;
