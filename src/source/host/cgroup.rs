//! Memory, tasks and CPU of the cgroups of the watched processes.
//!
//! Limits are the tightest of the cgroup and its ancestors, since the kernel
//! enforces them all. Version 2, version 1, or both mounted side by side.

use std::fs;
use std::path::{Path, PathBuf};

use crate::sample::{Cgroup, CgroupVersion, Reading, Usage};

/// From here up a limit is none: version 1 writes `2^63` rounded to a page.
const NO_LIMIT: u64 = 1 << 62;

/// Where the hierarchies are mounted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mounts {
    v2: Option<PathBuf>,
    memory: Option<PathBuf>,
    pids: Option<PathBuf>,
    cpu: Option<PathBuf>,
}

impl Mounts {
    /// Reads them from the text of `/proc/self/mounts`.
    pub(super) fn parse(text: &str) -> Self {
        let mut mounts = Self::default();
        for line in text.lines() {
            let mut words = line.split_ascii_whitespace().skip(1);
            let (Some(at), Some(kind), Some(options)) = (words.next(), words.next(), words.next())
            else {
                continue;
            };
            let has = |controller: &str| options.split(',').any(|o| o == controller);
            match kind {
                "cgroup2" => mounts.v2 = Some(at.into()),
                "cgroup" if has("memory") => mounts.memory = Some(at.into()),
                "cgroup" if has("pids") => mounts.pids = Some(at.into()),
                "cgroup" if has("cpu") => mounts.cpu = Some(at.into()),
                _ => {}
            }
        }
        mounts
    }

    /// In words, for the doctor.
    pub(super) fn describe(&self) -> Option<String> {
        match (&self.v2, &self.memory) {
            (_, Some(memory)) => Some(format!("version 1, memory at {}", memory.display())),
            (Some(v2), None) => Some(format!("version 2 at {}", v2.display())),
            (None, None) => None,
        }
    }
}

/// The cgroup of a process from the text of `/proc/PID/cgroup`: the path of the
/// memory controller (version 1), else of the unified hierarchy.
pub(super) fn path_of(text: &str) -> Option<String> {
    let lines = text.lines().filter_map(|line| {
        let mut parts = line.splitn(3, ':');
        let (_, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
        Some((controllers, path))
    });
    let v1 = lines.clone().find(|(c, _)| c.split(',').any(|c| c == "memory"));
    let v2 = lines.clone().find(|(c, _)| c.is_empty());
    v1.or(v2).map(|(_, path)| path.to_owned())
}

/// Reads one cgroup.
pub(super) fn read(mounts: &Mounts, path: &str) -> Cgroup {
    // Version 1 where it has the memory controller: in a hybrid set-up the
    // unified hierarchy is there and empty.
    let version = if mounts.memory.is_some() { CgroupVersion::V1 } else { CgroupVersion::V2 };
    let v1 = version == CgroupVersion::V1;
    let of = |v1_mount: &Option<PathBuf>| if v1 { v1_mount.clone() } else { mounts.v2.clone() };
    let memory = chain(of(&mounts.memory), path);
    let pids = chain(of(&mounts.pids), path);
    let cpu = chain(of(&mounts.cpu), path);
    let own = memory.first();
    Cgroup {
        path: path.to_owned(),
        version,
        memory: tightest(&memory, |dir| memory_usage(dir, v1)),
        pids: tightest(&pids, |dir| {
            Some(Usage { used: number(dir, "pids.current")?, limit: limit(dir, "pids.max") })
        }),
        oom_kills: found(own.and_then(|dir| {
            keyed(dir, if v1 { "memory.oom_control" } else { "memory.events" }, "oom_kill")
        })),
        cpu_quota: match cpu.first() {
            Some(_) => {
                Reading::Seen(cpu.iter().filter_map(|dir| quota(dir, v1)).min_by(f64::total_cmp))
            }
            None => Reading::Absent,
        },
        throttled: found(cpu.first().and_then(|dir| keyed(dir, "cpu.stat", "nr_throttled"))),
    }
}

/// The cgroup's folder and its ancestors' up to the mount. Inside a container the
/// path may not exist below the mount: then the mount is the cgroup.
fn chain(mount: Option<PathBuf>, path: &str) -> Vec<PathBuf> {
    let Some(mount) = mount else { return Vec::new() };
    // `/../..` stands for a cgroup outside our namespace.
    let inside = path.trim_start_matches('/');
    let own = mount.join(inside);
    if inside.split('/').any(|part| part == "..") || !own.is_dir() {
        return vec![mount];
    }
    own.ancestors().take_while(|dir| dir.starts_with(&mount)).map(Path::to_owned).collect()
}

/// The usage where the limit is the tightest in room left, else the cgroup's own.
fn tightest(chain: &[PathBuf], usage: impl Fn(&Path) -> Option<Usage>) -> Reading<Usage> {
    let all: Vec<Usage> = chain.iter().filter_map(|dir| usage(dir)).collect();
    let left = |u: &&Usage| u.limit.map_or(u64::MAX, |limit| limit.saturating_sub(u.used));
    let limited = all.iter().filter(|u| u.limit.is_some()).min_by_key(left);
    found(limited.or(all.first()).copied())
}

fn found<T>(value: Option<T>) -> Reading<T> {
    value.map_or(Reading::Absent, Reading::Seen)
}

/// Page cache that can be dropped at once is no use of memory.
fn memory_usage(dir: &Path, v1: bool) -> Option<Usage> {
    let (current, max, cache) = if v1 {
        ("memory.usage_in_bytes", "memory.limit_in_bytes", "total_inactive_file")
    } else {
        ("memory.current", "memory.max", "inactive_file")
    };
    let cache = keyed(dir, "memory.stat", cache).unwrap_or(0);
    Some(Usage { used: number(dir, current)?.saturating_sub(cache), limit: limit(dir, max) })
}

fn quota(dir: &Path, v1: bool) -> Option<f64> {
    let (quota, period) = if v1 {
        let quota = text(dir, "cpu.cfs_quota_us")?;
        (quota, text(dir, "cpu.cfs_period_us")?)
    } else {
        let max = text(dir, "cpu.max")?;
        let (quota, period) = max.trim().split_once(' ')?;
        (quota.to_owned(), period.to_owned())
    };
    // `-1` and `max` are no quota.
    let quota: f64 = quota.trim().parse().ok().filter(|q| *q > 0.0)?;
    let period: f64 = period.trim().parse().ok().filter(|p| *p > 0.0)?;
    Some(quota / period)
}

fn text(dir: &Path, name: &str) -> Option<String> {
    fs::read_to_string(dir.join(name)).ok()
}

fn number(dir: &Path, name: &str) -> Option<u64> {
    text(dir, name)?.trim().parse().ok()
}

fn limit(dir: &Path, name: &str) -> Option<u64> {
    number(dir, name).filter(|&limit| limit < NO_LIMIT)
}

/// `name value` on a line of its own.
fn keyed(dir: &Path, file: &str, name: &str) -> Option<u64> {
    let text = text(dir, file)?;
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    value.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    fn v2(dir: &tempfile::TempDir) -> Mounts {
        Mounts { v2: Some(dir.path().into()), ..Mounts::default() }
    }

    #[test]
    fn the_tightest_limit_of_all_ancestors_counts() {
        let dir = tree(&[
            ("a/memory.current", "900"),
            ("a/memory.max", "1000"),
            ("a/memory.stat", "inactive_file 100\n"),
            ("a/b/memory.current", "500"),
            ("a/b/memory.max", "max"),
            ("a/b/memory.events", "low 0\noom 1\noom_kill 3\n"),
            ("a/b/cpu.max", "max 100000"),
            ("a/cpu.max", "150000 100000"),
            ("a/b/pids.current", "7"),
            ("a/b/pids.max", "max"),
        ]);
        let cgroup = read(&v2(&dir), "/a/b");
        assert_eq!(cgroup.memory, Reading::Seen(Usage { used: 800, limit: Some(1000) }));
        assert_eq!(cgroup.oom_kills, Reading::Seen(3));
        assert_eq!(cgroup.cpu_quota, Reading::Seen(Some(1.5)));
        assert_eq!(cgroup.pids, Reading::Seen(Usage { used: 7, limit: None }));
    }

    #[test]
    fn version_one_writes_no_limit_as_a_huge_number() {
        let dir = tree(&[
            ("memory/x/memory.usage_in_bytes", "5000"),
            ("memory/x/memory.limit_in_bytes", "9223372036854771712"),
            ("memory/x/memory.stat", "total_inactive_file 1000\n"),
            ("memory/x/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n"),
        ]);
        let mounts = Mounts { memory: Some(dir.path().join("memory")), ..Mounts::default() };
        let cgroup = read(&mounts, "/x");
        assert_eq!(cgroup.memory, Reading::Seen(Usage { used: 4000, limit: None }));
        assert_eq!((cgroup.oom_kills, cgroup.version), (Reading::Seen(2), CgroupVersion::V1));
        assert_eq!(cgroup.pids, Reading::Absent);
    }

    #[test]
    fn in_a_container_the_mount_is_the_cgroup() {
        let dir = tree(&[("memory.current", "10"), ("memory.max", "20")]);
        for path in ["/docker/0123", "/../..", "/"] {
            let cgroup = read(&v2(&dir), path);
            assert_eq!(cgroup.memory, Reading::Seen(Usage { used: 10, limit: Some(20) }), "{path}");
        }
    }

    #[test]
    fn the_memory_controller_names_the_cgroup() {
        assert_eq!(path_of("4:memory:/m\n1:name=systemd:/s\n0::/u\n").as_deref(), Some("/m"));
        assert_eq!(path_of("0::/u:with:colons\n").as_deref(), Some("/u:with:colons"));
        assert_eq!(path_of("garbage"), None);
    }
}
