//! What was named and is in another network namespace, or another user's.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::down::free_port;
use super::harness::{User, herdtop, own_folder, run, until};

/// A listener in a namespace of its own.
struct Container {
    child: Child,
}

const LISTENS: &str = "
import os, socket, sys
s = socket.socket()
s.bind(('0.0.0.0', int(sys.argv[1])))
s.listen(8)
print(os.getpid(), flush=True)
sys.stdin.read()
";

impl Container {
    /// `own` is what puts it there.
    fn start(own: &[&str], port: u16) -> (Self, String) {
        let mut command = Command::new(own.first().copied().unwrap_or("python3"));
        command.args(own.iter().skip(1));
        if !own.is_empty() {
            command.arg("python3");
        }
        command.args(["-c", LISTENS, &port.to_string()]);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.expect("python3 and unshare(1)");
        let mut pid = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut pid).expect("it listens");
        (Self { child }, pid.trim().to_owned())
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // With its standard input closed it ends by itself.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
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
    let (_container, pid) = Container::start(unshared(), free_port());
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
    let (_container, pid) = Container::start(unshared(), port);
    for user in [User::Own, User::Nobody] {
        // Long enough for an outage to be told.
        let said = unseen(user, &["check", "--for", "5s", "-p", &port.to_string()]);
        let wanted = format!("port {port} listens only in the network namespace of pid {pid}");
        assert!(said.contains(&wanted), "{said}");
        assert!(said.contains(&format!("give --netns {pid}")), "{said}");
    }
}

#[test]
fn a_process_of_another_user_is_not_said_to_be_silent() {
    // In this namespace a port that was free may be taken by now.
    let (_server, pid) = Container::start(&[], 0);
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
    let (_container, pid) = Container::start(unshared(), port);
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
