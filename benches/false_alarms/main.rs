//! How often the herd detector cries wolf, and what it misses: simulated days of
//! calm traffic, and simulated storms. Ends with 1 when a bound is broken.
//!
//! `cargo bench --bench false_alarms`, or `… -- storms` for the storms alone.

/// A line of the table.
macro_rules! say {
    ($($what:tt)*) => {{
        use std::io::Write;
        writeln!(std::io::stdout(), $($what)*).expect("somebody reads")
    }};
}

mod dice;
mod storms;

use herdtop::detect::{Herd, HerdState};

use dice::{Dice, Poisson};

const TICKS_A_DAY: u64 = 864_000;

fn main() {
    let storms_alone = std::env::args().any(|arg| arg == "storms");
    let broken = (!storms_alone && calm()) | storms::report();
    std::process::exit(i32::from(broken));
}

/// Prints the herds that were none; whether there were too many.
fn calm() -> bool {
    let mut broken = false;
    say!("calm traffic                      days  herds  allowed");
    for rate in [0.2, 5.0, 50.0, 500.0] {
        let herds = poisson(rate, 100);
        broken |= herds > 0;
        say!("Poisson {rate:>5}/s                 100  {herds:>5}        0");
    }
    for rate in [5.0, 20.0] {
        let herds = dispersed(rate, 3.0, 10);
        broken |= herds > 1;
        say!("over-dispersed {rate:>4}/s, Fano 3    10  {herds:>5}        1");
    }
    broken
}

/// Onsets in so many days of steady traffic.
fn poisson(rate: f64, days: u64) -> u64 {
    let (mut dice, mut herd, mut onsets) = (Dice::new(rate.to_bits()), Herd::new(3.0), 0);
    let arrivals = Poisson::new(rate / 10.0);
    for _ in 0..days * TICKS_A_DAY {
        onsets += u64::from(herd.tick(arrivals.draw(&mut dice)) == HerdState::Onset);
    }
    onsets
}

/// The same with a rate that is drawn anew each second from a gamma
/// distribution, so that the variance is `fano` times the mean.
fn dispersed(rate: f64, fano: f64, days: u64) -> u64 {
    let (mut dice, mut herd, mut onsets) = (Dice::new(rate.to_bits()), Herd::new(3.0), 0);
    let scale = fano - 1.0;
    for _ in 0..days * TICKS_A_DAY / 10 {
        let second = dice.gamma(rate / scale) * scale;
        for _ in 0..10 {
            let arrivals = dice.poisson(second / 10.0);
            onsets += u64::from(herd.tick(arrivals) == HerdState::Onset);
        }
    }
    onsets
}
