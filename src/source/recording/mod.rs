//! The sample stream in a file, and out of it again.
//!
//! A recording is lines of JSON in independent gzip members (RFC 1952), so
//! `zcat FILE | jq` reads it. The first line is the [`Header`]: what a session
//! has to know to be built the same. Each line after it is a [`Record`], in the
//! order in which the live run took them in. Every member ends at a line and
//! carries its own checksum: damage in the middle is found, and what lies before
//! it is whole. A member is written each second, at once: who is killed loses no
//! more than that, and a loss of power takes two seconds. Without a file the [`Tail`]
//! keeps the last of it in memory.
//!
//! Parts: when a file is full it becomes `FILE.1`, that one `FILE.2`, and so on;
//! each has a header of its own with the same start and the next number.

mod block;
mod changes;
mod fault;
mod header;
mod known;
mod lines;
mod part;
mod parts;
mod reader;
mod record;
pub mod ring;
mod scrub;
mod spool;
mod status;
mod syncing;
mod tail;
#[cfg(test)]
mod tests;
mod writer;
mod writing;

pub use fault::{Fault, FaultKind, OpenError};
pub use header::{Header, RecordedHost};
pub use parts::Keep;
pub use reader::Reader;
pub use record::Record;
pub use status::Status;
pub use tail::Tail;
pub use writer::Writer;

/// What the first line of a recording names; the number is the version.
const SCHEMA: &str = "herdtop.recording/";
/// The version that is written, and the newest that is read.
const VERSION: u32 = 1;
