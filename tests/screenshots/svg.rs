//! Pieces to a document: still, or moving.

use std::collections::BTreeMap;
use std::fmt::Write;

use vt100::Screen;

use super::glyphs::CELL;
use super::pieces::{Ground, Layer, Piece, pieces};

/// Between the frame and the screen, pixels.
const MARGIN: u32 = 12;

/// One screen. `name` is what those who do not see it are told.
pub(super) fn still(screen: &Screen, ground: Ground, name: &str) -> String {
    let mut drawing = Drawing::default();
    drawing.add(pieces(screen, ground, true), 1);
    drawing.document(screen, ground, name, 1, &[])
}

/// One screen after another, each for so many tenths of a second; what stays the
/// same is drawn once. Who wants no motion sees the last one.
pub(super) fn moving(frames: &[(Screen, u32)], ground: Ground, name: &str) -> String {
    let mut drawing = Drawing::default();
    for (number, (screen, _)) in frames.iter().enumerate() {
        drawing.add(pieces(screen, ground, false), 1 << number);
    }
    let times: Vec<u32> = frames.iter().map(|(_, time)| *time).collect();
    let last = &frames.last().expect("a film has frames").0;
    drawing.document(last, ground, name, 1 << (frames.len() - 1), &times)
}

/// Every piece, and in which frames it is seen: one bit each.
#[derive(Default)]
struct Drawing(BTreeMap<Piece, u32>);

impl Drawing {
    fn add(&mut self, pieces: Vec<Piece>, frame: u32) {
        for piece in pieces {
            *self.0.entry(piece).or_default() |= frame;
        }
    }

    fn document(
        self,
        screen: &Screen,
        ground: Ground,
        name: &str,
        last: u32,
        times: &[u32],
    ) -> String {
        let (rows, columns) = screen.size();
        let wide = u32::from(columns.get()) * CELL.0 + 2 * MARGIN;
        let tall = u32::from(rows.get()) * CELL.1 + 2 * MARGIN;
        let always = (1_u32 << times.len()).wrapping_sub(1).max(1);
        let mut classes = Classes::default();
        let body = self.body(always, &mut classes);
        let films = films(&body.masks, last, times);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {tall}\" width=\"{wide}\" \
             height=\"{tall}\" role=\"img\"><title>{name}</title>\n<style>text{{font:15px \
             \"JetBrains Mono\",\"SFMono-Regular\",Menlo,Consolas,\"DejaVu Sans Mono\",monospace;\
             font-variant-ligatures:none;white-space:pre}}"
        );
        for (style, class) in &classes.0 {
            let _ = write!(svg, ".{class}{{{style}}}");
        }
        let _ = write!(
            svg,
            "{films}</style>\n<rect width=\"{wide}\" height=\"{tall}\" rx=\"10\" fill=\"{}\" \
             stroke=\"#8886\"/>\n\
             <g transform=\"translate({MARGIN} {MARGIN})\">\n{}</g>\n</svg>\n",
            ground.paper, body.text
        );
        svg
    }

    fn body(self, always: u32, classes: &mut Classes) -> Body {
        let mut groups: BTreeMap<(Layer, u32), BTreeMap<String, Vec<String>>> = BTreeMap::new();
        let mut masks = BTreeMap::new();
        for (piece, mask) in self.0 {
            // What is there in every frame lies below what comes and goes.
            let mask = if mask == always { 0 } else { mask };
            let styles = groups.entry((piece.layer, mask)).or_default();
            styles.entry(piece.style).or_default().push(piece.body);
        }
        let mut text = String::new();
        for ((layer, mask), styles) in groups {
            let crisp = if layer <= Layer::Block { " shape-rendering=\"crispEdges\"" } else { "" };
            let number = masks.len();
            let film = match mask {
                0 => String::new(),
                mask => format!(" class=\"f{}\"", masks.entry(mask).or_insert(number)),
            };
            let _ = writeln!(text, "<g{crisp}{film}>");
            for (style, bodies) in styles {
                let class = classes.of(style);
                if layer == Layer::Text {
                    for body in bodies {
                        let _ = writeln!(text, "<text class=\"{class}\"{body}</text>");
                    }
                } else {
                    let _ = writeln!(text, "<path class=\"{class}\" d=\"{}\"/>", bodies.concat());
                }
            }
            text.push_str("</g>\n");
        }
        Body { text, masks }
    }
}

/// What is drawn, and the name of each set of frames.
struct Body {
    text: String,
    masks: BTreeMap<u32, usize>,
}

/// Styles and their short names.
#[derive(Default)]
struct Classes(Vec<(String, String)>);

impl Classes {
    fn of(&mut self, style: String) -> String {
        if let Some((_, class)) = self.0.iter().find(|(known, _)| *known == style) {
            return class.clone();
        }
        let number = self.0.len();
        let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap_or_default());
        let class = match number {
            0..26 => letter(number).to_string(),
            _ => format!("{}{}", letter(number / 26 - 1), letter(number)),
        };
        self.0.push((style, class.clone()));
        class
    }
}

/// The rules that show each set of frames at its times.
fn films(masks: &BTreeMap<u32, usize>, last: u32, times: &[u32]) -> String {
    let total: u32 = times.iter().sum();
    let mut rules = String::new();
    let mut moving = String::new();
    let mut calm = String::new();
    for (mask, number) in masks {
        let shown = mask & last != 0;
        let _ = write!(calm, ".f{number}{{opacity:{}}}", u8::from(shown));
        let mut at = 0;
        let mut before = None;
        let mut keys = String::new();
        for (frame, time) in times.iter().enumerate() {
            let on = mask & (1 << frame) != 0;
            if before.replace(on) != Some(on) {
                let hundredths = at * 10_000 / total;
                let (whole, part) = (hundredths / 100, hundredths % 100);
                let _ = write!(keys, "{whole}.{part:02}%{{opacity:{}}}", u8::from(on));
            }
            at += time;
        }
        let _ = write!(rules, "@keyframes k{number}{{{keys}}}");
        let _ = write!(moving, "g.f{number}{{animation-name:k{number}}}");
    }
    if masks.is_empty() {
        return String::new();
    }
    let tenths = (total / 10, total % 10);
    format!(
        "\n{calm}\n{rules}\n@media (prefers-reduced-motion:no-preference){{\
         g[class]{{animation:0s step-end infinite;animation-duration:{}.{}s}}{moving}}}\n",
        tenths.0, tenths.1
    )
}
