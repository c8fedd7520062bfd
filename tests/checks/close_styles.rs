//! However a short connection ends, it is counted once.

use super::clients::{Hangup, churn};
use super::harness::{Running, User, herdtop};
use super::noise::noisy;
use super::schema::{count, listener, near};
use super::servers::{Closing, Server};

fn counts_once(how: Closing, hangup: Hangup) {
    const SHORT: u32 = 1000;
    let _noise = noisy();
    let server = Server::at("127.0.0.1");
    server.close_new(how);
    let args = ["check", "-p", &server.port(), "--for", "5s", "--json"];
    let check = Running::start(&mut herdtop(User::Nobody, &args));
    check.counting();
    churn(&[server.address], SHORT, 400, hangup);
    let document = check.end().document();
    let l = listener(&document);
    assert!(near(count(&l["opened_total"]), u64::from(SHORT)), "{document:#}");
    assert!(near(count(&l["closed_total"]), u64::from(SHORT)), "{document:#}");
    assert_eq!(l["established"], 0, "{document:#}");
    assert_eq!(server.accepted(), u64::from(SHORT));
}

#[test]
fn the_server_closes_first() {
    counts_once(Closing::First, Hangup::Server);
}

#[test]
fn the_client_closes_first() {
    counts_once(Closing::Last, Hangup::Client);
}

#[test]
fn the_server_aborts() {
    counts_once(Closing::Abort, Hangup::Server);
}
