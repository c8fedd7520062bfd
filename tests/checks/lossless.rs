//! Thousands of closes per second and none is missed.

use std::net::SocketAddr;

use super::clients::{Hangup, churn};
use super::harness::{Running, User, herdtop};
use super::noise::quiet;
use super::schema::{count, listener, near};
use super::servers::{Closing, Server};

#[test]
fn five_thousand_closes_per_second_are_counted_without_any_privilege() {
    const THREADS: u8 = 2;
    const PER_SECOND: u32 = 5000;
    const SECONDS: u32 = 5;
    let _alone = quiet();
    let server = Server::at("0.0.0.0");
    server.close_new(Closing::First);
    let args = ["check", "-p", &server.port(), "--for", "12s", "--json"];
    let check = Running::start(&mut herdtop(User::Nobody, &args));
    check.counting();
    let each = u32::from(THREADS);
    // One destination per connection in turn: 250 times the ports before one
    // is used again.
    let addresses: Vec<SocketAddr> =
        (1..=250).map(|n| ([127, 0, 0, n], server.address.port()).into()).collect();
    let rate: f64 = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    let count = PER_SECOND * SECONDS / each;
                    churn(&addresses, count, PER_SECOND / each, Hangup::Server)
                })
            })
            .collect();
        clients.into_iter().map(|c| c.join().expect("a client")).sum()
    });
    println!("{rate:.0} connections opened and closed per second");
    let document = check.end().document();
    assert!(rate >= 2000.0, "only {rate:.0} closes per second could be made here");
    let l = listener(&document);
    let (counted, really) = (count(&l["opened_total"]), server.accepted());
    assert!(near(counted, really), "{counted} of {really} at {rate:.0}/s: {document:#}");
    assert_eq!(document["sampling"]["events_lost"], 0, "at {rate:.0}/s: {document:#}");
}
