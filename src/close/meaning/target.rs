//! What `herdtop explain` has a page of.

use crate::close::CloseCode;

/// What there is a page of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A close code, 0 to 4999.
    Code(u16),
    /// The codes from one to another, which mean one thing.
    Range(u16, u16),
    /// An HTTP status, 100 to 599.
    Status(u16),
    /// A vendor, by its name.
    Vendor(&'static str),
}

impl Target {
    /// One code, or a range of them.
    #[must_use]
    pub(super) const fn from_to(first: u16, last: u16) -> Self {
        if first == last { Self::Code(first) } else { Self::Range(first, last) }
    }

    /// The one code or status, for what is known of a pair.
    #[must_use]
    pub(super) const fn number(self) -> Option<u16> {
        match self {
            Self::Code(number) | Self::Status(number) => Some(number),
            Self::Range(..) | Self::Vendor(_) => None,
        }
    }

    /// The code, for its name.
    #[must_use]
    pub(super) const fn code(self) -> Option<CloseCode> {
        match self {
            Self::Code(code) => Some(CloseCode(code)),
            Self::Range(..) | Self::Status(_) | Self::Vendor(_) => None,
        }
    }
}
