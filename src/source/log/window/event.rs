//! What one line tells of a connection, with its moments.

use std::net::IpAddr;

/// One line's event, in microseconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::source::log) struct Event<'a> {
    pub(in crate::source::log) opened: Option<i64>,
    pub(in crate::source::log) closed: Option<i64>,
    pub(in crate::source::log) code: Option<u16>,
    pub(in crate::source::log) reason: Option<&'a [u8]>,
    /// Its stamp is of whole seconds.
    pub(in crate::source::log) coarse: bool,
    /// The opening was calculated: before the first line it is not of this log.
    pub(in crate::source::log) calculated: bool,
    /// The stamp is of the beginning, and nothing tells when the line was written.
    pub(in crate::source::log) unordered: bool,
    /// Who it was.
    pub(in crate::source::log) client: Option<IpAddr>,
}

impl Event<'_> {
    /// When the line was written: at the later of the two.
    pub(super) fn written(&self) -> Option<i64> {
        self.opened.max(self.closed)
    }
}
