//! The cap against a dead server, counted by the kernel: nobody accepts there,
//! so it is counted what leaves, in a network namespace of the program's own.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use super::cap::CAP;
use crate::checks::harness::{Running, User, herdtop, until};

/// The command in a network namespace with nothing but a loopback.
fn in_own_network(command: &Command) -> Command {
    let mut unshare = Command::new("unshare");
    if !rustix::process::getuid().is_root() {
        unshare.arg("--map-root-user");
    }
    unshare.args(["--net", "--", "sh", "-c", r#"ip link set lo up && exec "$0" "$@""#]);
    unshare.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => unshare.env(name, value),
            None => unshare.env_remove(name),
        };
    }
    unshare.stdin(std::process::Stdio::null());
    unshare.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    unshare
}

/// A counter of TCP in the network of this process (`/proc/PID/net/snmp`).
fn tcp_counter(pid: u32, name: &str) -> u64 {
    let snmp = fs::read_to_string(format!("/proc/{pid}/net/snmp")).expect("it runs");
    let mut lines = snmp.lines().filter_map(|line| line.strip_prefix("Tcp: "));
    let (names, values) = (lines.next().expect("names"), lines.next().expect("values"));
    let mut both = names.split(' ').zip(values.split(' '));
    let value = both.find(|(its, _)| *its == name).expect("the counter").1;
    value.parse().expect("a number")
}

#[test]
#[ignore = "wants a network namespace: root, or a host where users may make one"]
fn a_dead_server_gets_at_most_20_syns_a_minute() {
    let args = ["stream", "--probe-every", "1s", "ws://127.0.0.1:9/"];
    let mut stream = Running::start(&mut in_own_network(&herdtop(User::Own, &args)));
    let ours = fs::read_link("/proc/self/ns/net").expect("our network");
    let its = format!("/proc/{}/ns/net", stream.pid());
    until("its own network", || fs::read_link(&its).is_ok_and(|its| its != ours));
    let start = Instant::now();
    let mut document = stream.document();
    // A document comes each second, and at a minute from the first one the next may leave.
    while start.elapsed() < Duration::from_secs(58) {
        document = stream.document();
    }
    let sent = tcp_counter(stream.pid(), "ActiveOpens");
    let refused = tcp_counter(stream.pid(), "AttemptFails");
    let target = &document["probes"][0];
    assert!((3..=CAP as u64).contains(&sent), "{sent} SYNs in a minute: {target:#}");
    // One more may have left since the document was made.
    let told = target["outcomes"]["tcp_refused"].as_u64().expect("refused");
    assert!(refused == told || refused == told + 1, "{refused} refused, told of {target:#}");
    assert_eq!(sent, refused, "each SYN was answered by a reset");
    assert_eq!(target["attempts"], told, "{target:#}");
}
