//! The application's log: what it tells of its connections.
//!
//! ```text
//! open (gzip) --> lines --> ahead --> scout --> pattern (json, access, words) --> election
//!                                        stamp --> window --> second --> Sample
//! ```
//!
//! [`Batch`] reads logs afterwards, for `herdtop logs`. Nothing is kept but the
//! seconds that are still open: memory does not grow with the log.

mod access;
mod ahead;
mod batch;
mod book;
mod election;
mod json;
mod lines;
mod open;
mod pattern;
mod scout;
mod second;
mod stamp;
mod tally;
mod told;
mod window;
mod words;

pub use batch::{Batch, Options};
pub use pattern::{Patterns, compile};
pub use stamp::TimeFormat;
