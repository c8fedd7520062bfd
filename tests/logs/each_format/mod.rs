//! The story in every format, and what has to be read of it.

mod access;
mod access_variants;
mod frameworks;
mod logger_variants;
mod loggers;
mod routers;

use serde_json::{Value, json};

use super::Log;
use super::story::{HERD, apart, ended, opened_in, story, written};

/// What a format tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tells {
    /// All opens and closes, with their codes.
    Codes,
    /// All opens and closes.
    All,
    /// All of them; the opens before its first line in no rate.
    SinceItBegins,
    /// No open is known.
    NoOpens,
    /// No close is known.
    NoCloses,
    /// Opens; it has no lines of closes.
    OpensOnly,
}

/// A format, its lines, and what they tell.
pub(super) struct Told {
    pub(super) name: &'static str,
    pub(super) format: Option<&'static str>,
    pub(super) lines: Vec<String>,
    pub(super) tells: Tells,
}

fn clf(millis: i64) -> String {
    written(millis, "%d/%b/%Y:%H:%M:%S +0000")
}

fn iso(millis: i64) -> String {
    written(millis, "%Y-%m-%dT%H:%M:%S%.3fZ")
}

/// The same in microseconds.
pub(super) fn us(millis: i64) -> String {
    written(millis, "%Y-%m-%dT%H:%M:%S%.6fZ")
}

fn seconds(millis: i64) -> String {
    format!("{}.{:03}", millis / 1000, millis % 1000)
}

fn epoch(millis: i64) -> f64 {
    let at = super::at(millis).timestamp_millis();
    #[expect(clippy::cast_precision_loss, reason = "fits into 53 bits")]
    let at = at as f64;
    at / 1000.0
}

/// All of them.
pub(super) fn all() -> Vec<Told> {
    let variants = [access_variants::all(), logger_variants::all(), routers::all()];
    let usual = [access::all(), frameworks::all(), loggers::all()];
    usual.into_iter().chain(variants).flatten().collect()
}

/// Opened and closed, each code, first and last: what a document has to say alike.
pub(super) fn figures(document: &Value) -> Value {
    let log = &document["log"];
    json!({
        "opened": log["opened"], "closed": log["closed"], "closes": document["closes"],
        "from": log["from"], "until": log["until"], "herds": document["herds"],
    })
}

fn codes(document: &Value) -> Value {
    let codes = document["closes"].as_array().expect("closes").iter();
    let code = |c: &Value| (c["code"].to_string(), c["total"].clone());
    codes.map(code).collect::<serde_json::Map<_, _>>().into()
}

fn check(told: &Told) {
    let name = told.name;
    let document = Log::of(told.lines.clone()).document(&[]);
    let log = &document["log"];
    let format = &log["sources"][0]["format"]["value"];
    assert_eq!(format.as_str(), told.format, "{name}: {}", log["sources"]);
    assert!((200..=900).contains(&told.lines.join("\n").lines().count()), "{name}");
    let begins = story().iter().map(|c| c.closed).min().expect("some");
    let older = story().iter().filter(|c| c.opened < begins / 1000 * 1000).count();
    let opened = if told.tells == Tells::NoOpens { Value::Null } else { json!(210) };
    assert_eq!(log["opened"]["total"], opened, "{name}");
    let closed = match told.tells {
        Tells::NoCloses => Value::Null,
        Tells::OpensOnly => json!(0),
        _ => json!(210),
    };
    assert_eq!(log["closed"]["total"], closed, "{name}");
    let want = match told.tells {
        Tells::Codes => json!({"1000": 90, "1001": 10, "1006": 10, "1012": 40, "1013": 60}),
        _ => json!({}),
    };
    assert_eq!(codes(&document), want, "{name}");
    assert_eq!(log["late"], 0, "{name}: {}", log["notes"]);
    if told.tells == Tells::SinceItBegins {
        let notes = log["notes"].to_string();
        // A stamp of whole seconds moves an opening at the border by one second.
        let told = [older - 1, older, older + 1].map(|n| format!("{n} connections were opened"));
        assert!(told.iter().any(|told| notes.contains(told)), "{name}: {older} {notes}");
        assert!(notes.contains("before the log begins: in the total, not in the rates"), "{name}");
    }
    if told.tells == Tells::NoOpens {
        assert!(
            log["opened"]["unknown"].as_str().is_some_and(|w| w.contains("no duration")),
            "{name}"
        );
        return;
    }
    let herds = document["herds"].as_array().expect("herds");
    assert_eq!(herds.len(), 1, "{name}: {}", document["herds"]);
    assert!(apart(&herds[0]["onset"], HERD) <= 1.2, "{name}: {}", herds[0]);
    let peak = log["opened"]["peak_per_s"].as_u64().expect("a peak");
    let want = opened_in(62).max(opened_in(63));
    assert!(peak.abs_diff(want as u64) <= 12, "{name}: peak {peak}, not {want}");
    if told.tells != Tells::NoCloses && told.tells != Tells::OpensOnly {
        assert!(apart(&log["until"], ended()[209].closed) <= 1.1, "{name}: {}", log["until"]);
        let peak = apart(&log["closed"]["peak_at"], 60_000);
        assert!(peak < 0.1, "{name}: the restart was at +60 s: {}", log["closed"]);
    }
}

#[test]
fn access_logs_of_every_server() {
    access::all().iter().for_each(check);
}

#[test]
fn frameworks_with_words_of_their_own() {
    frameworks::all().iter().for_each(check);
}

#[test]
fn loggers_around_an_application() {
    loggers::all().iter().for_each(check);
}

#[test]
fn access_logs_set_up_otherwise() {
    access_variants::all().iter().for_each(check);
}

#[test]
fn loggers_in_rarer_forms() {
    logger_variants::all().iter().for_each(check);
}

#[test]
fn requests_of_frameworks_and_lines_in_columns() {
    routers::all().iter().for_each(check);
}
