//! What takes minutes, or what only root may set up: `tests/run.sh --long`.

use std::path::{Path, PathBuf};

use rustix::process::Signal;

use super::server::{Server, clients, service, sources, with_node};
use super::watch::{Watch, sentence};
use crate::checks::noise::noisy;

/// A cgroup that may use a fifth of a core; removed when dropped.
struct Quota(PathBuf);

impl Quota {
    fn new() -> Self {
        assert!(rustix::process::getuid().is_root(), "a quota is set by root: run it as root");
        let own = format!("herdtop-test-{}", std::process::id());
        let first = Path::new("/sys/fs/cgroup/cpu");
        if first.exists() {
            let folder = first.join(own);
            std::fs::create_dir(&folder).expect("a cgroup");
            std::fs::write(folder.join("cpu.cfs_quota_us"), "20000").expect("its quota");
            return Self(folder);
        }
        let folder = Path::new("/sys/fs/cgroup").join(own);
        std::fs::create_dir(&folder).expect("a cgroup");
        std::fs::write(folder.join("cpu.max"), "20000 100000").expect("its quota");
        Self(folder)
    }

    /// A process of `service.js` that is born in it.
    fn service(&self, told: &[(&str, &str)]) -> Server {
        let mut command = with_node("sh");
        command.envs(told.iter().copied());
        command.args(["-c", "echo $$ > \"$1/cgroup.procs\"; exec nice -n -20 node \"$0\""]);
        command.arg(sources().join("node/service.js")).arg(&self.0);
        Server::start(command)
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        // Its processes are killed before; the last may still be on its way out.
        crate::checks::harness::until("an empty cgroup", || std::fs::remove_dir(&self.0).is_ok());
    }
}

#[test]
#[ignore = "takes minutes: tests/run.sh --long"]
fn sockets_a_server_never_closes_are_a_leak_and_no_recovery() {
    let _noisy = noisy();
    let server = service(None, &[("LEAK", "1")]);
    let port = server.address().port();
    let stay = clients(port, 30, "full", &[]);
    stay.all_in();
    let mut watch = Watch::over(&server.port(), &[&server.url("/")]);
    watch.never(&["recovering", "crashing", "critical", "leaving", "herd", "down"]);
    watch.until(&["ok"]);
    // Three a second, and each is held for ever.
    let habits = [("STAY", "800-1200"), ("STEP", "333")];
    let _leaked = clients(port, 900, "gone", &habits);
    watch.stays(140, &["ok", "filling"]);
    let told = watch.until(&["filling"]);
    assert!(sentence(&told).contains("CLOSE_WAIT"), "{told:#}");
}

/// Known: on Linux 6.18 a group held back in 117 of 214 periods is counted 0.9 s of
/// `throttled_time` in 21 s; by that alone the quota is not found.
#[test]
#[should_panic(expected = "waited for overloaded/cpu_throttled")]
#[ignore = "takes minutes: tests/run.sh --long"]
fn a_quota_that_throttles_is_the_cause_and_the_lag_its_symptom() {
    let _noisy = noisy();
    let quota = Quota::new();
    // A third of a core, of which it is given a fifth.
    let server = quota.service(&[("WORK", "60/180")]);
    let calm = clients(server.address().port(), 20, "full", &[]);
    calm.all_in();
    let mut watch = Watch::over(&server.port(), &["--timeout", "10s", &server.url("/")]);
    watch.never(&["crashing", "down", "herd", "restarting", "recovering", "leaving"]);
    watch.until(&["ok"]);
    server.signal(Signal::USR2);
    watch.until(&["overloaded/cpu_throttled"]);
    watch.stays(15, &["overloaded/cpu_throttled"]);
}
