//! A pane beside the editor: another screen, not a clipped one.

use ratatui::layout::Rect;

use super::layout::{self, part};
use super::pen::{Pen, Piece, columns};
use super::{banner, chart, codes, footer, gauge, limits, listeners, probes, severity, words};
use crate::app::Frame;
use crate::fmt;
use crate::model::LimitKind;

/// Columns for the scale of the chart.
pub(super) const GUTTER: u16 = 5;

/// Verdict, gauge, rates, chart, and as many lines as the height leaves.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let places = layout::mini(area);
    let number = |y| part(places.numbers, 0, y, places.numbers.width, 1);
    banner::brief(pen, places.banner, frame);
    used(pen, number(0), frame);
    match &frame.gauge {
        Ok(limit) => gauge::bar(pen, number(1), limit),
        Err(why) => gauge::absent(pen, number(1), why),
    }
    rates(pen, number(2), frame);
    chart::plain(pen, places.chart, &frame.chart, frame, GUTTER);
    if !places.listeners.is_empty() {
        listeners::short(pen, places.listeners, frame);
    }
    alerts(pen, places.lines, frame);
    if frame.input.is_some() {
        pen.clear(places.footer);
        footer::draw(pen, places.footer, frame);
    }
}

/// `57 038 of 65 536 open files  :8443      87 %`.
fn used(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let theme = pen.theme();
    let hero = &frame.hero;
    let Ok(gauge) = &frame.gauge else {
        let open = words::value(hero.open, hero.estimated, fmt::count);
        pen.pieces(
            area.x,
            area.y,
            area.right(),
            &[
                (open.into(), theme.text.strong),
                (" open".into(), theme.text.muted),
                (format!("  {}", port(frame)).into(), theme.text.body),
            ],
        );
        return;
    };
    let tone = severity::text_or(theme, gauge.severity, theme.text.strong);
    let mut x = area.x;
    // A limit of descriptors counts connections anyway.
    if !matches!(gauge.limit.kind, LimitKind::Capacity | LimitKind::Descriptors) {
        let open = words::value(hero.open, hero.estimated, fmt::count);
        x = pen.put_upto(x, area.y, area.right(), &open, theme.text.strong);
        x = pen.put_upto(x, area.y, area.right(), " open  ", theme.text.muted);
    }
    let share = fmt::percent(gauge.limit.ratio());
    let right = pen.put_right(area.right(), area.y, &share, tone).saturating_sub(1);
    let text = limits::used_of(&gauge.limit, gauge.limit.used);
    let (used, of) = text.split_once(" of ").unwrap_or((&text, ""));
    let pieces: [Piece<'_>; 3] = [
        (used.into(), tone),
        (format!(" of {of}").into(), theme.text.muted),
        (format!(" {}", gauge.limit.kind.name()).into(), theme.text.muted),
    ];
    // By the room the largest number leaves, so that it does not come and go.
    let most = limits::used_of(&gauge.limit, gauge.limit.limit);
    let widest = x + pen.width(&most) + 1 + pen.width(gauge.limit.kind.name());
    let whose = port(frame);
    x = pen.pieces(x, area.y, right, &pieces);
    if widest + 2 + pen.width(whose) < area.right().saturating_sub(pen.width("100 %")) {
        pen.put(x + 2, area.y, whose, theme.text.body);
    }
}

/// Whose numbers these are: `:8443`; nothing where no listener is in focus.
pub(super) fn port(frame: &Frame) -> &str {
    let first = frame.hero.focus.split(' ').next().unwrap_or_default();
    if first.starts_with(':') { first } else { "" }
}

/// `handshakes 4.81k/s  closed 4.61k/s   +207/s`; arrows for words where it
/// is narrow.
fn rates(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let theme = pen.theme();
    let hero = &frame.hero;
    let (up, down) = if area.width >= 42 { ("handshakes ", "closed ") } else { ("▴ ", "▾ ") };
    let per_second = |rate| format!("{}/s", fmt::rate_tight(rate));
    let opened = words::value(hero.opened, hero.estimated, per_second);
    let closed = words::value(hero.closed, hero.estimated, per_second);
    let tone = severity::text_or(theme, hero.opened_severity, theme.text.strong);
    let x = pen.pieces(
        area.x,
        area.y,
        area.right(),
        &[(up.into(), theme.text.muted), (opened.into(), tone)],
    );
    // A fixed place, so that the second does not follow the first.
    let x = (area.x + pen.width(up) + 10).max(x + 1);
    let x = pen.pieces(
        x,
        area.y,
        area.right(),
        &[(down.into(), theme.text.muted), (closed.into(), theme.text.strong)],
    );
    if let Some((opened, closed)) = hero.opened.zip(hero.closed) {
        let net = fmt::net_rate(opened.0 - closed.0);
        if x + 2 + pen.width(&net) <= area.right() {
            pen.put_right(area.right(), area.y, &net, theme.text.body);
        }
    }
}

/// Close codes, limits and handshakes, worst first, then what
/// happened last. The codes are the last to be left out.
fn alerts(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let theme = pen.theme();
    let codes = codes::brief(pen, &frame.codes, area.width);
    let mut lines = limits::lines(pen, frame);
    if let Some(handshake) = probes::brief(pen, &frame.probes) {
        // Of equals it comes after the first, which is the queue as a rule.
        let worse = lines.iter().filter(|(is, _)| *is > handshake.0).count();
        let first = lines.get(worse).is_some_and(|(is, _)| *is == handshake.0);
        lines.insert(worse + usize::from(first), handshake);
    }
    let events = frame.events.iter().map(|event| {
        vec![
            (event.letter().to_string().into(), severity::banner(theme, event.severity())),
            (format!(" {}", event.text()).into(), theme.text.muted),
        ]
    });
    let codes = Some(codes).filter(|pieces| !pieces.is_empty());
    let lines = codes.into_iter().chain(lines.into_iter().map(|(_, line)| line)).chain(events);
    for (row, line) in lines.take(usize::from(area.height)).enumerate() {
        pen.pieces(area.x, area.y + columns(row), area.right(), &line);
    }
}
