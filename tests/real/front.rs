//! nginx in front: what goes wrong behind it, or by its own timer, is no crash of it.

use rustix::process::Signal;

use super::nginx::{UPGRADE, nginx};
use super::server::{clients, service};
use super::watch::Watch;
use crate::checks::noise::noisy;
use crate::checks::schema::count;

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_backend_killed_behind_nginx_is_down_upstream_until_it_is_back() {
    let _noisy = noisy();
    let behind = service(None, &[]);
    let address = behind.address();
    let (front, _folder) = nginx(address, UPGRADE);
    let herd = clients(front.address().port(), 150, "full", &[]);
    herd.all_in();
    let mut watch = Watch::over(&front.port(), &["--probe-every", "1s", &front.url("/")]);
    watch.until_where("a held probe", |told| told["probes"][0]["held"]["open"] == 1);
    watch.until(&["ok"]);
    watch.never(&["crashing", "worker_lost", "restarting", "stalled"]);
    behind.signal(Signal::KILL);
    watch.until(&["down/upstream"]);
    watch.stays(5, &["down/upstream"]);
    let _again = service(Some(address.port()), &[]);
    watch.until(&["recovering", "ok"]);
    watch.until(&["ok"]);
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn an_idle_timeout_of_nginx_that_cuts_all_at_once_is_no_crash() {
    let _noisy = noisy();
    let behind = service(None, &[]);
    let (front, _folder) = nginx(behind.address(), &format!("{UPGRADE} proxy_read_timeout 12s;"));
    let idle = clients(front.address().port(), 200, "fixed", &[("BASE", "200")]);
    idle.all_in();
    let mut watch = Watch::over(&front.port(), &[]);
    watch.never(&["crashing", "worker_lost", "critical", "restarting", "down"]);
    watch.until(&["ok"]);
    watch.until_where("all cut off", |told| count(&told["totals"]["closed_total"]) >= 200);
    watch.stays(15, &["ok", "leaving", "recovering", "herd"]);
}
