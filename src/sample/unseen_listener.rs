//! What was named and cannot be seen listening, and why not.

use serde::{Deserialize, Serialize};

/// One process or port that the user named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnseenListener {
    /// The process is in another network namespace, as in a container.
    ProcessElsewhere {
        /// Who.
        pid: u32,
        /// Its name, clean.
        name: String,
    },
    /// Nobody listens on the port here, but somebody does in another namespace.
    PortElsewhere {
        /// Which port.
        port: u16,
        /// A process of that namespace.
        pid: u32,
        /// Its name, clean.
        name: String,
    },
    /// The process is another user's: its sockets are not told.
    OtherUser {
        /// Who.
        pid: u32,
        /// Its name, clean.
        name: String,
        /// Whose it is.
        uid: u32,
    },
}
