//! What this listener can run out of, and what would raise it.

use ratatui::layout::Rect;

use super::super::pen::{Pen, Piece};
use super::super::{severity, words};
use crate::app::{AcceptQueue, Details, LimitRow};
use crate::detect::Severity;
use crate::fmt;
use crate::model::LimitUnit;
use crate::units::{Bytes, Ratio};

/// One line of the block.
struct LimitLine {
    severity: Severity,
    name: String,
    used: String,
    limit: String,
    share: Option<Ratio>,
}

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, details: &Details) {
    let theme = pen.theme();
    let words = [("  used of limit".into(), theme.text.muted)];
    pen.title(Rect { height: area.height.min(1), ..area }, "LIMITS", &words);
    let remedies = remedies(pen, details);
    let lines = lines(details);
    if lines.is_empty() {
        let place = Rect { height: area.height.min(2), ..area };
        super::super::codes::placeholder(pen, place, "no limits read yet");
    }
    let room = usize::from(area.height.saturating_sub(1));
    // The remedy is worth more than the last limit, which is the mildest.
    let kept = if lines.len() + remedies.len() > room && room > 2 {
        room.saturating_sub(remedies.len()).max(1)
    } else {
        lines.len()
    };
    let mut y = area.y + 1;
    for limit in lines.iter().take(kept.min(room)) {
        line(pen, Rect { y, height: 1, ..area }, limit);
        y += 1;
    }
    for remedy in remedies {
        pen.pieces(area.x, y, area.right(), &remedy);
        y += 1;
    }
}

fn remedies<'d>(pen: &Pen<'_>, details: &'d Details) -> Vec<Vec<Piece<'d>>> {
    let theme = pen.theme();
    let raise = details.remedy.as_ref().map(|remedy| {
        vec![("raise it  ".into(), theme.text.muted), (remedy.as_str().into(), theme.text.body)]
    });
    let most = details.somaxconn.map(|most| {
        let backlog = details.accept_queue.as_ref().and_then(|q| q.limit);
        let backlog = words::value(backlog, false, fmt::count);
        let text = format!("backlog {backlog} (listen)   somaxconn {}", fmt::count(most));
        vec![(text.into(), theme.text.muted)]
    });
    let pressure = details.pressure.map(|p| {
        let share = |percent: f64| fmt::percent(crate::units::Ratio(percent / 100.0));
        let (cpu, memory, io) = (share(p.cpu), share(p.memory), share(p.io));
        let text = format!("host waits 10 s   cpu {cpu}   memory {memory}   disk {io}");
        vec![(text.into(), theme.text.muted)]
    });
    raise.into_iter().chain(most).chain(pressure).collect()
}

fn lines(details: &Details) -> Vec<LimitLine> {
    let mut lines: Vec<LimitLine> = details.limits.iter().map(of_limit).collect();
    if let Some(queue) = &details.accept_queue {
        let at = usize::from(!lines.is_empty());
        lines.insert(at, of_queue(queue));
    }
    lines
}

fn of_limit(row: &LimitRow) -> LimitLine {
    let limit = &row.limit;
    let write = |n: u64| match limit.kind.unit() {
        LimitUnit::Bytes => fmt::bytes(Bytes(n)),
        LimitUnit::Count => fmt::count(n),
    };
    LimitLine {
        severity: row.severity,
        name: format!("{}{}", limit.kind.name(), super::super::limits::found_in(limit)),
        used: write(limit.used),
        limit: write(limit.limit),
        share: Some(limit.ratio()),
    }
}

fn of_queue(queue: &AcceptQueue) -> LimitLine {
    let drops = queue.drops.filter(|d| d.0 > 0.0);
    let drops = drops.map_or_else(String::new, |d| format!(", {} drops/s", fmt::rate_tight(d)));
    LimitLine {
        severity: queue.severity,
        name: format!("accept queue{drops}"),
        used: fmt::count(queue.used),
        limit: words::value(queue.limit, false, fmt::count),
        share: queue.limit.and_then(|limit| Ratio::of(queue.used, limit)),
    }
}

fn line(pen: &mut Pen<'_>, area: Rect, line: &LimitLine) {
    let theme = pen.theme();
    let y = area.y;
    let tone = severity::text_or(theme, line.severity, theme.text.body);
    pen.put(area.x, y, severity::glyph(line.severity), severity::mark(theme, line.severity));
    let bar = match area.width {
        ..56 => 0,
        56..90 => 10,
        wide => wide / 3,
    };
    let share_x = area.right().saturating_sub(if bar > 0 { bar + 1 } else { 0 });
    let share = words::value(line.share, false, fmt::percent);
    pen.put_right(share_x, y, &share, tone);
    let text = format!("{} {:>10}", line.used, line.limit);
    let x = pen.put_right(share_x.saturating_sub(6), y, &text, theme.text.body);
    pen.put_upto(area.x + 2, y, x.saturating_sub(1), &line.name, tone);
    if bar > 0 {
        let style = severity::text_or(theme, line.severity, theme.series.opened.base());
        let fill =
            ratatui::style::Style { add_modifier: ratatui::style::Modifier::empty(), ..style };
        pen.bar(share_x + 1, y, bar, line.share.map_or(0.0, |r| r.0), fill);
    }
}
