//! The processes behind the listeners, from `/proc/PID`.
//!
//! Readable for every user's processes unless `/proc` is mounted with `hidepid`;
//! even the number of descriptors, by the size of the `fd` folder (Linux 6.2).

mod files;
#[cfg(test)]
mod tests;
mod threads;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::reread::Reread;
use crate::sample::{Ended, ProcessReading, Reading};
use crate::text::clean;
use crate::units::float;
use files::{boot_time, descriptors, parse_limits, parse_rss, parse_stat, parse_uid};
use threads::Threads;

/// Limits, owner and cgroup hardly ever change; a server that drops its
/// privileges or is moved by its supervisor does so without `exec`.
const SETTINGS_EVERY: Duration = Duration::from_secs(10);
/// `comm` has 15 bytes; a command line is shown on one line.
const NAME_COLUMNS: usize = 15;
const COMMAND_COLUMNS: usize = 200;
/// Arguments may be megabytes; this much fills the line at 4 bytes a column.
const COMMAND_BYTES: u64 = 4096;

/// Keeps the hot files of the watched processes open.
#[derive(Debug)]
pub(super) struct ProcessReader {
    proc: PathBuf,
    boot: Option<DateTime<Utc>>,
    ticks_per_second: u64,
    known: BTreeMap<u32, KnownProcess>,
    missing: Vec<u32>,
    some_missing: bool,
    ended: Vec<Ended>,
}

/// Pid and start: a pid alone is given out again.
pub(super) type Identity = (u32, u64);

/// What is remembered of one process.
#[derive(Debug)]
struct KnownProcess {
    stat: Reread,
    statm: Reread,
    start_ticks: u64,
    /// As the kernel gives it, to notice an `exec`.
    comm: Vec<u8>,
    name: String,
    command: String,
    settings_at: Option<Duration>,
    uid: Reading<u32>,
    cgroup: Option<String>,
    fd_soft: Reading<Option<u64>>,
    fd_hard: Reading<Option<u64>>,
    threads: Threads,
}

impl ProcessReader {
    /// A reader below `proc`, which is `/proc` but in tests.
    pub(super) fn new(proc: &Path) -> Self {
        Self {
            proc: proc.to_owned(),
            boot: boot_time(proc),
            ticks_per_second: rustix::param::clock_ticks_per_second().max(1),
            known: BTreeMap::new(),
            missing: Vec::new(),
            some_missing: false,
            ended: Vec::new(),
        }
    }

    /// Reads these processes; one that has ended is left out. A pid that was
    /// taken again is left out once and then comes with other `start_ticks`.
    pub(super) fn read(&mut self, now: Duration, pids: &[u32]) -> Vec<ProcessReading> {
        self.known.retain(|pid, _| pids.contains(pid));
        self.ended.clear();
        let mut missing = Vec::new();
        let mut found = Vec::with_capacity(pids.len());
        for &pid in pids {
            match self.read_one(now, pid) {
                Some(reading) => found.push(reading),
                None => missing.push(pid),
            }
        }
        self.some_missing = missing.iter().any(|pid| !self.missing.contains(pid));
        self.missing = missing;
        found
    }

    /// Whether the last reading missed a process that the one before had, or
    /// that was asked for the first time. One that stays away counts once.
    pub(super) const fn some_missing(&self) -> bool {
        self.some_missing
    }

    /// Those that were there at the reading before and have ended.
    pub(super) fn ended(&self) -> &[Ended] {
        &self.ended
    }

    fn read_one(&mut self, now: Duration, pid: u32) -> Option<ProcessReading> {
        let dir = self.proc.join(pid.to_string());
        if let std::collections::btree_map::Entry::Vacant(e) = self.known.entry(pid) {
            e.insert(KnownProcess::open(&dir).ok()?);
        }
        let known = self.known.get_mut(&pid)?;
        let Some(stat) = known.stat.bytes().ok().and_then(parse_stat).filter(|s| !s.is_dead())
        else {
            // The kept file belongs to the process that ended (ESRCH), even when
            // its pid is taken again: that one is opened at the next reading.
            let start_ticks = self.known.remove(&pid)?.start_ticks;
            if start_ticks > 0 {
                self.ended.push(Ended { pid, start_ticks, how: None });
            }
            return None;
        };
        let (cpu_ticks, threads, start_ticks) = (stat.cpu_ticks, stat.threads, stat.start_ticks);
        let state = stat.run_state();
        if start_ticks != known.start_ticks || stat.comm != known.comm {
            // exec() keeps pid and start but changes who it is.
            (known.start_ticks, known.comm) = (start_ticks, stat.comm.to_owned());
            known.identify(&dir);
        }
        known.refresh_settings(now, &dir);
        let per_second = self.ticks_per_second;
        let busiest_thread = known.threads.read(now, &dir, cpu_ticks, threads, per_second);
        Some(ProcessReading {
            pid,
            start_ticks,
            started: self.boot.and_then(|boot| after(boot, start_ticks, self.ticks_per_second)),
            name: known.name.clone(),
            command: known.command.clone(),
            uid: known.uid.clone(),
            state: Some(state),
            rss: stated(&dir.join("statm"), known.statm.read().map(parse_rss)),
            cpu_seconds: Reading::Seen(float(cpu_ticks) / float(self.ticks_per_second)),
            threads: Reading::Seen(threads),
            busiest_thread,
            fds: descriptors(&dir),
            fd_soft: known.fd_soft.clone(),
            fd_hard: known.fd_hard.clone(),
            cgroup: known.cgroup.clone(),
        })
    }
}

impl KnownProcess {
    fn open(dir: &Path) -> io::Result<Self> {
        Ok(Self {
            stat: Reread::open(&dir.join("stat"))?,
            statm: Reread::open(&dir.join("statm"))?,
            start_ticks: 0,
            comm: Vec::new(),
            name: String::new(),
            command: String::new(),
            settings_at: None,
            uid: Reading::Absent,
            cgroup: None,
            fd_soft: Reading::Absent,
            fd_hard: Reading::Absent,
            threads: Threads::default(),
        })
    }

    /// Who it is: read once, and again after `exec`.
    fn identify(&mut self, dir: &Path) {
        self.name = clean(&String::from_utf8_lossy(&self.comm), NAME_COLUMNS);
        let mut command = Vec::new();
        // Refused or gone, it stays empty: text beside the name, no reading.
        let _ = fs::File::open(dir.join("cmdline"))
            .and_then(|file| file.take(COMMAND_BYTES).read_to_end(&mut command));
        let command = String::from_utf8_lossy(&command).replace('\0', " ");
        self.command = clean(&command, COMMAND_COLUMNS);
        self.settings_at = None;
    }

    fn refresh_settings(&mut self, now: Duration, dir: &Path) {
        if self.settings_at.is_some_and(|then| now.saturating_sub(then) < SETTINGS_EVERY) {
            return;
        }
        self.settings_at = Some(now);
        // `status` holds the name too, so it may be no UTF-8. The owner of the
        // folder would be the effective user, not the real one.
        let status = dir.join("status");
        let uid = fs::read(&status).map(|text| parse_uid(&String::from_utf8_lossy(&text)));
        self.uid = stated(&status, uid);
        let limits = dir.join("limits");
        let both = fs::read_to_string(&limits).map(|text| parse_limits(&text));
        let both = stated(&limits, both);
        self.fd_soft = both.clone().map(|(soft, _)| soft);
        self.fd_hard = both.map(|(_, hard)| hard);
        self.cgroup = fs::read_to_string(dir.join("cgroup"))
            .ok()
            .and_then(|text| super::cgroup::path_of(&text));
    }
}

/// Start of the process with this folder, clock ticks since boot.
pub(super) fn start_ticks(dir: &Path) -> Option<u64> {
    Some(parse_stat(&fs::read(dir.join("stat")).ok()?)?.start_ticks)
}

/// Which process started the one with this folder.
pub(super) fn parent(dir: &Path) -> Option<u32> {
    let stat = fs::read(dir.join("stat")).ok()?;
    // Behind the name, which may hold anything: state, parent.
    let behind = stat.get(stat.iter().rposition(|&b| b == b')')? + 1..)?;
    std::str::from_utf8(behind).ok()?.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// A file's value; where it does not state one, a refusal that says so.
fn stated<T>(path: &Path, value: io::Result<Option<T>>) -> Reading<T> {
    let value = value.and_then(|v| v.ok_or_else(|| io::Error::other("not in the expected form")));
    Reading::from_io(&path.display().to_string(), value)
}

/// The moment so many clock ticks after boot; none beyond what a date can hold.
fn after(boot: DateTime<Utc>, ticks: u64, per_second: u64) -> Option<DateTime<Utc>> {
    let into = i64::try_from(ticks.checked_mul(1000)? / per_second).ok()?;
    boot.checked_add_signed(TimeDelta::try_milliseconds(into)?)
}
