//! The reader against lines that nobody would write: cut, spliced, and bytes turned.
//! Deterministic; `HERDTOP_FUZZ=SECONDS` goes on for so long.

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::Log;
use super::each_format::all;

/// Pieces that open something.
const PIECES: [&str; 22] = [
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    "\u{1b}[",
    "\u{1b}]",
    "\\u12",
    " 101 ",
    "close 1006 (",
    "code=",
    "[pod/",
    "<134>1 ",
    "| ",
    "2026-11-21T14:00:00Z ",
    "99/Feb/2026:",
    "1795269600123456789",
    "\0",
    "ä",
    "\"MESSAGE\":[",
    "\"log\":\"",
];

/// One line, made of those of the corpus.
fn line(dice: &mut StdRng, corpus: &[String]) -> Vec<u8> {
    let pick = |dice: &mut StdRng| corpus[dice.random_range(0..corpus.len())].as_bytes().to_vec();
    let mut line = pick(dice);
    for _ in 0..dice.random_range(1..6) {
        let at = dice.random_range(0..=line.len());
        match dice.random_range(0..6) {
            0 => line.truncate(at),
            1 => drop(line.drain(..at)),
            2 => {
                let other = pick(dice);
                line.splice(at.., other[at.min(other.len())..].iter().copied());
            }
            3 => {
                let piece = PIECES[dice.random_range(0..PIECES.len())];
                line.splice(at..at, piece.bytes());
            }
            4 if at < line.len() => line[at] = dice.random(),
            _ => {
                let again = line.clone();
                line.extend(again.into_iter().take(300));
            }
        }
    }
    line
}

/// What was written down when something went wrong, and what each format writes.
fn corpus() -> Vec<String> {
    let mut all: Vec<String> =
        all().into_iter().flat_map(|told| told.lines.into_iter().take(3)).collect();
    all.extend(include_str!("corpus.txt").lines().map(str::to_owned));
    all
}

/// Reads it, each way; no panic, one line of complaint at most.
fn read(log: &Log) {
    for args in [&["--json", "app.log"][..], &["--explain", "app.log"]] {
        let said = log.say(args);
        assert!(matches!(said.code, Some(0 | 2)), "{args:?}: {said:?}");
        assert!(said.stderr.lines().count() <= 1, "{args:?}: {}", said.stderr);
        assert!(!said.stdout.contains('\u{1b}') && !said.stderr.contains('\u{1b}'), "{args:?}");
    }
}

#[test]
fn the_corpus_is_read() {
    read(&Log::of(corpus()));
    for line in corpus() {
        read(&Log::of([line]));
    }
}

#[test]
fn lines_that_nobody_would_write_do_no_harm() {
    let corpus = corpus();
    let seconds: Option<u64> = std::env::var("HERDTOP_FUZZ").ok().and_then(|s| s.parse().ok());
    let until = Instant::now() + Duration::from_secs(seconds.unwrap_or(0));
    let mut rounds = 0_u64;
    while rounds < 12 || Instant::now() < until {
        let mut dice = StdRng::seed_from_u64(rounds);
        let mut bytes = Vec::new();
        for _ in 0..2_000 {
            bytes.extend(line(&mut dice, &corpus));
            bytes.push(b'\n');
        }
        read(&Log::bytes(&bytes));
        rounds += 1;
    }
    assert!(rounds >= 12);
    if let Some(seconds) = seconds {
        let told = format!("{rounds} logs of 2000 lines in {seconds} s, each read and explained");
        std::io::Write::write_all(&mut std::io::stderr(), format!("{told}\n").as_bytes())
            .expect("somebody reads");
    }
}
