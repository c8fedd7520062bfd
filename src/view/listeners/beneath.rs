//! What else is known of the selected listener, in lines that no row needs.

use ratatui::layout::Rect;

use super::super::pen::{Pen, Piece};
use super::super::{heroes, words};
use super::figures::{self, Figure};
use crate::app::{Frame, ListenerRow};
use crate::fmt;
use crate::sample::Network;
use crate::units::Ratio;

/// Columns of `22.5/s` and of `10 min`.
const STEADY: usize = 6;

/// The figures that are no column here, and the totals; the address first where
/// there are several.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame, columns: &[Figure]) {
    let table = &frame.listeners;
    let Some(row) = table.rows.get(table.selected).filter(|row| row.listener.is_present()) else {
        return;
    };
    let theme = pen.theme();
    let mut facts: Vec<[Piece<'_>; 2]> = Vec::new();
    if table.rows.len() > 1 {
        facts.push([(row.name().into(), theme.text.body), ("".into(), theme.text.body)]);
    }
    let missing = figures::all().filter(|f| !columns.contains(f));
    // A screen with the big numbers has them there.
    let totals = totals(frame, row).filter(|_| columns.len() <= 2 || !heroes::has_totals(frame));
    let known = missing.filter_map(|figure| said(figure, row)).chain(totals);
    facts.extend(known.map(|(name, value)| {
        [(format!("{name} ").into(), theme.text.muted), (value.into(), theme.text.body)]
    }));
    let (mut x, mut y) = (area.x, area.y);
    for fact in &facts {
        let width = pen.pieces_width(fact);
        if x > area.x && x + width > area.right() {
            (x, y) = (area.x, y + 1);
        }
        if y >= area.bottom() {
            return;
        }
        x = pen.pieces(x, y, area.right(), fact) + 3;
    }
}

/// A figure and its name where it stands in a line of text.
fn said(figure: Figure, row: &ListenerRow) -> Option<(&'static str, String)> {
    let [value, _] = figure.forms(row);
    // As wide as what it becomes next second, or all that follows moves with it.
    let steady = |value: String| format!("{value:STEADY$}");
    let per_second =
        |value: String| if value == words::NONE { value } else { steady(format!("{value}/s")) };
    Some(match figure {
        Figure::Closed => ("closed", per_second(value)),
        Figure::Peak => ("peak", per_second(value)),
        Figure::Queue => ("accept queue", value),
        Figure::Drops => ("drops", per_second(value)),
        Figure::Age => ("median age", steady(value)),
        Figure::Memory => ("memory per connection", value),
        Figure::Busiest => {
            let of = |(network, share): (Network, Ratio)| {
                format!("{network} with {}", fmt::percent(share))
            };
            ("busiest network", row.busiest().map_or_else(|| words::NONE.to_owned(), of))
        }
        Figure::Open | Figure::Opened => return None,
    })
}

/// How many came and went since herdtop started, which is counted of the one in focus.
fn totals(frame: &Frame, row: &ListenerRow) -> Option<(&'static str, String)> {
    let (opened, closed) = frame.hero.totals.filter(|_| row.focused)?;
    let text = format!("{} handshakes, {} closed", fmt::count(opened), fmt::count(closed));
    Some(("since herdtop started", text))
}
