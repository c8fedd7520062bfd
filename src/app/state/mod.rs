//! What the user has asked for and what was last shown, and how a key or a gesture
//! changes it.
//!
//! `app` holds it; the other files are its parts and what is done to it. Nothing
//! here builds a frame.

mod app;
mod drill;
mod drilling;
mod effect;
mod focus;
mod found;
mod host_list;
mod hosts;
mod input;
mod navigation;
mod overlay;
mod palette;
mod panels;
mod past;
mod pointer;
mod prompt;
mod reach;
mod scale;
mod selection;
mod settings;
mod shown;
mod side;
mod silence;
#[cfg(test)]
mod tests;
mod time;
mod wheel;
mod window;

pub use app::App;
pub(super) use app::FirstHints;
pub(super) use drill::{Drill, DrillLevel};
pub use effect::Effect;
pub(super) use found::PaletteEntry;
pub(super) use overlay::OverlayKind;
pub(super) use past::Past;
pub(super) use scale::Scale;
pub use shown::Shown;
pub(super) use shown::{Listed, Rows, Span};
pub use side::SidePanels;
