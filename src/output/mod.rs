//! The same model without a screen: the status document, one verdict, lines.
//!
//! The only room that writes to standard output. Called by `run`.

mod doctor;
mod out;
mod plain;
mod status;
mod told;

pub use doctor::report;
pub use out::Out;
pub use plain::{line, verdict_line};
pub use status::{About, HostName, SCHEMA, Span, document};
