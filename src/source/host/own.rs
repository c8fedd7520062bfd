//! What we ourselves cost.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::lanes::Lanes;
use crate::sample::OwnCost;

/// CPU of all our threads and our resident memory, as the kernel accounts them.
pub(super) fn read(lanes: &Lanes) -> Option<OwnCost> {
    cost(lanes.lost.load(Ordering::Relaxed))
}

/// The same without lanes.
#[must_use]
pub fn cost(samples_lost: u64) -> Option<OwnCost> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(OwnCost {
        cpu: program_cpu()?,
        rss: pages * rustix::param::page_size() as u64,
        samples_lost,
    })
}

/// CPU time all our threads have used.
pub(super) fn program_cpu() -> Option<Duration> {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(spent).ok()
}

/// CPU time this thread has used.
pub(super) fn thread_cpu() -> Duration {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(spent).unwrap_or_default()
}
