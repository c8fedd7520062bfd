//! The close codes beside the incident: who ended connections, and why.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::pen::{Pen, Piece, columns};
use super::{endings, severity, words};
use crate::app::{CodeRow, CodeTable, Trend};
use crate::detect::Severity;
use crate::fmt;
use crate::theme::Theme;
use crate::units::Ratio;

/// Columns from which on a code has its name and its rate beside it.
const NAMED: u16 = 36;
/// Lines under the codes from which on the endings have theirs.
const WITH_ENDINGS: usize = 4;
/// `try again later` and `service restart`: longer names are rare.
const NAME: u16 = 15;

/// `1006 abnormal  ▆▆▆▆▆▆  0.4  61% ↑`, one line a code.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, table: &CodeTable) {
    let muted = pen.theme().text.muted;
    let sources =
        if table.sources.is_empty() { String::new() } else { format!(" {}", sources_of(table)) };
    let named = area.width >= NAMED;
    let words: [Piece<'_>; 2] = [
        (sources.into(), muted),
        (if named { "  /s, share of 1 min" } else { "  1 min" }.into(), muted),
    ];
    pen.title(Rect { height: area.height.min(1), ..area }, "CLOSE CODES", &words);
    if table.rows.is_empty() && table.endings.is_empty() {
        placeholder(pen, area, table.empty);
    }
    // The largest fills its bar: what is compared is one code with another.
    let shares = table.rows.iter().filter_map(|row| row.share);
    let largest = shares.map(|share| share.0).fold(0.0, f64::max);
    for (y, row) in (area.y + 1..area.bottom()).zip(&table.rows) {
        line(pen, Rect { y, height: 1, ..area }, row, largest);
    }
    let taken = 1 + table.rows.len();
    let spare = usize::from(area.height).saturating_sub(taken);
    let under = Rect { y: area.y + columns(taken), height: columns(spare), ..area };
    if !table.endings.is_empty() && (table.rows.is_empty() || spare >= WITH_ENDINGS) {
        if !table.rows.is_empty() {
            browser(pen, Rect { y: area.bottom() - 1, height: 1, ..area }, table);
        }
        let height = under.height - u16::from(!table.rows.is_empty());
        endings::draw(pen, Rect { height, ..under }, &table.endings, table.accepted);
    } else if !table.rows.is_empty() && spare > 1 {
        let last = |up| Rect { y: area.bottom() - up, height: 1, ..area };
        reading(pen, last(2), table);
        browser(pen, last(1), table);
    }
}

/// `1013 = overload, back off`, where the codes leave lines.
fn reading(pen: &mut Pen<'_>, area: Rect, table: &CodeTable) {
    let Some((code, reads_as)) = table.reading.as_ref().and_then(|said| said.split_once(" = "))
    else {
        return;
    };
    let code = code.split(' ').next().unwrap_or(code);
    let theme = pen.theme();
    let pieces: [Piece<'_>; 2] =
        [(code.into(), theme.text.body), (format!(" = {reads_as}").into(), theme.text.muted)];
    pen.pieces(area.x, area.y, area.right(), &pieces);
}

/// `probes`: who is told these codes.
pub(super) fn sources_of(table: &CodeTable) -> String {
    table.sources.iter().map(|source| format!("{source}s")).collect::<Vec<_>>().join(", ")
}

fn line(pen: &mut Pen<'_>, area: Rect, row: &CodeRow, largest: f64) {
    let theme = pen.theme();
    let (x, y, right) = (area.x, area.y, area.right());
    let tone = severity::text_or(theme, row.severity, theme.text.body);
    pen.put_upto(x, y, right, &row.code.to_string(), tone);
    trend(pen, right, y, row);
    let mut end = right.saturating_sub(2);
    pen.put_right(end, y, &share(row.share), theme.text.body);
    end = end.saturating_sub(5);
    let mut bar = x + 5;
    if area.width >= NAMED {
        pen.put_right(end, y, &fmt::rate_tight(row.per_second), theme.text.body);
        end = end.saturating_sub(6);
        bar += NAME + 1;
        pen.put_upto(x + 5, y, bar - 1, &row.name, theme.text.muted);
    }
    if bar + 2 < end {
        let share = row.share.filter(|_| largest > 0.0).map_or(0.0, |share| share.0 / largest);
        pen.bar(bar, y, end - bar - 1, share, bar_tone(theme, row.severity));
    }
}

/// Only what is critical colours its bar: the codes of a bad hour are many.
pub(super) fn bar_tone(theme: &Theme, is: Severity) -> Style {
    let style = match is {
        Severity::Critical => theme.severity.crit,
        _ => theme.series.opened.base(),
    };
    Style { add_modifier: Modifier::empty(), sub_modifier: Modifier::all(), ..style }
}

/// The arrow at the right edge; a rise of what is bad has its colour.
pub(super) fn trend(pen: &mut Pen<'_>, right: u16, y: u16, row: &CodeRow) {
    let theme = pen.theme();
    let (arrow, tone) = match row.trend {
        Trend::Up => ("↗", severity::text_or(theme, row.severity, theme.text.muted)),
        Trend::Down => ("↘", theme.text.muted),
        Trend::Level => ("·", theme.text.faint),
    };
    pen.put_right(right, y, arrow, tone);
}

/// `61%`; the columns are few.
fn share(share: Option<Ratio>) -> String {
    share.map_or(words::NONE.to_owned(), |share| fmt::percent(share).replace(' ', ""))
}

/// `browser close code 1006 ×41  1013 ×3`: all a user's bug report can say.
pub(super) fn browser(pen: &mut Pen<'_>, area: Rect, table: &CodeTable) {
    if table.browser.is_empty() || area.is_empty() {
        return;
    }
    let theme = pen.theme();
    let mut x = pen.put_upto(area.x, area.y, area.right(), "browser close code", theme.text.muted);
    for (code, total) in &table.browser {
        let text = format!(" {code} ×{}", fmt::count(*total));
        if x + pen.width(&text) > area.right() {
            break;
        }
        x = pen.put_upto(x, area.y, area.right(), &text, theme.text.body) + 1;
    }
}

/// `1006 61%  1013 19%  1012 12%`: the line of a pane.
pub(super) fn brief(pen: &Pen<'_>, table: &CodeTable, width: u16) -> Vec<Piece<'static>> {
    let theme = pen.theme();
    let mut pieces: Vec<Piece<'static>> = Vec::new();
    for row in table.rows.iter().filter(|row| row.last_minute > 0) {
        let gap = if pieces.is_empty() { "" } else { "  " };
        let tone = severity::text_or(theme, row.severity, theme.text.body);
        let more: [Piece<'static>; 2] = [
            (format!("{gap}{}", row.code).into(), tone),
            (format!(" {}", share(row.share)).into(), theme.text.muted),
        ];
        if pen.pieces_width(&pieces) + pen.pieces_width(&more) > width {
            break;
        }
        pieces.extend(more);
    }
    pieces
}

/// What would fill a panel, under its heading.
pub(super) fn placeholder(pen: &mut Pen<'_>, area: Rect, sentence: &str) {
    let style = pen.theme().text.muted;
    let lines = crate::text::wrap(sentence, usize::from(area.width.saturating_sub(1)));
    for (y, line) in (area.y + 1..area.bottom()).zip(&lines) {
        pen.put_upto(area.x + 1, y, area.right(), line, style);
    }
}
