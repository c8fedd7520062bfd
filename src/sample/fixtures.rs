//! Connections of one listener, for tests.

use std::net::SocketAddr;
use std::time::Duration;

use super::{Ages, Dump, DumpScope, Group, States};

/// So many open, and nothing else known of them.
pub(crate) fn group(local: SocketAddr, established: u64) -> Group {
    Group {
        local,
        states: States { established, ..States::default() },
        unaccepted: 0,
        networks: vec![],
        other_networks: 0,
        ages: Ages::default(),
        from_this_host: 0,
    }
}

/// A walk of its port that found so many open.
pub(crate) fn dump(local: SocketAddr, established: u64) -> Dump {
    Dump {
        scope: DumpScope::OnePort(local.port()),
        by_sock_diag: true,
        groups: vec![group(local, established)],
        outgoing: vec![],
        cpu: Duration::from_millis(1),
        took: Duration::from_millis(1),
        period: Duration::from_secs(1),
    }
}
