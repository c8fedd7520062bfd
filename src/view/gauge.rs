//! The binding limit as a bar with its alert levels drawn in.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::pen::{Pen, Piece, cells, columns};
use super::{limits, severity};
use crate::app::{Frame, Gauge};
use crate::detect::Severity;
use crate::fmt;
use crate::units::Ratio;

/// Heading and bar with its numbers; `area` is two rows.
pub(super) fn titled(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let theme = pen.theme();
    let words: Vec<Piece<'_>> = match &frame.gauge {
        Ok(gauge) => vec![(
            format!(
                " tightest limit: {}, {}{}",
                gauge.limit.kind.name(),
                gauge.limit.scope,
                limits::found_in(&gauge.limit)
            )
            .into(),
            theme.text.muted,
        )],
        Err(_) if frame.which_capacity.is_some() => {
            vec![(" which service is it of?".into(), theme.severity.warn)]
        }
        Err(_) => vec![(" no limit known".into(), theme.text.muted)],
    };
    pen.title(Rect { height: 1, ..area }, "CAPACITY", &words);
    let row = Rect { y: area.y + 1, height: 1, ..area };
    match &frame.gauge {
        Ok(gauge) => numbered(pen, row, gauge),
        Err(why) => absent(pen, row, why),
    }
}

/// The bar, its numbers at the right.
fn numbered(pen: &mut Pen<'_>, area: Rect, gauge: &Gauge) {
    let theme = pen.theme();
    // As wide as it can become, so that the bar does not breathe.
    let most = limits::used_of(&gauge.limit, gauge.limit.limit);
    let text = format!(
        "{}  {:>7}",
        limits::used_of(&gauge.limit, gauge.limit.used),
        fmt::percent_fine(gauge.limit.ratio()),
    );
    let now = limits::used_of(&gauge.limit, gauge.limit.used);
    let share = pen.width(&fmt::percent_fine(gauge.limit.ratio())).max(7);
    let room = pen.width(&most).max(pen.width(&now)) + 2 + share + 3;
    pen.put_right(area.right(), area.y, &text, theme.text.strong);
    bar(pen, Rect { width: area.width.saturating_sub(room), ..area }, gauge);
}

/// The place of a bar that has no limit to measure.
pub(super) fn absent(pen: &mut Pen<'_>, area: Rect, why: &str) {
    let theme = pen.theme();
    let x = pen.put_upto(area.x, area.y, area.right(), why, theme.text.muted);
    pen.rule(x + 1, area.y, area.right(), "━", theme.series.track);
}

/// The bar alone, exact to an eighth of a cell.
pub(super) fn bar(pen: &mut Pen<'_>, area: Rect, gauge: &Gauge) {
    let theme = pen.theme();
    let color = fill(pen, gauge.severity);
    let width = f64::from(area.width);
    // Over its limit the bar is full: by how much is said in figures.
    let share = gauge.limit.ratio().0.min(1.0);
    let eighths = cells((share * width * 8.0).min(f64::from(u16::MAX)));
    let (full, rest) = (eighths / 8, usize::from(eighths % 8));
    let begun = rest > 0;
    let end = area.right();
    pen.rule(area.x, area.y, (area.x + full).min(end), pen.look.glyphs.filled(8), color);
    if begun && full < area.width {
        pen.cell(area.x + full, area.y, pen.look.glyphs.filled_left(rest), color);
    }
    pen.rule(area.x + full + u16::from(begun), area.y, end, "━", theme.series.track);
    let levels =
        [(gauge.warn, theme.severity.warn, "warn"), (gauge.crit, theme.severity.crit, "crit")];
    for (at, tone, name) in levels {
        let Some(x) = tick(area, at) else { continue };
        let label = format!("{name} {}", fmt::percent(at));
        let free = x >= area.x + full + u16::from(begun);
        let next = tick(area, gauge.crit).filter(|next| *next > x).unwrap_or(end);
        if free && x + 1 + pen.width(&label) < next {
            let quiet = Style { add_modifier: Modifier::empty(), ..tone };
            pen.put(x + 1, area.y, &label, quiet);
        }
        if x < area.x + full {
            // Cut out of the bar: its colour becomes the ground.
            pen.cell(x, area.y, "┊", reversed(color));
        } else {
            pen.cell(x, area.y, "┊", Style { add_modifier: Modifier::empty(), ..tone });
        }
    }
}

/// The column of an alert level; none where it lies outside.
fn tick(area: Rect, at: Ratio) -> Option<u16> {
    let inside = at.0 > 0.0 && at.0 < 1.0 && area.width > 2;
    inside.then(|| area.x + columns(usize::from(cells((at.0 * f64::from(area.width)).floor()))))
}

/// The colour of the bar: calm is the colour of open connections, not green,
/// since a bar that grows is no good news.
fn fill(pen: &Pen<'_>, severity: Severity) -> Style {
    let theme = pen.theme();
    let style = severity::text_or(theme, severity, theme.series.opened.crest());
    Style { add_modifier: Modifier::empty(), sub_modifier: Modifier::all(), ..style }
}

/// The same colours the other way round.
pub(super) fn reversed(style: Style) -> Style {
    Style {
        add_modifier: style.add_modifier | Modifier::REVERSED,
        sub_modifier: style.sub_modifier.difference(Modifier::REVERSED),
        ..style
    }
}
