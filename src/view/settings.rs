//! The settings in force and where each comes from, over the screen.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pen::{Pen, columns};
use super::{boxed, layout, words};
use crate::app::{Action, Change, DEFAULT, Keys, Setting, SettingsPage};
use crate::text;

/// As wide as it is read with ease.
const WIDTH: u16 = 110;
/// `require-extension`, the longest name.
const NAME: u16 = 19;
/// `HERDTOP_REQUIRE_EXTENSION`, the longest place.
const FROM: u16 = 26;
/// Columns inside the box from which on all settings are listed; below it those
/// that somebody has given.
const ALL: u16 = 56;

/// One line: a heading, or a setting by its number.
enum SettingLine<'p> {
    Group(&'static str),
    Row(usize, &'p Setting),
    /// What the row of the selected one has no room for.
    More(String),
    /// What the selected one does, what it is usually, how it is changed.
    About(String),
}

/// The box.
pub(super) fn place(area: Rect, page: &SettingsPage) -> Rect {
    let width = WIDTH.min(area.width);
    let shape = SettingColumns::of(width);
    let tall = columns(lines(page, &shape).len()).saturating_add(2);
    let margin = if area.height > 12 { 2 } else { 0 };
    boxed::centered(area, width, tall.min(area.height - margin.min(area.height)))
}

/// Which settings a box of some width lists, and in which columns.
struct SettingColumns {
    short: bool,
    name: u16,
    from: u16,
    /// Columns of a value.
    room: u16,
}

impl SettingColumns {
    fn of(width: u16) -> Self {
        let short = width.saturating_sub(5) < ALL;
        let (name, from) = if short { (12, 11) } else { (NAME, FROM) };
        Self { short, name, from, room: width.saturating_sub(5 + name + from + 1) }
    }
}

/// The line the box begins with: as before, unless the selection has left it.
pub(super) fn first(area: Rect, page: &SettingsPage, before: usize) -> usize {
    let place = place(area, page);
    let lines = lines(page, &SettingColumns::of(place.width));
    window(&lines, page, before, boxed::inside(place).height).start
}

/// The setting in a row of the screen; none in a heading or beside them.
pub(super) fn at(area: Rect, page: &SettingsPage, before: usize, y: u16) -> Option<usize> {
    let place = place(area, page);
    let inside = boxed::inside(place);
    let lines = lines(page, &SettingColumns::of(place.width));
    let row = y.checked_sub(inside.y).filter(|row| *row < inside.height)?;
    let seen = window(&lines, page, before, inside.height);
    match lines.get(seen)?.get(usize::from(row))? {
        SettingLine::Row(at, _) => Some(*at),
        SettingLine::More(_) | SettingLine::About(_) => Some(page.selected),
        SettingLine::Group(_) => None,
    }
}

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, page: &SettingsPage, keys: &Keys, before: usize) {
    let place = place(area, page);
    let shape = SettingColumns::of(place.width);
    let lines = lines(page, &shape);
    let closes = format!("{} or {} closes", keys.of(Action::Settings), keys.of(Action::Back));
    let all = !shape.short || !page.filter.is_empty();
    let name = if all { "Settings" } else { "Settings given" };
    let name = format!("{name}{}", words::filter(&page.filter));
    let inside = boxed::draw(pen, place, &name, &closes, &page.file);
    let muted = pen.theme().text.muted;
    if lines.is_empty() {
        let none = if page.filter.is_empty() {
            "all as by default".to_owned()
        } else {
            let back = keys.of(Action::Back);
            format!("no setting matches '{}': {back} drops the filter", page.filter)
        };
        pen.within(inside).put(inside.x, inside.y, &none, muted);
        return;
    }
    let seen = window(&lines, page, before, inside.height);
    for (y, line) in (inside.y..inside.bottom()).zip(lines.get(seen).into_iter().flatten()) {
        let row = Rect { y, height: 1, ..inside };
        match line {
            SettingLine::Group(name) => {
                let accent = pen.theme().ui.accent;
                pen.within(inside).put(inside.x, y, name, accent);
            }
            SettingLine::Row(at, setting) => {
                if *at == page.selected {
                    pen.paint(row, Style { bg: pen.theme().ui.selected.bg, ..Style::new() });
                    if inside.x > place.x {
                        pen.put(inside.x - 1, y, "▶", pen.theme().ui.accent);
                    }
                }
                draw_row(&mut pen.within(inside), row, setting, &shape);
            }
            SettingLine::About(text) => {
                pen.within(inside).put(inside.x + shape.name, y, text, muted);
            }
            SettingLine::More(text) => {
                let body = pen.theme().text.body;
                pen.within(inside).put(inside.x + shape.name, y, text, body);
            }
        }
    }
}

/// The lines that are seen: of the selected one its heading and all of its value,
/// where there is room for both.
fn window(
    lines: &[SettingLine<'_>],
    page: &SettingsPage,
    before: usize,
    height: u16,
) -> Range<usize> {
    let is_selected =
        |line: &SettingLine<'_>| matches!(line, SettingLine::Row(at, _) if *at == page.selected);
    let selected = lines.iter().position(is_selected).unwrap_or(0);
    let is_more =
        |line: &&SettingLine<'_>| matches!(line, SettingLine::More(_) | SettingLine::About(_));
    let more = lines.iter().skip(selected + 1).take_while(is_more);
    let tail = layout::window(lines.len(), selected + more.count(), before, height);
    let above =
        selected.checked_sub(1).filter(|at| matches!(lines.get(*at), Some(SettingLine::Group(_))));
    let head = if height > 1 { above.unwrap_or(selected) } else { selected };
    layout::window(lines.len(), head, tail.start, height)
}

fn lines<'p>(page: &'p SettingsPage, shape: &SettingColumns) -> Vec<SettingLine<'p>> {
    let room = usize::from(shape.room);
    let mut lines = Vec::new();
    let mut group = "";
    for (at, row) in page.rows.iter().enumerate() {
        let is_usual = row.from == DEFAULT && page.filter.is_empty();
        if shape.short && is_usual && at != page.selected {
            continue;
        }
        if !shape.short && row.group != group {
            group = row.group;
            lines.push(SettingLine::Group(group));
        }
        lines.push(SettingLine::Row(at, row));
        if at == page.selected && text::width(&row.value) > room {
            lines.extend(
                crate::text::wrap(&row.value, room.max(1)).into_iter().map(SettingLine::More),
            );
        }
        if at == page.selected {
            let wrapped = |text: &String| crate::text::wrap(text, room.max(1));
            lines.extend(about(row).iter().flat_map(wrapped).map(SettingLine::About));
        }
    }
    lines
}

/// What there is to know of a setting, below it.
fn about(row: &Setting) -> Vec<String> {
    let usual =
        if row.usual.is_empty() { String::new() } else { format!("default: {}. ", row.usual) };
    let how = match row.change {
        Change::Never => "given at the start",
        Change::Remembered => "⏎ changes it at once, and it is remembered",
        Change::Typed(true) => "⏎ changes it at once, w keeps it",
        Change::Typed(false) => "⏎ changes it for the next start, w keeps it",
        Change::Turned(_, true) => "⏎ turns it at once, w keeps it",
        Change::Turned(_, false) => "⏎ turns it for the next start, w keeps it",
    };
    let about = Some(row.about.clone()).filter(|about| !about.is_empty());
    about.into_iter().chain([format!("{usual}{how}")]).collect()
}

/// `warn               70.0 %                       HERDTOP_WARN`.
fn draw_row(pen: &mut Pen<'_>, area: Rect, setting: &Setting, shape: &SettingColumns) {
    let theme = pen.theme();
    let given = setting.from != DEFAULT;
    let (y, right) = (area.y, area.right());
    let (name, at) = (shape.name, right.saturating_sub(shape.from));
    pen.put_upto(area.x, y, area.x + name, setting.name, theme.text.muted);
    let tone = if given { theme.text.strong } else { theme.text.body };
    pen.put_upto(area.x + name, y, at.saturating_sub(1), &setting.value, tone);
    let tone = if given { theme.text.body } else { theme.text.muted };
    pen.put_upto(at, y, right, &setting.from, tone);
}
