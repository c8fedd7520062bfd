//! Limits that real servers were told to keep to.

use serde_json::Value;

use super::gunicorn::started;
use super::haproxy::haproxy;
use super::nginx::{UPGRADE, nginx_with};
use super::server::{Server, clients, service};
use crate::checks::harness::{Running, User, herdtop};
use crate::checks::noise::noisy;

/// What is told of the limit of this server, once that is known.
fn told(server: &Server) -> Value {
    let args = ["stream", "-i", "250ms", "-p", &server.port()];
    let mut stream = Running::start(&mut herdtop(User::Own, &args));
    stream.document_where("what is known of its limit", |document| {
        capacity(document).is_some() || document["services"][0]["limit_not_found"].is_string()
    })
}

fn capacity(document: &Value) -> Option<&Value> {
    let limits = document["limits"].as_array().expect("limits");
    limits.iter().find(|limit| limit["name"] == "capacity")
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn worker_connections_of_nginx_are_two_for_each_client_and_fit_as_many_as_it_says() {
    let _noisy = noisy();
    let behind = service(None, &[]);
    let (front, _folder) = nginx_with(behind.address(), UPGRADE, "worker_connections 64;");
    let document = told(&front);
    let limit = capacity(&document).expect("a capacity");
    // 64 less its listener and the channel to its master, two for each.
    assert_eq!(limit["limit"], 31, "{limit:#}");
    assert!(limit["source"].as_str().is_some_and(|at| at.starts_with("nginx.conf:")), "{limit:#}");
    let all = clients(front.address().port(), 31, "full", &[]);
    all.all_in();
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn maxconn_of_haproxy_is_found_through_the_folder_it_shut_itself_up_in() {
    let _noisy = noisy();
    let behind = service(None, &[]);
    let (front, _folder) = haproxy(&behind);
    let document = told(&front);
    let limit = capacity(&document).expect("a capacity");
    assert_eq!((&limit["limit"], &limit["source"]), (&40.into(), &"haproxy.cfg:2".into()));
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn worker_connections_do_not_hold_for_workers_of_uvicorn() {
    let _noisy = noisy();
    let server = started("app", 2, &["--worker-connections", "50"]);
    let document = told(&server);
    assert_eq!(capacity(&document), None, "{document:#}");
    let said = document["services"][0]["limit_not_found"].as_str().expect("a line");
    assert!(said.contains("does not hold for workers of class"), "{said}");
}
