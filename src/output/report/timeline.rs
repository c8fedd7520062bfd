//! What happened when, in UTC and on the local clock.

use super::gather::TimelineEntry;
use super::page::Page;
use super::{Block, Section, Table};
use crate::detect::Severity;
use crate::fmt;

/// Rows of it; of more the first and the last are shown.
const ROWS: usize = 300;

pub(super) fn timeline(page: &Page<'_>) -> Section {
    let (kept, left_out) = page.gather.events();
    let [first, last] = ends(page);
    // The sort keeps the order of what happened in the same moment.
    let mut events = vec![first];
    events.extend(kept.cloned());
    events.extend(herds(page));
    events.push(last);
    events.sort_by_key(|event| event.second);
    let mut left_out = left_out;
    if events.len() > ROWS {
        let cut = events.len() - ROWS;
        left_out += cut as u64;
        events.drain(ROWS / 2..ROWS / 2 + cut);
    }
    let row = |event: &TimelineEntry| {
        let how = if event.severity == Severity::Unknown { "-" } else { event.severity.word() };
        vec![page.utc(event.at), page.local_time(event.at), how.to_owned(), event.text.clone()]
    };
    let head =
        ["UTC".to_owned(), format!("local {}", page.zone()), String::new(), "what".to_owned()];
    let table = Table { head: head.to_vec(), rows: events.iter().map(row).collect() };
    let mut blocks = vec![Block::Table(table)];
    if left_out > 0 {
        blocks.push(Block::Text(format!("{} events more are left out.", fmt::exact(left_out))));
    }
    Section { title: "Timeline", blocks }
}

fn ends(page: &Page<'_>) -> [TimelineEntry; 2] {
    let event = |at, second, text: &str| TimelineEntry {
        at,
        second,
        severity: Severity::Unknown,
        text: text.to_owned(),
    };
    let firing = page.session.alerts();
    let firing = firing.filter(|a| page.began_before(a.since) && page.holds(a.since, a.until));
    let firing: Vec<String> = firing.map(|a| format!("{} {}", a.id, a.rule)).collect();
    let begins = if firing.is_empty() {
        "the report begins".to_owned()
    } else {
        format!("the report begins; firing already: {}", firing.join(", "))
    };
    [event(page.from, 0, &begins), event(page.to, u64::MAX, "the report ends")]
}

/// A herd is told when it is over: only then its figures are whole.
fn herds(page: &Page<'_>) -> Vec<TimelineEntry> {
    let herds = page.session.judge.herds().iter();
    let over = herds.filter_map(|herd| {
        let end = herd.end.filter(|end| page.holds(*end, Some(*end)))?;
        let lasted = fmt::span(page.gather.wall.lasted(herd.onset, end));
        let (total, peak) = (fmt::exact(herd.total), fmt::exact(herd.peak));
        let text = format!("herd resolved after {lasted}: {total} connections, most {peak}/s");
        Some(TimelineEntry { at: end, second: page.second(end), severity: Severity::Ok, text })
    });
    over.collect()
}
