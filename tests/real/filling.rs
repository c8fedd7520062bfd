//! Connections that grow towards a limit: when it is full, within its own range.

use humantime::parse_duration;

use super::server::{clients, service};
use super::watch::{Watch, at, sentence};
use crate::checks::noise::noisy;
use crate::checks::schema::{count, listener};

const CAPACITY: u64 = 500;

/// The two ends of `(31s to 36s)` in seconds.
fn range(sentence: &str) -> Option<(f64, f64)> {
    let (_, range) = sentence.split_once('(')?;
    let (from, to) = range.split_once(')')?.0.split_once(" to ")?;
    let seconds = |span| parse_duration(span).ok().map(|span| span.as_secs_f64());
    Some((seconds(from)?, seconds(to)?))
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_limit_that_is_full_within_a_minute_is_told_with_a_time_that_comes_true() {
    let _noisy = noisy();
    let server = service(None, &[]);
    let port = server.address().port();
    let calm = clients(port, 50, "full", &[]);
    calm.all_in();
    let mut watch = Watch::over(&server.port(), &["-c", &CAPACITY.to_string()]);
    watch.until(&["ok"]);
    watch.never(&["crashing", "recovering", "restarting", "leaving"]);
    // Ten a second.
    let _growth = clients(port, 600, "full", &[("STEP", "100")]);
    let mut foretold = Vec::new();
    let mut told = watch.next();
    while count(&listener(&told)["established"]) < CAPACITY {
        let range = range(sentence(&told)).filter(|_| told["verdict"]["kind"] == "filling");
        foretold.extend(range.map(|range| (at(&told), range)));
        told = watch.next();
    }
    let full = told;
    let ends: Vec<(f64, f64, f64)> = foretold
        .into_iter()
        .map(|(when, (from, to))| ((at(&full) - when).as_seconds_f64(), from, to))
        .collect();
    assert!(!ends.is_empty(), "never told before it was full: {full:#}");
    // A second of the document and one of its rounding.
    let within = ends.iter().filter(|(really, from, to)| (from - 2.0..=to + 2.0).contains(really));
    assert!(within.count() * 10 >= ends.len() * 8, "(really, from, to): {ends:?}");
    watch.stays(5, &["overloaded/connection_limit"]);
}
