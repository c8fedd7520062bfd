//! The application's log: what it tells of its connections.
//!
//! ```text
//! open (gzip), tail --> lines --> ahead --> hearing (scout, pattern, election)
//!                                              |
//!     batch: book (stamp, window), merged by second      follow: as it comes --> Sample
//! ```
//!
//! [`Batch`] reads logs afterwards, for `herdtop logs`; [`Follow`] reads one that
//! is still written, beside the sockets. Nothing is kept but the seconds that are
//! still open: memory does not grow with the log.

mod access;
mod ahead;
mod batch;
mod book;
mod election;
mod follow;
mod hearing;
mod json;
mod lines;
mod open;
mod own;
mod pattern;
mod scout;
mod second;
mod shape;
mod stamp;
mod tail;
mod tally;
mod told;
mod window;
mod words;

pub use batch::{Batch, Next, Options};
pub use follow::Follow;
pub use pattern::{Patterns, compile};
pub use stamp::TimeFormat;
