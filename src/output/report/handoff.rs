//! What is handed over to whoever takes an incident on: at most twelve lines, ready
//! for a chat.

use chrono::{DateTime, Utc};

use super::gather::Gather;
use super::impact;
use super::page::{Page, Subject};
use crate::detect::Alert;
use crate::fmt;
use crate::session::Session;

/// Alerts and marks that are named; of more there is a number.
const NAMED: usize = 6;
/// A chat cuts longer lines.
const WIDTH: usize = 200;

/// What stands in it beside what was gathered.
#[derive(Debug, Clone, Copy)]
pub struct Handed<'a> {
    /// What was done: when, and the note.
    pub marks: &'a [(DateTime<Utc>, String)],
    /// Where the recording is, in words; none where none is kept.
    pub recording: Option<&'a str>,
}

impl Gather {
    /// The lines; none before the first derivation.
    #[must_use]
    pub fn handoff(
        &self,
        session: &Session,
        subject: Subject<'_>,
        handed: Handed<'_>,
    ) -> Option<Vec<String>> {
        let page = Page::new(self, session, subject)?;
        let verdict = session.verdict()?;
        let mut lines = vec![format!("{} {}", verdict.severity.word(), verdict.sentence)];
        let worst = self.worst.as_ref().filter(|worst| worst.severity > verdict.severity);
        lines
            .extend(worst.map(|worst| {
                format!("worst: {}, since {} UTC", worst.line, page.utc(worst.since))
            }));
        let lasted = (page.to - verdict.since).to_std().unwrap_or_default();
        lines.push(format!("since: {} UTC, {}", page.utc(verdict.since), fmt::span(lasted)));
        for point in impact::points(&page) {
            let known = ["Impact", "Trigger"].iter().find(|word| point.starts_with(**word));
            if let (Some(word), Some((_, rest))) = (known, point.split_once(": ")) {
                let at = point.get(word.len()..).and_then(|rest| rest.split_once(": "));
                let at = at.map_or("", |(at, _)| at).trim_start_matches(',');
                lines.push(format!("{}{at}: {rest}", word.to_lowercase()));
            }
        }
        lines.push(figures(&page));
        lines.push(alerts(&page));
        lines.push(done(&page, handed.marks));
        let recording = handed.recording.unwrap_or("none; start herdtop with --record FILE");
        lines.push(format!("recording: {recording}"));
        lines.push(format!("herdtop {} on {}", env!("CARGO_PKG_VERSION"), subject.host.name));
        Some(lines.iter().map(|line| crate::text::clean(line, WIDTH)).collect())
    }
}

/// Open, handshakes and closed: of the listener that was looked at.
fn figures(page: &Page<'_>) -> String {
    let Some(listener) = page.listener() else { return "figures: no listener watched".to_owned() };
    let count = |n: Option<u64>| n.map_or_else(|| "-".to_owned(), fmt::exact);
    let rate = |n: Option<_>| n.map_or_else(|| "-".to_owned(), |n| format!("{}/s", fmt::rate(n)));
    let limit = listener.binding().map_or_else(String::new, |limit| {
        let (of, room) = (limit.kind.name(), count(limit.headroom));
        format!(" ({of} {}, room for {room})", fmt::percent(limit.ratio()))
    });
    format!(
        "figures: {} open{limit}, handshakes {}, closed {}",
        count(listener.open),
        rate(listener.opened),
        rate(listener.closed)
    )
}

fn alerts(page: &Page<'_>) -> String {
    let mut all: Vec<&Alert> =
        page.session.alerts().filter(|a| page.holds(a.since, a.until)).collect();
    all.sort_by_key(|a| (!a.is_firing(), std::cmp::Reverse(a.severity)));
    let one = |a: &&Alert| {
        let state = if a.is_firing() { a.now.word() } else { "resolved" };
        format!("{} {state}", a.rule)
    };
    let mut words: Vec<String> = all.iter().take(NAMED).map(one).collect();
    words.dedup();
    if all.len() > NAMED {
        words.push(format!("{} more", all.len() - NAMED));
    }
    let words = if words.is_empty() { "none".to_owned() } else { words.join(", ") };
    format!("alerts: {words}")
}

/// The marks, the newest last.
fn done(page: &Page<'_>, marks: &[(DateTime<Utc>, String)]) -> String {
    let left = marks.len().saturating_sub(NAMED);
    let more = (left > 0).then(|| format!("{left} before"));
    let named = marks.iter().skip(left).map(|(at, note)| {
        let note = if note.is_empty() { "marked" } else { note.as_str() };
        format!("{} {note}", page.utc(*at))
    });
    let words: Vec<String> = more.into_iter().chain(named).collect();
    let words = if words.is_empty() { "nothing was marked".to_owned() } else { words.join("; ") };
    format!("done: {words}")
}
