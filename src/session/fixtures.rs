//! Samples of one listener, for tests.

use std::time::Duration;

use crate::sample::{
    Ages, Counters, Destroyed, Dump, DumpScope, Group, Listener, Reading, Sample, Stamp, States,
};

/// Its port.
pub(crate) const PORT: u16 = 80;

/// What the host has accepted so far and, where it was walked, how many are open.
pub(crate) fn sample(at: Stamp, passive: u64, open: Option<u64>) -> Sample {
    let local = ([127, 0, 0, 1], PORT).into();
    let counters = Counters { passive_opens: Some(passive), ..Counters::default() };
    let listener = Listener {
        local,
        accept_queue: 0,
        backlog: Some(128),
        drops: Some(0),
        inode: 1,
        cookie: 1,
    };
    let dump = |established| Dump {
        scope: DumpScope::OnePort(PORT),
        by_sock_diag: true,
        groups: vec![Group {
            local,
            states: States { established, ..States::default() },
            unaccepted: 0,
            networks: vec![],
            other_networks: 0,
            ages: Ages::default(),
            from_this_host: 0,
        }],
        outgoing: vec![],
        cpu: Duration::from_millis(1),
        took: Duration::from_millis(1),
        period: Duration::from_secs(1),
    };
    Sample {
        counters: Some(Reading::Seen(counters)),
        listeners: Some(Reading::Seen(vec![listener])),
        destroyed: Some(Reading::Seen(Destroyed::default())),
        dump: open.map(|open| Reading::Seen(dump(open))),
        ..Sample::at(at)
    }
}
