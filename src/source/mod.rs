//! Everything that reads the outside world; each room yields [`Sample`](crate::sample::Sample)s.
//!
//! Only `run`, `output::doctor` and tests call these. Nothing here derives a
//! rate or judges.

mod advance;
pub mod file;
pub mod host;
pub mod log;
mod own_ports;
pub mod ownership;
mod pipe;
pub mod privilege;
pub mod probe;
pub mod prometheus;
pub mod recording;
pub mod shortage;
mod throttle;

pub use advance::Advance;
