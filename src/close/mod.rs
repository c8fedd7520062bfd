//! Close codes and outcomes: everything that can happen to a client that
//! connects, what it means, and when it may try again.
//!
//! Pure tables. `source/probe` names what it saw with an [`Outcome`] and waits
//! by its [`Policy`]; `model` counts, `detect` judges by [`Class`], `app`,
//! `output` and `cli` read the registry. [`meaning`] is what `herdtop explain`
//! tells of each code.

mod class;
mod code;
mod histogram;
pub mod meaning;
mod names;
mod outcome;
mod policy;
pub mod registry;
mod words;

pub use class::Class;
pub use code::CloseCode;
pub use names::Names;
pub use outcome::{Fault, Outcome, Phase};
pub use policy::{CEILING_FRESH, CEILING_HELD, Policy};
