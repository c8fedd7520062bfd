//! The registry: every code, its name, who sends it and how it reads.
//!
//! RFC 6455 section 7.4 and the later entries of IANA's registry of WebSocket
//! close codes.

use super::{CloseCode, Names};

/// One code, or a range that means one thing.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The first code.
    pub first: u16,
    /// The last one; the same for a single code.
    pub last: u16,
    /// Two or three words, at most 18 columns.
    pub name: &'static str,
    /// Who may send it: `either`, `server`, `client`, `proxy`, `nobody`.
    pub sent_by: &'static str,
    /// How it reads in an incident, at most 26 columns.
    pub reads_as: &'static str,
}

macro_rules! entry {
    ($first:literal..=$last:literal, $name:literal, $by:literal, $reads:literal) => {
        Entry { first: $first, last: $last, name: $name, sent_by: $by, reads_as: $reads }
    };
    ($code:literal, $name:literal, $by:literal, $reads:literal) => {
        entry!($code..=$code, $name, $by, $reads)
    };
}

/// All of them, lowest first.
pub const ENTRIES: [Entry; 22] = [
    entry!(1000, "normal", "either", "done, no reconnect"),
    entry!(1001, "going away", "either", "page left, server stops"),
    entry!(1002, "protocol error", "either", "bad frame, proxy bug"),
    entry!(1003, "unsupported data", "either", "text/binary mismatch"),
    entry!(1004, "reserved", "nobody", "illegal, a bug of the peer"),
    entry!(1005, "no status", "nobody", "Close frame without a code"),
    entry!(1006, "abnormal", "nobody", "TCP cut, crash, timeout"),
    entry!(1007, "invalid payload", "either", "bad UTF-8"),
    entry!(1008, "policy violation", "either", "auth, origin, rate limit"),
    entry!(1009, "message too big", "either", "frame over limit"),
    entry!(1010, "missing extension", "client", "server lacks extension"),
    entry!(1011, "internal error", "server", "exception in handler"),
    entry!(1012, "service restart", "server", "reconnect, with jitter"),
    entry!(1013, "try again later", "server", "overload, back off"),
    entry!(1014, "bad gateway", "proxy", "upstream refused"),
    entry!(1015, "TLS failure", "nobody", "handshake broke"),
    entry!(1016..=2999, "unassigned", "nobody", "a bug of the peer"),
    entry!(3000, "unauthorized", "server", "log in, do not retry"),
    entry!(3003, "forbidden", "server", "not allowed, do not retry"),
    entry!(3008, "timeout", "server", "idle or too slow"),
    entry!(3000..=3999, "registered", "either", "a library's, see its docs"),
    entry!(4000..=4999, "app", "either", "4000-4999 are your app's"),
];

/// The entry of a code: the exact one before a range. None outside 1000 to 4999.
#[must_use]
pub fn entry(code: CloseCode) -> Option<&'static Entry> {
    let exact = ENTRIES.iter().find(|e| e.first == e.last && e.first == code.0);
    exact.or_else(|| ENTRIES.iter().find(|e| (e.first..=e.last).contains(&code.0)))
}

/// The name of a code: the user's own, else the registry's; `app 4408` for one
/// without. At most about 18 columns unless the user's is longer.
#[must_use]
pub fn name(code: CloseCode, names: &Names) -> String {
    match (names.get(code), entry(code)) {
        (Some(own), _) => own.to_owned(),
        (None, Some(entry)) if entry.first == entry.last => entry.name.to_owned(),
        (None, Some(entry)) => format!("{} {code}", entry.name),
        (None, None) => format!("illegal {code}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_their_columns_and_codes_are_found() {
        for entry in ENTRIES {
            assert!(entry.name.len() <= 18 && entry.reads_as.len() <= 26, "{entry:?}");
        }
        let mut own = Names::default();
        own.set(CloseCode(4408), "auth timeout".to_owned());
        assert_eq!(name(CloseCode(4408), &own), "auth timeout");
        assert_eq!(name(CloseCode(4409), &own), "app 4409");
        assert_eq!(name(CloseCode(1013), &own), "try again later");
        assert_eq!(name(CloseCode(3001), &own), "registered 3001");
        assert_eq!(name(CloseCode(65_000), &own), "illegal 65000");
    }
}
