//! Process, TCP states, ages and clients.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::pen::{Pen, columns};
use super::super::{codes, connections, layout, words};
use crate::app::{Breakdown, Details, Frame, NetworkList};
use crate::fmt;
use crate::model::{ProcessState, container};
use crate::sample::{AGE_BOUNDS, Ages, LogClients, States};
use crate::units::{Bytes, Ratio, float};

const NOT_COUNTED: &str = "not counted yet";

pub(super) fn process(pen: &mut Pen<'_>, area: Rect, parts: &Breakdown, frame: &Frame) {
    let count = parts.processes.len();
    let many = if count > 1 { format!(" {count}") } else { String::new() };
    heading(pen, area, "PROCESS", &many);
    let mut lines: Vec<(String, bool)> = Vec::new();
    for process in &parts.processes {
        // Several: a line each; one: everything.
        let all = of_process(process, frame);
        let kept = if count > 1 { 1 } else { all.len() };
        lines.extend(
            all.into_iter().take(kept).zip(std::iter::once(true).chain(std::iter::repeat(false))),
        );
    }
    let theme = pen.theme();
    for (y, (text, first)) in (area.y + 1..area.bottom()).zip(&lines) {
        let style = if *first { theme.text.body } else { theme.text.muted };
        pen.put_upto(area.x, y, area.right(), text, style);
    }
    if let Some(note) = &parts.process_note {
        let used = columns(lines.len());
        let rest = Rect { y: area.y + used, height: area.height.saturating_sub(used), ..area };
        if rest.height > 1 {
            codes::placeholder(pen, rest, note);
        }
    }
}

fn of_process(row: &ProcessState, frame: &Frame) -> Vec<String> {
    let gone = if row.gone_since.is_some() { "   ended" } else { "" };
    let started = words::value(row.started, false, |at| fmt::clock(&words::local(frame, at)));
    let since = row
        .started
        .and_then(|at| (frame.header.clock.to_utc() - at).to_std().ok())
        .map_or_else(String::new, |age| format!(", {} ago", fmt::span(age)));
    let cpu = words::value(row.cpu, false, fmt::percent);
    let rss = words::value(row.rss.map(Bytes), false, fmt::bytes);
    let threads = words::value(row.threads, false, fmt::count);
    let files = words::value(row.fds, false, fmt::count);
    let soft = words::value(row.fd_soft, false, fmt::count);
    let hard = words::value(row.fd_hard, false, fmt::count);
    let within = row.cgroup.as_deref().and_then(container);
    let within = within.map_or_else(String::new, |name| format!("   {name}"));
    vec![
        format!("{}  pid {}   cpu {cpu}   rss {rss}{gone}", row.name, row.pid),
        format!("started {started}{since}   threads {threads}"),
        format!("fd {files}   soft {soft}   hard {hard}{within}"),
        row.command.clone(),
    ]
}

pub(super) fn states(pen: &mut Pen<'_>, area: Rect, parts: &Breakdown) {
    heading(pen, area, "TCP STATES", "");
    let Some(states) = parts.states else {
        return codes::placeholder(pen, area, NOT_COUNTED);
    };
    let rows = named(&states);
    let all: u64 = rows.iter().fold(0, |sum, (_, n)| sum.saturating_add(*n));
    for (y, (name, count)) in (area.y + 1..area.bottom()).zip(rows) {
        let line = Rect { y, height: 1, ..area };
        row(pen, line, name, share(count, all), &fmt::count(count));
    }
}

/// The states by name; the two halves of a closing handshake are one.
fn named(states: &States) -> [(&'static str, u64); 6] {
    let sum = u64::saturating_add;
    [
        ("ESTABLISHED", states.established),
        ("SYN_RECV", states.syn_recv),
        ("CLOSE_WAIT", states.close_wait),
        ("FIN_WAIT", sum(states.fin_wait1, states.fin_wait2)),
        ("LAST_ACK", states.last_ack),
        ("CLOSING", states.closing),
    ]
}

pub(super) fn ages(pen: &mut Pen<'_>, area: Rect, parts: &Breakdown) {
    let words = format!("  share of the open{}", connections::counted(parts));
    heading(pen, area, "CONNECTION AGE", &words);
    let Some(ages) = parts.ages else {
        return codes::placeholder(pen, area, NOT_COUNTED);
    };
    let all = ages.classes.iter().fold(ages.before_watch, |sum, n| sum.saturating_add(*n));
    for (y, (name, count)) in (area.y + 1..area.bottom()).zip(classes(&ages)) {
        let value = Ratio::of(count, all).map_or(words::NONE.to_owned(), fmt::percent);
        row(pen, Rect { y, height: 1, ..area }, &name, share(count, all), &value);
    }
}

/// The classes by name, and those whose age we cannot know.
fn classes(ages: &Ages) -> Vec<(String, u64)> {
    let unit = |s: u64| if s < 60 { format!("{s} s") } else { format!("{} min", s / 60) };
    let mut rows = Vec::new();
    let mut from = None;
    for (bound, count) in AGE_BOUNDS.iter().zip(ages.classes) {
        let name = match from {
            None => format!("< {}", unit(*bound)),
            // Where both have the same unit it is named once.
            Some(from) if *bound < 60 => format!("{from} to {}", unit(*bound)),
            Some(from) => format!("{} to {}", unit(from), unit(*bound)),
        };
        rows.push((name, count));
        from = Some(*bound);
    }
    let [.., oldest] = ages.classes;
    rows.push((format!("> {}", unit(from.unwrap_or(0))), oldest));
    // They were there when we came, so they are at least as old as our watch.
    let watched = fmt::span(ages.watched_for);
    rows.push((format!("older than this session, at least {watched}"), ages.before_watch));
    rows
}

/// Rows of the clients from which those that have tried have a block under them.
const BOTH: u16 = 7;

/// Whose connections are open; where a log beside the sockets tells it, who has tried.
pub(super) fn clients(pen: &mut Pen<'_>, area: Rect, details: &Details) {
    let Some(attempts) = details.attempts.as_ref().filter(|_| area.height >= BOTH) else {
        return open(pen, area, details);
    };
    let half = area.height / 2;
    open(pen, Rect { height: half, ..area }, details);
    tried(pen, Rect { y: area.y + half, height: area.height - half, ..area }, attempts);
}

/// The networks that tried most, and the addresses; they are in the networks too.
fn tried(pen: &mut Pen<'_>, area: Rect, attempts: &LogClients) {
    heading(pen, area, "ATTEMPTS", "  by network and address, from the log");
    let room = usize::from(area.height.saturating_sub(1));
    let networks = attempts.networks.iter().take(room.div_ceil(2));
    let addresses = attempts.addresses.iter().take(room / 2);
    for (y, client) in (area.y + 1..area.bottom()).zip(networks.chain(addresses)) {
        let line = Rect { y, height: 1, ..area };
        let of_all = share(client.attempts, attempts.attempts);
        row(pen, line, &client.name, of_all, &fmt::count(client.attempts));
    }
}

fn open(pen: &mut Pen<'_>, area: Rect, details: &Details) {
    let list = &details.networks;
    let counted = connections::counted(&details.breakdown);
    let words = format!("  by network, open{counted}{}", words::filter(&list.filter));
    heading(pen, area, "CLIENTS", &words);
    if list.rows.is_empty() {
        let why = match (list.open, details.breakdown.states) {
            (1.., _) => "no network matches the filter",
            (0, Some(_)) => "no connections",
            (0, None) => NOT_COUNTED,
        };
        return codes::placeholder(pen, area, why);
    }
    let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let (shown, rest) = seen(list, below.height);
    for (y, at) in (below.y..).zip(shown.clone()) {
        let line = Rect { y, height: 1, ..area };
        if list.selected == Some(at) {
            pen.paint(line, Style { bg: pen.theme().ui.selected.bg, ..Style::new() });
            pen.put(line.x.saturating_sub(1), y, "▶", pen.theme().ui.accent);
        }
        if let Some((network, count)) = list.rows.get(at) {
            row(pen, line, network, share(*count, list.open), &fmt::count(*count));
        }
    }
    if rest > 0 {
        let line = Rect { y: below.y + columns(shown.len()), height: 1, ..area };
        row(pen, line, "all others", share(rest, list.open), &fmt::count(rest));
    }
}

/// The network in a row of that block.
pub(super) fn network_in(area: Rect, details: &Details, y: u16) -> Option<usize> {
    let tried = details.attempts.is_some() && area.height >= BOTH;
    let height = if tried { area.height / 2 } else { area.height };
    let (shown, _) = seen(&details.networks, height.saturating_sub(1));
    let row = shown.start + usize::from(y.checked_sub(area.y + 1)?);
    shown.contains(&row).then_some(row)
}

/// Which networks are seen in so many lines, the selected one among them, and how many
/// connections all others have open, which takes a line.
fn seen(list: &NetworkList, height: u16) -> (Range<usize>, u64) {
    let all = |shown: &Range<usize>| {
        let rows = list.rows.iter().skip(shown.start).take(shown.len());
        rows.fold(0_u64, |sum, (_, open)| sum.saturating_add(*open))
    };
    let selected = list.selected.unwrap_or(0);
    let shown = layout::window(list.rows.len(), selected, 0, height);
    if all(&shown) == list.open {
        return (shown, 0);
    }
    let shown = layout::window(list.rows.len(), selected, 0, height.saturating_sub(1));
    let rest = list.open.saturating_sub(all(&shown));
    (shown, rest)
}

fn heading(pen: &mut Pen<'_>, area: Rect, name: &str, words: &str) {
    let words = [(words.into(), pen.theme().text.muted)];
    pen.title(Rect { height: area.height.min(1), ..area }, name, &words);
}

fn share(count: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { float(count) / float(all) }
}

/// `name ▆▆▆▆···  value`. A name that is long takes the place of its bar.
fn row(pen: &mut Pen<'_>, area: Rect, name: &str, share: f64, value: &str) {
    let theme = pen.theme();
    let number = 10;
    let name_width = (area.width / 3).clamp(12, 20);
    pen.put_right(area.right(), area.y, value, theme.text.body);
    let value_x = area.right().saturating_sub(number.max(pen.width(value)) + 1);
    let end = pen.put_upto(area.x, area.y, value_x, name, theme.text.muted);
    let bar_x = area.x + name_width;
    if end < bar_x && bar_x < value_x {
        let style = theme.series.opened.base();
        pen.bar(bar_x, area.y, value_x - bar_x, share, style);
    }
}
