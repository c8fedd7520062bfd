//! What the files below `/proc/PID` say (`proc(5)`).

use std::fs;
use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};

use crate::sample::{Reading, RunState};

/// Before Linux 6.2 descriptors have to be listed, at 0.7 µs each.
const MOST_LISTED: usize = 20_000;

/// The fields of `stat` that are needed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stat<'a> {
    pub(super) comm: &'a [u8],
    pub(super) state: u8,
    pub(super) cpu_ticks: u64,
    pub(super) threads: u64,
    pub(super) start_ticks: u64,
}

impl Stat<'_> {
    /// Ended and not yet reaped by its parent. Where only the first thread has
    /// ended the state is the same, but others still run.
    pub(super) const fn is_dead(&self) -> bool {
        matches!(self.state, b'Z' | b'X' | b'x') && self.threads <= 1
    }

    /// What its first thread does.
    pub(super) const fn run_state(&self) -> RunState {
        match self.state {
            b'R' => RunState::Running,
            b'S' => RunState::Sleeping,
            b'D' => RunState::Blocked,
            b'T' => RunState::Stopped,
            b't' => RunState::Traced,
            _ => RunState::Other,
        }
    }
}

/// Parses `stat`. The name is any bytes, spaces and parentheses among them: it
/// ends at the last one. The kernel cuts it at 15 bytes, through letters too.
pub(super) fn parse_stat(text: &[u8]) -> Option<Stat<'_>> {
    let close = text.iter().rposition(|&b| b == b')')?;
    let open = text[..close].iter().position(|&b| b == b'(')?;
    let comm = &text[open + 1..close];
    // Behind the name: state is field 3, utime 14, stime 15, num_threads 20,
    // starttime 22.
    let mut fields = std::str::from_utf8(&text[close + 1..]).ok()?.split_ascii_whitespace();
    let state = *fields.next()?.as_bytes().first()?;
    let mut skip = |n: usize| fields.nth(n)?.parse::<u64>().ok();
    let cpu_ticks = skip(10)?.checked_add(skip(0)?)?;
    let threads = skip(4)?;
    let start_ticks = skip(1)?;
    Some(Stat { comm, state, cpu_ticks, threads, start_ticks })
}

/// The second number of `statm`, in bytes.
pub(super) fn parse_rss(text: &str) -> Option<u64> {
    let pages: u64 = text.split_ascii_whitespace().nth(1)?.parse().ok()?;
    pages.checked_mul(rustix::param::page_size() as u64)
}

/// `Uid: real effective saved filesystem` of `status`: the real one.
pub(super) fn parse_uid(text: &str) -> Option<u32> {
    let line = text.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

/// `Max open files  1024  524288  files`, soft and hard; none inside = unlimited.
pub(super) fn parse_limits(text: &str) -> Option<(Option<u64>, Option<u64>)> {
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
pub(super) fn descriptors(dir: &Path) -> Reading<u64> {
    let folder = dir.join("fd");
    let what = || folder.display().to_string();
    match fs::metadata(&folder) {
        Ok(found) if found.len() > 0 => return Reading::Seen(found.len()),
        Ok(_) => {}
        Err(error) => return Reading::from_io(&what(), Err(error)),
    }
    let listed = fs::read_dir(&folder).map(|entries| entries.take(MOST_LISTED + 1).count());
    match listed {
        Ok(n) if n > MOST_LISTED => Reading::Denied(format!(
            "{}: more than {MOST_LISTED} descriptors, too many to list each second; Linux 6.2 tells their number",
            what()
        )),
        Ok(n) => Reading::Seen(n as u64),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Reading::Denied(format!(
            "{}: descriptors of other users: run as root or with CAP_SYS_PTRACE and \
             CAP_DAC_READ_SEARCH, or use Linux 6.2 or later",
            what()
        )),
        Err(error) => Reading::from_io(&what(), Err(error)),
    }
}

/// `btime` of `/proc/stat`.
pub(super) fn boot_time(proc: &Path) -> Option<DateTime<Utc>> {
    let text = fs::read_to_string(proc.join("stat")).ok()?;
    let seconds = text.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    DateTime::from_timestamp(seconds, 0)
}
