//! What herdtop tells of one target.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::checks::harness::{Running, User, herdtop, say};
use crate::checks::schema::count;

/// A document, read for one of its targets.
#[derive(Debug)]
pub(super) struct Told(Value);

/// `herdtop check --json` over these URLs, for a second, and until each has an
/// outcome.
pub(super) fn check(args: &[&str], urls: &[&str]) -> Told {
    check_for("1s", args, urls)
}

/// The same for so long.
pub(super) fn check_for(time: &str, args: &[&str], urls: &[&str]) -> Told {
    let said = say(&[&["check", "--json", "--for", time], args, urls].concat());
    Told::new(said.document())
}

/// `herdtop stream` over these URLs.
pub(super) fn stream(args: &[&str], urls: &[&str]) -> Running {
    Running::start(&mut herdtop(User::Own, &[&["stream", "-i", "250ms"], args, urls].concat()))
}

/// The first document of a stream that is so.
pub(super) fn told_where(running: &mut Running, what: &str, so: impl Fn(&Told) -> bool) -> Told {
    let document = running.document_where(what, |document| so(&Told(document.clone())));
    Told::new(document)
}

impl Told {
    /// Every attempt and every lost connection has exactly one outcome.
    fn new(document: Value) -> Self {
        let told = Self(document);
        for target in told.targets() {
            let outcomes: u64 = outcomes(target).values().sum();
            let ended = count(&target["attempts"]) + count(&target["held"]["lost"]);
            assert_eq!(outcomes, ended, "{target:#}");
            assert!(count(&target["accepted"]) <= count(&target["attempts"]), "{target:#}");
        }
        told
    }

    /// All targets, in the order given.
    pub(super) fn targets(&self) -> &[Value] {
        self.0["probes"].as_array().expect("probes")
    }

    /// The target with this URL, however long the list.
    pub(super) fn target(&self, url: &str) -> &Value {
        let found = self.targets().iter().find(|target| target["url"] == url);
        found.unwrap_or_else(|| panic!("{url} is not watched: {self:#?}"))
    }

    /// The only target.
    pub(super) fn only(&self) -> &Value {
        assert_eq!(self.targets().len(), 1, "{self:#?}");
        &self.targets()[0]
    }

    /// How often a code has come.
    pub(super) fn closes(&self, code: u16) -> u64 {
        total(&self.0["closes"], code)
    }

    /// How often a browser would have shown it.
    pub(super) fn browser(&self, code: u16) -> u64 {
        total(&self.0["closes_browser"], code)
    }

    /// The only target: all that happened to it is this, at least once, and
    /// nobody was let in.
    #[track_caller]
    pub(super) fn turned_away_by(&self, outcome: &str) {
        turned_away_by(self.only(), outcome);
    }
}

/// All that happened to a target is this, at least once, and nobody was let in.
#[track_caller]
pub(super) fn turned_away_by(target: &Value, outcome: &str) {
    let outcomes = outcomes(target);
    assert_eq!(outcomes.keys().collect::<Vec<_>>(), [outcome], "{target:#}");
    assert_eq!(target["accepted"], 0, "{target:#}");
    assert_eq!(target["held"]["open"], 0, "{target:#}");
    assert_eq!(target["last_failure"]["outcome"], outcome, "{target:#}");
}

/// How often what happened.
pub(super) fn outcomes(target: &Value) -> BTreeMap<String, u64> {
    let outcomes = target["outcomes"].as_object().expect("outcomes");
    outcomes.iter().map(|(name, times)| (name.clone(), count(times))).collect()
}

/// How often this happened.
pub(super) fn outcome(target: &Value, name: &str) -> u64 {
    outcomes(target).get(name).copied().unwrap_or_default()
}

/// What the last failure was, in words.
pub(super) fn detail(target: &Value) -> &str {
    target["last_failure"]["detail"].as_str().unwrap_or_else(|| panic!("no failure: {target:#}"))
}

fn total(closes: &Value, code: u16) -> u64 {
    let closes = closes.as_array().expect("codes");
    closes.iter().filter(|close| close["code"] == code).map(|close| count(&close["total"])).sum()
}
