//! A stream over a service that goes wrong: what is said, and what must not be.

use std::time::Instant;

use chrono::{DateTime, FixedOffset};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::checks::harness::{LONGEST, Running, User, herdtop};

/// Documents a second.
const PER_SECOND: usize = 2;

/// What herdtop says of a service, twice a second.
pub(super) struct Watch {
    stream: Running,
    never: &'static [&'static str],
    said: Vec<String>,
}

impl Watch {
    /// Over this port, with these arguments more.
    pub(super) fn over(port: &str, args: &[&str]) -> Self {
        Self::by(User::Own, port, args)
    }

    /// The same by another user.
    pub(super) fn by(user: User, port: &str, args: &[&str]) -> Self {
        let own = ["stream", "-i", "500ms", "-p", port];
        let stream = Running::start(&mut herdtop(user, &[&own, args].concat()));
        Self { stream, never: &[], said: Vec::new() }
    }

    /// Waits until it is well, and the held probe of a target has lasted: one that is cut
    /// before is a first attempt, and no connection that was lost.
    #[track_caller]
    pub(super) fn settled(&mut self) {
        self.until_where("a calm start", |told| {
            let targets = told["probes"].as_array().expect("targets");
            let held = targets.iter().all(|target| target["held"]["open"] == 1);
            held && told["verdict"]["kind"] == "ok"
        });
    }

    /// From now on none of these is said: a severity, a kind, `kind/cause`, or a rule
    /// whose alert fires.
    pub(super) fn never(&mut self, these: &'static [&'static str]) {
        self.never = these;
    }

    /// The next document.
    #[track_caller]
    pub(super) fn next(&mut self) -> Value {
        let document = self.stream.document();
        let (verdict, at) = (&document["verdict"], &document["at"]);
        let line = format!("{at} {} {}", word(&document), verdict["sentence"]);
        let said = self.never.iter().find(|never| is(&document, never) || fires(&document, never));
        self.said.push(line);
        assert_eq!(said, None, "was never true: {}\n{:#}", self.told(), document["alerts"]);
        document
    }

    /// Reads until the verdict is one of these.
    #[track_caller]
    pub(super) fn until(&mut self, verdicts: &[&str]) -> Value {
        self.until_where(&verdicts.join(" or "), |document| one_of(document, verdicts))
    }

    /// Reads until a document is so.
    #[track_caller]
    pub(super) fn until_where(&mut self, what: &str, so: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let document = self.next();
            if so(&document) {
                return document;
            }
            assert!(start.elapsed() < LONGEST, "waited for {what}: {}", self.told());
        }
    }

    /// So many seconds in which each verdict is one of these; the last document.
    #[track_caller]
    pub(super) fn stays(&mut self, seconds: usize, verdicts: &[&str]) -> Value {
        let mut last = Value::Null;
        for _ in 0..seconds * PER_SECOND {
            last = self.next();
            assert!(one_of(&last, verdicts), "not {verdicts:?}: {}", self.told());
        }
        last
    }

    /// Ends it as a service is ended: it finishes what it writes.
    pub(super) fn end(self) {
        let pid = i32::try_from(self.stream.pid()).ok().and_then(Pid::from_raw);
        kill_process(pid.expect("a pid"), Signal::TERM).expect("it runs");
        self.stream.end();
    }

    /// All that was said, each once.
    fn told(&self) -> String {
        self.said.join("\n")
    }
}

/// Kind and cause.
pub(super) fn word(document: &Value) -> String {
    let word = |name: &str| document["verdict"][name].as_str().expect("a word").to_owned();
    format!("{}/{}", word("kind"), word("cause"))
}

/// The sentence of the verdict.
pub(super) fn sentence(document: &Value) -> &str {
    document["verdict"]["sentence"].as_str().expect("a sentence")
}

/// The moment of the document.
pub(super) fn at(document: &Value) -> DateTime<FixedOffset> {
    time(&document["at"])
}

/// A time of a document.
pub(super) fn time(value: &Value) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(value.as_str().expect("a time")).expect("RFC 3339")
}

/// The alerts of this rule so far.
pub(super) fn alerts<'a>(document: &'a Value, rule: &str) -> Vec<&'a Value> {
    let all = document["alerts"].as_array().expect("alerts").iter();
    all.filter(|alert| alert["rule"] == rule).collect()
}

pub(super) fn one_of(document: &Value, verdicts: &[&str]) -> bool {
    verdicts.iter().any(|verdict| is(document, verdict))
}

fn is(document: &Value, verdict: &str) -> bool {
    let told = &document["verdict"];
    told["severity"] == verdict || told["kind"] == verdict || word(document) == verdict
}

fn fires(document: &Value, rule: &str) -> bool {
    alerts(document, rule).iter().any(|alert| alert["state"] == "firing")
}
