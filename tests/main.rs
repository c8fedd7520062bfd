//! Everything that is tested from outside, in one binary.

mod checks;
mod demo;
mod demo_process;
mod fence;
mod fleet;
mod logs;
mod paper;
mod probes;
mod pty;
mod real;
mod recording;
mod scenarios;
mod screenshots;
