//! How much of a screen says nothing.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Look, chart, draw, fixtures, layout, side};
use crate::app::Frame;
use crate::theme::{Glyphs, Theme};

/// A space, or a glyph that only fills. The rule beside a title frames its panel.
fn is_blank(symbol: &str) -> bool {
    symbol.trim().is_empty() || ["━", "·", "╌", "┊"].contains(&symbol)
}

/// Share of blank cells outside the plots.
fn share(frame: &Frame, width: u16, height: u16) -> f64 {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    let theme = Theme::load("dark").expect("built in");
    draw(frame, &Look { theme, glyphs: Glyphs::Blocks }, area, &mut buf);
    let places = layout::full(area, &side::content(frame, area));
    let plot = |place: Rect| {
        let below = Rect { y: place.y + 1, height: place.height.saturating_sub(1), ..place };
        chart::place(below, chart::GUTTER).0
    };
    let plots = [plot(places.chart), plot(places.open)];
    let outside = area.positions().filter(|at| !plots.iter().any(|plot| plot.contains(*at)));
    let (mut blank, mut all) = (0_u32, 0_u32);
    let mut rows = vec![0_u32; usize::from(height)];
    for at in outside {
        let is = u32::from(is_blank(buf[at].symbol()));
        all += 1;
        blank += is;
        rows[usize::from(at.y)] += is;
    }
    println!("{width}x{height}: blank cells by row: {rows:?}");
    f64::from(blank) / f64::from(all)
}

#[test]
fn less_than_half_of_a_screen_without_a_url_is_blank() {
    for (name, frame) in [("calm", fixtures::calm()), ("incident", fixtures::incident())] {
        let blank = share(&frame, 120, 36);
        assert!(blank < 0.45, "{name}: {:.1} % blank", blank * 100.0);
    }
}
