//! What is known of a target, and what became of its attempts.

use std::cmp::Reverse;

use ratatui::layout::Rect;

use super::super::pen::{Pen, columns};
use super::super::{codes, outcomes as strip, severity, words};
use crate::app::{Frame, LastFailure, TargetDetails};
use crate::close::Phase;
use crate::fmt;
use crate::model::Held;
use crate::units::{Ratio, float};

/// Columns of the names at the left.
const NAME: u16 = 13;

pub(super) fn facts(pen: &mut Pen<'_>, area: Rect, frame: &Frame, target: &TargetDetails) {
    let theme = pen.theme();
    let is = target.row.severity;
    let ok = target.row.ok().map_or(words::NONE.to_owned(), words::succeeding);
    let said = format!(" {ok} of the last {} accepted", target.row.target.strip.len());
    let title = [(said.into(), severity::text_or(theme, is, theme.text.muted))];
    pen.title(Rect { height: area.height.min(1), ..area }, "TARGET", &title);
    let right = area.right();
    let mut y = area.y + 1;
    for (name, text) in lines(frame, target) {
        let room = usize::from(area.width.saturating_sub(NAME));
        let wrapped = if crate::text::width(&text) > room {
            crate::text::wrap(&text, room)
        } else {
            vec![text]
        };
        y = named(pen, Rect { y, ..area }, area.bottom(), name, &wrapped);
    }
    if y < area.bottom() {
        pen.put_upto(area.x, y, right, "last 60", theme.text.muted);
        let room = area.width.saturating_sub(NAME);
        let width = columns(target.row.target.strip.len()).min(room);
        let place = Rect { x: area.x + NAME, y, width, height: 1 };
        strip::strip(pen, place, &target.row.strip());
    }
    let room = usize::from(area.width.saturating_sub(NAME + 1));
    let text = crate::text::wrap(&ended(frame, target.last_failure.as_ref(), true), room);
    named(pen, Rect { y: y + 1, ..area }, area.bottom(), "last failure", &text);
}

/// A name and its lines, as many as end above `bottom`; gives the row after.
fn named(pen: &mut Pen<'_>, area: Rect, bottom: u16, name: &str, lines: &[String]) -> u16 {
    let theme = pen.theme();
    if area.y < bottom {
        pen.put_upto(area.x, area.y, area.x + NAME, name, theme.text.muted);
    }
    let mut y = area.y;
    for line in lines.iter().take(usize::from(bottom.saturating_sub(area.y))) {
        pen.put_upto(area.x + NAME, y, area.right(), line, theme.text.body);
        y += 1;
    }
    y
}

fn lines(frame: &Frame, target: &TargetDetails) -> Vec<(&'static str, String)> {
    let known = &target.row.target;
    let took = |value| words::value(value, false, fmt::elapsed);
    let phases = &known.phases;
    let [dns, tcp, tls, upgrade] =
        [phases.dns, phases.tcp, phases.tls, phases.upgrade].map(words::millis);
    let lost = fmt::count(known.lost);
    let held = match known.held {
        Held::Off => "off (--held 0)".to_owned(),
        Held::Closed => format!("none open, {lost} lost so far"),
        Held::Open(age) => format!("open for {}, {lost} lost so far", fmt::span(age)),
    };
    let held = if known.is_flooding { format!("flooding, read slowly; {held}") } else { held };
    let next = known.next.as_ref().map_or(words::NONE.to_owned(), |(after, why)| {
        format!("in {}, {why}", words::wait(*after))
    });
    vec![
        ("url", known.label()),
        (
            "handshake",
            format!("p50 {}   p99 {}", took(known.handshake_p50), took(known.handshake_p99)),
        ),
        ("phases, ms", format!("dns {dns}  tcp {tcp}  tls {tls}  101 {upgrade}")),
        ("ping", format!("p50 {}   p99 {}", took(known.ping_p50), took(known.ping_p99))),
        ("lag", format!("{}, TCP alone {}", took(known.lag), took(known.tcp_round_trip))),
        ("held", held),
        ("last loss", ended(frame, target.last_loss.as_ref(), false)),
        ("next", next),
        ("agreed", known.agreed.clone().unwrap_or_else(|| words::NONE.to_owned())),
    ]
}

/// `14:05:20, 0:03 ago, upgrade: HTTP 503, retry after 5 s`.
fn ended(frame: &Frame, last: Option<&LastFailure>, phased: bool) -> String {
    let Some(last) = last else { return "none so far".to_owned() };
    let at = words::local(frame, last.at);
    let ago = (frame.header.clock.to_utc() - last.at).to_std().unwrap_or_default();
    let phase = match last.phase {
        _ if !phased => "",
        Phase::Dns => ", resolving",
        Phase::Tcp => ", TCP",
        Phase::Tls => ", TLS",
        Phase::Upgrade => ", upgrade",
        Phase::Open => ", after the 101",
    };
    format!("{}, {} ago{phase}: {}", fmt::clock(&at), fmt::span(ago), last.words)
}

pub(super) fn outcomes(pen: &mut Pen<'_>, area: Rect, target: &TargetDetails) {
    if area.height < 2 {
        return;
    }
    let words = " since herdtop started: 'herdtop explain NAME' tells what each is";
    let words = if pen.width(words) + 10 < area.width { words } else { " since herdtop started" };
    let title = [(words.into(), pen.theme().text.muted)];
    pen.title(Rect { height: 1, ..area }, "OUTCOMES", &title);
    let mut outcomes: Vec<(&String, &u64)> = target.row.target.outcomes.iter().collect();
    if outcomes.is_empty() {
        return codes::placeholder(pen, area, "no attempt has ended yet");
    }
    outcomes.sort_by_key(|(_, count)| Reverse(**count));
    let all: u64 = outcomes.iter().fold(0, |sum, (_, n)| sum.saturating_add(**n));
    for (y, (name, count)) in (area.y + 1..area.bottom()).zip(outcomes) {
        outcome(pen, Rect { y, height: 1, ..area }, name, *count, all);
    }
}

/// `http_503  ▆▆▆···  9   15 %`.
fn outcome(pen: &mut Pen<'_>, area: Rect, name: &str, count: u64, all: u64) {
    let theme = pen.theme();
    let (y, right) = (area.y, area.right());
    let share = Ratio::of(count, all).map_or(words::NONE.to_owned(), words::failing);
    pen.put_right(right, y, &share, theme.text.muted);
    let value = right.saturating_sub(7);
    pen.put_right(value, y, &fmt::count(count), theme.text.body);
    let bar = area.x + 21;
    let end = value.saturating_sub(10);
    let tone = if name == "open_ok" { theme.text.muted } else { theme.text.body };
    pen.put_upto(area.x, y, bar.min(end) - 1, name, tone);
    if bar < end {
        let share = if all == 0 { 0.0 } else { float(count) / float(all) };
        pen.bar(bar, y, end - bar, share, theme.series.opened.base());
    }
}
