//! What the runbook would do next, over the screen.

use std::ops::Range;

use ratatui::layout::Rect;

use super::pen::{Pen, columns};
use super::{boxed, severity, words};
use crate::app::{Action, AdvicePage, Frame};
use crate::detect::advice::Step;
use crate::sample::LogLine;

/// As wide as prose can be read, where there is room.
const WIDTH: u16 = 96;

/// The box and its rows.
pub(super) struct Sheet {
    pub(super) place: Rect,
    about: Vec<String>,
    /// Rows of what the log said, the blank one behind them included.
    said: usize,
    steps: Vec<Vec<StepLine>>,
}

impl Sheet {
    pub(super) fn new(area: Rect, page: &AdvicePage) -> Self {
        let width = WIDTH.min(area.width);
        let room = usize::from(width.saturating_sub(5));
        let about = crate::text::wrap(&page.advice.about, room.saturating_sub(2));
        let steps: Vec<Vec<StepLine>> =
            page.advice.steps.iter().map(|step| lines(step, room)).collect();
        let rows = about.len() + 1 + said(page) + steps.iter().map(Vec::len).sum::<usize>();
        let place = boxed::centered(area, width, columns(rows + 2));
        Self { place, about, said: said(page), steps }
    }

    /// The rows of each command, in order.
    pub(super) fn commands(&self) -> Vec<Range<u16>> {
        let inside = boxed::inside(self.place);
        let mut y = inside.y.saturating_add(columns(self.about.len() + 1 + self.said));
        let mut all = Vec::new();
        for step in &self.steps {
            let what = step.iter().take_while(|line| !line.is_command).count();
            let end = y.saturating_add(columns(step.len()));
            if what < step.len() {
                let rows = y.saturating_add(columns(what))..end;
                all.push(rows.start.min(inside.bottom())..rows.end.min(inside.bottom()));
            }
            y = end;
        }
        all
    }
}

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, page: &AdvicePage, frame: &Frame) {
    let advice = &page.advice;
    let Sheet { place, about, steps, .. } = Sheet::new(area, page);
    // A terminal does not tell whether it took it.
    let foot =
        if page.copied { "sent to the terminal's clipboard" } else { "REPLACE THE CAPITALS" };
    let mut keys = format!("{} closes", frame.keys.of(Action::Back));
    if page.selected.is_some() {
        keys = format!("{} copies   {keys}", frame.keys.of(Action::Copy));
    }
    let inside = boxed::draw(pen, place, "What next", &keys, foot);
    let theme = pen.theme();
    let mark = severity::mark(theme, advice.severity);
    let mut pen = pen.within(inside);
    pen.put(inside.x, inside.y, severity::glyph(advice.severity), mark);
    let mut y = inside.y;
    for line in &about {
        if y < inside.bottom() {
            pen.put_upto(inside.x + 2, y, inside.right(), line, theme.text.strong);
        }
        y = y.saturating_add(1);
    }
    y = errors(&mut pen, Rect { y: y.saturating_add(1), ..inside }, &page.errors, frame);
    for (number, step) in (1..).zip(&steps) {
        let selected = page.selected == Some(number - 1);
        if y < inside.bottom() {
            pen.put_upto(inside.x, y, inside.right(), &format!("{number:>2}"), theme.text.muted);
        }
        for line in step {
            if y < inside.bottom() {
                let style = if line.is_command { theme.ui.key } else { theme.text.body };
                pen.put_upto(inside.x + 3, y, inside.right(), &line.text, style);
                if selected && line.is_command {
                    pen.put(inside.x + 3, y, "▶", theme.ui.accent);
                }
            }
            y = y.saturating_add(1);
        }
    }
}

/// The lines themselves are what the first step would look for: they come first.
const fn said(page: &AdvicePage) -> usize {
    if page.errors.is_empty() { 0 } else { page.errors.len() + 2 }
}

/// What the log said at that time; the row after it.
fn errors(pen: &mut Pen<'_>, from: Rect, errors: &[LogLine], frame: &Frame) -> u16 {
    if errors.is_empty() {
        return from.y;
    }
    let (theme, right) = (pen.theme(), from.right());
    pen.put_upto(from.x + 2, from.y, right, "the log's last error lines:", theme.text.muted);
    for (y, line) in (from.y + 1..).zip(errors) {
        pen.put_upto(from.x + 4, y, right, &words::logged(frame, line), theme.text.body);
    }
    from.y.saturating_add(columns(errors.len() + 2))
}

/// The first steps beside the charts, as many as fit whole.
pub(super) fn panel(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let theme = pen.theme();
    let words = format!(" {}: all of it, and its commands", frame.keys.of(Action::Advice));
    let words = [(words.into(), theme.text.muted)];
    pen.title(Rect { height: 1, ..area }, "WHAT NEXT", &words);
    let room = usize::from(area.width);
    let mut y = area.y + 1;
    for (number, step) in (1..).zip(&frame.next.steps) {
        let lines = lines(step, room);
        if y + columns(lines.len()) > area.bottom() {
            break;
        }
        pen.put_upto(area.x, y, area.right(), &format!("{number:>2}"), theme.text.muted);
        for line in &lines {
            let style = if line.is_command { theme.ui.key } else { theme.text.body };
            pen.put_upto(area.x + 3, y, area.right(), &line.text, style);
            y += 1;
        }
    }
}

/// Rows that the panel can fill with whole steps, its title among them.
pub(super) fn panel_rows(frame: &Frame, width: u16, most: u16) -> u16 {
    let lines = |step: &Step| columns(lines(step, usize::from(width)).len());
    let sums = frame.next.steps.iter().scan(1, |sum: &mut u16, step| {
        *sum = sum.saturating_add(lines(step));
        Some(*sum)
    });
    sums.take_while(|rows| *rows <= most).last().unwrap_or(most)
}

/// One row of a step.
struct StepLine {
    text: String,
    is_command: bool,
}

fn lines(step: &Step, room: usize) -> Vec<StepLine> {
    let of = |text: &str, is_command: bool, indent: usize| -> Vec<StepLine> {
        crate::text::wrap(text, room.saturating_sub(3 + indent))
            .into_iter()
            .map(|text| StepLine { text: format!("{:indent$}{text}", ""), is_command })
            .collect()
    };
    let mut all = of(&step.what, false, 0);
    all.extend(step.command.iter().flat_map(|command| of(command, true, 2)));
    all
}
