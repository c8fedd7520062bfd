//! The busiest thread of a process.
//!
//! An event loop is one thread: a process at 100 % of one core of eight looks
//! idle by its share of the host, and cannot take one more client.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use super::files::parse_stat;
use crate::sample::BusiestThread;
use crate::units::float;

/// Threads are looked at from this share of a core on: below it none can be near
/// a whole one.
const FROM: f64 = 0.8;
/// To read a thread takes 8 µs: 256 of them are 0.2 % of a core.
const MOST: u64 = 256;

/// What the threads of one process had used when last looked at.
#[derive(Debug, Default)]
pub(super) struct Threads {
    process: Option<(Duration, u64)>,
    each: Option<(Duration, HashMap<u32, u64>)>,
}

impl Threads {
    /// The busiest since the last reading, in a process that has used so many
    /// ticks so far; none while it uses little, and at its first busy reading.
    pub(super) fn read(
        &mut self,
        now: Duration,
        dir: &Path,
        ticks: u64,
        threads: u64,
        per_second: u64,
    ) -> Option<BusiestThread> {
        let (then, before) = self.process.replace((now, ticks))?;
        let over = now.saturating_sub(then);
        let used = float(ticks.saturating_sub(before)) / float(per_second);
        if used < FROM * over.as_secs_f64() || threads > MOST {
            self.each = None;
            return None;
        }
        if threads == 1 {
            let tid = dir.file_name()?.to_str()?.parse().ok()?;
            return Some(BusiestThread { tid, cpu_seconds: used, over });
        }
        let each = each(dir);
        let (then, before) = self.each.replace((now, each.clone()))?;
        let used = |(tid, ticks): (u32, u64)| Some((tid, ticks.checked_sub(*before.get(&tid)?)?));
        let (tid, used) = each.into_iter().filter_map(used).max_by_key(|(_, used)| *used)?;
        let cpu_seconds = float(used) / float(per_second);
        Some(BusiestThread { tid, cpu_seconds, over: now.saturating_sub(then) })
    }
}

/// Ticks used by each thread so far; one that ends meanwhile is left out.
fn each(dir: &Path) -> HashMap<u32, u64> {
    let tasks = fs::read_dir(dir.join("task")).into_iter().flatten().flatten();
    let one = |task: fs::DirEntry| {
        let tid = task.file_name().to_str()?.parse().ok()?;
        Some((tid, parse_stat(&fs::read(task.path().join("stat")).ok()?)?.cpu_ticks))
    };
    tasks.filter_map(one).collect()
}
