//! A server that takes nobody from its accept queue, and one out of descriptors: the
//! limit leads.

use serde_json::Value;

use super::gunicorn::started;
use super::server::{Server, clients, sources, with_node};
use super::watch::{Watch, sentence};
use crate::checks::noise::{noisy, quiet};
use crate::checks::schema::count;

/// No herd of more connections than clients: SYNs that are sent again are no attempts.
fn no_more_than(document: &Value, clients: u64) {
    for herd in document["herds"].as_array().expect("herds") {
        assert!(count(&herd["total"]) <= clients + clients / 10, "{clients} came: {herd:#}");
    }
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_full_accept_queue_leads_and_syns_sent_again_are_no_attempts() {
    let _alone = quiet();
    let server = started("strained", 1, &["--backlog", "8"]);
    let mut watch = Watch::over(&server.port(), &[]);
    watch.until(&["ok"]);
    watch.never(&["crashing", "down", "restarting", "waves", "no_backoff", "leaving"]);
    let port = server.address().port();
    let _blocks = clients(port, 1, "gone", &[("URL_PATH", "/block")]);
    server.until("its call", |said| said.contains("blocked\n"));
    let _came = clients(port, 60, "fixed", &[]);
    let verdicts = ["overloaded/accept_queue", "overloaded/acceptor_stuck", "stalled"];
    watch.until(&verdicts);
    no_more_than(&watch.stays(5, &verdicts), 62);
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn descriptors_at_their_end_lead_and_the_herd_is_their_symptom() {
    let _noisy = noisy();
    let mut limited = with_node("sh");
    limited.args(["-c", "ulimit -n 100; exec node \"$0\""]);
    limited.arg(sources().join("node/service.js"));
    let server = Server::start(limited);
    let port = server.address().port();
    let within = clients(port, 30, "full", &[]);
    within.all_in();
    let mut watch = Watch::over(&server.port(), &[&server.url("/")]);
    watch.settled();
    watch.never(&["crashing", "down", "restarting", "worker_lost", "leaving"]);
    let _more = clients(port, 120, "full", &[]);
    let told = watch.until(&["overloaded/descriptors"]);
    assert!(sentence(&told).contains("100"), "{told:#}");
    watch.stays(10, &["overloaded/descriptors"]);
}
