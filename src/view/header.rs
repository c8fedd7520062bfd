//! The top line: what is watched, where, and what time it is.

use ratatui::layout::Rect;

use super::look::Look;
use super::pen::{Pen, Piece};
use super::{banner, words};
use crate::app::{Frame, Header, View};

/// At the left of every header.
pub(super) const NAME: &str = "herdtop";
const LIVE: &str = "live";

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let theme = pen.theme();
    let muted = theme.text.muted;
    pen.put(area.x, area.y, NAME, theme.ui.accent);
    let x = tabs(pen, area, frame.view);

    let header = &frame.header;
    let clock = words::clock(header);
    let mut right = pen.put_right(area.right(), area.y, &clock, theme.text.strong);
    right = match banner::stopped(frame) {
        None => pen.put_right(right - 3, area.y, LIVE, muted),
        Some(word) => {
            let ground = theme.severity.info_banner;
            pen.put_right(right - 3, area.y, &format!(" {word} "), ground)
        }
    };
    let left = x + 3;
    right = right.saturating_sub(3);
    let focus = &frame.hero.focus;
    let least = pen.width(if focus.is_empty() { &header.watching } else { focus }).min(30);
    let host = host(pen, header);
    let width = pen.pieces_width(&host);
    // Whose numbers these are outranks where they are from.
    if width > 0 && width <= right.saturating_sub(left + least + 2) {
        pen.pieces(right - width, area.y, right, &host);
        right -= width + 3;
    }
    let place = watched(header, focus);
    let fits = pen.width(&place) <= right.saturating_sub(left);
    let place = if fits || focus.is_empty() { place } else { focus.clone() };
    pen.put_upto(left, area.y, right, &place, theme.text.body);
}

/// `edge-07   all listeners ▸ :8080 gateway`, where there is no header.
pub(super) fn place(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let theme = pen.theme();
    let header = &frame.header;
    let half = area.x + area.width / 2;
    let x = pen.put_upto(area.x, area.y, half, &header.host, theme.text.body);
    let watched = watched(header, &frame.hero.focus);
    pen.put_upto(x + 3, area.y, area.right(), &watched, theme.text.muted);
}

/// A screen to go to: its digit, its name, and where they stand.
pub(super) struct Tab {
    pub(super) view: View,
    pub(super) place: Rect,
    key: &'static str,
    name: &'static str,
}

/// `1 Incident  2 Listeners  3 Probes & codes  4 Timeline`, by the width alone.
pub(super) fn tab_places(look: &Look, area: Rect) -> [Tab; 4] {
    let (probes, gap) = if area.width >= 140 { ("Probes & codes", 3) } else { ("Probes", 1) };
    let mut x = area.x + look.width(NAME) + 2;
    [
        ("1 ", "Incident", View::Incident),
        ("2 ", "Listeners", View::Listeners),
        ("3 ", probes, View::Probes),
        ("4 ", "Timeline", View::Timeline),
    ]
    .map(|(key, name, view)| {
        let width = look.width(key) + look.width(name);
        let place = Rect { x, width, height: 1, ..area };
        x += width + gap;
        Tab { view, place, key, name }
    })
}

/// The tabs, the open one marked; gives the column after them.
fn tabs(pen: &mut Pen<'_>, area: Rect, open: View) -> u16 {
    let theme = pen.theme();
    let mut end = area.x;
    for Tab { view, place, key, name } in tab_places(pen.look, area) {
        let tone = if view == open { theme.ui.tab_active } else { theme.text.muted };
        let x = pen.put(place.x, area.y, key, theme.text.muted);
        end = pen.put(x, area.y, name, tone);
    }
    end
}

/// Where it says whether the picture moves: before the clock.
pub(super) fn mode_place(look: &Look, area: Rect, frame: &Frame) -> Rect {
    let clock = look.width(&words::clock(&frame.header));
    let word = banner::stopped(frame).map_or_else(|| LIVE.to_owned(), |word| format!(" {word} "));
    let (right, width) = (area.right().saturating_sub(clock + 3), look.width(&word));
    Rect { x: right.saturating_sub(width).max(area.x), width, height: 1, ..area }
}

/// `all listeners ▸ :8080 gateway`: what is watched and whose numbers are big.
fn watched(header: &Header, focus: &str) -> String {
    match (header.watching.as_str(), focus) {
        (watching, "") => watching.to_owned(),
        (watching, focus) if focus.starts_with(watching) => focus.to_owned(),
        (watching, focus) => format!("{watching} ▸ {focus}"),
    }
}

fn host<'t>(pen: &Pen<'_>, header: &'t Header) -> Vec<Piece<'t>> {
    vec![(crate::text::cut(&header.host, 20), pen.theme().text.muted)]
}
