//! What a log told: in words for `herdtop logs`, and as a part of the status
//! document.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::log_sources::{self, ClientsEntry, HerdClientsEntry, SourceEntry, read_as, shares};
use crate::close::{CloseCode, Names, registry};
use crate::detect::HerdRecord;
use crate::fmt::{self, Zone};
use crate::model::{CodeSource, LogRate, LogSnapshot};
use crate::sample::LogLine;
use crate::session::Session;
use crate::units::{PerSecond, Ratio, float};

/// Herds in the summary; a log that has more has waves of one.
const HERDS: usize = 12;
const CODES: usize = 12;

/// What a log told.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct LogEntry<'a> {
    /// When it first told of something, by its own clock.
    from: Option<DateTime<Utc>>,
    /// When it last did.
    until: Option<DateTime<Utc>>,
    opened: RateEntry<'a>,
    closed: RateEntry<'a>,
    /// Of the closed, those with a close code.
    closed_with_code: u64,
    errors: RateEntry<'a>,
    /// The last error lines, oldest first.
    #[schemars(length(max = 3))]
    last_errors: Vec<LineEntry<'a>>,
    /// Lines read.
    lines: u64,
    /// Lines that told nothing.
    unmatched: u64,
    /// Lines that told something, but not when.
    untimed: u64,
    /// Lines more than 2 s out of order: counted, but no arrivals of a herd.
    late: u64,
    /// Some of the lines that told nothing.
    #[schemars(length(max = 3))]
    unmatched_lines: &'a [String],
    /// How each log is read.
    sources: Vec<SourceEntry<'a>>,
    /// Who has tried, as far as the lines name addresses; null where they do not.
    clients: Option<ClientsEntry<'a>>,
    /// Who the clients of the herds in the log were.
    herd_clients: Vec<HerdClientsEntry<'a>>,
    /// What has to be known of the log, in words.
    notes: &'a [String],
}

/// How often the log told of it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "log_rate")]
struct RateEntry<'a> {
    /// Over the whole log; where it is followed, since the start; null where the log
    /// does not tell.
    total: Option<u64>,
    /// Why it does not.
    unknown: Option<&'a str>,
    /// Per second over the last 10 s.
    per_s: Option<PerSecond>,
    /// In the highest second; null when there was none.
    peak_per_s: Option<u64>,
    /// When that was.
    peak_at: Option<DateTime<Utc>>,
}

/// A line of the log, cut to 200 columns.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "log_line")]
pub(super) struct LineEntry<'a> {
    /// When, by its own stamp.
    at: DateTime<Utc>,
    /// The line without control characters.
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
        sources: log_sources::sources(log),
        clients: log_sources::clients(log),
        herd_clients: log_sources::herd_clients(log),
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
pub fn log_summary(session: &Session, names: &Names, zone: Zone) -> Option<String> {
    let log = session.snapshot()?.log.as_ref()?;
    let (from, until) = log.span?;
    let seconds = (until - from).num_seconds().max(0) + 1;
    let mean = |total: u64| PerSecond(float(total) / float(seconds.unsigned_abs()));
    let mut text = Paper::default();
    let span = std::time::Duration::from_secs(seconds.unsigned_abs());
    text.row(
        "log",
        &format!("{} to {}, {}", moment(zone, from), clock_of(zone, from, until), fmt::span(span)),
    );
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
        if let Some(why) = unknown {
            text.row(name, &format!("{:>12}  {why}", "-"));
        } else {
            let timed = rate.total.saturating_sub(rate.before);
            text.row(name, &rate_words(rate, mean(timed), zone));
        }
    }
    herds(&mut text, session.judge.herds(), log, zone);
    codes(&mut text, session, log, names);
    if let Some(clients) = &log.clients {
        text.row("addresses", &shares(&clients.addresses, clients.attempts));
        text.row("networks", &shares(&clients.networks, clients.attempts));
    }
    for line in &log.last_errors {
        text.row("last error", &format!("{} {}", fmt::clock(&zone.local(line.at)), line.text));
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

fn rate_words(rate: &LogRate, mean: PerSecond, zone: Zone) -> String {
    let total = fmt::exact(rate.total);
    match rate.peak {
        Some((peak, at)) => format!(
            "{total:>12}  {:>6}/s on average, {:>6}/s at most, at {}",
            fmt::rate(mean),
            fmt::exact(peak),
            moment(zone, at)
        ),
        None => format!("{total:>12}"),
    }
}

fn herds(text: &mut Paper, herds: &[HerdRecord], log: &LogSnapshot, zone: Zone) {
    if herds.is_empty() && log.unknown_opens.is_some() {
        text.row("herds", "- (no opening is known)");
    } else if herds.is_empty() {
        text.row("herds", "none");
    }
    for herd in herds.iter().take(HERDS) {
        let end = herd.end.map_or("the end".to_owned(), |end| clock_of(zone, herd.onset, end));
        let rhythm = match (herd.kind(), herd.train) {
            ("fixed", Some(train)) => {
                format!("; clients retry every {:.1} s without jitter", train.period())
            }
            ("exponential", _) => "; clients back off doubling, without jitter".to_owned(),
            _ if herd.level_shift => "; it stayed: the new baseline".to_owned(),
            _ => String::new(),
        };
        let all = fmt::exact(herd.total);
        text.row(
            "herd",
            &format!(
                "{} to {end}: {all} attempts, peak {}/s, {} baseline {}/s{rhythm}",
                moment(zone, herd.onset),
                fmt::exact(herd.peak),
                fmt::factor(herd.factor()),
                fmt::rate(PerSecond(herd.baseline)),
            ),
        );
        if let Some(who) = log.herd_clients.iter().find(|who| who.onset == herd.onset) {
            text.row("  from", &shares(&who.networks, who.attempts));
        }
    }
    if herds.len() > HERDS {
        text.row("herds", &format!("and {} more: --json has them", herds.len() - HERDS));
    }
}

fn codes(text: &mut Paper, session: &Session, log: &LogSnapshot, names: &Names) {
    let Some(snapshot) = session.snapshot() else { return };
    let mut codes: Vec<(CloseCode, u64)> = snapshot
        .codes
        .wire
        .iter()
        .filter(|c| c.source == CodeSource::Log)
        .map(|c| (c.code, c.total))
        .collect();
    codes.sort_by_key(|(code, total)| (std::cmp::Reverse(*total), *code));
    if codes.is_empty() && log.closed.total > 0 {
        text.row("codes", "none told: --log-close with a group (?<code>…) finds them");
    }
    for (code, total) in codes.iter().take(CODES) {
        let share = fmt::percent(Ratio(float(*total) / float(log.closed.total.max(1))));
        let reason = log.reasons.get(&code.0).map(|r| format!("  last '{r}'")).unwrap_or_default();
        let name = registry::name(*code, names);
        text.row("code", &format!("{:>12}  {share:>5}  {code} {name}{reason}", fmt::exact(*total)));
    }
}

fn lines_read(log: &LogSnapshot) -> String {
    let mut text =
        format!("{} read, {} {}", fmt::exact(log.lines), fmt::exact(log.unmatched), tell(log));
    let untimed = if log.untimed == 1 { "has no time" } else { "have no time" };
    for (count, what) in [(log.untimed, untimed), (log.late, "over 2 s out of order")] {
        if count > 0 {
            text.push_str(", ");
            text.push_str(&fmt::exact(count));
            text.push(' ');
            text.push_str(what);
        }
    }
    text
}

fn tell(log: &LogSnapshot) -> &'static str {
    if log.unmatched == 1 { "tells nothing" } else { "tell nothing" }
}

fn moment(zone: Zone, at: DateTime<Utc>) -> String {
    zone.local(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// The time of day, with the day where that is another one than `from`'s.
fn clock_of(zone: Zone, from: DateTime<Utc>, at: DateTime<Utc>) -> String {
    if zone.local(from).date_naive() == zone.local(at).date_naive() {
        fmt::clock(&zone.local(at))
    } else {
        moment(zone, at)
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
