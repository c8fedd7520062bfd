//! The alerts, one line each.

use std::ops::Range;

use chrono::{DateTime, FixedOffset};
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::pen::{Pen, Piece};
use super::super::{codes, layout, severity, words};
use crate::app::{
    Action, AlertList, AlertRow, Frame, ListedRow, Silence, TableName, letter as letter_of,
};
use crate::fmt;

/// From here on a row has room for how long, peak and now.
const WIDE: u16 = 70;
/// Where they end, behind the letter; those of the values, before the right.
const TIME: u16 = 2;
const LASTED: u16 = 18;
const SEVERITY: u16 = 20;
const WHAT: u16 = 28;
const VALUE: u16 = 10;

/// Heading, names of the columns, rows.
pub(in super::super) fn titled(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let list = &frame.alerts;
    let muted = pen.theme().text.muted;
    let title = Rect { height: area.height.min(1), ..area };
    let filter = words::filter(&list.filter);
    if list.rows.is_empty() {
        pen.title(title, "ALERTS", &[(filter.into(), pen.theme().text.strong)]);
        return codes::placeholder(pen, area, &nothing(frame));
    }
    let visible = window(frame, area.height.saturating_sub(2));
    let alerts: Vec<&AlertRow> = list.rows.iter().filter_map(ListedRow::alert).collect();
    let firing = alerts.iter().filter(|row| row.alert.is_firing()).count();
    let mut pieces: Vec<Piece<'_>> =
        vec![(format!(" {}   {firing} firing", alerts.len()).into(), muted)];
    let marks = list.rows.len() - alerts.len();
    if marks > 0 {
        let s = if marks == 1 { "" } else { "s" };
        pieces.push((format!("   {marks} mark{s}").into(), muted));
    }
    if !filter.is_empty() {
        let of = format!("{filter}   {} of {} rows", list.rows.len(), list.total);
        pieces.push((of.into(), pen.theme().text.strong));
    }
    if visible.len() < list.rows.len() {
        let range = format!("   rows {} to {}", visible.start + 1, visible.end);
        pieces.push((range.into(), muted));
    }
    pieces.push(("   newest first, letters as on the chart".into(), muted));
    pen.title(title, "ALERTS", &pieces);
    headings(pen, Rect { y: area.y + 1, height: 1, ..area }, frame);
    let below = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    lines(pen, below, frame, visible);
}

/// Rows alone, for a pane.
pub(in super::super) fn rows(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let list = &frame.alerts;
    if list.rows.is_empty() {
        let muted = pen.theme().text.muted;
        pen.put_upto(area.x, area.y, area.right(), &nothing(frame), muted);
        return;
    }
    lines(pen, area, frame, window(frame, area.height));
}

/// Why there is no row.
fn nothing(frame: &Frame) -> String {
    let AlertList { filter, total, .. } = &frame.alerts;
    if *total == 0 {
        let window = fmt::window(frame.chart.window);
        return if frame.hosts.is_some() {
            format!("no alert in {window}: a longer window may have some")
        } else {
            words::NO_ALERTS.to_owned()
        };
    }
    let back = frame.keys.of(Action::Back);
    format!("none of the {total} matches '{filter}': {back} drops the filter")
}

/// The selected alert in full.
pub(in super::super) fn reading(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let list = &frame.alerts;
    let Some(row) = list.rows.get(list.selected).and_then(ListedRow::alert) else { return };
    let theme = pen.theme();
    let x = pen.put(area.x + 2, area.y, &letter_of(&row.alert).to_string(), theme.text.strong) + 1;
    let seen = row.silence.word().map_or(String::new(), |word| format!(" ({word})"));
    let text = format!("{}{seen}", row.alert.sentence);
    let room = usize::from(area.right().saturating_sub(x));
    let lines = crate::text::wrap(&text, room);
    let said = area.y.saturating_add(super::super::pen::columns(lines.len()));
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        pen.put_upto(x, y, area.right(), &line, theme.text.body);
    }
    // Of what the log said, the newest that there is room for.
    let left = usize::from(area.bottom().saturating_sub(said));
    let errors = &row.alert.errors;
    let newest = errors.iter().skip(errors.len().saturating_sub(left));
    for (y, line) in (said..area.bottom()).zip(newest) {
        let line = format!("log {}", words::logged(frame, line));
        pen.put_upto(x, y, area.right(), &line, theme.text.muted);
    }
}

/// The rows that can be seen in so many lines.
pub(in super::super) fn window(frame: &Frame, height: u16) -> Range<usize> {
    let list = &frame.alerts;
    layout::window(list.rows.len(), list.selected, frame.panes.first.alerts, height)
}

/// The columns of a wide row: where each ends and begins, and where the sentence does.
struct AlertColumns {
    figures: Vec<(&'static str, u16, u16)>,
    what: (u16, u16),
}

impl AlertColumns {
    /// As chosen, all of them before the sentence; else peak and now behind it.
    fn of(area: Rect, frame: &Frame) -> Self {
        let (x, right) = (area.x, area.right());
        let Some(names) = &frame.columns.of(TableName::Alerts).columns else {
            let figures = vec![
                ("for", x + TIME + 9, x + LASTED),
                ("sev", x + SEVERITY, x + WHAT),
                ("peak", right - 2 * VALUE, right - VALUE),
                ("now", right - VALUE, right),
            ];
            return Self { figures, what: (x + WHAT, right.saturating_sub(VALUE * 2 + 1)) };
        };
        let mut at = x + TIME + 8;
        let mut figures = Vec::new();
        for name in names {
            let (gap, width) = if *name == "sev" { (2, 7) } else { (1, VALUE - 1) };
            figures.push((*name, at + gap, at + gap + width));
            at += gap + width;
        }
        Self { figures, what: (at + 2, right) }
    }
}

fn headings(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let style = pen.theme().text.muted;
    let (x, y) = (area.x, area.y);
    pen.put(x + TIME, y, "time", style);
    if area.width >= WIDE {
        let columns = AlertColumns::of(area, frame);
        for (name, from, to) in columns.figures {
            match name {
                "sev" => pen.put(from, y, name, style),
                _ => pen.put_right(to, y, name, style),
            };
        }
        pen.put(columns.what.0, y, "what", style);
    }
}

fn lines(pen: &mut Pen<'_>, area: Rect, frame: &Frame, visible: Range<usize>) {
    let list = &frame.alerts;
    let shown = list.rows.iter().enumerate().skip(visible.start).take(visible.len());
    for (y, (index, row)) in (area.y..area.bottom()).zip(shown) {
        let line = Rect { y, height: 1, ..area };
        if index == list.selected {
            let ground = pen.theme().ui.selected.bg;
            pen.paint(line, Style { bg: ground, ..Style::new() });
        }
        match row {
            ListedRow::Alert(row) if area.width >= WIDE => wide(pen, line, row, frame),
            ListedRow::Alert(row) => narrow(pen, line, row, frame),
            ListedRow::Mark { at, note } => {
                mark(pen, line, (words::local(frame, *at), note), frame);
            }
        }
    }
}

/// What the user noted: a star where alerts have letters, as on the chart.
fn mark(pen: &mut Pen<'_>, area: Rect, (at, note): (DateTime<FixedOffset>, &str), frame: &Frame) {
    let theme = pen.theme();
    let (x, y) = (area.x, area.y);
    pen.put(x, y, "*", theme.text.strong);
    if area.width >= WIDE {
        pen.put(x + TIME, y, &fmt::clock(&at), theme.text.muted);
        let columns = AlertColumns::of(area, frame);
        for (_, from, to) in columns.figures.into_iter().filter(|(name, ..)| *name == "sev") {
            pen.put_upto(from, y, to, "mark", theme.text.muted);
        }
        pen.put_upto(columns.what.0, y, area.right(), note, theme.text.body);
    } else {
        let x = pen.put(x + 2, y, &fmt::clock_short(&at), theme.text.muted) + 1;
        pen.put_upto(x, y, area.right(), &format!("mark: {note}"), theme.text.body);
    }
}

/// What is over recedes, what was seen does not shout.
fn tone(pen: &Pen<'_>, row: &AlertRow) -> Style {
    let theme = pen.theme();
    let loud = row.alert.is_firing() && row.silence == Silence::Off;
    if loud { theme.text.body } else { theme.text.muted }
}

fn letter(pen: &mut Pen<'_>, area: Rect, row: &AlertRow) {
    let style = severity::banner(pen.theme(), row.severity());
    pen.put(area.x, area.y, &letter_of(&row.alert).to_string(), style);
}

fn wide(pen: &mut Pen<'_>, area: Rect, row: &AlertRow, frame: &Frame) {
    let (firing, since) = (row.alert.is_firing(), words::local(frame, row.alert.since));
    let (x, y, tone) = (area.x, area.y, tone(pen, row));
    let muted = pen.theme().text.muted;
    letter(pen, area, row);
    pen.put(x + TIME, y, &fmt::clock(&since), muted);
    let columns = AlertColumns::of(area, frame);
    let or_none = |value: Option<String>| value.unwrap_or_else(|| words::NONE.to_owned());
    for (name, from, to) in columns.figures {
        let text = match name {
            "sev" => {
                let mark = format!("{} {}", severity::glyph(row.severity()), state(row));
                let loud = firing && row.silence == Silence::Off;
                let loud = loud.then(|| severity::mark(pen.theme(), row.severity()));
                pen.put_upto(from, y, to, &mark, loud.unwrap_or(muted));
                continue;
            }
            "for" => fmt::span(row.lasted),
            "peak" => or_none(row.peak()),
            _ if firing => or_none(row.now()),
            _ => "over".to_owned(),
        };
        pen.put_right(to, y, &text, tone);
    }
    let (from, to) = columns.what;
    let width = to.saturating_sub(from);
    pen.link(Rect { x: from, width, ..area }, frame.links.of_rule(row.alert.rule));
    pen.put_upto(from, y, to, &row.alert.sentence, tone);
}

/// `CRIT`, or that it was acknowledged: the glyph keeps how bad it is.
fn state(row: &AlertRow) -> &'static str {
    match row.silence {
        Silence::Off => row.severity().word(),
        Silence::Acknowledged => "ack",
        Silence::Muted(_) => "muted",
    }
}

/// `B 14:02 ■ herd on :8080 …`.
fn narrow(pen: &mut Pen<'_>, area: Rect, row: &AlertRow, frame: &Frame) {
    let (firing, since) = (row.alert.is_firing(), words::local(frame, row.alert.since));
    let tone = tone(pen, row);
    letter(pen, area, row);
    let x = pen.put(area.x + 2, area.y, &fmt::clock_short(&since), pen.theme().text.muted) + 1;
    let mark = if firing { severity::mark(pen.theme(), row.severity()) } else { tone };
    let x = pen.put(x, area.y, severity::glyph(row.severity()), mark) + 1;
    let width = area.right().saturating_sub(x);
    pen.link(Rect { x, width, ..area }, frame.links.of_rule(row.alert.rule));
    let over = if firing { String::new() } else { "over: ".to_owned() };
    pen.put_upto(x, area.y, area.right(), &format!("{over}{}", row.alert.sentence), tone);
}
