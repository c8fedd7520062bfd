//! How soon what comes and goes is on the screen.
//!
//! Times are held against what the machine itself is late by in the same moment: a
//! thread that sleeps beside the program says how much longer than asked it slept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::harness::{Service, Terminal};

/// From connections to the screen.
const BOUND: Duration = Duration::from_millis(300);
/// What a debug build takes longer to derive and draw than the program that is used.
const DEBUG: Duration = Duration::from_millis(if cfg!(debug_assertions) { 80 } else { 0 });

/// How late the machine runs whoever is due: the sum of all delays since it was asked.
struct Lateness {
    late: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Lateness {
    fn watch() -> Self {
        const STEP: Duration = Duration::from_millis(2);
        let (late, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (sum, end) = (Arc::clone(&late), Arc::clone(&stop));
        std::thread::spawn(move || {
            while !end.load(Ordering::Relaxed) {
                let asked = Instant::now();
                std::thread::sleep(STEP);
                let over = asked.elapsed().saturating_sub(STEP).as_micros();
                // The timer's own slack is no delay.
                let over = u64::try_from(over).unwrap_or(u64::MAX).saturating_sub(500);
                sum.fetch_add(over, Ordering::Relaxed);
            }
        });
        Self { late, stop }
    }

    fn so_far(&self) -> Duration {
        Duration::from_micros(self.late.load(Ordering::Relaxed))
    }
}

impl Drop for Lateness {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Opens so many and waits until the figure stands: how long that took, and by how much
/// of it the machine was late.
fn burst(
    terminal: &Terminal,
    service: &mut Service,
    late: &Lateness,
    (more, shown): (usize, &str),
) -> (Duration, Duration) {
    let (begin, before) = (Instant::now(), late.so_far());
    service.open(more);
    terminal.shows(shown);
    (begin.elapsed(), late.so_far().saturating_sub(before))
}

/// A service with two connections, on the screen and quiet.
fn watched() -> (Service, Terminal, Lateness) {
    let service = Service::with(2);
    let terminal =
        Terminal::start(120, 36, &["-p", &service.argument(), "-c", "999", "--max-cpu", "5%"]);
    terminal.shows("2 of 999");
    // The first walk is cold.
    terminal.shows("socket scan every 1 s");
    (service, terminal, Lateness::watch())
}

#[test]
fn a_burst_is_on_the_screen_within_300_ms_at_any_phase() {
    let _alone = crate::checks::noise::quiet();
    let (mut service, terminal, late) = watched();
    let mut took = Vec::new();
    for turn in 1..=7_usize {
        // After a second of quiet, at another moment of its interval each time.
        std::thread::sleep(Duration::from_millis(1_300 + 137 * turn as u64));
        let shown = format!("{} of 999", 2 + 40 * turn);
        took.push(burst(&terminal, &mut service, &late, (40, &shown)));
    }
    eprintln!("took (and late by): {took:?}");
    for (took, late) in &took {
        let bound = BOUND + DEBUG + *late * 4;
        assert!(*took <= bound, "{took:?} of {bound:?}; the machine was late by {late:?}");
    }
}

#[test]
fn a_later_change_is_on_the_screen_within_400_ms_and_nothing_is_drawn_without_one() {
    let _alone = crate::checks::noise::quiet();
    let (mut service, terminal, late) = watched();
    // Quiet for more than a second: the first change after it is drawn at once.
    std::thread::sleep(Duration::from_millis(1_500));
    let first = burst(&terminal, &mut service, &late, (40, "42 of 999"));
    let second = burst(&terminal, &mut service, &late, (40, "82 of 999"));
    eprintln!("took (and late by): {first:?} {second:?}");
    let bound = Duration::from_millis(400) + DEBUG + second.1 * 4;
    assert!(second.0 <= bound, "{second:?} of {bound:?}");
    // Once it is quiet only the clock is drawn, once a second: that nothing happens in a
    // time is seen by waiting for it, first until the rates have fallen to nothing.
    std::thread::sleep(Duration::from_millis(3_500));
    let (frames, begin) = (terminal.frames(), Instant::now());
    std::thread::sleep(Duration::from_secs(3));
    let drawn = terminal.frames() - frames;
    let seconds = begin.elapsed().as_secs();
    let most = usize::try_from(seconds).expect("a few") + 1;
    assert!(drawn <= most, "{drawn} frames in {:?} of quiet", begin.elapsed());
}
