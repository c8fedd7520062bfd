//! The processes behind the listener in focus, one line each: who holds how many of
//! the connections, and what that costs.

use std::time::Duration;

use ratatui::layout::Rect;

use super::pen::{Pen, columns};
use super::{codes, words};
use crate::app::{Breakdown, Chosen, Frame, TableName};
use crate::fmt;
use crate::model::ProcessState;
use crate::units::Bytes;

/// A column: its heading, its width, what it says of a process.
type Column = (&'static str, u16, fn(&ProcessState) -> String);

/// From the most telling to the least: those that do not fit are left out, last first.
const COLUMNS: [Column; 6] = [
    ("conns", 8, |row| words::value(row.connections, false, fmt::count)),
    ("cpu", 7, |row| words::value(row.cpu, false, fmt::percent)),
    ("rss", 9, |row| words::value(row.rss.map(Bytes), false, fmt::bytes)),
    ("fds", 8, |row| words::value(row.fds, false, fmt::count)),
    ("of", 8, |row| words::value(row.fd_soft, false, fmt::count)),
    ("threads", 9, |row| words::value(row.threads, false, fmt::count)),
];

/// Columns of a name before it is cut.
const NAME: u16 = 15;

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, focused: &Breakdown, frame: &Frame) {
    let theme = pen.theme();
    let count = focused.processes.len();
    let words = [(format!(" {count}").into(), theme.text.muted)];
    pen.title(Rect { height: area.height.min(1), ..area }, "WORKERS", &words);
    if focused.processes.is_empty() {
        let why = focused.process_note.as_deref().unwrap_or("no process known");
        return codes::placeholder(pen, area, why);
    }
    let kept = kept(area.width, frame.columns.of(TableName::Workers));
    let numbers: u16 = kept.iter().map(|(_, width, _)| width).sum();
    let names = area.right().saturating_sub(numbers);
    let y = area.y + 1;
    if y < area.bottom() {
        pen.put_upto(area.x, y, names, "process", theme.text.muted);
        line(pen, names, y, &kept, theme.text.muted, |(heading, ..)| (*heading).to_owned());
    }
    let room = usize::from(area.height.saturating_sub(2));
    let shown = if count > room { room.saturating_sub(1) } else { count };
    // Where each has three rows, its start and its command line stand below it.
    let whole = room >= count * WHOLE;
    let step = if whole { WHOLE } else { 1 };
    let rows = (area.y + 2..area.bottom()).step_by(step);
    for (y, row) in rows.zip(focused.processes.iter().take(shown)) {
        if whole {
            below(
                pen,
                Rect { y: y + 1, height: 2, ..area },
                row,
                (frame, kept.len() == COLUMNS.len()),
            );
        }
        let tone = if row.gone_since.is_some() { theme.text.muted } else { theme.text.body };
        let name = format!(
            "{} {}{}",
            row.name,
            row.pid,
            if row.gone_since.is_some() { " ended" } else { "" }
        );
        let name = words::process(&name, usize::from(names.saturating_sub(area.x + 1)));
        pen.put_upto(area.x, y, names, &name, tone);
        line(pen, names, y, &kept, tone, |(_, _, of)| of(row));
    }
    if shown < count && room > 0 {
        let y = area.y + 2 + columns(shown);
        let text = format!("{} more: the details of the listener have all", count - shown);
        pen.put_upto(area.x, y, area.right(), &text, theme.text.muted);
    }
}

/// Since when it runs, its files and threads; its command line.
fn below(pen: &mut Pen<'_>, area: Rect, row: &ProcessState, (frame, told): (&Frame, bool)) {
    let theme = pen.theme();
    let age = row.started.and_then(|at| (frame.header.clock.to_utc() - at).to_std().ok());
    // Seconds only while they tell a restart: each new one is drawn in every row.
    let whole = |age: Duration| match age.as_secs() {
        60..3600 => format!("{}m", age.as_secs() / 60),
        _ => fmt::span(age),
    };
    let age = words::value(age, false, whole);
    let files = words::value(row.fds, false, fmt::count);
    let of = words::value(row.fd_soft, false, fmt::count);
    let threads = words::value(row.threads, false, fmt::count);
    // What the columns say is not said again.
    let facts = if told {
        format!("up {age}")
    } else {
        format!("up {age}  open files {files} of {of}  threads {threads}")
    };
    let (x, right) = (area.x + 2, area.right());
    pen.put_upto(x, area.y, right, &facts, theme.text.muted);
    pen.put_upto(x, area.y + 1, right, &row.command, theme.text.muted);
}

/// The columns that fit beside a name, in the order that was chosen.
fn kept(width: u16, chosen: &Chosen) -> Vec<Column> {
    let column = |name: &&str| COLUMNS.into_iter().find(|(one, ..)| one == name);
    let all = match &chosen.columns {
        Some(names) => names.iter().filter_map(column).collect(),
        None => COLUMNS.to_vec(),
    };
    let mut left = width.saturating_sub(NAME);
    let fits = |column: &Column| {
        let is = column.1 <= left;
        left = left.saturating_sub(column.1);
        is
    };
    all.into_iter().take_while(fits).collect()
}

fn line(
    pen: &mut Pen<'_>,
    x: u16,
    y: u16,
    kept: &[Column],
    tone: ratatui::style::Style,
    text: impl Fn(&Column) -> String,
) {
    let mut right = x;
    for column in kept {
        right += column.1;
        pen.put_right(right, y, &text(column), tone);
    }
}

/// Rows of one process with all that is known of it.
const WHOLE: usize = 3;

/// Rows that these processes fill with all that is known of them.
pub(super) fn whole_rows(focused: &Breakdown) -> u16 {
    columns(2 + WHOLE * focused.processes.len().clamp(1, 4))
}

/// Rows that these processes fill.
pub(super) fn rows(focused: &Breakdown) -> u16 {
    columns(2 + focused.processes.len().max(1))
}
