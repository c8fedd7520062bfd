//! Single connections of a listener, and the addresses they come from.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::sample::{ConnectionOrder, OpenConnection};

/// Client networks of a listener, as a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NetworkList {
    /// Those the filter shows and how many connections each has open, busiest first.
    pub rows: Vec<(String, u64)>,
    /// Open connections of all networks, listed or not.
    pub open: u64,
    /// Index of the selected one; none until one is selected.
    pub selected: Option<usize>,
    /// The filter in force.
    pub filter: String,
}

/// What was found one level down from a listener; fills the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectionPage {
    /// The way down here, the listener first.
    pub path: Vec<String>,
    /// The rows.
    pub rows: DrilledRows,
    /// Index of the selected one.
    pub selected: usize,
    /// How many there are of all; none before they were read.
    pub all: Option<u64>,
    /// How many of them the filter shows, those without a row included.
    pub shown: u64,
    /// The filter in force.
    pub filter: String,
    /// When they were read, and how often that is done.
    pub read: Option<ReadAt>,
    /// What there is instead of rows, or to say beside them.
    pub note: Option<String>,
}

/// When connections were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadAt {
    /// On the clock.
    pub at: DateTime<Utc>,
    /// Before the moment of the frame.
    pub age: Duration,
    /// Until they are read again; none while the picture stands.
    pub period: Option<Duration>,
}

/// Rows of such a page.
#[derive(Debug, Clone, PartialEq)]
pub enum DrilledRows {
    /// Single connections.
    Connections {
        /// In order.
        rows: Vec<ConnectionRow>,
        /// By what.
        order: ConnectionOrder,
        /// Smallest first.
        reversed: bool,
    },
    /// Addresses and how many connections each has open, busiest first.
    Addresses {
        /// Those the filter shows.
        rows: Vec<(String, u64)>,
        /// Open connections of addresses without a row.
        others: u64,
    },
}

impl DrilledRows {
    /// How many.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Connections { rows, .. } => rows.len(),
            Self::Addresses { rows, .. } => rows.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One connection.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectionRow {
    /// As it was read.
    pub connection: OpenConnection,
    /// Name of the process that holds it, clean; none where nobody is known to.
    pub process: Option<String>,
}

impl ConnectionRow {
    /// `10.0.3.7:40112`, `[2001:db8::7]:40112`; an IPv4 client of an IPv6 socket as IPv4.
    #[must_use]
    pub fn peer(&self) -> String {
        let peer = self.connection.peer;
        std::net::SocketAddr::new(peer.ip().to_canonical(), peer.port()).to_string()
    }

    /// `gateway 2143`; in the accept queue nobody has it yet; `-` where it is not known.
    #[must_use]
    pub fn worker(&self) -> String {
        match (self.connection.worker, &self.process) {
            (Some(pid), Some(name)) => format!("{name} {pid}"),
            (Some(pid), None) => pid.to_string(),
            (None, _) if self.connection.inode == 0 => "not accepted".to_owned(),
            (None, _) => "-".to_owned(),
        }
    }
}
