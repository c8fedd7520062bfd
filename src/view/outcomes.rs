//! The last sixty attempts as a strip: one glyph each, newest at the right.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::pen::{Pen, Piece, columns};
use crate::app::Seen;
use crate::theme::{Glyphs, Theme};

/// The glyph of an outcome; plain letters where there are only these.
pub(super) const fn glyph(seen: Seen, glyphs: Glyphs) -> &'static str {
    match (seen, glyphs) {
        (Seen::Accepted, Glyphs::Blocks | Glyphs::Braille) => "●",
        (Seen::Accepted, Glyphs::Ascii) => "o",
        (Seen::Slow, Glyphs::Blocks | Glyphs::Braille) => "−",
        (Seen::Slow, Glyphs::Ascii) => "-",
        (Seen::Failed, Glyphs::Blocks | Glyphs::Braille) => "×",
        (Seen::Failed, Glyphs::Ascii) => "x",
        (Seen::Ours, Glyphs::Blocks | Glyphs::Braille) => "○",
        (Seen::Ours, Glyphs::Ascii) => "?",
    }
}

fn style(theme: &Theme, seen: Seen) -> Style {
    let style = match seen {
        Seen::Accepted => theme.text.muted,
        Seen::Slow => theme.severity.warn,
        Seen::Failed => theme.severity.crit,
        Seen::Ours => theme.severity.info,
    };
    // A strip of underlined crosses would be a line.
    style.remove_modifier(Modifier::UNDERLINED)
}

/// As many of the newest as there are columns.
pub(super) fn strip(pen: &mut Pen<'_>, area: Rect, seen: &[Seen]) {
    let newest = seen.iter().rev().take(usize::from(area.width));
    let first = area.right().saturating_sub(columns(newest.len()));
    for (x, seen) in (first..).zip(newest.rev()) {
        let glyph = glyph(*seen, pen.look.glyphs);
        pen.cell(x, area.y, glyph, style(pen.theme(), *seen));
    }
}

/// `last 60  × fail  − slow  ● ok`, what the glyphs mean.
pub(super) fn legend(pen: &Pen<'_>) -> Vec<Piece<'static>> {
    let theme = pen.theme();
    let mut pieces = Vec::new();
    for (seen, word) in [(Seen::Failed, "fail"), (Seen::Slow, "slow"), (Seen::Accepted, "ok")] {
        pieces.push((glyph(seen, pen.look.glyphs).into(), style(theme, seen)));
        pieces.push((format!(" {word}  ").into(), theme.text.muted));
    }
    pieces
}
