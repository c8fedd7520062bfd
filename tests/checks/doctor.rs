//! What this host and user allow.

use serde_json::Value;

use super::harness::{User, herdtop, run};

const FACILITIES: [&str; 14] = [
    "sock_diag",
    "close events",
    "large event buffer",
    "other network namespaces",
    "listeners of containers",
    "processes of other users",
    "descriptor counts",
    "cgroup",
    "pressure (PSI)",
    "conntrack",
    "AF_PACKET",
    "kernel log",
    "process ends",
    "exit statuses",
];

fn facilities(user: User) -> Vec<Value> {
    let said = run(&mut herdtop(user, &["doctor", "--json"]));
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    assert_eq!(said.stdout.lines().count(), 1);
    let all: Value = serde_json::from_str(&said.stdout).expect("JSON");
    all.as_array().expect("a list").clone()
}

fn holds(user: User) {
    let all = facilities(user);
    let names: Vec<&str> = all.iter().filter_map(|f| f["name"].as_str()).collect();
    assert_eq!(names, FACILITIES);
    for facility in &all {
        let state = facility["state"].as_str().expect("a state");
        assert!(["available", "refused", "missing"].contains(&state), "{facility}");
        assert!(facility["without"].as_str().is_some_and(|w| !w.is_empty()), "{facility}");
        assert_eq!(state == "refused", facility["remedy"].is_string(), "{facility}");
    }
    let text = run(&mut herdtop(user, &["doctor"])).stdout;
    for facility in &all {
        assert!(text.contains(facility["name"].as_str().expect("a name")), "{text}");
        if let Some(remedy) = facility["remedy"].as_str() {
            assert!(text.contains(remedy), "{text}");
        }
    }
}

#[test]
fn every_facility_is_tried_by_this_user() {
    holds(User::Own);
}

#[test]
fn every_facility_is_tried_without_any_privilege() {
    holds(User::Nobody);
    let refused: Vec<Value> =
        facilities(User::Nobody).into_iter().filter(|f| f["state"] == "refused").collect();
    assert!(refused.iter().any(|f| f["name"] == "large event buffer"), "{refused:#?}");
    for facility in refused {
        let remedy = facility["remedy"].as_str().unwrap_or_default();
        // Within a container it takes somebody outside.
        let starts = ["sudo ", "needs ", "kubectl debug ", "docker run "];
        assert!(starts.iter().any(|start| remedy.starts_with(start)), "{facility}");
    }
}
