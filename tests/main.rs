//! Everything that is tested from outside, in one binary.

mod checks;
mod demo;
mod fence;
mod pty;
