//! herdtop: a `top` for thundering herds.
//!
//! Raw samples in, pure derivation in the middle, frozen frame out; time,
//! files and sockets are handed in, never reached for.
//!
//! ```text
//!      outside world         |    pure middle: values in, values out    |  outside again
//!                            |                                          |
//! source/host                |                                          |
//! source/probe               |                                          |
//! source/log          --> Sample --> model --> detect --> app --> view --> term
//! source/prometheus          |       (both: session)                    |
//! source/recording           |              |                           |
//!                            |              `-----------------------------> output --> exporter
//! cli --> config   clock     |                                          |
//!                            |   under all: close units fmt text theme  |
//!
//!                 run is the only room that sees all of them
//! ```
//!
//! `fleet` judges many hosts together from what each serves of itself;
//! `close` is the table of close codes and outcomes that all of them read;
//! `session` holds model and judge behind one door for all outputs; `config`
//! says what the command line of `cli` means; `exporter` serves what `output` says
//! over HTTP; `demo` makes real traffic to look
//! at. The arrows point one way; `tests/fence` holds them, and
//! `ARCHITECTURE.md` says more.

pub mod app;
pub mod cli;
pub mod clock;
pub mod close;
pub mod config;
pub mod demo;
pub mod detect;
pub mod exporter;
pub mod fleet;
pub mod fmt;
pub mod model;
pub mod output;
pub mod run;
pub mod sample;
pub mod session;
pub mod source;
pub mod term;
pub mod text;
pub mod theme;
pub mod units;
pub mod view;
