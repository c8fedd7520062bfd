//! The charts: letters, and the moment of every column.

use ratatui::layout::{Position, Rect};

use super::super::buckets::Buckets;
use super::super::layout::{self, LayoutStep};
use super::super::look::Look;
use super::super::panels::{self, Form};
use super::super::{chart, details, handshake, mini, probe_details, side, timeline};
use super::place::{at, covers};
use crate::app::{Frame, Hit, Mark, Overlay, Panel, View};

/// A chart as it lies on the screen.
struct Plot<'f> {
    /// Its columns, with the clock under them; the letters are its first row.
    area: Rect,
    buckets: Buckets,
    marks: &'f [Mark],
}

impl Plot<'_> {
    fn moment(&self, x: u16) -> Option<Hit> {
        self.buckets.moment(x.checked_sub(self.area.x)?).map(Hit::Moment)
    }

    /// The letter in a column: of two that meet the worse one, as it is drawn.
    fn letter(&self, x: u16) -> Option<Hit> {
        let column = x.checked_sub(self.area.x)?;
        let here = |mark: &&Mark| self.buckets.column(mark.at) == Some(column);
        let mark = self.marks.iter().filter(here).max_by_key(|mark| mark.severity)?;
        Some(Hit::Letter(mark.letter, mark.at))
    }
}

/// What lies on a chart.
pub(super) fn hit(frame: &Frame, look: &Look, area: Rect, at: Position) -> Option<Hit> {
    let plot = plots(frame, look, area).into_iter().find(|plot| plot.area.contains(at))?;
    let letter = if at.y == plot.area.y { plot.letter(at.x) } else { None };
    letter.or_else(|| plot.moment(at.x))
}

/// The moment under the pointer of whoever pressed the button at `from` and now
/// is at column `x`: beyond the chart it is the moment at its edge.
#[must_use]
pub fn dragged(frame: &Frame, look: &Look, area: Rect, from: (u16, u16), x: u16) -> Option<Hit> {
    let from = at(area, from.0, from.1)?;
    let x = at(area, x, 0)?.x;
    if covers(frame, area, from) {
        return None;
    }
    let plot = plots(frame, look, area).into_iter().find(|plot| plot.area.contains(from))?;
    plot.moment(x.clamp(plot.area.x, plot.area.right() - 1))
}

/// Every chart that is seen.
fn plots<'f>(frame: &'f Frame, look: &Look, area: Rect) -> Vec<Plot<'f>> {
    let dots = look.glyphs.dots();
    let plots = match &frame.overlay {
        Overlay::Details(details) => {
            let places = [details::chart_place(area), details::open_place(area)];
            let below = places.into_iter().flatten().map(below_title);
            below.map(|area| connections(area, chart::GUTTER, &details.chart, dots)).collect()
        }
        Overlay::Target(target) => {
            let place = probe_details::chart_place(area).map(below_title);
            place.map(|area| handshakes(area, &target.handshakes)).into_iter().collect()
        }
        _ => of_screen(frame, area, dots),
    };
    plots.into_iter().filter(|plot: &Plot<'_>| !plot.area.is_empty()).collect()
}

fn of_screen(frame: &Frame, area: Rect, dots: u16) -> Vec<Plot<'_>> {
    let mini = layout::step(area) == LayoutStep::Mini;
    let mut plots = Vec::new();
    for place in panels::seen(frame, area) {
        let inner = if place.form == Form::Bare { place.area } else { below_title(place.area) };
        match place.panel {
            Panel::Chart => {
                let gutter = match (place.form, frame.view) {
                    (Form::Bare, View::Timeline) => 0,
                    (Form::Bare, _) => mini::GUTTER,
                    (_, View::Probes) if frame.panes.zoomed().is_none() => handshake::GUTTER,
                    _ => chart::GUTTER,
                };
                let (inner, open) = of_connections(frame, area, inner);
                plots.push(connections(inner, gutter, &frame.chart, dots));
                // The same columns, without letters.
                plots.push(Plot { marks: &[], ..filling(open, gutter, &frame.chart, dots) });
            }
            Panel::Handshakes if !(mini && frame.probes.rows.is_empty()) => {
                plots.push(handshakes(inner, &frame.probes.handshakes));
            }
            _ => {}
        }
    }
    plots
}

/// Where the rates lie below their title, and the open connections that go with them.
fn of_connections(frame: &Frame, area: Rect, inner: Rect) -> (Rect, Rect) {
    if frame.panes.zoomed().is_some() {
        let (above, open) = timeline::parts(layout::alone(area).body);
        return (below_title(above), open);
    }
    let before =
        |place: Rect, ahead: u16| Rect { width: place.width.saturating_sub(ahead), ..place };
    match (layout::step(area), frame.view) {
        (_, View::Timeline) => (inner, layout::timeline(area, frame.chart.errors.is_some()).open),
        (LayoutStep::Full, View::Listeners) => (inner, layout::listeners(area).2),
        (LayoutStep::Full, View::Incident) => {
            let places = layout::full(area, &side::content(frame, area));
            (before(inner, places.ahead), before(places.open, places.ahead))
        }
        (LayoutStep::Standard, View::Incident) => {
            let places = layout::standard(area, &side::content(frame, area));
            (before(inner, places.ahead), before(places.open, places.ahead))
        }
        _ => (inner, Rect::default()),
    }
}

/// The open connections: a row under the columns of the rates, or a panel.
fn filling(area: Rect, gutter: u16, shown: &crate::app::Chart, dots: u16) -> Plot<'_> {
    if area.height > 1 {
        return connections(below_title(area), chart::GUTTER, shown, dots);
    }
    let (row, _) = chart::place(area, gutter);
    columns_of(Rect { height: area.height, ..row }, shown, dots)
}

fn below_title(area: Rect) -> Rect {
    Rect { y: area.y + area.height.min(1), height: area.height.saturating_sub(1), ..area }
}

fn connections(area: Rect, gutter: u16, shown: &crate::app::Chart, dots: u16) -> Plot<'_> {
    let (place, axis) = chart::place(area, gutter);
    columns_of(Rect { height: place.height + axis, ..place }, shown, dots)
}

fn columns_of(area: Rect, shown: &crate::app::Chart, dots: u16) -> Plot<'_> {
    let buckets = Buckets::in_cells(shown, area.width, dots);
    Plot { area, buckets, marks: &shown.marks }
}

fn handshakes(area: Rect, shown: &crate::app::Handshakes) -> Plot<'_> {
    let (place, axis) = chart::place(area, handshake::GUTTER);
    let area = Rect { height: place.height + axis, ..place };
    Plot { area, buckets: handshake::columns(shown, area.width), marks: &shown.marks }
}
