//! What was named and is in another network namespace, or another user's.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::down::free_port;
use super::harness::{User, herdtop, run};
use super::noise::quiet;

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

#[test]
fn a_process_of_a_container_is_named_with_its_namespace() {
    let _alone = quiet();
    let (_container, pid) = Container::start(unshared(), free_port());
    let said = run(&mut herdtop(User::Own, &["check", "--for", "2s", "--pid", &pid]));
    assert_eq!(said.code, Some(3), "it is not known: {said:?}");
    assert!(said.stdout.contains(&format!("pid {pid} python3 is in another network namespace")));
    assert!(said.stdout.contains(&format!("give --netns {pid}")), "{}", said.stdout);
    assert!(!said.stdout.contains("as soon as"), "it never will: {}", said.stdout);
}

#[test]
fn a_port_that_listens_in_a_container_only_is_no_outage() {
    let _alone = quiet();
    let port = free_port();
    let (_container, pid) = Container::start(unshared(), port);
    for user in [User::Own, User::Nobody] {
        let port = port.to_string();
        let arguments = ["check", "--for", "5s", "-p", &port, "--json"];
        let document = run(&mut herdtop(user, &arguments)).document();
        let verdict = &document["verdict"];
        assert_eq!(verdict["severity"], "unknown", "{verdict}");
        let sentence = verdict["sentence"].as_str().expect("a sentence");
        let wanted = format!("port {port} listens only in the network namespace of pid {pid}");
        assert!(sentence.starts_with(&wanted), "{sentence}");
        assert!(sentence.ends_with(&format!("give --netns {pid}")), "{sentence}");
    }
}

#[test]
fn a_process_of_another_user_is_not_said_to_be_silent() {
    let _alone = quiet();
    let port = free_port();
    let (_server, pid) = Container::start(&[], port);
    let said = run(&mut herdtop(User::Nobody, &["check", "--for", "2s", "--pid", &pid]));
    if rustix::process::getuid().is_root() {
        assert_eq!(said.code, Some(3), "{said:?}");
        assert!(said.stdout.contains(&format!("sockets of pid {pid} python3 (uid 0)")));
        assert!(said.stdout.contains("cannot be seen by this user"), "{}", said.stdout);
    } else {
        // One's own is seen.
        assert_eq!(said.code, Some(0), "{said:?}");
    }
}
