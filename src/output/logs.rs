//! What a log told: in words for `herdtop logs`, and as a part of the status
//! document.

use chrono::{DateTime, Local, Utc};
use serde::Serialize;

use crate::close::{CloseCode, Names, registry};
use crate::detect::HerdRecord;
use crate::fmt;
use crate::model::{CodeSource, LogRate, LogSnapshot};
use crate::order;
use crate::sample::{LogClient, LogClients, LogHerdClients, LogLine, LogSource};
use crate::session::Session;
use crate::units::{PerSecond, Ratio, float};

/// Herds in the summary; a log that has more has waves of one.
const HERDS: usize = 12;
const CODES: usize = 12;

#[derive(Debug, Serialize)]
pub(super) struct LogEntry<'a> {
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    opened: RateEntry<'a>,
    closed: RateEntry<'a>,
    closed_with_code: u64,
    errors: RateEntry<'a>,
    last_errors: Vec<LineEntry<'a>>,
    lines: u64,
    unmatched: u64,
    untimed: u64,
    late: u64,
    unmatched_lines: &'a [String],
    sources: &'a [LogSource],
    clients: Option<&'a LogClients>,
    herd_clients: &'a [LogHerdClients],
    notes: &'a [String],
}

#[derive(Debug, Serialize)]
struct RateEntry<'a> {
    /// None = the log does not tell.
    total: Option<u64>,
    unknown: Option<&'a str>,
    per_s: Option<PerSecond>,
    peak_per_s: Option<u64>,
    peak_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize)]
pub(super) struct LineEntry<'a> {
    at: DateTime<Utc>,
    line: &'a str,
}

/// The log in the document.
pub(super) fn entry(log: &LogSnapshot) -> LogEntry<'_> {
    LogEntry {
        from: log.span.map(|(from, _)| from),
        until: log.span.map(|(_, until)| until),
        opened: rate(&log.opened, log.unknown_opens.as_deref()),
        closed: rate(&log.closed, log.unknown_closes.as_deref()),
        closed_with_code: log.coded,
        errors: rate(&log.errors, None),
        last_errors: lines(&log.last_errors),
        lines: log.lines,
        unmatched: log.unmatched,
        untimed: log.untimed,
        late: log.late,
        unmatched_lines: &log.unmatched_lines,
        sources: &log.sources,
        clients: log.clients.as_ref(),
        herd_clients: &log.herd_clients,
        notes: &log.notes,
    }
}

/// Lines of the log in the document.
pub(super) fn lines(lines: &[LogLine]) -> Vec<LineEntry<'_>> {
    lines.iter().map(|line| LineEntry { at: line.at, line: &line.text }).collect()
}

const fn rate<'a>(rate: &LogRate, unknown: Option<&'a str>) -> RateEntry<'a> {
    if unknown.is_some() {
        return RateEntry { total: None, unknown, per_s: None, peak_per_s: None, peak_at: None };
    }
    let (peak_per_s, peak_at) = match rate.peak {
        Some((peak, at)) => (Some(peak), Some(at)),
        None => (None, None),
    };
    RateEntry { total: Some(rate.total), unknown, per_s: rate.lately, peak_per_s, peak_at }
}

/// The summary of a log that was read to its end; none where nothing was told.
#[must_use]
pub fn log_summary(session: &Session, names: &Names) -> Option<String> {
    let log = session.snapshot.as_ref()?.log.as_ref()?;
    let (from, until) = log.span?;
    let seconds = (until - from).num_seconds().max(0) + 1;
    let mean = |total: u64| PerSecond(float(total) / float(seconds.unsigned_abs()));
    let mut text = Paper::default();
    let span = std::time::Duration::from_secs(seconds.unsigned_abs());
    text.row("log", &format!("{} to {}, {}", moment(from), clock_of(from, until), fmt::span(span)));
    for source in &log.sources {
        for line in read_as(source, log.sources.len() > 1) {
            text.row("read", &line);
        }
    }
    for (name, rate, unknown) in [
        ("connects", &log.opened, &log.unknown_opens),
        ("closes", &log.closed, &log.unknown_closes),
        ("errors", &log.errors, &None),
    ] {
        match unknown {
            Some(why) => text.row(name, &format!("{:>12}  {why}", "-")),
            None => text.row(name, &told(rate, mean(rate.total))),
        }
    }
    herds(&mut text, session.judge.arrivals().herds(), log);
    codes(&mut text, session, log, names);
    clients(&mut text, log);
    for line in &log.last_errors {
        text.row("last error", &format!("{} {}", fmt::clock(&local(line.at)), line.text));
    }
    text.row("lines", &lines_read(log));
    for line in log.unmatched_lines.iter().take(1) {
        text.row("such as", line);
    }
    for note in &log.notes {
        text.row("note", note);
    }
    Some(text.0.join("\n"))
}

fn told(rate: &LogRate, mean: PerSecond) -> String {
    let total = fmt::count(rate.total);
    match rate.peak {
        Some((peak, at)) => format!(
            "{total:>12}  {:>6}/s on average, {:>6}/s at most, at {}",
            fmt::rate(mean),
            fmt::count(peak),
            moment(at)
        ),
        None => format!("{total:>12}"),
    }
}

/// How a log was read, in one line, and what could not be told; and its patterns.
pub(super) fn read_as(source: &LogSource, named: bool) -> Vec<String> {
    let field = |field: &crate::sample::LogField| field.value.clone();
    let mut parts = vec![match (&source.format.value, &source.format.why) {
        (Some(format), _) => format.clone(),
        (None, why) => format!("- ({})", why.as_deref().unwrap_or("no known format")),
    }];
    parts.extend(field(&source.stamp).map(|stamp| format!("{stamp} stamps")));
    parts.push(match (&source.duration.value, &source.duration.why) {
        (Some(duration), _) => format!("duration {duration}"),
        (None, why) => format!("duration - ({})", why.as_deref().unwrap_or("none")),
    });
    let mut line = parts.join(", ");
    let or_none = |text: &crate::sample::LogField| field(text).unwrap_or_else(|| "-".to_owned());
    line = format!("{line}; wrapper {}; zone {}", or_none(&source.wrapper), or_none(&source.zone));
    if named {
        line = format!("{}: {line}", source.name);
    }
    let mut lines = vec![line];
    let counted = |opens: bool| {
        let of = source.patterns.iter().filter(move |p| p.opens == opens && p.lines > 0);
        of.map(|p| format!("{} lines '{}'", fmt::count(p.lines), p.pattern)).collect::<Vec<_>>()
    };
    let (opens, closes) = (counted(true), counted(false));
    if !opens.is_empty() || !closes.is_empty() {
        let or = |list: Vec<String>| if list.is_empty() { "-".to_owned() } else { list.join(", ") };
        lines.push(format!("opens by {}; closes by {}", or(opens), or(closes)));
    }
    lines
}

/// Who has tried.
fn clients(text: &mut Paper, log: &LogSnapshot) {
    /// Of each so many.
    const SHOWN: usize = 3;
    let Some(clients) = &log.clients else { return };
    let list = |all: &[LogClient]| shares(all, clients.attempts, SHOWN);
    text.row("addresses", &list(&clients.addresses));
    text.row("networks", &list(&clients.networks));
}

/// `10.0.0.0/24 812 (93 %), 10.0.1.0/24 60 (7 %)`.
fn shares(all: &[LogClient], of: u64, most: usize) -> String {
    let one = |client: &LogClient| {
        let share = fmt::percent(Ratio(float(client.attempts) / float(of.max(1))));
        format!("{} {} ({share})", client.name, fmt::count(client.attempts))
    };
    let mut text = all.iter().take(most).map(one).collect::<Vec<_>>().join(", ");
    if all.len() > most {
        text.push_str(", …");
    }
    text
}

fn herds(text: &mut Paper, herds: &[HerdRecord], log: &LogSnapshot) {
    if herds.is_empty() && log.unknown_opens.is_some() {
        text.row("herds", "- (no opening is known)");
    } else if herds.is_empty() {
        text.row("herds", "none");
    }
    for herd in herds.iter().take(HERDS) {
        let end = herd.end.map_or("the end".to_owned(), |end| clock_of(herd.onset, end));
        let rhythm = match (herd.kind(), herd.train) {
            ("fixed", Some(train)) => {
                format!("; clients retry every {:.1} s without jitter", train.gap / 10.0)
            }
            ("exponential", _) => "; clients back off doubling, without jitter".to_owned(),
            _ if herd.level_shift => "; it stayed: the new normal".to_owned(),
            _ => String::new(),
        };
        let all = fmt::count(herd.total);
        text.row(
            "herd",
            &format!(
                "{} to {end}: {all} came, peak {}/s, {} the usual {}/s{rhythm}",
                moment(herd.onset),
                fmt::count(herd.peak),
                fmt::factor(herd.factor()),
                fmt::rate(PerSecond(herd.baseline)),
            ),
        );
        if let Some(who) = log.herd_clients.iter().find(|who| who.onset == herd.onset) {
            text.row("  from", &shares(&who.networks, who.attempts, 3));
        }
    }
    if herds.len() > HERDS {
        text.row("herds", &format!("and {} more: --json has them", herds.len() - HERDS));
    }
}

fn codes(text: &mut Paper, session: &Session, log: &LogSnapshot, names: &Names) {
    let Some(snapshot) = &session.snapshot else { return };
    let mut codes: Vec<(CloseCode, u64)> = snapshot
        .codes
        .wire
        .iter()
        .filter(|c| c.source == CodeSource::Log)
        .map(|c| (c.code, c.total))
        .collect();
    order::by_key(&mut codes, |(code, total)| (std::cmp::Reverse(*total), *code));
    if codes.is_empty() && log.closed.total > 0 {
        text.row("codes", "none told: --log-close with a group (?<code>…) finds them");
    }
    for (code, total) in codes.iter().take(CODES) {
        let share = fmt::percent(Ratio(float(*total) / float(log.closed.total.max(1))));
        let reason = log.reasons.get(&code.0).map(|r| format!("  last '{r}'")).unwrap_or_default();
        let name = registry::name(*code, names);
        text.row("code", &format!("{:>12}  {share:>5}  {code} {name}{reason}", fmt::count(*total)));
    }
}

fn lines_read(log: &LogSnapshot) -> String {
    let mut text =
        format!("{} read, {} {}", fmt::count(log.lines), fmt::count(log.unmatched), tell(log));
    let untimed = if log.untimed == 1 { "has no time" } else { "have no time" };
    for (count, what) in [(log.untimed, untimed), (log.late, "over 2 s out of order")] {
        if count > 0 {
            text.push_str(", ");
            text.push_str(&fmt::count(count));
            text.push(' ');
            text.push_str(what);
        }
    }
    text
}

fn tell(log: &LogSnapshot) -> &'static str {
    if log.unmatched == 1 { "tells nothing" } else { "tell nothing" }
}

fn local(at: DateTime<Utc>) -> DateTime<Local> {
    at.with_timezone(&Local)
}

fn moment(at: DateTime<Utc>) -> String {
    local(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// The time of day, with the day where that is another one than `from`'s.
fn clock_of(from: DateTime<Utc>, at: DateTime<Utc>) -> String {
    if local(from).date_naive() == local(at).date_naive() {
        fmt::clock(&local(at))
    } else {
        moment(at)
    }
}

/// Rows with their name in front.
#[derive(Debug, Default)]
struct Paper(Vec<String>);

impl Paper {
    fn row(&mut self, name: &str, text: &str) {
        self.0.push(format!("{name:<10} {text}"));
    }
}
