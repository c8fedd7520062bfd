//! Everything that is tested from outside, in one binary.

mod demo;
mod fence;
mod pty;
