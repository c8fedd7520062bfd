//! Characters that are drawn, not written: so they join without gaps and look
//! the same in every font.

/// Columns of a cell in pixels, rows of a cell in pixels.
///
/// Whole numbers, since a border at half a pixel shows as a hairline; 9 x 20 is a
/// monospaced letter of 15 px (advance 0.6) with air between the lines.
pub(super) const CELL: (u32, u32) = (9, 20);

/// How a character looks.
pub(super) enum Shape {
    /// Rectangles in a cell: x, y, width, height.
    Rects(Vec<[u32; 4]>),
    /// The same, filled to a part only, in hundredths.
    Shade(u32),
    /// A path that begins at the cell's corner, drawn smoothly.
    Path(&'static str),
}

/// The shape of a character; none where a letter of the font will do.
pub(super) fn shape(c: char) -> Option<Shape> {
    let (w, h) = CELL;
    let code = u32::from(c);
    let eighth = |of: u32, n: u32| (of * n + 4) / 8;
    let rects = match c {
        '▀' => vec![[0, 0, w, h / 2]],
        '▔' => vec![[0, 0, w, eighth(h, 1)]],
        '▁'..='█' => {
            let tall = eighth(h, code - 0x2580);
            vec![[0, h - tall, w, tall]]
        }
        '▉'..='▏' => vec![[0, 0, eighth(w, 0x2590 - code).max(1), h]],
        '▐' => vec![[w - w / 2, 0, w / 2, h]],
        '░' => return Some(Shape::Shade(25)),
        '▒' => return Some(Shape::Shade(50)),
        '▓' => return Some(Shape::Shade(75)),
        '─' => vec![[0, 10, w, 1]],
        '━' => vec![[0, 9, w, 3]],
        '═' => vec![[0, 8, w, 1], [0, 11, w, 1]],
        '╌' => vec![[1, 10, 3, 1], [6, 10, 2, 1]],
        '│' => vec![[4, 0, 1, h]],
        '┊' => (0..4).map(|n| [4, n * 5 + 1, 1, 3]).collect(),
        '╵' => vec![[4, 0, 1, 11]],
        '┴' => vec![[0, 10, w, 1], [4, 0, 1, 10]],
        '■' => vec![[1, 7, 7, 7]],
        '⠀'..='⣿' => braille(code - 0x2800),
        _ => return path(c).map(Shape::Path),
    };
    Some(Shape::Rects(rects))
}

/// Two columns of four dots, numbered as Unicode does (dots 7 and 8 came later).
fn braille(dots: u32) -> Vec<[u32; 4]> {
    const PLACES: [(u32, u32); 8] =
        [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)];
    let lit = PLACES.iter().enumerate().filter(|(n, _)| dots & (1 << n) != 0);
    lit.map(|(_, (x, y))| [1 + x * 5, 2 + y * 5, 2, 2]).collect()
}

/// What has slopes and curves.
fn path(c: char) -> Option<&'static str> {
    Some(match c {
        '▲' => "m4.5 5 4 9h-8z",
        '▼' => "m4.5 15-4-9h8z",
        '▶' => "m1 5 7.5 5-7.5 5z",
        '◀' => "m8 5-7.5 5 7.5 5z",
        '▸' => "m2 7 5 3.5-5 3.5z",
        '●' => "m1 10.5a3.5 3.5 0 0 1 7 0a3.5 3.5 0 0 1-7 0z",
        '○' => {
            "m1 10.5a3.5 3.5 0 0 1 7 0a3.5 3.5 0 0 1-7 0zm1 0a2.5 2.5 0 0 0 5 0a2.5 2.5 0 0 0-5 0z"
        }
        '╭' => "m4 20v-5a5 5 0 0 1 5-5v1a4 4 0 0 0-4 4v5z",
        '╮' => "m5 20v-5a5 5 0 0 0-5-5v1a4 4 0 0 1 4 4v5z",
        '╰' => "m4 0v6a5 5 0 0 0 5 5v-1a4 4 0 0 1-4-4v-6z",
        '╯' => "m5 0v6a5 5 0 0 1-5 5v-1a4 4 0 0 0 4-4v-6z",
        _ => return None,
    })
}
