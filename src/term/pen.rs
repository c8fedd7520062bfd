//! How a cell looks, and the sequences from one look to another (ECMA-48 SGR).

use std::io::Write;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// How a cell looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Pen {
    pub(super) const PLAIN: Self =
        Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    pub(super) const fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Whether this pen draws that cell as it should be: of a blank only the
    /// background is seen.
    pub(super) fn draws(self, cell: &Cell) -> bool {
        let seen = Modifier::UNDERLINED | Modifier::REVERSED | Modifier::CROSSED_OUT;
        let blank = |modifier: Modifier| !modifier.intersects(seen);
        self == Self::of(cell)
            || (cell.symbol() == " "
                && self.bg == cell.bg
                && blank(cell.modifier)
                && blank(self.modifier))
    }
}

/// One sequence from one pen to another (ECMA-48 SGR).
pub(super) fn change(out: &mut Vec<u8>, from: Pen, to: Pen) {
    /// Attribute, its number, and the number that ends it.
    const ATTRIBUTES: [(Modifier, u8, u8); 5] = [
        (Modifier::BOLD, 1, 22),
        (Modifier::DIM, 2, 22),
        (Modifier::UNDERLINED, 4, 24),
        (Modifier::REVERSED, 7, 27),
        (Modifier::CROSSED_OUT, 9, 29),
    ];
    if from == to {
        return;
    }
    if to == Pen::PLAIN {
        out.extend_from_slice(b"\x1b[m");
        return;
    }
    let mut codes: Vec<String> = Vec::new();
    let mut has = from.modifier;
    for (attribute, _, off) in ATTRIBUTES {
        if has.contains(attribute) && !to.modifier.contains(attribute) {
            codes.push(off.to_string());
            // One number ends both.
            has.remove(if off == 22 { Modifier::BOLD | Modifier::DIM } else { attribute });
        }
    }
    for (attribute, on, _) in ATTRIBUTES {
        if to.modifier.contains(attribute) && !has.contains(attribute) {
            codes.push(on.to_string());
        }
    }
    if from.fg != to.fg {
        codes.push(code(to.fg, 30));
    }
    if from.bg != to.bg {
        codes.push(code(to.bg, 40));
    }
    if !codes.is_empty() {
        let _ = write!(out, "\x1b[{}m", codes.join(";"));
    }
}

/// A colour; `base` is 30 for letters and 40 for what is behind them.
fn code(color: Color, base: u8) -> String {
    let named = |n: u8| (base + n).to_string();
    let light = |n: u8| (base + 60 + n).to_string();
    match color {
        Color::Reset => named(9),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
        Color::Indexed(n) => format!("{};5;{n}", base + 8),
        Color::Black => named(0),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Blue => named(4),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::Gray => named(7),
        Color::DarkGray => light(0),
        Color::LightRed => light(1),
        Color::LightGreen => light(2),
        Color::LightYellow => light(3),
        Color::LightBlue => light(4),
        Color::LightMagenta => light(5),
        Color::LightCyan => light(6),
        Color::White => light(7),
    }
}
