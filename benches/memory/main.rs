//! What two weeks of memory cost: resident memory, and the time a second takes.
//!
//! A busy host, a moment every second at the end. Run alone: `cargo bench --bench
//! memory`. Figures go to the README; `tests/memory.rs` holds the budget.

mod world;

use std::io::Write;
use std::time::{Duration, Instant};

use herdtop::detect::Thresholds;
use herdtop::model::ModelConfig;
use herdtop::sample::Stamp;
use herdtop::session::Session;

use world::{DAY, sample, seconds};

fn main() {
    let mut session = Session::new(
        ModelConfig { everything: true, page_bytes: 4096, ..ModelConfig::default() },
        Thresholds::default(),
    );
    session.remember(Duration::from_secs(1));
    let start = Stamp {
        mono: Duration::ZERO,
        wall: chrono::DateTime::from_timestamp(1_795_000_000, 0).expect("a plain moment"),
    };
    let before = resident();
    let mut dice = 7;
    let mut spent = (Duration::ZERO, 0_u32);
    let mut highest = 0;
    for second in seconds(1) {
        let at = start.plus(Duration::from_secs(second));
        session.absorb(sample(at, second, &mut dice));
        let begun = Instant::now();
        session.derive(at, None);
        spent = (spent.0 + begun.elapsed(), spent.1 + 1);
        highest = highest.max(session.bytes_kept());
    }
    let mut lines = vec![
        format!("kept           {} MiB by the sizes of rings and blocks", highest >> 20),
        format!("resident       {} MiB more, the rest of the model included", grown(before) >> 20),
        format!("a derivation   {:?} on average, keeping it included", spent.0 / spent.1),
    ];
    let begun = Instant::now();
    let kept = |back: &u64| session.moment(14 * DAY - back).is_some_and(|m| !m.missing);
    let reach = (0..48).map(|hour| hour * 3_600).take_while(kept).last().unwrap_or(0);
    let reads = u32::try_from(reach / 3_600 + 2).expect("few");
    lines.push(format!("a look back    {:?} on average", begun.elapsed() / reads));
    lines.push(format!("moments        of {} hours, on a host as busy as this", reach / 3_600));
    for line in lines {
        writeln!(std::io::stdout(), "{line}").expect("standard output");
    }
    assert!(grown(before) < 32 << 20, "over 32 MiB");
}

fn grown(before: usize) -> usize {
    resident().saturating_sub(before)
}

/// Resident memory of this process, bytes.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("statm of Linux");
    let pages: usize = statm.split(' ').nth(1).and_then(|n| n.parse().ok()).expect("a number");
    pages * 4096
}
