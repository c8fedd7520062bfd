//! What a format is: how a line of it is recognised, and what is read from one.

use super::keys::Keys;
use super::number::{Numbers, Unit};
use crate::source::log::event::{LineEvents, Pattern};

/// A format of lines.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own")]
pub(in crate::source::log) struct LineFormat {
    /// As `--log-format` takes it.
    pub(in crate::source::log) name: &'static str,
    /// How well a line fits.
    pub(in crate::source::log) fits: fn(&Line<'_>) -> Fit,
    /// What is read from a line, whether it fits or not.
    pub(in crate::source::log) read: for<'a> fn(&'a [u8]) -> Read<'a>,
    /// What its stamp is by convention, where the data do not say.
    pub(in crate::source::log) stamp: StampIs,
    /// The data may say otherwise: the format is written in several ways.
    pub(in crate::source::log) open_to_doubt: bool,
    /// The unit of a duration without a name that says it.
    pub(in crate::source::log) unit: Option<Unit>,
    /// Its lines are of a proxy or server, one for each connection.
    pub(in crate::source::log) access: bool,
    /// What its columns are is told by a line of its own.
    pub(in crate::source::log) by_columns: bool,
    /// A line without a stamp has that of the line above it.
    pub(in crate::source::log) inherits: bool,
}

impl LineFormat {
    /// An application's format, by its name.
    pub(super) const fn of_application(
        name: &'static str,
        fits: fn(&Line<'_>) -> Fit,
        read: for<'a> fn(&'a [u8]) -> Read<'a>,
    ) -> Self {
        Self {
            name,
            fits,
            read,
            stamp: StampIs::End,
            open_to_doubt: true,
            unit: None,
            access: false,
            by_columns: false,
            inherits: false,
        }
    }

    /// The format of a proxy or server.
    pub(super) const fn of_access(
        name: &'static str,
        fits: fn(&Line<'_>) -> Fit,
        read: for<'a> fn(&'a [u8]) -> Read<'a>,
    ) -> Self {
        Self { access: true, ..Self::of_application(name, fits, read) }
    }
}

/// What a stamp is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source::log) enum StampIs {
    /// Of the beginning of a connection.
    Start,
    /// Of its end, or of the moment of the line.
    End,
}

/// How well a line fits a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::source::log) enum Fit {
    No,
    /// It could be: others write it so too.
    Maybe,
    /// Nobody else writes it so.
    Sure,
}

impl Fit {
    pub(in crate::source::log) const fn sure(sure: bool) -> Self {
        if sure { Self::Sure } else { Self::No }
    }

    pub(in crate::source::log) const fn maybe(maybe: bool) -> Self {
        if maybe { Self::Maybe } else { Self::No }
    }
}

/// A line to be recognised, without its wrappers.
#[derive(Debug)]
pub(in crate::source::log) struct Line<'a> {
    pub(in crate::source::log) body: &'a [u8],
    /// Of an object, its keys.
    pub(in crate::source::log) keys: Option<Keys>,
    /// It has the columns that a line above it names.
    pub(in crate::source::log) in_columns: bool,
}

impl<'a> Line<'a> {
    pub(in crate::source::log) fn of(body: &'a [u8]) -> Self {
        Self { body, keys: Keys::of(body), in_columns: false }
    }

    /// Whether it is an object with all of these keys.
    pub(super) fn has(&self, keys: Keys) -> bool {
        self.keys.is_some_and(|all| all.has(keys))
    }
}

/// What is read from a line.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::source::log) struct Read<'a> {
    /// The stamp, where the format says where it stands.
    pub(in crate::source::log) time: Option<&'a [u8]>,
    /// Microseconds within the second of a stamp that has none, where the format
    /// writes them elsewhere.
    pub(in crate::source::log) within: Option<i64>,
    /// The name of the stamp says that it is of the beginning.
    pub(in crate::source::log) starts: bool,
    /// A second stamp, of the beginning.
    pub(in crate::source::log) began: Option<&'a [u8]>,
    /// What it tells of a connection at its own moment.
    pub(in crate::source::log) events: LineEvents<'a>,
    /// It is the one line of a connection that has ended.
    pub(in crate::source::log) ended: Option<Pattern>,
    /// It is a line of one request or connection, a WebSocket or not.
    pub(in crate::source::log) request: bool,
    pub(in crate::source::log) numbers: Numbers<'a>,
    pub(in crate::source::log) status: Option<&'a [u8]>,
    /// Who is at the other end of the connection to the server.
    pub(in crate::source::log) peer: Option<&'a [u8]>,
    /// X-Forwarded-For, as it is written.
    pub(in crate::source::log) forwarded: Option<&'a [u8]>,
}
