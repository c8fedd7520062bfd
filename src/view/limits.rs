//! The limits that do not bind, and the accept queue.

use ratatui::layout::Rect;

use super::pen::{Pen, Piece};
use super::severity;
use crate::app::{AcceptQueue, Frame, LimitRow};
use crate::detect::Severity;
use crate::fmt;
use crate::model::{ApplicationSnapshot, Limit, LimitUnit};
use crate::units::{Bytes, Ratio};

/// `57 038 of 65 536`, `5.1 of 16 GiB`.
pub(super) fn used_of(limit: &Limit, used: u64) -> String {
    match limit.kind.unit() {
        LimitUnit::Bytes => fmt::bytes_of(Bytes(used), Bytes(limit.limit)),
        LimitUnit::Count => format!("{} of {}", fmt::count(used), fmt::count(limit.limit)),
    }
}

/// `, from nginx.conf:12`: nothing of a limit that was given or is the kernel's.
pub(super) fn found_in(limit: &Limit) -> String {
    limit.source.as_ref().map_or_else(String::new, |source| format!(", from {source}"))
}

/// `also  ■ accept queue 511 of 511 :8080 100 %   conntrack 63 100 of 262k 24 %`.
pub(super) fn also(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let entries = entries(pen, frame, false);
    if !entries.is_empty() {
        let x = pen.put(area.x, area.y, "also  ", pen.theme().text.muted);
        whole(pen, x, area, &entries);
    }
}

/// `limit open files (:8080)   accept queue 100 %   conntrack 24 %`.
pub(super) fn short(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let theme = pen.theme();
    let mut all = Vec::new();
    if let Ok(gauge) = &frame.gauge {
        let name = format!("{} ({})", gauge.limit.kind.name(), gauge.limit.scope);
        let text = format!(" {} ", fmt::percent(gauge.limit.ratio()));
        all.push(vec![
            ("limit ".into(), theme.text.muted),
            (name.into(), theme.text.body),
            (text.into(), theme.text.strong),
        ]);
    }
    all.extend(entries(pen, frame, true));
    whole(pen, area.x, area, &all);
}

/// Writes entries while whole ones fit, in as many rows as there are.
fn whole(pen: &mut Pen<'_>, begin: u16, area: Rect, entries: &[Vec<Piece<'_>>]) {
    let (mut x, mut y) = (begin, area.y);
    for (i, entry) in entries.iter().enumerate() {
        // The first is the worst: cut rather than left out.
        if i > 0 && x + pen.pieces_width(entry) > area.right() {
            (x, y) = (begin, y + 1);
        }
        if y >= area.bottom() {
            break;
        }
        x = pen.pieces(x, y, area.right(), entry) + 3;
    }
}

fn entries<'f>(pen: &Pen<'_>, frame: &'f Frame, short: bool) -> Vec<Vec<Piece<'f>>> {
    let mut all = Vec::new();
    let queue = frame.accept_queue.as_ref();
    all.extend(queue.map(|q| (q.severity, queue_entry(pen, q, short))));
    all.extend(frame.application.as_ref().map(|a| (leak(a), own_entry(pen, a, short))));
    all.extend(frame.limits.iter().map(|row| (row.severity, limit_entry(pen, row, short))));
    // A stable sort: equals keep the order of urgency the frame gives.
    all.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
    all.into_iter().map(|(_, pieces)| pieces).collect()
}

fn limit_entry(pen: &Pen<'_>, row: &LimitRow, short: bool) -> Vec<Piece<'static>> {
    let theme = pen.theme();
    let tone = severity::text_or(theme, row.severity, theme.text.strong);
    let mut pieces = name(pen, row.severity, row.limit.kind.name(), short);
    if !short {
        pieces.push((format!("{} ", used_of(&row.limit, row.limit.used)).into(), theme.text.muted));
    }
    pieces.push((fmt::percent(row.limit.ratio()).into(), tone));
    pieces
}

fn queue_entry(pen: &Pen<'_>, queue: &AcceptQueue, short: bool) -> Vec<Piece<'static>> {
    let theme = pen.theme();
    let tone = severity::text_or(theme, queue.severity, theme.text.strong);
    let mut pieces = name(pen, queue.severity, "accept queue", short);
    let share = queue.limit.and_then(|limit| Ratio::of(queue.used, limit));
    match (queue.limit, share) {
        (Some(limit), Some(share)) => {
            if !short {
                let used =
                    format!("{} of {} {} ", fmt::count(queue.used), fmt::count(limit), queue.scope);
                pieces.push((used.into(), theme.text.muted));
            }
            pieces.push((fmt::percent(share).into(), tone));
        }
        _ => pieces.push((fmt::count(queue.used).into(), tone)),
    }
    pieces
}

/// A difference between the two counts that lasts is a leak.
fn leak(own: &ApplicationSnapshot) -> Severity {
    if own.leaks() { Severity::Warning } else { Severity::Ok }
}

/// `application 57 102 (+64: a leak?) lag 12 ms`: its own words beside the kernel's.
fn own_entry(pen: &Pen<'_>, own: &ApplicationSnapshot, short: bool) -> Vec<Piece<'static>> {
    let (theme, severity) = (pen.theme(), leak(own));
    let tone = severity::text_or(theme, severity, theme.text.strong);
    let mut pieces = name(pen, severity, if short { "app" } else { "application" }, short);
    if let Some(connections) = own.connections {
        pieces.push((fmt::count(connections).into(), tone));
        let leak = if severity > Severity::Ok { " a leak?" } else { "" };
        if let Some(difference) = own.difference().filter(|d| *d != 0) {
            pieces.push((format!(" ({difference:+}{leak})").into(), tone));
        }
    }
    if let Some(lag) = own.lag_p99 {
        pieces.push((" lag ".into(), theme.text.muted));
        pieces.push((fmt::elapsed(lag).into(), theme.text.strong));
    }
    pieces
}

fn name(pen: &Pen<'_>, is: Severity, name: &str, short: bool) -> Vec<Piece<'static>> {
    let theme = pen.theme();
    let calm = if short { theme.text.muted } else { theme.text.body };
    let tone = severity::text_or(theme, is, calm);
    let mut pieces = Vec::new();
    if severity::is_bad(is) {
        pieces.push((format!("{} ", severity::glyph(is)).into(), severity::mark(theme, is)));
    }
    pieces.push((format!("{name} ").into(), tone));
    pieces
}

/// One line per limit for a pane, worst first: `■ accept queue 511/511  1 204 drops/s`.
/// Each with how bad it is.
pub(super) fn lines<'f>(pen: &Pen<'_>, frame: &'f Frame) -> Vec<(Severity, Vec<Piece<'f>>)> {
    let theme = pen.theme();
    let mut all = Vec::new();
    if let Some(queue) = &frame.accept_queue {
        let tone = severity::text_or(theme, queue.severity, theme.text.muted);
        let mark = severity::glyph(queue.severity);
        let limit = queue.limit.map_or_else(String::new, |l| format!("/{}", fmt::count(l)));
        let drops = queue
            .drops
            .filter(|d| d.0 > 0.0)
            .map_or_else(String::new, |d| format!("  {} drops/s", fmt::rate(d)));
        let rest = format!(" accept queue {}{limit}{drops}", fmt::count(queue.used));
        all.push((
            queue.severity,
            vec![(mark.into(), severity::mark(theme, queue.severity)), (rest.into(), tone)],
        ));
    }
    all.extend(frame.limits.iter().map(|row| {
        let tone = severity::text_or(theme, row.severity, theme.text.muted);
        let share = fmt::percent(row.limit.ratio());
        let text =
            format!(" {} {}  {share}", row.limit.kind.name(), used_of(&row.limit, row.limit.used));
        (
            row.severity,
            vec![
                (severity::glyph(row.severity).into(), severity::mark(theme, row.severity)),
                (text.into(), tone),
            ],
        )
    }));
    all.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
    all
}
