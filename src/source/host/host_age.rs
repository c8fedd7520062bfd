//! How long the counters of a network namespace have counted at most.
//!
//! The kernel tells no age of a namespace. It is no older than the host, than
//! its first process as we see it (a container's PID 1), and taken to be no older
//! than the oldest process that is, or may be, in it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::thread::CapabilitySet;

use super::namespaces::NetNs;
use crate::source::privilege;

/// The bound; none where `/proc` tells nothing.
pub(super) fn host_age(proc: &Path, netns: &NetNs, ticks_per_second: u64) -> Option<Duration> {
    let uptime = std::fs::read_to_string(proc.join("uptime")).ok()?;
    let uptime: f64 = uptime.split_ascii_whitespace().next()?.parse().ok()?;
    let uptime = Duration::try_from_secs_f64(uptime).ok()?;
    let age = |pid: &str| {
        let started = started(&proc.join(pid), ticks_per_second)?;
        Some(uptime.saturating_sub(started))
    };
    let first = age("1");
    let inside = link(&netns.file()).ok();
    let oldest = std::fs::read_dir(proc).ok()?.flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let pid: u32 = name.parse().ok()?;
        let theirs = link(&entry.path().join("ns/net"));
        may_be_inside(pid, &theirs, inside.as_deref()).then(|| age(&name)).flatten()
    });
    [Some(uptime), first, oldest.max()].into_iter().flatten().min()
}

/// Which namespace a link below `/proc/PID/ns` names: told to who may trace it.
fn link(path: &Path) -> io::Result<PathBuf> {
    privilege::with(CapabilitySet::SYS_PTRACE, || std::fs::read_link(path))
}

/// Whether a process whose namespace reads so may be in ours.
///
/// One that hides it may: with only what can be read, an unprivileged user's own
/// login was the oldest, and what had come since boot was 116 000 a second, as
/// usual. The first process is a bound of its own.
fn may_be_inside(pid: u32, theirs: &io::Result<PathBuf>, ours: Option<&Path>) -> bool {
    match theirs {
        Ok(theirs) => ours == Some(theirs),
        Err(error) => pid != 1 && error.kind() == io::ErrorKind::PermissionDenied,
    }
}

/// When a process started, since boot: field 22 of its stat (`proc(5)`).
fn started(folder: &Path, ticks_per_second: u64) -> Option<Duration> {
    let stat = std::fs::read_to_string(folder.join("stat")).ok()?;
    // The name in parentheses may hold blanks and parentheses of its own.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: u64 = fields.split_ascii_whitespace().nth(19)?.parse().ok()?;
    Some(Duration::from_millis(ticks * 1000 / ticks_per_second.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A `/proc` with these processes: pid, start in ticks, namespace.
    fn tree(uptime: &str, processes: &[(u32, u64, &str)]) -> tempfile::TempDir {
        let proc = tempfile::tempdir().unwrap();
        std::fs::write(proc.path().join("uptime"), uptime).unwrap();
        for (pid, start, netns) in processes {
            let folder = proc.path().join(pid.to_string());
            std::fs::create_dir_all(folder.join("ns")).unwrap();
            let zeros = "0 ".repeat(18);
            std::fs::write(folder.join("stat"), format!("{pid} (a) b) S {zeros}{start} 0"))
                .unwrap();
            std::os::unix::fs::symlink(netns, folder.join("ns/net")).unwrap();
        }
        proc
    }

    fn age(proc: &tempfile::TempDir) -> Option<u64> {
        let own = NetNs::Path(proc.path().join("5/ns/net"));
        host_age(proc.path(), &own, 100).map(|age| age.as_secs())
    }

    #[test]
    fn the_oldest_process_inside_bounds_it() {
        let inside = "net:[7]";
        let all = [(1, 0, "net:[1]"), (5, 90_000, inside), (6, 95_000, inside)];
        assert_eq!(age(&tree("1000.5 0", &all)), Some(100), "5 has run for 100 s");
    }

    #[test]
    fn the_first_process_of_a_container_bounds_it() {
        let all = [(1, 80_000, "net:[7]"), (5, 95_000, "net:[7]")];
        assert_eq!(age(&tree("1000 0", &all)), Some(200));
    }

    #[test]
    fn a_process_that_hides_its_namespace_may_be_inside() {
        let ours = Some(Path::new("net:[7]"));
        let hidden = || Err(io::ErrorKind::PermissionDenied.into());
        assert!(may_be_inside(2, &hidden(), ours));
        assert!(!may_be_inside(1, &hidden(), ours), "a bound of its own");
        assert!(!may_be_inside(2, &Err(io::ErrorKind::NotFound.into()), ours), "it just ended");
        assert!(!may_be_inside(2, &Ok("net:[1]".into()), ours));
    }

    #[test]
    fn without_processes_it_is_the_uptime_and_without_that_unknown() {
        assert_eq!(age(&tree("1000 0", &[])), Some(1000));
        assert_eq!(age(&tree("", &[])), None);
    }
}
