//! The processes behind the listeners, from `/proc/PID`.
//!
//! Readable for every user's processes unless `/proc` is mounted with `hidepid`;
//! even the number of descriptors, by the size of the `fd` folder (Linux 6.2).

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::reread::Reread;
use crate::sample::{ProcessReading, Reading};
use crate::text::clean;
use crate::units::float;

/// Limits hardly ever change.
const LIMITS_EVERY: Duration = Duration::from_secs(10);
/// Before 6.2 the descriptors have to be listed, at 0.7 µs each.
const MOST_LISTED: usize = 20_000;
/// `comm` has 15 bytes; a command line is shown on one line.
const NAME_COLUMNS: usize = 15;
const COMMAND_COLUMNS: usize = 200;

/// Keeps the hot files of the watched processes open.
#[derive(Debug)]
pub(super) struct ProcessReader {
    proc: PathBuf,
    boot: Option<DateTime<Utc>>,
    ticks_per_second: u64,
    known: BTreeMap<u32, Known>,
}

/// What is remembered of one process.
#[derive(Debug)]
struct Known {
    stat: Reread,
    statm: Reread,
    start_ticks: u64,
    name: String,
    command: String,
    uid: Reading<u32>,
    cgroup: Option<String>,
    limits_at: Option<Duration>,
    fd_soft: Reading<Option<u64>>,
    fd_hard: Reading<Option<u64>>,
}

/// The fields of `stat` that are needed (`proc(5)`).
#[derive(Debug, PartialEq, Eq)]
struct Stat<'a> {
    name: &'a str,
    cpu_ticks: u64,
    threads: u64,
    start_ticks: u64,
}

impl ProcessReader {
    /// A reader below `proc`, which is `/proc` but in tests.
    pub(super) fn new(proc: &Path) -> Self {
        Self {
            proc: proc.to_owned(),
            boot: boot_time(proc),
            ticks_per_second: rustix::param::clock_ticks_per_second().max(1),
            known: BTreeMap::new(),
        }
    }

    /// Reads these processes; one that has ended is left out.
    pub(super) fn read(&mut self, now: Duration, pids: &[u32]) -> Vec<ProcessReading> {
        self.known.retain(|pid, _| pids.contains(pid));
        pids.iter().filter_map(|&pid| self.read_one(now, pid)).collect()
    }

    fn read_one(&mut self, now: Duration, pid: u32) -> Option<ProcessReading> {
        let dir = self.proc.join(pid.to_string());
        if let std::collections::btree_map::Entry::Vacant(e) = self.known.entry(pid) {
            e.insert(Known::open(&dir).ok()?);
        }
        let known = self.known.get_mut(&pid)?;
        let Some(stat) = known.stat.read().ok().and_then(parse_stat) else {
            // The kept file belongs to the process that ended (ESRCH), even when
            // its pid is taken again: that one is opened at the next reading.
            self.known.remove(&pid);
            return None;
        };
        let (threads, start_ticks) = (stat.threads, stat.start_ticks);
        let cpu_seconds = float(stat.cpu_ticks) / float(self.ticks_per_second);
        if start_ticks != known.start_ticks || stat.name != known.name {
            // exec() keeps pid and start but changes who it is.
            known.identify(&dir);
        }
        known.refresh_limits(now, &dir);
        let into = TimeDelta::try_milliseconds(
            i64::try_from(start_ticks * 1000 / self.ticks_per_second).unwrap_or(0),
        );
        Some(ProcessReading {
            pid,
            start_ticks,
            started: self.boot.zip(into).map(|(boot, into)| boot + into),
            name: clean(&known.name, NAME_COLUMNS),
            command: known.command.clone(),
            uid: known.uid.clone(),
            rss: Reading::from_io("statm", known.statm.read().map(parse_rss)),
            cpu_seconds: Reading::Seen(cpu_seconds),
            threads: Reading::Seen(threads),
            fds: descriptors(&dir),
            fd_soft: known.fd_soft.clone(),
            fd_hard: known.fd_hard.clone(),
            cgroup: known.cgroup.clone(),
        })
    }
}

impl Known {
    fn open(dir: &Path) -> io::Result<Self> {
        let mut known = Self {
            stat: Reread::open(&dir.join("stat"))?,
            statm: Reread::open(&dir.join("statm"))?,
            start_ticks: 0,
            name: String::new(),
            command: String::new(),
            uid: Reading::Absent,
            cgroup: None,
            limits_at: None,
            fd_soft: Reading::Absent,
            fd_hard: Reading::Absent,
        };
        known.identify(dir);
        Ok(known)
    }

    /// Who it is: read once, and again after `exec`.
    fn identify(&mut self, dir: &Path) {
        if let Some(stat) = self.stat.read().ok().and_then(parse_stat) {
            (self.start_ticks, self.name) = (stat.start_ticks, stat.name.to_owned());
        }
        let command = fs::read(dir.join("cmdline")).unwrap_or_default();
        let command = String::from_utf8_lossy(&command).replace('\0', " ");
        self.command = clean(&command, COMMAND_COLUMNS);
        let owner = fs::metadata(dir).map(|m| std::os::unix::fs::MetadataExt::uid(&m));
        self.uid = Reading::from_io("owner", owner);
        self.cgroup = fs::read_to_string(dir.join("cgroup"))
            .ok()
            .and_then(|text| super::cgroup::path_of(&text));
        self.limits_at = None;
    }

    fn refresh_limits(&mut self, now: Duration, dir: &Path) {
        if self.limits_at.is_some_and(|then| now.saturating_sub(then) < LIMITS_EVERY) {
            return;
        }
        self.limits_at = Some(now);
        let limits = fs::read_to_string(dir.join("limits"));
        let limits = Reading::from_io("limits", limits.map(|text| parse_limits(&text)));
        let limits = match limits {
            Reading::Seen(Some(both)) => Reading::Seen(both),
            Reading::Seen(None) | Reading::Absent => Reading::Absent,
            Reading::Denied(why) => Reading::Denied(why),
        };
        self.fd_soft = limits.clone().map(|(soft, _)| soft);
        self.fd_hard = limits.map(|(_, hard)| hard);
    }
}

/// The name may hold spaces and parentheses: it ends at the last one.
fn parse_stat(text: &str) -> Option<Stat<'_>> {
    let (head, tail) = text.rsplit_once(')')?;
    let (_, name) = head.split_once('(')?;
    // Behind the name: state is field 3, utime 14, stime 15, num_threads 20,
    // starttime 22.
    let mut fields = tail.split_ascii_whitespace();
    let mut skip = |n: usize| fields.nth(n)?.parse::<u64>().ok();
    let cpu_ticks = skip(11)? + skip(0)?;
    let threads = skip(4)?;
    let start_ticks = skip(1)?;
    Some(Stat { name, cpu_ticks, threads, start_ticks })
}

fn parse_rss(text: &str) -> u64 {
    let pages: u64 = text.split_ascii_whitespace().nth(1).and_then(|p| p.parse().ok()).unwrap_or(0);
    pages * rustix::param::page_size() as u64
}

/// `Max open files  1024  524288  files`, soft and hard; none inside = unlimited.
fn parse_limits(text: &str) -> Option<(Option<u64>, Option<u64>)> {
    let line = text.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    let mut words = line.split_ascii_whitespace();
    let mut next = || match words.next()? {
        "unlimited" => Some(None),
        number => number.parse().ok().map(Some),
    };
    Some((next()?, next()?))
}

/// Open descriptors: the size of the folder, or its entries where the kernel
/// gives no size. A process without any has size 0 as well; it is listed.
fn descriptors(dir: &Path) -> Reading<u64> {
    let folder = dir.join("fd");
    match fs::metadata(&folder) {
        Ok(found) if found.len() > 0 => return Reading::Seen(found.len()),
        Ok(_) => {}
        Err(error) => return Reading::from_io("descriptors", Err(error)),
    }
    let listed = fs::read_dir(&folder).map(|entries| entries.take(MOST_LISTED + 1).count());
    match listed {
        Ok(n) if n > MOST_LISTED => Reading::Denied(format!(
            "descriptors: more than {MOST_LISTED}, too many to list each second; Linux 6.2 tells their number"
        )),
        Ok(n) => Reading::Seen(n as u64),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Reading::Denied(
            "descriptors of other users: run as root, or use Linux 6.2 or later".to_owned(),
        ),
        Err(error) => Reading::from_io("descriptors", Err(error)),
    }
}

/// `btime` of `/proc/stat`.
fn boot_time(proc: &Path) -> Option<DateTime<Utc>> {
    let text = fs::read_to_string(proc.join("stat")).ok()?;
    let seconds = text.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    DateTime::from_timestamp(seconds, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_does_not_shift_the_fields() {
        let text = "7 (a) b) (c) S 1 7 7 0 -1 4 1 0 0 0 30 12 0 0 20 0 5 0 9001 1 2";
        let stat = parse_stat(text).unwrap();
        assert_eq!((stat.name, stat.cpu_ticks), ("a) b) (c", 42));
        assert_eq!((stat.threads, stat.start_ticks), (5, 9001));
        for end in 0..text.len() {
            let _ = parse_stat(&text[..end]);
        }
    }

    #[test]
    fn limits_may_be_unlimited() {
        let text =
            "Limit\nMax open files            1024                 unlimited            files\n";
        assert_eq!(parse_limits(text), Some((Some(1024), None)));
        assert_eq!(parse_limits("Max open files x"), None);
    }

    #[test]
    fn our_own_process_reads_back() {
        let mut reader = ProcessReader::new(Path::new("/proc"));
        let own = reader.read(Duration::ZERO, &[std::process::id()]).remove(0);
        assert!(own.rss.seen().is_some_and(|&rss| rss > 100_000));
        assert!(own.fds.seen().is_some_and(|&fds| fds >= 3));
        assert!(own.fd_soft.seen().is_some() && own.started.is_some());
        let age = Utc::now() - own.started.unwrap();
        assert!(age < TimeDelta::hours(1), "{age}");
    }

    #[test]
    fn an_ended_process_is_left_out() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let mut reader = ProcessReader::new(Path::new("/proc"));
        assert_eq!(reader.read(Duration::ZERO, &[child.id()]).len(), 1);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(reader.read(Duration::ZERO, &[child.id()]).is_empty());
        assert!(reader.read(Duration::ZERO, &[u32::MAX]).is_empty());
    }
}
