//! Memory, tasks and CPU of the cgroups of the watched processes.
//!
//! Limits are the tightest of the cgroup and its ancestors, since the kernel
//! enforces them all. Version 2, version 1, or both mounted side by side
//! (`Documentation/admin-guide/cgroup-v2.rst` and `cgroup-v1/`).

mod mounts;
mod paths;
#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::sample::{Cgroup, CgroupVersion, Reading, Usage};
pub(super) use mounts::Mounts;
use paths::Paths;
pub(super) use paths::path_of;

/// From here up a limit is none: version 1 writes `2^63` rounded to a page.
const NO_LIMIT: u64 = 1 << 62;

/// What one folder says: nothing where it has no such file, an error with the
/// path where it was refused.
type FileResult<T> = io::Result<Option<T>>;

/// Reads one cgroup; each reading on its own.
pub(super) fn read(mounts: &Mounts, path: &str) -> Cgroup {
    // Version 1 where it has the memory controller: in a hybrid set-up the
    // unified hierarchy is there and empty.
    let v1 = mounts.memory.is_some();
    let own = Paths::of(path);
    let chain = |v1_mount: &Option<mounts::Mount>, path: &str| {
        let v2 = mounts.v2.as_ref().filter(|_| !v1);
        v1_mount.as_ref().or(v2).map_or_else(Vec::new, |mount| mount.chain(path))
    };
    let memory = chain(&mounts.memory, own.memory);
    let pids = chain(&mounts.pids, own.pids);
    let cpu = chain(&mounts.cpu, own.cpu);
    let events = if v1 { "memory.oom_control" } else { "memory.events" };
    let cpu_v1 = mounts.cpu.is_some();
    let (cpu_quota, stat) = cpu_limit(&cpu, cpu_v1);
    let counter =
        |name| stat.clone().map_or_else(|why| why, |dir| reading(keyed(dir, "cpu.stat", name)));
    let (spent, part) = if cpu_v1 { ("throttled_time", 1) } else { ("throttled_usec", 1_000) };
    Cgroup {
        path: path.to_owned(),
        version: if v1 { CgroupVersion::V1 } else { CgroupVersion::V2 },
        memory: reading(tightest(&memory, |dir| memory_usage(dir, v1))),
        pids: reading(tightest(&pids, |dir| usage(dir, "pids.current", "pids.max"))),
        oom_kills: reading(memory.first().map_or(Ok(None), |dir| keyed(dir, events, "oom_kill"))),
        cpu_quota,
        throttled: counter("nr_throttled"),
        periods: counter("nr_periods"),
        throttled_for: counter(spent).map(|spent| Duration::from_nanos(spent.saturating_mul(part))),
    }
}

fn reading<T>(found: FileResult<T>) -> Reading<T> {
    match found {
        Ok(value) => value.map_or(Reading::Absent, Reading::Seen),
        Err(error) => Reading::Denied(error.to_string()),
    }
}

/// The usage where the limit leaves the least room, else the cgroup's own.
fn tightest(chain: &[PathBuf], usage: impl Fn(&Path) -> FileResult<Usage>) -> FileResult<Usage> {
    let all = chain.iter().map(|dir| usage(dir)).collect::<io::Result<Vec<_>>>()?;
    let all: Vec<Usage> = all.into_iter().flatten().collect();
    let left = |u: &&Usage| u.limit.map_or(u64::MAX, |limit| limit.saturating_sub(u.used));
    let limited = all.iter().filter(|u| u.limit.is_some()).min_by_key(left);
    Ok(limited.or(all.first()).copied())
}

/// The tightest quota in cores, and the folder of the cgroup it belongs to, which
/// counts the throttling by it: a group below counts only that by its own quota.
fn cpu_limit(chain: &[PathBuf], v1: bool) -> (Reading<Option<f64>>, Result<&Path, Reading<u64>>) {
    let Some(own) = chain.first() else {
        return (Reading::Absent, Err(Reading::Absent));
    };
    let mut tightest: Option<(f64, &Path)> = None;
    for dir in chain {
        match quota(dir, v1) {
            Ok(Some(cores)) if tightest.is_none_or(|(least, _)| cores < least) => {
                tightest = Some((cores, dir));
            }
            Ok(_) => {}
            Err(error) => {
                let why = error.to_string();
                return (Reading::Denied(why.clone()), Err(Reading::Denied(why)));
            }
        }
    }
    let counts = tightest.map_or(own.as_path(), |(_, dir)| dir);
    (Reading::Seen(tightest.map(|(cores, _)| cores)), Ok(counts))
}

/// Page cache that can be dropped at once is no use of memory.
fn memory_usage(dir: &Path, v1: bool) -> FileResult<Usage> {
    let (current, max, cache) = if v1 {
        ("memory.usage_in_bytes", "memory.limit_in_bytes", "total_inactive_file")
    } else {
        ("memory.current", "memory.max", "inactive_file")
    };
    let Some(mut usage) = usage(dir, current, max)? else { return Ok(None) };
    let stat = text(dir, "memory.stat")?.unwrap_or_default();
    usage.used = usage.used.saturating_sub(value(&stat, cache).unwrap_or(0));
    if v1 {
        // In a container the ancestors are out of sight, and their limit is here.
        let above = value(&stat, "hierarchical_memory_limit").filter(|&limit| limit < NO_LIMIT);
        usage.limit = usage.limit.into_iter().chain(above).min();
    }
    Ok(Some(usage))
}

/// Cores; none for `max` and `-1`, which are no quota.
fn quota(dir: &Path, v1: bool) -> FileResult<f64> {
    let both = if v1 {
        text(dir, "cpu.cfs_quota_us")?.zip(text(dir, "cpu.cfs_period_us")?)
    } else {
        let max = text(dir, "cpu.max")?;
        max.and_then(|max| max.trim().split_once(' ').map(|(q, p)| (q.to_owned(), p.to_owned())))
    };
    let positive =
        |text: String| text.trim().parse::<f64>().ok().filter(|n| n.is_finite() && *n > 0.0);
    Ok(both.and_then(|(quota, period)| Some(positive(quota)? / positive(period)?)))
}

fn usage(dir: &Path, used: &str, limit: &str) -> FileResult<Usage> {
    let number = |name| Ok::<_, io::Error>(text(dir, name)?.and_then(|t| t.trim().parse().ok()));
    let Some(used) = number(used)? else { return Ok(None) };
    Ok(Some(Usage { used, limit: number(limit)?.filter(|&limit: &u64| limit < NO_LIMIT) }))
}

/// That value of a file.
fn keyed(dir: &Path, file: &str, name: &str) -> FileResult<u64> {
    Ok(text(dir, file)?.and_then(|text| value(&text, name)))
}

/// `name value` on a line of its own.
fn value(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    value.trim().parse().ok()
}

/// A file's text; none where this cgroup has no such file, or has just gone.
fn text(dir: &Path, name: &str) -> FileResult<String> {
    let path = dir.join(name);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error)
            if error.kind() == io::ErrorKind::NotFound
                || error.raw_os_error() == Some(rustix::io::Errno::NODEV.raw_os_error()) =>
        {
            Ok(None)
        }
        Err(error) => Err(io::Error::new(error.kind(), format!("{}: {error}", path.display()))),
    }
}
