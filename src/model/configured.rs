//! What a service was told to admit, put to the service.

use super::{ListenerSnapshot, Model};
use crate::sample::ConfiguredLimit;

impl Model {
    /// What the processes behind a service were told to admit: those that hold its port
    /// now, since another may listen on it at another address.
    pub(super) fn configured_of(&self, port: u16, pids: &[u32]) -> Option<ConfiguredLimit> {
        let of_it = |one: &&ConfiguredLimit| {
            one.port == port && one.pids.iter().any(|pid| pids.contains(pid))
        };
        self.configured.iter().find(of_it).cloned()
    }
}

/// What asks for a backlog, where the program is not known.
pub const BACKLOG: &str = "listen, --backlog";

impl ListenerSnapshot {
    /// What sets the backlog of its listening socket.
    #[must_use]
    pub fn backlog_home(&self) -> &'static str {
        self.configured.as_ref().map_or(BACKLOG, |of| of.server.backlog_home())
    }

    /// Why no limit of its connections is known though its program is, and where that
    /// keeps it.
    #[must_use]
    pub fn no_limit_found(&self) -> Option<String> {
        let of = self.configured.as_ref().filter(|of| of.limit.is_none())?;
        let why = if of.source.is_empty() { String::new() } else { format!(" ({})", of.source) };
        Some(format!(
            "no connection limit of {} found{why}; {} keeps it {}",
            self.label(),
            of.server.name(),
            of.server.limit_home()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Server;

    fn node(source: &str) -> ListenerSnapshot {
        let configured = ConfiguredLimit {
            port: 80,
            pids: vec![7],
            server: Server::Node,
            limit: None,
            plain_http: false,
            source: source.to_owned(),
        };
        let at = ([127, 0, 0, 1], 80).into();
        ListenerSnapshot { configured: Some(configured), ..ListenerSnapshot::nothing(at) }
    }

    #[test]
    fn what_was_not_found_says_where_it_is_kept() {
        let told = node("").no_limit_found().unwrap();
        assert!(
            told.starts_with("no connection limit of :80 found; node keeps it in its code"),
            "{told}"
        );
        assert!(told.contains("server.maxConnections"), "{told}");
        let told = node("not ours").no_limit_found().unwrap();
        assert!(told.contains("found (not ours); node"), "{told}");
        let nothing = ListenerSnapshot::nothing(([127, 0, 0, 1], 80).into());
        assert_eq!(nothing.no_limit_found(), None);
    }
}
