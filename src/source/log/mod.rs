//! Logs of proxies and applications: what they tell of connections.
//!
//! ```text
//! open, unpack, tail --> lines, partial --> read_ahead --> reader
//!     reader: prefilter finds a line, wrapper peels it, format reads it (json, phrases),
//!             pattern and vote say what of it counts, layout what its stamp is of
//!     read_block, read_lines: what was read from the lines of a block
//!         log_file: events (stamp, moments, window, tally, attempts) --> batch (afterwards)
//!         follow (as it comes)                              --> Sample
//! ```
//!
//! [`Batch`] reads logs afterwards, for `herdtop logs`; [`Follow`] reads one that
//! is still written, beside the sockets; [`explain`] shows how lines were read.
//! Nothing is kept but the seconds that are still open: memory does not grow with
//! the log.

mod attempts;
mod batch;
mod clients;
mod describe;
mod end_order;
mod event;
mod events;
mod explain;
mod follow;
mod format;
mod json;
mod layout;
mod lines;
mod log_file;
mod moments;
mod networks;
mod open;
mod options;
mod partial;
mod pattern;
mod phrases;
mod prefilter;
mod read_ahead;
mod read_block;
mod read_lines;
mod reader;
mod second;
mod shape;
mod stamp;
mod tail;
mod tally;
mod unpack;
mod user_pattern;
mod vote;
mod window;
mod wrapper;

pub use batch::{Batch, Next};
pub use clients::Network;
pub use explain::{Explained, Marked, explain};
pub use follow::Follow;
pub use options::Options;
pub use pattern::{Patterns, compile};
pub use stamp::TimeFormat;
