//! Single connections of a listener, or the addresses they come from; fills the screen.
//! Called by `view::draw` only.
//!
//! ```text
//! herdtop ▸ listener ▸ where in it                      clock
//! banner
//! title       how many of how many, filter, order, when they were read
//! headings
//! rows        selected first seen, else as before
//! note        what is not known of them
//! footer
//! ```

mod columns;

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::banner::{self, Corner};
use super::layout::{self, banner_rows, part};
use super::pen::{Pen, Piece};
use super::{footer, words};
use crate::app::{ConnectionPage, DrilledRows, Frame, TableName};
use crate::fmt;
use crate::sample::ConnectionOrder;
use crate::units::{Ratio, float};

/// Columns of an address, of its connections, of their share.
const ADDRESS: u16 = 40;
const COUNT: u16 = 10;
const SHARE: u16 = 7;

/// Where its parts lie.
struct Places {
    header: Rect,
    banner: Rect,
    title: Rect,
    headings: Rect,
    rows: Rect,
    note: Rect,
    footer: Rect,
}

impl Places {
    fn new(area: Rect, page: &ConnectionPage) -> Self {
        let (w, h) = (area.width, area.height);
        let line = |y: u16, height: u16| part(area, 1, y, w.saturating_sub(2), height);
        if w < 24 || h < 6 {
            let none = Rect::default();
            return Self {
                header: none,
                banner: part(area, 0, 0, w, 1),
                title: none,
                headings: none,
                rows: line(1, h.saturating_sub(1)),
                note: none,
                footer: none,
            };
        }
        let top = 1 + banner_rows(area);
        let note = u16::from(page.note.is_some() && !page.rows.is_empty());
        Self {
            header: line(0, 1),
            banner: part(area, 0, 1, w, banner_rows(area)),
            title: line(top, 1),
            headings: line(top + 1, 1),
            rows: line(top + 2, h.saturating_sub(top + 3 + note)),
            note: line(h.saturating_sub(2), note),
            footer: line(h - 1, 1),
        }
    }
}

/// Where the rows lie, and which of them are seen.
pub(super) fn rows(area: Rect, page: &ConnectionPage, first: usize) -> (Rect, Range<usize>) {
    let place = Places::new(area, page).rows;
    (place, layout::window(page.rows.len(), page.selected, first, place.height))
}

/// Where the name of each column stands that can be sorted by.
pub(super) fn header_places(
    area: Rect,
    page: &ConnectionPage,
    frame: &Frame,
) -> Vec<(ConnectionOrder, Rect)> {
    let line = Places::new(area, page).headings;
    match &page.rows {
        DrilledRows::Connections { rows, .. } => {
            let chosen = frame.columns.of(TableName::Connections);
            columns::sorted(line, &columns::shape(line.width, rows, chosen))
        }
        DrilledRows::Addresses { .. } => Vec::new(),
    }
}

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame, page: &ConnectionPage) {
    let places = Places::new(area, page);
    if places.header.is_empty() {
        banner::strip(pen, places.banner, frame);
    } else {
        header(pen, places.header, frame, page);
        banner::draw(pen, places.banner, frame, Corner::Nothing);
        title(pen, places.title, frame, page);
        footer::draw(pen, places.footer, frame);
    }
    let muted = pen.theme().text.muted;
    if page.rows.is_empty() {
        let why = page.note.as_deref().unwrap_or_default();
        let lines = crate::text::wrap(why, usize::from(places.rows.width));
        let mut pen = pen.within(places.rows);
        for (y, line) in (places.rows.y..places.rows.bottom()).zip(lines) {
            pen.put(places.rows.x, y, &line, muted);
        }
        return;
    }
    match &page.rows {
        DrilledRows::Connections { rows, order, .. } => {
            let chosen = frame.columns.of(TableName::Connections);
            let shape = columns::shape(places.rows.width, rows, chosen);
            columns::headings(pen, places.headings, &shape, *order);
            selected_rows(pen, area, page, frame, |pen, line, at| {
                if let Some(row) = rows.get(at) {
                    columns::row(pen, line, &shape, row);
                }
            });
        }
        DrilledRows::Addresses { rows, .. } => {
            address_headings(pen, places.headings);
            selected_rows(pen, area, page, frame, |pen, line, at| {
                if let Some((address, open)) = rows.get(at) {
                    address_row(pen, line, address, *open, page.all.unwrap_or(0));
                }
            });
        }
    }
    if let Some(note) = &page.note {
        pen.put_upto(places.note.x, places.note.y, places.note.right(), note, muted);
    }
}

fn selected_rows(
    pen: &mut Pen<'_>,
    area: Rect,
    page: &ConnectionPage,
    frame: &Frame,
    draw: impl Fn(&mut Pen<'_>, Rect, usize),
) {
    let (place, seen) = rows(area, page, frame.panes.first.connections);
    for (y, at) in (place.y..place.bottom()).zip(seen) {
        let line = Rect { y, height: 1, ..place };
        if at == page.selected {
            pen.paint(line, Style { bg: pen.theme().ui.selected.bg, ..Style::new() });
            pen.put(place.x.saturating_sub(1), y, "▶", pen.theme().ui.accent);
        }
        draw(&mut pen.within(line), line, at);
    }
}

/// `herdtop ▸ 0.0.0.0:8080 ▸ 10.0.3.0/24 ▸ 10.0.3.7                    14:05:23 UTC`.
fn header(pen: &mut Pen<'_>, area: Rect, frame: &Frame, page: &ConnectionPage) {
    let theme = pen.theme();
    let (mut x, right) = banner::page_title(pen, area, frame);
    let last = page.path.len().saturating_sub(1);
    for (at, name) in page.path.iter().enumerate() {
        let tone = if at == last { theme.text.strong } else { theme.text.body };
        x = pen.put_upto(x, area.y, right, name, tone);
        if at < last {
            x = pen.put_upto(x, area.y, right, " ▸ ", theme.text.muted);
        }
    }
}

/// `CONNECTIONS 1 000 of 20 113  /sendq:>0  by send q ↓   read 14:05:22, every 6s`. What
/// does not fit is left out, last first.
fn title(pen: &mut Pen<'_>, area: Rect, frame: &Frame, page: &ConnectionPage) {
    let theme = pen.theme();
    let (muted, strong) = (theme.text.muted, theme.text.strong);
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    pieces.extend(page.all.map(|all| (counted(page, all).into(), muted)));
    if !page.filter.is_empty() {
        pieces.push((words::filter(&page.filter).into(), strong));
    }
    let name = match &page.rows {
        DrilledRows::Connections { order, reversed, .. } => {
            let arrow = if *reversed { "↑" } else { "↓" };
            pieces.push((format!("  by {} {arrow}", columns::name(*order)).into(), muted));
            "CONNECTIONS"
        }
        DrilledRows::Addresses { others, .. } => {
            if *others > 0 {
                let rest = format!("  {} open from others", fmt::count(*others));
                pieces.push((rest.into(), muted));
            }
            "ADDRESSES"
        }
    };
    if let Some(read) = page.read {
        let clock = fmt::clock(&words::local(frame, read.at));
        let age = if read.age.as_secs() > 0 {
            format!(", {} ago", fmt::span(read.age))
        } else {
            String::new()
        };
        pieces.push((format!("  read {clock}{age}").into(), muted));
        let every = read.period.map(|period| format!(", every {}", fmt::span(period)));
        pieces.extend(every.map(|every| (every.into(), muted)));
    }
    pen.title(area, name, &pieces);
}

/// ` 20 113`, ` 1 000 of 20 113`, ` 12 of 20 113`, ` 1 000 of 4 000 of 20 113`.
fn counted(page: &ConnectionPage, all: u64) -> String {
    let listed = page.rows.len() as u64;
    match &page.rows {
        DrilledRows::Addresses { .. } => {
            format!(" {}  {} open", fmt::count(listed), fmt::count(all))
        }
        DrilledRows::Connections { .. } => {
            let mut parts = vec![fmt::count(listed)];
            for more in [page.shown, all] {
                let more = fmt::count(more);
                if parts.last() != Some(&more) {
                    parts.push(more);
                }
            }
            format!(" {}", parts.join(" of "))
        }
    }
}

fn address_headings(pen: &mut Pen<'_>, area: Rect) {
    let muted = pen.theme().text.muted;
    let name = address_width(area.width);
    pen.put_upto(area.x, area.y, area.x + name, "address", muted);
    pen.put_right(area.x + name + COUNT, area.y, "open", muted);
    pen.put_right(area.x + name + COUNT + SHARE, area.y, "share", muted);
}

fn address_width(width: u16) -> u16 {
    width.saturating_sub(COUNT + SHARE + 2).min(ADDRESS)
}

/// `10.0.3.7          412    61 %  ▆▆▆▆▆▆···`.
fn address_row(pen: &mut Pen<'_>, line: Rect, address: &str, open: u64, all: u64) {
    let theme = pen.theme();
    let (body, strong) = (theme.text.body, theme.text.strong);
    let (name, y) = (address_width(line.width), line.y);
    pen.put_upto(line.x, y, line.x + name, address, body);
    let x = line.x + name + COUNT;
    pen.put_right(x, y, &fmt::count(open), strong);
    let share = Ratio::of(open, all).map_or(words::NONE.to_owned(), fmt::percent);
    pen.put_right(x + SHARE, y, &share, body);
    let bar = x + SHARE + 2;
    let room = line.right().saturating_sub(bar).min(40);
    if room >= 6 && all > 0 {
        pen.bar(bar, y, room, float(open) / float(all), theme.series.opened.crest());
    }
}
