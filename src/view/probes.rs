//! The probes beside the incident: does a new client get in?

use ratatui::layout::Rect;

use super::pen::{Pen, Piece, columns};
use super::{codes, heroes, probe_facts as facts, severity, words};
use crate::app::{Frame, Probes, TargetRow};
use crate::detect::Severity;
use crate::fmt;

/// `■ wss://edge-07/ws   2.41 s  62 % ok`, one line a target.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let rows = &frame.probes.rows;
    let words: Vec<Piece<'_>> = if rows.is_empty() {
        Vec::new()
    } else {
        vec![(" handshake p99, last 60".into(), pen.theme().text.muted)]
    };
    pen.title(Rect { height: area.height.min(1), ..area }, "PROBES", &words);
    if rows.is_empty() {
        return codes::placeholder(pen, area, words::NO_PROBES);
    }
    let room = usize::from(area.height.saturating_sub(1));
    let kept = kept(&frame.probes, area.height.saturating_sub(1));
    for (y, row) in (area.y + 1..area.bottom()).zip(rows.iter().take(kept)) {
        line(pen, Rect { y, height: 1, ..area }, row);
    }
    if rows.len() > room && room > 0 {
        let rest = rows.iter().skip(kept);
        let bad = rest.clone().filter(|row| severity::is_bad(row.severity)).count();
        let text = format!("{} more, {bad} of them failing: 3 shows all", rest.count());
        let y = area.y + 1 + columns(kept);
        pen.put_upto(area.x + 2, y, area.right(), &text, pen.theme().text.muted);
    }
    let used = 1 + columns(kept);
    if rows.len() <= room && used < area.height {
        let rest = Rect { y: area.y + used, height: area.height - used, ..area };
        beneath(pen, rest, &frame.probes);
    }
}

/// Where targets leave lines: what became of the held connections, how many
/// attempts failed, and how.
fn beneath(pen: &mut Pen<'_>, area: Rect, probes: &Probes) {
    let theme = pen.theme();
    let line = |y| Rect { y, height: 1, ..area };
    // What is agreed on is the screen of the probes'.
    facts::whole(pen, line(area.y), &facts::under_way(probes));
    let (x, right) = (area.x + 2, area.right());
    match area.height {
        0 | 1 => return,
        2 => return facts::failures(pen, line(area.y + 1), probes, true),
        _ => pen.put_upto(x, area.y + 1, right, &facts::lead(probes), theme.text.muted),
    };
    for (y, failure) in (area.y + 2..area.bottom()).zip(&probes.failures) {
        let count = format!("×{}", fmt::count(failure.count));
        let left = pen.put_right(right, y, &count, theme.text.strong);
        pen.put_upto(x + 2, y, left.saturating_sub(1), &failure.words, theme.text.body);
    }
}

/// How many targets have a line of their own; the last line may be for the rest.
pub(super) fn kept(probes: &Probes, lines: u16) -> usize {
    let (rows, room) = (probes.rows.len(), usize::from(lines));
    if rows > room { room.saturating_sub(1) } else { rows }
}

/// One target in one line; also the rows of a pane.
pub(super) fn line(pen: &mut Pen<'_>, area: Rect, row: &TargetRow) {
    let theme = pen.theme();
    let (x, y) = (area.x, area.y);
    pen.put(x, y, severity::glyph(row.severity), severity::mark(theme, row.severity));
    let succeeding = |share| format!("{} ok", words::succeeding(share));
    let ok = row.ok().map_or(words::NONE.to_owned(), succeeding);
    let tone = severity::text_or(theme, row.severity, theme.text.muted);
    let right = area.right();
    pen.put_right(right, y, &ok, tone);
    let p99 = words::value(row.target.handshake_p99, false, fmt::elapsed);
    pen.put_right(right.saturating_sub(9), y, &p99, theme.text.body);
    let label = right.saturating_sub(9 + 8);
    let room = usize::from(label.saturating_sub(x + 3));
    pen.put_upto(x + 2, y, label, &words::url(&row.target.label(), room), theme.text.body);
}

/// `▲ handshake p99 2.41 s  38 % fail`, of several the worst by its name; none without
/// targets.
pub(super) fn brief(pen: &Pen<'_>, probes: &Probes) -> Option<(Severity, Vec<Piece<'static>>)> {
    let theme = pen.theme();
    let failing = probes.failing?;
    let is = probes.severity;
    let tone = severity::text_or(theme, is, theme.text.muted);
    let p99 = words::value(probes.handshake_p99, false, fmt::elapsed);
    let of = heroes::worst_of_many(probes);
    let of = of.map_or_else(String::new, |name| format!("  {}", words::url(&name, 16)));
    let text = format!(" handshake p99 {p99}  {} fail{of}", words::failing(failing));
    let glyph = (severity::glyph(is).into(), severity::mark(theme, is));
    Some((is, vec![glyph, (text.into(), tone)]))
}
