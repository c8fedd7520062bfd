//! Another service of the host goes wrong: the watched one is well.

use rustix::process::Signal;

use super::server::{clients, service};
use super::watch::{Watch, sentence};
use crate::checks::noise::{noisy, quiet};
use crate::checks::schema::count;

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_neighbour_that_dies_under_its_clients_is_a_note_and_no_verdict() {
    let _noisy = noisy();
    let (watched, neighbour) = (service(None, &[]), service(None, &[]));
    let _ours = clients(watched.address().port(), 50, "full", &[]);
    let theirs = clients(neighbour.address().port(), 300, "fixed", &[("BASE", "500")]);
    theirs.all_in();
    let mut watch = Watch::over(&watched.port(), &[&watched.url("/")]);
    watch.until(&["ok"]);
    watch.never(&["warning", "critical", "herd", "waves", "no_backoff", "down", "worker_lost"]);
    neighbour.signal(Signal::KILL);
    let note = format!("refused connects on this host, not on :{}", watched.port());
    watch.until_where(&note, |told| sentence(told).contains(&note));
    watch.stays(10, &["ok"]);
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn what_comes_to_a_busy_neighbour_is_not_counted_into_the_herd_of_the_watched() {
    let _alone = quiet();
    let (watched, neighbour) = (service(None, &[]), service(None, &[]));
    let calm = clients(watched.address().port(), 30, "full", &[]);
    calm.all_in();
    let mut watch = Watch::over(&watched.port(), &[]);
    watch.until(&["ok"]);
    let habits = [("STAY", "100-900"), ("BASE", "300"), ("STEP", "3")];
    let _busy = clients(neighbour.address().port(), 100, "fixed", &habits);
    let herd = clients(watched.address().port(), 300, "full", &[("STEP", "3")]);
    herd.all_in();
    let told = watch.stays(15, &["ok", "warning"]);
    for herd in told["herds"].as_array().expect("herds") {
        let total = count(&herd["total"]);
        assert!(total <= 315, "300 came, and it counts {total}: {herd:#}");
    }
}
