//! Memory, limits and pressure of the host.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::io::Errno;

use super::cgroup::{self, Mounts};
use crate::sample::{HostReading, Pressure, Reading, Usage};

/// Settings that an administrator changes by hand.
const SETTINGS_EVERY: Duration = Duration::from_secs(10);
/// `file-max` is 2^63-1 where nobody set it.
const NO_LIMIT: u64 = 1 << 62;

/// Reads the host's files below `/proc` (a folder in tests).
#[derive(Debug)]
pub(super) struct FactReader {
    proc: PathBuf,
    mounts: Mounts,
    settings: Option<(Duration, Settings)>,
}

#[derive(Debug, Clone)]
struct Settings {
    tcp_mem: Reading<u64>,
    ports: Reading<(u16, u16)>,
    reserved: u16,
    somaxconn: Reading<u64>,
    tasks: Reading<u64>,
    conntrack: Reading<Option<u64>>,
}

impl FactReader {
    pub(super) fn new(proc: &Path) -> Self {
        let mounts = fs::read_to_string(proc.join("self/mountinfo")).unwrap_or_default();
        Self { proc: proc.to_owned(), mounts: Mounts::parse(&mounts), settings: None }
    }

    /// Everything now, with the cgroups of these paths.
    pub(super) fn read<'a>(
        &mut self,
        now: Duration,
        cgroups: impl Iterator<Item = &'a String>,
    ) -> HostReading {
        let settings = self.settings(now);
        let conntrack_used = self.take("sys/net/netfilter/nf_conntrack_count", number);
        HostReading {
            memory: self.take("meminfo", memory),
            file_handles: self.take("sys/fs/file-nr", file_handles),
            conntrack: both(conntrack_used, settings.conntrack),
            tcp_mem_limit_pages: settings.tcp_mem,
            ephemeral_ports: settings.ports,
            reserved_ports: settings.reserved,
            somaxconn: settings.somaxconn,
            tasks: both(self.take("loadavg", running_tasks), settings.tasks.map(Some)),
            pressure: self.pressure(),
            oom_kills: self.take("vmstat", |text| keyed(text, "oom_kill ")),
            cgroups: cgroups.map(|path| cgroup::read(&self.mounts, path)).collect(),
        }
    }

    fn settings(&mut self, now: Duration) -> Settings {
        if let Some((then, settings)) = &self.settings
            && now.saturating_sub(*then) < SETTINGS_EVERY
        {
            return settings.clone();
        }
        let threads = self.take("sys/kernel/threads-max", number);
        let pids = self.take("sys/kernel/pid_max", number);
        let ports = self.take("sys/net/ipv4/ip_local_port_range", |text| {
            Some((u16::try_from(nth(text, 0)?).ok()?, u16::try_from(nth(text, 1)?).ok()?))
        });
        let reserved = self.take("sys/net/ipv4/ip_local_reserved_ports", |text| {
            Some(reserved(text, *ports.seen()?))
        });
        let settings = Settings {
            tcp_mem: self.take("sys/net/ipv4/tcp_mem", |text| nth(text, 2)),
            ports,
            // Older kernels have none.
            reserved: reserved.seen().copied().unwrap_or(0),
            somaxconn: self.take("sys/net/core/somaxconn", number),
            tasks: match (threads, pids) {
                (Reading::Seen(threads), Reading::Seen(pids)) => Reading::Seen(threads.min(pids)),
                (threads, Reading::Absent) => threads,
                (_, pids) => pids,
            },
            // 0 tracks without a limit (nf_conntrack_core.c).
            conntrack: self.take("sys/net/netfilter/nf_conntrack_max", |text| {
                Some(number(text)?).map(|max| (max > 0).then_some(max))
            }),
        };
        self.settings = Some((now, settings.clone()));
        settings
    }

    /// One file through its parser; a file that says something else is denied
    /// with its path, never a zero.
    fn take<T>(&self, name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Reading<T> {
        let path = self.proc.join(name);
        let text = fs::read_to_string(&path).and_then(|text| {
            parse(&text).ok_or_else(|| io::Error::other("not in the form that was expected"))
        });
        match text {
            // PSI that was built in and not switched on has its files.
            Err(error) if error.raw_os_error() == Some(Errno::OPNOTSUPP.raw_os_error()) => {
                Reading::Absent
            }
            text => Reading::from_io(&path.display().to_string(), text),
        }
    }

    fn pressure(&self) -> Reading<Pressure> {
        let of = |what: &str| self.take(&format!("pressure/{what}"), some_avg10);
        match (of("cpu"), of("memory"), of("io")) {
            (Reading::Seen(cpu), Reading::Seen(memory), Reading::Seen(io)) => {
                Reading::Seen(Pressure { cpu, memory, io })
            }
            (Reading::Denied(why), ..)
            | (_, Reading::Denied(why), _)
            | (.., Reading::Denied(why)) => Reading::Denied(why),
            _ => Reading::Absent,
        }
    }
}

/// A use and its limit; without the limit there is nothing to be a share of.
fn both(used: Reading<u64>, limit: Reading<Option<u64>>) -> Reading<Usage> {
    match (used, limit) {
        (Reading::Seen(used), Reading::Seen(limit)) => Reading::Seen(Usage { used, limit }),
        (Reading::Denied(why), _) | (_, Reading::Denied(why)) => Reading::Denied(why),
        _ => Reading::Absent,
    }
}

fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

fn nth(text: &str, at: usize) -> Option<u64> {
    text.split_ascii_whitespace().nth(at)?.parse().ok()
}

fn keyed(text: &str, key: &str) -> Option<u64> {
    nth(text.lines().find_map(|line| line.strip_prefix(key))?, 0)
}

/// What applications hold: `MemAvailable` counts droppable cache as free.
fn memory(text: &str) -> Option<Usage> {
    let bytes = |key| keyed(text, key)?.checked_mul(1024);
    let (total, available) = (bytes("MemTotal:")?, bytes("MemAvailable:")?);
    Some(Usage { used: total.saturating_sub(available), limit: Some(total) })
}

/// Allocated, free of these, maximum.
fn file_handles(text: &str) -> Option<Usage> {
    let used = nth(text, 0)?.saturating_sub(nth(text, 1)?);
    Some(Usage { used, limit: nth(text, 2).filter(|&limit| limit < NO_LIMIT) })
}

/// `0.1 0.2 0.3 2/345 999`: 345 tasks exist.
fn running_tasks(text: &str) -> Option<u64> {
    text.split_ascii_whitespace().nth(3)?.split_once('/')?.1.parse().ok()
}

/// `some avg10=1.23 …`, percent.
fn some_avg10(text: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix("some "))?;
    line.split_ascii_whitespace()
        .find_map(|word| word.strip_prefix("avg10="))?
        .parse()
        .ok()
        .filter(|share: &f64| share.is_finite())
}

/// How many ports of a list as `8080,9148-9150` lie in this range.
fn reserved(text: &str, (low, high): (u16, u16)) -> u16 {
    let within = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) =
            (first.parse::<u16>().ok()?.max(low), last.parse::<u16>().ok()?.min(high));
        Some(last.checked_sub(first)?.saturating_add(1))
    };
    text.trim().split(',').filter_map(within).fold(0, u16::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_missing_file_hides_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("meminfo", "MemTotal: 100 kB\nMemFree: 1 kB\nMemAvailable: 40 kB\n");
        write("sys/fs/file-nr", "1000\t200\t9223372036854775807\n");
        write("loadavg", "garbage");
        write("sys/kernel/threads-max", "5000");
        let read = FactReader::new(dir.path()).read(Duration::ZERO, [].iter());
        assert_eq!(read.memory, Reading::Seen(Usage { used: 61_440, limit: Some(102_400) }));
        assert_eq!(read.file_handles, Reading::Seen(Usage { used: 800, limit: None }));
        assert_eq!(read.conntrack, Reading::Absent, "no module, no limit, no complaint");
        assert!(read.tasks.denied().is_some_and(|why| why.contains("loadavg")), "{:?}", read.tasks);
    }

    #[test]
    fn this_host_has_memory_and_ports() {
        let read = FactReader::new(Path::new("/proc")).read(Duration::ZERO, [].iter());
        assert!(read.memory.seen().is_some_and(|m| m.used > 0));
        assert!(read.ephemeral_ports.seen().is_some_and(|(low, high)| low < high));
    }

    fn host(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    #[test]
    fn a_conntrack_table_without_a_limit_has_none() {
        let table = |max| {
            host(&[
                ("sys/net/netfilter/nf_conntrack_count", "12\n"),
                ("sys/net/netfilter/nf_conntrack_max", max),
            ])
        };
        for (max, limit) in [("0\n", None), ("262144\n", Some(262_144))] {
            let dir = table(max);
            let read = FactReader::new(dir.path()).read(Duration::ZERO, [].iter());
            assert_eq!(read.conntrack, Reading::Seen(Usage { used: 12, limit }));
        }
    }

    #[test]
    fn settings_are_read_again_after_ten_seconds_and_uses_each_time() {
        let dir = host(&[
            ("sys/net/core/somaxconn", "128\n"),
            ("meminfo", "MemTotal: 9 kB\nMemAvailable: 8 kB\n"),
        ]);
        let mut reader = FactReader::new(dir.path());
        let mut at = |seconds| reader.read(Duration::from_secs(seconds), [].iter());
        assert_eq!(at(0).somaxconn, Reading::Seen(128));
        fs::write(dir.path().join("sys/net/core/somaxconn"), "4096\n").unwrap();
        fs::write(dir.path().join("meminfo"), "MemTotal: 9 kB\nMemAvailable: 4 kB\n").unwrap();
        let soon = at(9);
        assert_eq!(soon.somaxconn, Reading::Seen(128));
        assert_eq!(soon.memory, Reading::Seen(Usage { used: 5120, limit: Some(9216) }));
        assert_eq!(at(10).somaxconn, Reading::Seen(4096));
    }

    #[test]
    fn garbage_is_denied_with_its_path_and_never_a_number() {
        for text in [
            "",
            "x",
            "nan",
            "18446744073709551615",
            "MemTotal: 18446744073709551615 kB\nMemAvailable: 1 kB",
            "some avg10=inf",
            "1 2",
        ] {
            let dir = host(&[
                ("meminfo", text),
                ("vmstat", text),
                ("sys/fs/file-nr", text),
                ("sys/net/ipv4/ip_local_port_range", "99999 2"),
                ("pressure/cpu", text),
                ("pressure/memory", "some avg10=1.0"),
                ("pressure/io", "some avg10=1.0"),
            ]);
            let read = FactReader::new(dir.path()).read(Duration::ZERO, [].iter());
            for (why, name) in [
                (read.memory.denied(), "meminfo"),
                (read.oom_kills.denied(), "vmstat"),
                (read.ephemeral_ports.denied(), "ip_local_port_range"),
                (read.pressure.denied(), "pressure/cpu"),
            ] {
                assert!(why.is_some_and(|why| why.contains(name)), "{text}: {read:?}");
            }
            assert!(read.file_handles.seen().is_none_or(|u| u.limit.is_none()), "{text}: {read:?}");
        }
    }
}
