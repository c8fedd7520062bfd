//! How logs were read, and who has tried: as parts of the document, and in words.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::fmt;
use crate::model::LogSnapshot;
use crate::sample::{LogClient, LogField, LogSource};
use crate::units::{Ratio, float};

/// Of addresses and networks so many are named in words.
const NAMED: usize = 3;

/// How a log is read.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct SourceEntry<'a> {
    /// The log.
    name: &'a str,
    /// The format of its lines.
    format: FieldEntry<'a>,
    /// What stands around them.
    wrapper: FieldEntry<'a>,
    /// What the stamp of a line is of.
    stamp: FieldEntry<'a>,
    /// What says how long a connection lasted.
    duration: FieldEntry<'a>,
    /// The zone of its stamps.
    zone: FieldEntry<'a>,
    /// How many lines matched which pattern.
    patterns: Vec<MatchesEntry<'a>>,
}

/// Something that is told of a log, or why it cannot be.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "log_field")]
struct FieldEntry<'a> {
    /// Null = not known.
    value: Option<&'a str>,
    /// Why not.
    why: Option<&'a str>,
}

/// Lines of one pattern.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct MatchesEntry<'a> {
    /// Its name.
    pattern: &'a str,
    /// It tells of opens, else of closes.
    opens: bool,
    /// Lines that counted.
    lines: u64,
    /// Lines that told again what others had told.
    passed_over: u64,
}

/// How often one client, or one network, has tried.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "log_client")]
struct ClientEntry<'a> {
    /// The address, or the network with its length.
    name: &'a str,
    /// Connections opened, as far as the log tells.
    attempts: u64,
}

/// Who has tried.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct ClientsEntry<'a> {
    /// Attempts whose line names an address.
    attempts: u64,
    /// Those with the most.
    addresses: Vec<ClientEntry<'a>>,
    /// Those with the most, /24 and /64.
    networks: Vec<ClientEntry<'a>>,
    /// Attempts from more addresses than are counted one by one.
    beyond: u64,
}

/// Who came in a herd.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct HerdClientsEntry<'a> {
    /// When the herd began.
    onset: DateTime<Utc>,
    /// Attempts in it whose line names an address.
    attempts: u64,
    /// Those with the most.
    networks: Vec<ClientEntry<'a>>,
}

/// How each log was read.
pub(super) fn sources(log: &LogSnapshot) -> Vec<SourceEntry<'_>> {
    log.sources.iter().map(source).collect()
}

fn source(source: &LogSource) -> SourceEntry<'_> {
    let patterns = source.patterns.iter().map(|p| MatchesEntry {
        pattern: &p.pattern,
        opens: p.opens,
        lines: p.lines,
        passed_over: p.passed_over,
    });
    SourceEntry {
        name: &source.name,
        format: field(&source.format),
        wrapper: field(&source.wrapper),
        stamp: field(&source.stamp),
        duration: field(&source.duration),
        zone: field(&source.zone),
        patterns: patterns.collect(),
    }
}

fn field(field: &LogField) -> FieldEntry<'_> {
    FieldEntry { value: field.value.as_deref(), why: field.why.as_deref() }
}

fn list(all: &[LogClient]) -> Vec<ClientEntry<'_>> {
    all.iter().map(|c| ClientEntry { name: &c.name, attempts: c.attempts }).collect()
}

/// Who has tried.
pub(super) fn clients(log: &LogSnapshot) -> Option<ClientsEntry<'_>> {
    log.clients.as_ref().map(|clients| ClientsEntry {
        attempts: clients.attempts,
        addresses: list(&clients.addresses),
        networks: list(&clients.networks),
        beyond: clients.beyond,
    })
}

/// Who came in herds.
pub(super) fn herd_clients(log: &LogSnapshot) -> Vec<HerdClientsEntry<'_>> {
    let herd = log.herd_clients.iter().map(|herd| HerdClientsEntry {
        onset: herd.onset,
        attempts: herd.attempts,
        networks: list(&herd.networks),
    });
    herd.collect()
}

/// How a log was read, in one line, and what could not be told; and its patterns.
pub(super) fn read_as(source: &LogSource, named: bool) -> Vec<String> {
    let or_why = |field: &LogField| match (&field.value, &field.why) {
        (Some(value), _) => value.clone(),
        (None, Some(why)) => format!("- ({why})"),
        (None, None) => "-".to_owned(),
    };
    let or_none = |field: &LogField| field.value.clone().unwrap_or_else(|| "-".to_owned());
    let line = format!(
        "{}, {} stamps, duration {}; wrapper {}; zone {}",
        or_why(&source.format),
        or_none(&source.stamp),
        or_why(&source.duration),
        or_none(&source.wrapper),
        or_none(&source.zone),
    );
    let mut lines = vec![if named { format!("{}: {line}", source.name) } else { line }];
    let counted = |opens: bool| {
        let of = source.patterns.iter().filter(|p| p.opens == opens && p.lines > 0);
        let each = of.map(|p| format!("{} lines '{}'", fmt::exact(p.lines), p.pattern));
        let each: Vec<String> = each.collect();
        if each.is_empty() { "-".to_owned() } else { each.join(", ") }
    };
    if source.patterns.iter().any(|p| p.lines > 0) {
        lines.push(format!("opens by {}; closes by {}", counted(true), counted(false)));
    }
    lines
}

/// `10.0.0.0/24 812 (93 %), 10.0.1.0/24 60 (7 %)`.
pub(super) fn shares(all: &[LogClient], of: u64) -> String {
    let one = |client: &LogClient| {
        let share = fmt::percent(Ratio(float(client.attempts) / float(of.max(1))));
        format!("{} {} ({share})", client.name, fmt::exact(client.attempts))
    };
    let mut text = all.iter().take(NAMED).map(one).collect::<Vec<_>>().join(", ");
    if all.len() > NAMED {
        text.push_str(", …");
    }
    text
}
