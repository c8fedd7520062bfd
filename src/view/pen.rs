//! The one way to write into the buffer: clipped, translated, measured.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::look::Look;
use crate::text;
use crate::theme::Theme;

/// A piece of a line and its style.
pub(super) type Piece<'t> = (Cow<'t, str>, Style);

/// Draws inside one rectangle and nowhere else.
pub(super) struct Pen<'a> {
    pub(super) look: &'a Look,
    buf: &'a mut Buffer,
    clip: Rect,
    /// Cells that lead somewhere, as they are drawn; none where nobody asks.
    links: Option<&'a mut Vec<Link>>,
}

/// Cells that lead somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The cells.
    pub place: Rect,
    /// An absolute URL of printable ASCII.
    pub url: String,
}

/// A length as columns; what does not fit a screen does not fit this either.
pub(super) fn columns(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

/// A share of a length in whole cells, rounded.
pub(super) fn cells(value: f64) -> u16 {
    u16::try_from(crate::units::whole(value)).unwrap_or(u16::MAX)
}

impl<'a> Pen<'a> {
    pub(super) fn new(look: &'a Look, clip: Rect, buf: &'a mut Buffer) -> Self {
        let clip = clip.intersection(buf.area);
        Self { look, buf, clip, links: None }
    }

    /// The same, which notes what leads where.
    pub(super) fn linking(self, links: &'a mut Vec<Link>) -> Self {
        Self { links: Some(links), ..self }
    }

    /// These cells lead there; what is drawn over them afterwards does not.
    pub(super) fn link(&mut self, place: Rect, url: Option<String>) {
        let place = self.clip.intersection(place);
        let Some((url, links)) = url.zip(self.links.as_mut()) else { return };
        if !place.is_empty() && url.bytes().all(|b| b.is_ascii_graphic()) {
            links.push(Link { place, url });
        }
    }

    /// Nothing that was drawn so far leads anywhere.
    pub(super) fn unlink(&mut self) {
        if let Some(links) = &mut self.links {
            links.clear();
        }
    }

    /// The same pen held to a part of its rectangle.
    pub(super) fn within(&mut self, part: Rect) -> Pen<'_> {
        let clip = self.clip.intersection(part);
        Pen { look: self.look, buf: self.buf, clip, links: self.links.as_deref_mut() }
    }

    pub(super) const fn theme(&self) -> &'a Theme {
        &self.look.theme
    }

    /// Columns the text takes once translated.
    pub(super) fn width(&self, text: &str) -> u16 {
        self.look.width(text)
    }

    /// Wipes the rectangle and paints the canvas.
    pub(super) fn clear(&mut self, area: Rect) {
        let area = self.clip.intersection(area);
        for position in area.positions() {
            if let Some(cell) = self.buf.cell_mut(position) {
                cell.reset();
            }
        }
        self.buf.set_style(area, self.look.theme.text.canvas);
    }

    /// Lays a style under (or over) what is there.
    pub(super) fn paint(&mut self, area: Rect, style: Style) {
        self.buf.set_style(self.clip.intersection(area), style);
    }

    /// Writes up to the right edge; gives the column after it.
    pub(super) fn put(&mut self, x: u16, y: u16, text: &str, style: Style) -> u16 {
        self.put_upto(x, y, self.clip.right(), text, style)
    }

    /// Writes up to `right`, marking a cut; gives the column after it.
    pub(super) fn put_upto(&mut self, x: u16, y: u16, right: u16, text: &str, style: Style) -> u16 {
        let right = right.min(self.clip.right());
        let inside = (self.clip.left()..right).contains(&x)
            && (self.clip.top()..self.clip.bottom()).contains(&y);
        if !inside {
            return x;
        }
        let room = right - x;
        let plain = self.look.glyphs.text(text);
        let cut = text::cut(&plain, usize::from(room));
        let cut = self.look.glyphs.text(&cut);
        self.buf.set_stringn(x, y, &cut, usize::from(room), style).0
    }

    /// Writes so that the text ends before `right`; cut on the left edge of the
    /// clip if it must be. Gives the column it starts at.
    pub(super) fn put_right(&mut self, right: u16, y: u16, text: &str, style: Style) -> u16 {
        let x = right.saturating_sub(self.width(text)).max(self.clip.left());
        self.put_upto(x, y, right, text, style);
        x
    }

    /// Writes pieces one after the other.
    pub(super) fn pieces(&mut self, x: u16, y: u16, right: u16, pieces: &[Piece<'_>]) -> u16 {
        pieces.iter().fold(x, |x, (text, style)| self.put_upto(x, y, right, text, *style))
    }

    /// Width of pieces together.
    pub(super) fn pieces_width(&self, pieces: &[Piece<'_>]) -> u16 {
        pieces.iter().map(|(text, _)| self.width(text)).sum()
    }

    /// One cell.
    pub(super) fn cell(&mut self, x: u16, y: u16, symbol: &str, style: Style) {
        if self.clip.contains((x, y).into()) {
            self.buf.set_stringn(x, y, self.look.glyphs.text(symbol), 1, style);
        }
    }

    /// One cell by its character.
    pub(super) fn glyph(&mut self, x: u16, y: u16, symbol: char, style: Style) {
        self.cell(x, y, symbol.encode_utf8(&mut [0; 4]), style);
    }

    /// A horizontal line of one glyph.
    pub(super) fn rule(&mut self, x: u16, y: u16, right: u16, symbol: &str, style: Style) {
        (x..right.min(self.clip.right())).for_each(|x| self.cell(x, y, symbol, style));
    }

    /// `▍NAME words ──────`: the heading of a panel, over its whole width.
    /// Words that do not fit are left out, last first.
    pub(super) fn title(&mut self, area: Rect, name: &str, words: &[Piece<'_>]) {
        let theme = self.theme();
        let (y, right) = (area.y, area.right());
        let x = self.put_upto(area.x, y, right, "▍", theme.ui.accent);
        let mut x = self.put_upto(x, y, right, name, theme.text.strong);
        for (text, style) in words {
            if x + self.width(text) > right {
                break;
            }
            x = self.put_upto(x, y, right, text, *style);
        }
        self.rule(x + 1, y, right, "─", theme.ui.rule);
    }

    /// A bar of `width` cells filled to `share`, the rest dotted.
    pub(super) fn bar(&mut self, x: u16, y: u16, width: u16, share: f64, style: Style) {
        let wanted = cells(share.clamp(0.0, 1.0) * f64::from(width));
        // Something is never drawn as nothing.
        let full = if share > 0.0 { wanted.max(1) } else { 0 };
        self.rule(x, y, x + full.min(width), "▆", style);
        self.rule(x + full.min(width), y, x + width, "·", self.look.theme.text.faint);
    }
}
