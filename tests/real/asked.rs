//! Clients that come back to a server with less room: only those that stay count.

use rustix::process::Signal;

use super::server::{clients, service};
use super::watch::{Watch, sentence};
use crate::checks::noise::noisy;

/// Clients, and how many of them the next server lets in.
const CLIENTS: u32 = 400;
const ROOM: u32 = 150;

/// The share of `37 % of 400 back`.
fn back(sentence: &str) -> Option<f64> {
    let (before, _) = sentence.split_once(" % of ").filter(|(_, rest)| rest.contains(" back"))?;
    before.rsplit(' ').next()?.parse().ok()
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn those_told_1013_a_moment_later_are_neither_back_nor_let_in() {
    let _noisy = noisy();
    let server = service(None, &[]);
    let port = server.address().port();
    let herd = clients(port, CLIENTS, "fixed", &[]);
    herd.all_in();
    let mut watch = Watch::over(&server.port(), &["--probe-every", "1s", &server.url("/")]);
    watch.until(&["ok"]);
    watch.never(&["restarting", "leaving", "stalled"]);
    server.signal(Signal::KILL);
    watch.until(&["crashing", "down"]);
    let _smaller = service(Some(port), &[("LIMIT", &ROOM.to_string())]);
    let most = 100.0 * f64::from(ROOM) / f64::from(CLIENTS) + 5.0;
    let rejecting = ["overloaded/refusing_new", "overloaded/connection_limit"];
    watch.until_where("new ones rejected", |told| {
        let share = back(sentence(told));
        assert!(share.is_none_or(|share| share <= most), "{told:#}");
        super::watch::one_of(told, &rejecting)
    });
    for _ in 0..20 {
        let told = watch.next();
        assert!(super::watch::one_of(&told, &rejecting), "{told:#}");
        assert!(back(sentence(&told)).is_none_or(|share| share <= most), "{told:#}");
        assert!(!sentence(&told).contains("recovered"), "{told:#}");
    }
}
