//! A thousand real clients lose their server, and come back to a smaller one.

use chrono::{DateTime, FixedOffset};
use rustix::process::Signal;
use serde_json::Value;

use super::server::{Server, clients, node, sources, with_node};
use super::watch::{alerts, time};
use crate::checks::harness::{User, herdtop};
use crate::checks::noise::quiet;
use crate::checks::running::Running;

/// Seconds of calm in which the baseline is learnt.
const CALM: usize = 15;
/// Seconds without a server.
const OUTAGE: usize = 6;

/// Node's `ws` on this port, which admits so many.
fn server(port: u16, limit: &str) -> Server {
    let mut command = with_node("node");
    command.env("PORT", port.to_string());
    command.arg(sources().join("node/limited.js")).arg(limit);
    Server::start(command)
}

/// What herdtop says of clients with this strategy, second by second, and when
/// the first of them tried again.
struct Story {
    documents: Vec<Value>,
    first_retry: DateTime<FixedOffset>,
}

fn story(strategy: &str, seconds: usize) -> Story {
    let first = node("limited.js", &["100000"]);
    let port = first.address().port();
    let clients = clients(port, 1000, strategy, &[]);
    clients.all_in();
    let args = ["stream", "-p", &port.to_string()];
    let mut stream = Running::start(&mut herdtop(User::Own, &args));
    for _ in 0..CALM {
        stream.document();
    }
    first.signal(Signal::KILL);
    for _ in 0..OUTAGE {
        stream.document();
    }
    let _smaller = server(port, "500");
    let documents = (0..seconds).map(|_| stream.document()).collect();
    Story { documents, first_retry: clients.when("first retry ") }
}

impl Story {
    /// Every alert of this rule.
    fn alerts(&self, rule: &str) -> Vec<&Value> {
        alerts(self.documents.last().expect("documents"), rule)
    }

    /// The herd that came back; the first thousand that connect may be one of its own,
    /// by how soon after the start they do.
    fn herd(&self) -> (i64, &Value) {
        let last = self.documents.last().expect("documents");
        let herds = last["herds"]
            .as_array()
            .expect("herds")
            .iter()
            .map(|herd| ((time(&herd["onset"]) - self.first_retry).num_milliseconds(), herd));
        herds.filter(|(late, _)| *late >= 0).min_by_key(|(late, _)| *late).expect("a herd")
    }

    /// It is told of within 1.2 s of the first retry, and once; that half of them are
    /// turned away again is critical, whichever cause leads.
    fn is_one_herd_at_once(&self) {
        let (late, herd) = self.herd();
        assert!(late <= 1200, "{late} ms after the first retry: {herd:#}");
        let herds = self.alerts("herd");
        assert_eq!(herds.len(), 1, "one herd: {herds:#?}");
        let verdicts = self.documents.iter().map(|document| &document["verdict"]);
        let seen: Vec<_> = verdicts.map(|v| (&v["severity"], &v["sentence"])).collect();
        assert!(seen.iter().any(|(severity, _)| *severity == "critical"), "{seen:#?}");
    }

    fn kind(&self) -> &str {
        self.herd().1["kind"].as_str().expect("a kind")
    }
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn clients_with_a_fixed_interval_come_in_waves() {
    let _quiet = quiet();
    let story = story("fixed", 12);
    story.is_one_herd_at_once();
    let waves = story.alerts("waves");
    assert!(!waves.is_empty(), "{:#}", story.documents.last().expect("documents")["alerts"]);
    assert_eq!(story.kind(), "fixed");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn clients_that_double_their_wait_come_in_waves() {
    let _quiet = quiet();
    let story = story("exp", 20);
    story.is_one_herd_at_once();
    let waves = story.alerts("waves");
    assert!(!waves.is_empty(), "{:#}", story.documents.last().expect("documents")["alerts"]);
    assert_eq!(story.kind(), "exponential");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn clients_with_full_jitter_come_in_no_waves() {
    let _quiet = quiet();
    let story = story("full", 30);
    assert_eq!(story.alerts("waves"), [&Value::Null; 0]);
    assert_eq!(story.alerts("no_backoff"), [&Value::Null; 0]);
    assert_eq!(story.alerts("herd").len(), 1, "a herd it is all the same");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_server_out_of_descriptors_is_told_from_one_that_is_just_full() {
    let _quiet = quiet();
    let mut limited = with_node("sh");
    limited.args(["-c", "ulimit -n 40; exec node \"$0\" 100000"]);
    limited.arg(sources().join("node/limited.js"));
    let server = Server::start(limited);
    let port = server.address().port();
    let _clients = clients(port, 60, "fixed", &[]);
    let args = ["stream", "-p", &port.to_string()];
    let mut stream = Running::start(&mut herdtop(User::Own, &args));
    let told = stream.document_where("an alert of its descriptors", |told| {
        alerts(told, "fds").iter().any(|alert| alert["severity"] == "critical")
    });
    let limit = &told["limits"][0];
    assert_eq!((&limit["name"], &limit["limit"]), (&"descriptors".into(), &40.into()), "{told:#}");
}
