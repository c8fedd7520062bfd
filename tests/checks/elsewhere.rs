//! What was named and is in another network namespace, or another user's.

use std::process::Command;

use super::down::free_port;
use super::harness::{Running, User, herdtop, own_folder, run, until};
use super::script::Script;

const LISTENS: &str = "
import os, socket, sys
s = socket.socket()
s.bind(('0.0.0.0', int(sys.argv[1])))
s.listen(8)
print(os.getpid(), flush=True)
sys.stdin.read()
";

/// A listener in a namespace of its own, and its pid; `own` is what puts it there.
fn contained(own: &[&str], port: u16) -> (Script, String) {
    let line = [own, &["python3", "-c", LISTENS]].concat();
    let script = Script::start(Command::new(line[0]).args(&line[1..]).arg(port.to_string()));
    let pid = script.said.clone();
    (script, pid)
}

fn unshared() -> &'static [&'static str] {
    if rustix::process::getuid().is_root() { &["unshare", "-n"] } else { &["unshare", "-Un"] }
}

/// What a check of this says that it cannot see. Other tests on this host may make a
/// herd of it meanwhile, so the verdict is looked at elsewhere (`session::tests`).
fn unseen(user: User, args: &[&str]) -> String {
    let document = run(&mut herdtop(user, &[args, &["--json"]].concat())).document();
    let alerts = document["alerts"].as_array().expect("alerts");
    assert!(alerts.iter().all(|alert| alert["rule"] != "down"), "{alerts:?}");
    let denied = document["sampling"]["denied"].as_array().expect("a list").iter();
    denied.map(|why| why.as_str().expect("a reason")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_process_of_a_container_is_named_with_its_namespace() {
    let (_container, pid) = contained(unshared(), free_port());
    for user in [User::Own, User::Nobody] {
        let said = unseen(user, &["check", "--for", "2s", "--pid", &pid]);
        let wanted = format!("pid {pid} python3 is in another network namespace");
        assert!(said.contains(&wanted), "{said}");
        assert!(said.contains(&format!("give --netns {pid}")), "{said}");
    }
}

#[test]
fn a_port_that_listens_in_a_container_only_is_no_outage() {
    let port = free_port();
    let (_container, pid) = contained(unshared(), port);
    for user in [User::Own, User::Nobody] {
        // Long enough for an outage to be told.
        let said = unseen(user, &["check", "--for", "5s", "-p", &port.to_string()]);
        let wanted = format!("port {port} listens only in the network namespace of pid {pid}");
        assert!(said.contains(&wanted), "{said}");
        assert!(said.contains(&format!("give --netns {pid}")), "{said}");
    }
}

#[test]
fn listeners_of_other_namespaces_are_found_by_themselves_where_that_is_permitted() {
    let (_container, pid) = contained(unshared(), 8099);
    let pid: u32 = pid.parse().expect("a pid");
    let args = ["stream", "--netns", "all", "-i", "500ms"];
    let own = |document: &serde_json::Value| {
        let all = document["namespaces"].as_array().expect("namespaces");
        all.iter().find(|one| one["pid"] == pid).cloned()
    };
    let refused = |document: &serde_json::Value| {
        let denied = document["sampling"]["denied"].as_array().expect("a list").iter();
        denied.filter_map(|why| why.as_str()).any(|why| why.contains("other network namespaces"))
    };
    for user in [User::Own, User::Nobody] {
        let mut stream = Running::start(&mut herdtop(user, &args));
        let told = stream.document_where("what is elsewhere", |d| own(d).is_some() || refused(d));
        if user == User::Own && rustix::process::getuid().is_root() {
            let found = own(&told).expect("root may look");
            assert_eq!(found["listeners"][0]["address"], "0.0.0.0:8099", "{found:#}");
            assert_eq!(found["listeners"][0]["accept_queue"]["limit"], 8, "{found:#}");
            assert_eq!(found["name"], "python3", "{found:#}");
        } else {
            assert!(refused(&told) && own(&told).is_none(), "{told:#}");
        }
    }
}

#[test]
fn a_process_of_another_user_is_not_said_to_be_silent() {
    // In this namespace a port that was free may be taken by now.
    let (_server, pid) = contained(&[], 0);
    let said = unseen(User::Nobody, &["check", "--for", "2s", "--pid", &pid]);
    // One's own is seen.
    let hidden = rustix::process::getuid().is_root();
    let wanted = format!("sockets of pid {pid} python3 (uid 0) cannot be seen by this user");
    assert_eq!(said.contains(&wanted), hidden, "{said}");
}

/// What another program that sees several namespaces tells its services by.
#[test]
fn a_service_of_another_namespace_is_told_with_its_place() {
    use std::os::unix::fs::MetadataExt;
    let port = free_port();
    let (_container, pid) = contained(unshared(), port);
    let netns = std::fs::metadata(format!("/proc/{pid}/ns/net")).expect("its namespace").ino();
    let cgroup = std::fs::read_to_string(format!("/proc/{pid}/cgroup")).expect("its cgroup");
    assert!(!cgroup.contains("docker-"), "these tests run in a container that they see");
    let folder = own_folder();
    let page = folder.path().join("herdtop.prom");
    let (folder, port) = (folder.path().to_str().expect("a path"), port.to_string());
    let args = ["stream", "-p", &port, "--netns", &pid, "--textfile", folder];
    let mut child = herdtop(User::Own, &args).spawn().expect("start herdtop");
    let line = format!("herdtop_accept_queue{{service=\"{port}@{netns}\"}} 0.0");
    until(&line, || {
        let page = std::fs::read_to_string(&page).unwrap_or_default();
        page.lines().any(|one| one == line)
    });
    child.kill().and_then(|()| child.wait()).expect("it runs");
}
