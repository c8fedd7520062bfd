//! What herdtop tells of one target.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
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

/// `herdtop stream` over these URLs and their ports: other tests beside this one
/// have servers of their own, which they kill.
pub(super) fn stream(args: &[&str], urls: &[&str]) -> Running {
    let port = |url: &&str| {
        let behind = url.rsplit_once(':').expect("a port in the URL").1;
        behind.chars().take_while(char::is_ascii_digit).collect::<String>()
    };
    let ports = urls.iter().map(port).collect::<Vec<_>>().join(",");
    let own = ["stream", "-i", "250ms", "-p", &ports];
    Running::start(&mut herdtop(User::Own, &[&own, args, urls].concat()))
}

/// The first document of a stream that is so. The very first ones may be from
/// before the targets are known.
pub(super) fn told_where(running: &mut Running, what: &str, so: impl Fn(&Told) -> bool) -> Told {
    let document = running.document_where(what, |document| {
        let told = Told::new(document.clone());
        !told.targets().is_empty() && so(&told)
    });
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

    /// When it was said: a stream that was not read is of the past.
    pub(super) fn at(&self) -> DateTime<FixedOffset> {
        let at = self.0["at"].as_str().expect("a time");
        DateTime::parse_from_rfc3339(at).expect("RFC 3339")
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

    /// The verdict's kind and cause, as `overloaded/refusing_new`.
    pub(super) fn verdict(&self) -> String {
        let word = |name: &str| self.0["verdict"][name].as_str().expect("a word").to_owned();
        format!("{}/{}", word("kind"), word("cause"))
    }

    /// The only target: all that happened to it is one of these, and nobody was
    /// let in; the verdict says so.
    #[track_caller]
    pub(super) fn turned_away(&self, outcomes: &[&str], verdict: &str) {
        turned_away(self.only(), outcomes);
        assert_eq!(self.verdict(), verdict, "{self:#?}");
    }
}

/// FIN or RST without a Close frame: which of them depends on whether something
/// of ours, a ping say, had not been read.
pub(super) const WITHOUT_CLOSE: [&str; 2] = ["eof_no_close", "rst_no_close"];

/// All that happened to a target is one of these, at least once, and nobody was
/// let in.
#[track_caller]
pub(super) fn turned_away(target: &Value, by: &[&str]) {
    let outcomes = outcomes(target);
    assert!(!outcomes.is_empty(), "nothing has happened: {target:#}");
    let other = outcomes.keys().find(|name| !by.contains(&name.as_str()));
    assert_eq!(other, None, "not only {by:?}: {target:#}");
    assert_eq!(target["accepted"], 0, "{target:#}");
    assert_eq!(target["held"]["open"], 0, "{target:#}");
    let last = target["last_failure"]["outcome"].as_str().expect("a failure");
    assert!(by.contains(&last), "{target:#}");
}

/// How often what happened.
pub(super) fn outcomes(target: &Value) -> BTreeMap<String, u64> {
    let outcomes = target["outcomes"].as_object().expect("outcomes");
    outcomes.iter().map(|(name, times)| (name.clone(), count(times))).collect()
}

/// How often a connection ended without a Close frame.
pub(super) fn without_close(target: &Value) -> u64 {
    WITHOUT_CLOSE.iter().map(|name| outcome(target, name)).sum()
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
