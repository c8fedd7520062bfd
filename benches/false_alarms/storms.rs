//! Clients that lose their server and come back, by ten strategies.

use herdtop::detect::{Herd, HerdState};

use super::dice::{Dice, Poisson};

/// Calm ticks before the server is lost.
const CALM: usize = 1_200;
/// Ticks looked at in all.
const TICKS: usize = 3_000;
/// How long the server is away, seconds.
const OUTAGE: f64 = 20.0;
/// A herd has to be told of this many ticks after its twentieth arrival.
const LATEST: usize = 12;
const SEEDS: u64 = 20;
/// Those that lose their server, and what else arrives per second.
const CLIENTS: [usize; 2] = [5_000, 200];
const RATES: [f64; 3] = [0.5, 5.0, 50.0];

type Delay = fn(&mut Dice, attempt: i32, before: f64) -> f64;

const STRATEGIES: [(&str, Delay); 10] = [
    ("fixed 1 s", |_, _, _| 1.0),
    ("fixed 5 s", |_, _, _| 5.0),
    ("exponential", |_, n, _| backoff(n)),
    ("exponential + 1 s jitter", |dice, n, _| (backoff(n) + dice.unit()).min(60.0)),
    ("full jitter", |dice, n, _| dice.uniform(0.0, backoff(n))),
    ("equal jitter", |dice, n, _| backoff(n) / 2.0 + dice.uniform(0.0, backoff(n) / 2.0)),
    ("decorrelated jitter", |dice, _, before| dice.uniform(1.0, (before * 3.0).max(1.0)).min(60.0)),
    ("first 0-5 s, then full", |dice, n, _| {
        if n == 0 { dice.uniform(0.0, 5.0) } else { dice.uniform(0.0, backoff(n)) }
    }),
    ("uniform 5-30 s", |dice, _, _| dice.uniform(5.0, 30.0)),
    ("the runbook's client", |dice, _, _| 1.0 + dice.unit()),
];

fn backoff(attempt: i32) -> f64 {
    2_f64.powi(attempt.min(6)).min(60.0)
}

/// Storms that need not be told of at once: `(strategy, clients, usual per
/// second, why)`. Few clients who come over many seconds are under twenty a
/// second, or under treble the usual: no herd, or barely one. Their true counts
/// stand in the table all the same.
const SPARED: [(&str, usize, f64, &str); 5] = [
    ("uniform 5-30 s", 200, 0.5, "about 10/s, a herd has 20"),
    ("uniform 5-30 s", 200, 5.0, "about 10/s, a herd has 20"),
    ("uniform 5-30 s", 200, 50.0, "about 10/s, treble the usual is 150"),
    ("first 0-5 s, then full", 200, 50.0, "40/s, treble the usual is 150"),
    ("decorrelated jitter", 200, 50.0, "100/s, just treble the usual"),
];

/// What became of the storms of one kind.
#[derive(Default)]
struct Tally {
    /// Told within the bound.
    found: u64,
    /// Told after it.
    late: u64,
    /// Not told.
    missed: u64,
    /// Told as more than one incident.
    twice: u64,
    /// Ticks of the slowest that was told.
    slowest: usize,
}

/// Prints the table; whether a storm was missed that must not be.
pub(crate) fn report() -> bool {
    let (mut broken, mut all) = (false, Tally::default());
    say!("\nstorms of {SEEDS} seeds each   clients  usual/s  found  late  missed  twice  slowest");
    for (name, delay) in STRATEGIES {
        for (clients, rate) in CLIENTS.into_iter().flat_map(|n| RATES.map(|rate| (n, rate))) {
            let mut tally = Tally::default();
            (0..SEEDS).for_each(|seed| storm(&mut tally, delay, clients, rate, seed));
            let Tally { found, late, missed, twice, slowest } = tally;
            let spared = SPARED
                .iter()
                .find(|d| (d.0, d.1, d.2.to_bits()) == (name, clients, rate.to_bits()));
            broken |= twice > 0 || (spared.is_none() && found < SEEDS);
            if spared.is_none() {
                all.found += found;
                all.slowest = all.slowest.max(slowest);
            }
            let slowest = if missed < SEEDS { seconds(slowest) } else { "-  ".to_owned() };
            let why = spared.map(|d| format!("  spared: {}", d.3)).unwrap_or_default();
            say!(
                "{name:<24} {clients:>7}  {rate:>7}  {found:>5} {late:>5}  {missed:>6}  {twice:>5}  {slowest:>7}{why}"
            );
        }
    }
    let slowest = seconds(all.slowest);
    say!("told in time, but for those spared: {} storms, the slowest after {slowest}", all.found);
    broken
}

/// Ticks as seconds.
fn seconds(ticks: usize) -> String {
    format!("{}.{} s", ticks / 10, ticks % 10)
}

/// One storm: the herd of so many clients on top of the usual traffic.
fn storm(tally: &mut Tally, delay: Delay, clients: usize, rate: f64, seed: u64) {
    let mut dice = Dice::new(seed * 7919 + clients as u64 + rate.to_bits());
    let usual = Poisson::new(rate / 10.0);
    let tries = tries(&mut dice, delay, clients);
    let mut herd = Herd::new(3.0);
    let calm = (0..CALM).filter(|_| herd.tick(usual.draw(&mut dice)) == HerdState::Onset).count();
    assert_eq!(calm, 0, "a herd before the storm, seed {seed}");
    let (mut sum, mut twentieth, mut onset, mut incidents) = (0, None, None, 0);
    for (tick, n) in tries.iter().enumerate() {
        sum += n;
        twentieth = twentieth.or((sum >= 20).then_some(tick));
        if herd.tick(n + usual.draw(&mut dice)) == HerdState::Onset {
            onset = onset.or(Some(tick));
            incidents += u64::from(!herd.is_same_incident());
        }
    }
    tally.twice += u64::from(incidents > 1);
    let Some((at, from)) = onset.zip(twentieth) else {
        tally.missed += 1;
        return;
    };
    let after = at.saturating_sub(from);
    tally.slowest = tally.slowest.max(after);
    *(if after <= LATEST { &mut tally.found } else { &mut tally.late }) += 1;
}

/// Tries per tick since the server was lost, refused ones included.
fn tries(dice: &mut Dice, delay: Delay, clients: usize) -> Vec<u64> {
    let mut ticks = vec![0; TICKS - CALM];
    for _ in 0..clients {
        let (mut at, mut attempt, mut before) = (0.0, 0, 1.0);
        loop {
            before = delay(dice, attempt, before);
            at += before;
            attempt += 1;
            // The path there and back: 20 to 80 ms.
            let arrives = at + dice.uniform(0.02, 0.08);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a few minutes in ticks"
            )]
            let tick = (arrives * 10.0) as usize;
            let Some(slot) = ticks.get_mut(tick) else { break };
            *slot += 1;
            if arrives >= OUTAGE {
                break;
            }
        }
    }
    ticks
}
