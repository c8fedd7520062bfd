//! Clients that go by themselves, come and go by habit, or are all taken in at once:
//! the server is fine.

use super::server::{clients, service};
use super::watch::Watch;
use crate::checks::noise::noisy;
use crate::checks::schema::{count, listener};

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn clients_that_leave_by_themselves_are_no_crash() {
    let _noisy = noisy();
    let server = service(None, &[]);
    let port = server.address().port();
    let stay = clients(port, 20, "full", &[]);
    let leave = clients(port, 200, "gone", &[("STAY", "12000-12000")]);
    stay.all_in();
    leave.all_in();
    let mut watch = Watch::over(&server.port(), &[&server.url("/")]);
    watch.never(&["crashing", "critical", "restarting", "down", "worker_lost", "herd", "waves"]);
    watch.until(&["ok"]);
    watch.until_where("all of them gone", |told| {
        told["listeners"][0]["established"].as_u64().is_some_and(|open| open <= 25)
    });
    watch.stays(10, &["ok", "leaving"]);
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn the_ordinary_churn_of_a_small_service_is_no_outage_to_recover_from() {
    let _noisy = noisy();
    let server = service(None, &[]);
    let habits = [("STAY", "500-4000"), ("BASE", "300")];
    let few = clients(server.address().port(), 12, "fixed", &habits);
    few.until("clients", |said| said.contains("first attempt"));
    let mut watch = Watch::over(&server.port(), &[&server.url("/")]);
    watch.never(&["recovering", "crashing", "leaving", "warning", "critical", "herd", "waves"]);
    watch.until(&["ok"]);
    watch.stays(25, &["ok"]);
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn four_hundred_within_four_seconds_all_let_in_are_a_warning_at_most() {
    let _noisy = noisy();
    let server = service(None, &[]);
    let port = server.address().port();
    let calm = clients(port, 20, "full", &[]);
    calm.all_in();
    let mut watch = Watch::over(&server.port(), &[]);
    watch.until(&["ok"]);
    watch.never(&["critical", "crashing", "recovering", "overloaded", "waves", "no_backoff"]);
    let burst = clients(port, 400, "full", &[("STEP", "10")]);
    watch.until_where("all of them", |told| count(&listener(told)["established"]) >= 420);
    burst.all_in();
    let told = watch.stays(8, &["ok", "warning"]);
    for alert in told["alerts"].as_array().expect("alerts") {
        assert_ne!(alert["severity"], "critical", "{alert:#}");
    }
}
