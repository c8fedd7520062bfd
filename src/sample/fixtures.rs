//! Connections of one listener, for tests.

use std::net::SocketAddr;
use std::time::Duration;

use super::{
    Ages, ConnectionAge, Group, OpenConnection, ProcessReading, Reading, States, Walk, WalkScope,
};

/// So many open, and nothing else known of them.
pub(crate) fn group(local: SocketAddr, established: u64) -> Group {
    Group {
        local,
        states: States { established, ..States::default() },
        unaccepted: 0,
        fresh: None,
        networks: vec![],
        other_networks: 0,
        addresses: vec![],
        other_addresses: 0,
        queues: None,
        ages: Ages::default(),
        came: None,
        from_this_host: 0,
    }
}

/// A walk of its port that found so many open.
pub(crate) fn walk(local: SocketAddr, established: u64) -> Walk {
    Walk {
        scope: WalkScope::OnePort(local.port()),
        by_sock_diag: true,
        groups: vec![group(local, established)],
        outgoing: vec![],
        outgoing_rest: None,
        cpu: Duration::from_millis(1),
        took: Duration::from_millis(1),
        period: Duration::from_secs(1),
    }
}

/// A process of which nothing is known but its name.
pub(crate) fn process(pid: u32, name: &str) -> ProcessReading {
    ProcessReading {
        pid,
        start_ticks: 0,
        started: None,
        name: name.to_owned(),
        command: name.to_owned(),
        uid: Reading::Absent,
        state: None,
        rss: Reading::Absent,
        cpu_seconds: Reading::Absent,
        threads: Reading::Absent,
        busiest_thread: None,
        fds: Reading::Absent,
        fd_soft: Reading::Absent,
        fd_hard: Reading::Absent,
        cgroup: None,
    }
}

/// The nth connection of a listener: the higher its number the more it has moved.
pub(crate) fn connection(n: u16) -> OpenConnection {
    OpenConnection {
        local: ([127, 0, 0, 1], 8080).into(),
        peer: ([10, 0, 3, 7], 40_000 + n).into(),
        state: 1,
        inode: u64::from(n),
        age: ConnectionAge::Exactly(Duration::from_secs(n.into())),
        received: Some(100 * u64::from(n)),
        sent: Some(1000 * u64::from(n)),
        idle: Some(Duration::from_secs(1)),
        send_queue: 0,
        receive_queue: 0,
        retransmits: Some(0),
        memory: Some(4096),
        worker: None,
    }
}
