//! Samples of one listener, for tests.

use std::net::SocketAddr;

use crate::sample::fixtures::walk;
use crate::sample::{Counters, Destroyed, Listener, Reading, Sample, Stamp};

/// Its port.
pub(crate) const PORT: u16 = 80;

/// What the host has accepted so far and, where it was walked, how many are open.
pub(crate) fn sample(at: Stamp, passive: u64, open: Option<u64>) -> Sample {
    let local = SocketAddr::from(([127, 0, 0, 1], PORT));
    let counters = Counters {
        passive_opens: Some(passive),
        listen_overflows: Some(0),
        listen_drops: Some(0),
        ..Counters::default()
    };
    let listener = Listener {
        local,
        accept_queue: 0,
        backlog: Some(128),
        drops: Some(0),
        inode: 1,
        cookie: 1,
    };
    Sample {
        counters: Some(Reading::Seen(counters)),
        listeners: Some(Reading::Seen(vec![listener])),
        destroyed: Some(Reading::Seen(Destroyed::default())),
        walk: open.map(|open| Reading::Seen(walk(local, open))),
        ..Sample::at(at)
    }
}
