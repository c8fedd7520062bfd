//! A terminal's screen, taken apart into what is drawn.

use std::collections::BTreeMap;

use vt100::{Cell, Color, Screen};

use super::glyphs::{CELL, Shape, shape};

/// What lies over what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    /// Backgrounds.
    Ground,
    /// Blocks and lines, on whole pixels.
    Block,
    /// Slopes and curves.
    Curve,
    /// Letters.
    Text,
}

/// One thing to draw.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Piece {
    /// Where in depth.
    pub(super) layer: Layer,
    /// How, as CSS.
    pub(super) style: String,
    /// What: the data of a path, or an element of text after its class.
    pub(super) body: String,
}

/// Colours of a terminal that nobody chose.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground {
    /// Of letters.
    pub(super) ink: &'static str,
    /// Behind them.
    pub(super) paper: &'static str,
}

/// Everything on the screen. `whole` joins what lies above each other too: fewer
/// pieces, but each of them changes more often.
pub(super) fn pieces(screen: &Screen, ground: Ground, whole: bool) -> Vec<Piece> {
    let (rows, columns) = screen.size();
    let mut rects = Rects::default();
    let mut all = Vec::new();
    for row in 0..rows.get() {
        let cells = (0..columns.get()).filter_map(|column| screen.cell(row, column));
        let cells: Vec<Look<'_>> = cells.map(|cell| Look::of(cell, ground)).collect();
        for (column, cell) in cells.iter().enumerate() {
            let corner = (pixels(column), u32::from(row) * CELL.1);
            if cell.paper != ground.paper {
                let style = format!("fill:{}", cell.paper);
                rects.add(Layer::Ground, style, corner, [0, 0, CELL.0, CELL.1]);
            }
            draw(cell, corner, &mut rects, &mut all);
        }
        all.extend(texts(&cells, u32::from(row)));
    }
    all.extend(rects.pieces(whole));
    all
}

/// So many columns, in pixels.
fn pixels(columns: usize) -> u32 {
    u32::try_from(columns).expect("a terminal's width") * CELL.0
}

/// A cell as it looks.
struct Look<'c> {
    text: &'c str,
    ink: String,
    paper: String,
    bold: bool,
    dim: bool,
    underline: bool,
}

impl<'c> Look<'c> {
    fn of(cell: &'c Cell, ground: Ground) -> Self {
        let mut ink = hex(cell.fgcolor()).unwrap_or_else(|| ground.ink.to_owned());
        let mut paper = hex(cell.bgcolor()).unwrap_or_else(|| ground.paper.to_owned());
        if cell.inverse() {
            std::mem::swap(&mut ink, &mut paper);
        }
        let (bold, dim, underline) = (cell.bold(), cell.dim(), cell.underline());
        Self { text: cell.contents(), ink, paper, bold, dim, underline }
    }

    fn is_blank(&self) -> bool {
        self.text.trim().is_empty() && !self.underline
    }

    fn shape(&self) -> Option<Shape> {
        self.text.chars().next().and_then(shape)
    }

    fn fill(&self) -> String {
        let faint = if self.dim { ";opacity:.6" } else { "" };
        format!("fill:{}{faint}", self.ink)
    }

    fn style(&self) -> String {
        let bold = if self.bold { ";font-weight:700" } else { "" };
        let underline = if self.underline { ";text-decoration:underline" } else { "" };
        format!("{}{bold}{underline}", self.fill())
    }
}

/// A colour as CSS has it; none where the terminal's own is meant.
fn hex(color: Color) -> Option<String> {
    /// The 16 of xterm, a little softer, as most terminals have them by now.
    const ANSI: [&str; 16] = [
        "#1c1f24", "#cc4b45", "#4fa36f", "#c99a2e", "#4b84c4", "#9a72b8", "#3fa0a8", "#c8d0dc",
        "#6b7480", "#ff6b62", "#63c08a", "#f2b84b", "#6cb2eb", "#a79bc9", "#6fd0d8", "#f2f5f9",
    ];
    match color {
        Color::Default => None,
        Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        Color::Idx(n) => Some(ANSI.get(usize::from(n)).copied().unwrap_or("#808080").to_owned()),
    }
}

fn draw(cell: &Look<'_>, corner: (u32, u32), rects: &mut Rects, all: &mut Vec<Piece>) {
    match cell.shape() {
        None => {}
        Some(Shape::Rects(inside)) => {
            for rect in inside {
                rects.add(Layer::Block, cell.fill(), corner, rect);
            }
        }
        Some(Shape::Shade(part)) => {
            let style = format!("fill:{};fill-opacity:.{part}", cell.ink);
            rects.add(Layer::Block, style, corner, [0, 0, CELL.0, CELL.1]);
        }
        Some(Shape::Path(data)) => {
            let body = format!("M{} {}{data}", corner.0, corner.1);
            all.push(Piece { layer: Layer::Curve, style: cell.fill(), body });
        }
    }
}

/// The letters of a row, in runs of one look. A run ends at two spaces, since
/// browsers make one of them.
fn texts(cells: &[Look<'_>], row: u32) -> Vec<Piece> {
    let is_text = |n: usize| cells.get(n).is_some_and(|c| !c.is_blank() && c.shape().is_none());
    let mut pieces = Vec::new();
    let mut from = 0;
    while from < cells.len() {
        if !is_text(from) {
            from += 1;
            continue;
        }
        let style = cells[from].style();
        let goes_on = |n: usize| is_text(n) && cells[n].style() == style;
        let mut to = from + 1;
        while goes_on(to) || (cells.get(to).is_some_and(Look::is_blank) && goes_on(to + 1)) {
            to += 1;
        }
        let letters =
            |c: &Look<'_>| if c.text.is_empty() { " ".to_owned() } else { escaped(c.text) };
        let text: String = cells[from..to].iter().map(letters).collect();
        let (x, y) = (pixels(from), row * CELL.1 + 15);
        let wide = pixels(to - from);
        // One letter has nothing to be spread over.
        let length = if to - from > 1 { format!(" textLength=\"{wide}\"") } else { String::new() };
        let body = format!(" x=\"{x}\" y=\"{y}\"{length}>{text}");
        pieces.push(Piece { layer: Layer::Text, style, body });
        from = to;
    }
    pieces
}

/// Text as XML holds it.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Rectangles by look and place: layer, style, top, height, left; and the width.
#[derive(Default)]
struct Rects(BTreeMap<(Layer, String, u32, u32, u32), u32>);

impl Rects {
    /// Adds one, joined to its neighbour on the left where it can be.
    fn add(&mut self, layer: Layer, style: String, corner: (u32, u32), rect: [u32; 4]) {
        let [x, y, wide, tall] = rect;
        let (left, top) = (corner.0 + x, corner.1 + y);
        let key = (layer, style, top, tall, left);
        let low = (key.0, key.1.clone(), top, tall, 0);
        let last = self.0.range_mut(low..key.clone()).next_back();
        match last.filter(|(before, width)| before.4 + **width == left) {
            Some((_, width)) => *width += wide,
            None => drop(self.0.insert(key, wide)),
        }
    }

    fn pieces(self, whole: bool) -> Vec<Piece> {
        let mut joined: BTreeMap<(Layer, String, u32, u32, u32), u32> = BTreeMap::new();
        for ((layer, style, top, tall, left), wide) in self.0 {
            // By its foot: what begins there goes on.
            let above = (layer, style.clone(), left, wide, top);
            let before = if whole { joined.remove(&above) } else { None };
            joined.insert((layer, style, left, wide, top + tall), before.unwrap_or(0) + tall);
        }
        let piece = |((layer, style, left, wide, foot), tall)| {
            let body = format!("M{left} {}h{wide}v{tall}h-{wide}z", foot - tall);
            Piece { layer, style, body }
        };
        joined.into_iter().map(piece).collect()
    }
}
