//! `--record`, `replay` and the ring: what a user has of them.

mod clock;
mod counters;
mod faults;
pub(crate) mod file;
mod live;
mod report;
mod ring;
