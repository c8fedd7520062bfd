//! How the program is run against a server, and what it has told then.

use std::collections::BTreeMap;
use std::io;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::peer::Peer;
use super::server::Rogue;
use crate::checks::harness::{Said, User, herdtop, run};
use crate::checks::noise::noisy;

/// Fresh attempts only. Who misbehaves does so at once, so a dwell of 1 s costs
/// nothing and forgives a machine that is busy with other tests.
const QUICK: [&str; 8] = ["check", "--json", "--for", "1s", "--dwell", "1s", "--held", "0"];

/// For servers that are waited for in vain.
pub(super) const IMPATIENT: [&str; 2] = ["--timeout", "1s"];

/// What a run has told.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) document: Value,
    pub(super) said: Said,
    pub(super) took: Duration,
}

/// Runs a quick check of this target.
pub(super) fn told(url: &str) -> Told {
    told_with(url, &[])
}

/// The same with more arguments.
pub(super) fn told_with(url: &str, more: &[&str]) -> Told {
    told_by(&mut quick(url, more))
}

/// A quick check, not yet run.
pub(super) fn quick(url: &str, more: &[&str]) -> Command {
    herdtop(User::Own, &[&QUICK[..], &[url], more].concat())
}

/// Runs it and holds what is true whatever it meets.
pub(super) fn told_by(command: &mut Command) -> Told {
    let _noise = noisy();
    let start = Instant::now();
    let said = run(command);
    let took = start.elapsed();
    assert!(matches!(said.code, Some(0..=3)), "{said:?}");
    let document = said.document();
    assert_honest(&document);
    Told { document, said, took }
}

/// Checks a server that does this to everybody.
pub(super) fn told_of(
    manner: impl Fn(&mut Peer) -> io::Result<()> + Send + Sync + 'static,
) -> Told {
    told(&Rogue::new(manner).url())
}

/// No text in it could harm a terminal, and every end of a connection is counted once.
pub(super) fn assert_honest(document: &Value) {
    assert_clean(document);
    for probe in document["probes"].as_array().expect("probes") {
        let sum: u64 = outcomes(probe).values().sum();
        let lost = probe["held"]["lost"].as_u64().unwrap_or(0);
        let attempts = probe["attempts"].as_u64().expect("attempts");
        assert_eq!(sum, attempts + lost, "{probe:#}");
        let accepted = outcomes(probe).get("open_ok").copied().unwrap_or(0);
        assert_eq!(probe["accepted"], accepted, "{probe:#}");
    }
}

fn assert_clean(value: &Value) {
    match value {
        Value::String(text) => assert_no_controls(text),
        Value::Array(all) => all.iter().for_each(assert_clean),
        Value::Object(all) => all.iter().for_each(|(key, value)| {
            assert_no_controls(key);
            assert_clean(value);
        }),
        _ => {}
    }
}

/// Nothing that moves a cursor, changes a title or turns the writing direction.
pub(super) fn assert_no_controls(text: &str) {
    let harmful = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}');
    assert!(!text.contains(harmful), "{text:?}");
}

fn outcomes(probe: &Value) -> BTreeMap<String, u64> {
    serde_json::from_value(probe["outcomes"].clone()).expect("counts by name")
}

impl Told {
    /// The only target.
    pub(super) fn target(&self) -> &Value {
        let all = self.document["probes"].as_array().expect("probes");
        assert_eq!(all.len(), 1, "one target: {:#}", self.document);
        &all[0]
    }

    /// Each attempt came to this.
    #[track_caller]
    pub(super) fn only(&self, outcome: &str) -> &Self {
        let outcomes = outcomes(self.target());
        let names: Vec<&str> = outcomes.keys().map(String::as_str).collect();
        assert_eq!(names, [outcome], "{:#}", self.target());
        assert!(outcomes[outcome] > 0, "{:#}", self.target());
        self
    }

    /// The last failure was in this phase, and these words tell of it.
    #[track_caller]
    pub(super) fn failed_in(&self, phase: &str, words: &[&str]) -> &Self {
        let last = &self.target()["last_failure"];
        assert_eq!(last["phase"], phase, "{last}");
        let detail = last["detail"].as_str().unwrap_or_default();
        for word in words {
            assert!(detail.contains(word), "no {word:?} in {detail:?}");
        }
        self
    }

    /// The codes of the wire that were seen are these and no others.
    #[track_caller]
    pub(super) fn closes(&self, codes: &[u16]) -> &Self {
        assert_eq!(seen(&self.document["closes"]), codes, "{:#}", self.document["closes"]);
        self
    }

    /// The codes a browser would have shown are these and no others.
    #[track_caller]
    pub(super) fn browser(&self, codes: &[u16]) -> &Self {
        let all = &self.document["closes_browser"];
        assert_eq!(seen(all), codes, "{all:#}");
        self
    }
}

/// The codes of a histogram that were seen at least once, lowest first.
fn seen(histogram: &Value) -> Vec<u16> {
    let all = histogram.as_array().expect("a histogram");
    let seen = all.iter().filter(|entry| entry["total"].as_u64() > Some(0));
    let mut codes: Vec<u16> = seen
        .map(|entry| entry["code"].as_u64().and_then(|c| u16::try_from(c).ok()).expect("a code"))
        .collect();
    codes.sort_unstable();
    codes
}

/// Cases of one kind at the same time: they wait more than they work.
pub(super) fn together<T: Sync>(cases: &[T], each: impl Fn(&T) + Sync) {
    std::thread::scope(|scope| {
        for case in cases {
            scope.spawn(|| each(case));
        }
    });
}
