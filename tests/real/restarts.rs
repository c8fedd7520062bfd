//! Workers that end as asked, one after another, and a deploy of the only process.

use rustix::process::{Pid, Signal, kill_process};

use super::gunicorn::gunicorn;
use super::server::{Server, clients, service};
use super::watch::{Watch, alerts, sentence};
use crate::checks::harness::User;
use crate::checks::noise::noisy;

/// gunicorn's workers so far, in the order they were started.
pub(super) fn workers(server: &Server) -> Vec<Pid> {
    let said = server.said();
    let pids = said.split("Booting worker with pid: ").skip(1).map(|behind| {
        let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
        Pid::from_raw(digits.parse().expect("a pid")).expect("a pid")
    });
    pids.collect()
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn workers_asked_to_end_one_after_another_are_one_rolling_restart() {
    let _noisy = noisy();
    let server = gunicorn();
    let herd = clients(server.address().port(), 150, "full", &[]);
    herd.all_in();
    let mut watch = Watch::over(&server.port(), &[&server.url("/")]);
    watch.until(&["ok"]);
    watch.never(&["crashing", "worker_lost", "critical", "down", "overloaded"]);
    for (nth, worker) in workers(&server).into_iter().take(3).enumerate() {
        kill_process(worker, Signal::TERM).expect("it runs");
        server.until("its successor", |said| {
            said.matches("Application startup complete").count() == 4 + nth
        });
        watch.stays(4, &["ok", "restarting", "recovering"]);
    }
    let told = watch.until(&["restarting", "recovering"]);
    let restarts = alerts(&told, "restart").into_iter().map(|alert| alert["sentence"].as_str());
    let restarts: Vec<&str> = restarts.flatten().filter(|said| said.contains("workers")).collect();
    assert_eq!(restarts.len(), 1, "one after another is one restart: {restarts:#?}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_deploy_of_the_only_process_is_restarting_then_recovering_then_well() {
    let _noisy = noisy();
    let server = service(None, &[]);
    let herd = clients(server.address().port(), 200, "full", &[]);
    herd.all_in();
    let mut watch = Watch::over(&server.port(), &[&server.url("/")]);
    watch.until(&["ok"]);
    watch.never(&["crashing", "worker_lost", "overloaded", "leaving", "waves"]);
    server.signal(Signal::TERM);
    let told = watch.until(&["restarting"]);
    assert!(sentence(&told).contains("1012"), "it was announced: {told:#}");
    let _next = service(Some(server.address().port()), &[]);
    watch.until(&["recovering", "ok"]);
    watch.until(&["ok"]);
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_deploy_of_one_process_without_a_url_is_a_warning_at_most() {
    let _noisy = noisy();
    let server = service(None, &[]);
    let herd = clients(server.address().port(), 120, "full", &[]);
    herd.all_in();
    let mut watch = Watch::by(User::Nobody, &server.port(), &[]);
    watch.until(&["ok"]);
    watch.never(&["critical", "overloaded", "stalled", "waves"]);
    server.signal(Signal::TERM);
    let _next = service(Some(server.address().port()), &[]);
    watch.until_where("a word of it", |told| told["verdict"]["kind"] != "ok");
    watch.stays(10, &["ok", "warning"]);
}
