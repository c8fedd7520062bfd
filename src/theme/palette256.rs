//! A theme on a terminal of 256 colours: the nearest of the cube and the greys.
//!
//! Nearest to the eye, not by number; and never so near that text which could be
//! read can not be read any more.

use ratatui::style::{Color, Style};

use super::Appearance;
use super::lab::{Lab, Rgb, contrast};
use super::roles::{self, CANVAS, COUNT, FEET, SELECTED};

/// The levels of the 6x6x6 cube.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Enough to read text by (WCAG 2.2, 1.4.3).
const READABLE: f64 = 4.5;

/// Below this a colour is a grey.
const GREY: f64 = 12.0;

/// Lightness by which a banner is another banner.
const FADED: f64 = 12.0;

/// Grounds are darker or lighter than this; the cube has no colours there.
const COLOURS: std::ops::Range<f64> = 30.0..90.0;

/// One of the 240; the first sixteen are never used: users repaint them.
struct PaletteEntry {
    index: u8,
    rgb: Rgb,
    lab: Lab,
}

/// The 240 with what the eye makes of them.
struct Palette256(Vec<PaletteEntry>);

impl Palette256 {
    fn new() -> Self {
        let entry = |index| {
            let rgb = rgb_of(index);
            PaletteEntry { index, rgb, lab: Lab::of(rgb) }
        };
        Self((16..=255).map(entry).collect())
    }

    /// The one most like it of those that will do; of all if none does.
    fn nearest(&self, like: Lab, will_do: impl Fn(&PaletteEntry) -> bool) -> &PaletteEntry {
        let coloured = like.chroma() > GREY && COLOURS.contains(&like.l);
        let fits =
            |entry: &&PaletteEntry| will_do(entry) && (!coloured || entry.lab.chroma() > GREY);
        let least = |a: &&PaletteEntry, b: &&PaletteEntry| {
            like.unlike(a.lab).total_cmp(&like.unlike(b.lab))
        };
        let any = || self.0.iter().min_by(least);
        let best = self.0.iter().filter(fits).min_by(least).or_else(any);
        best.unwrap_or(&self.0[0])
    }

    /// The same for something drawn on these grounds: it stays as readable as it
    /// was, or as it has to be.
    fn on(&self, color: Rgb, grounds: &[Ground]) -> &PaletteEntry {
        self.nearest(Lab::of(color), |entry| is_readable(color, entry, grounds))
    }

    /// Foot and crest of a ramp, and what lies between if there is such a colour.
    /// Three clean steps at most: the cube has no more of one hue.
    fn ramp(&self, foot: Rgb, crest: Rgb, grounds: &[Ground]) -> (u8, Option<u8>, u8) {
        /// Lightness by which two rows differ at a glance.
        const STEP: f64 = 7.0;
        /// Beyond this it is another colour.
        const OTHER: f64 = 400.0;
        /// Degrees on the wheel within which a ramp is of one hue.
        const TURN: f64 = 30.0;
        let top = self.on(crest, grounds);
        let (low, high) = (Lab::of(foot), Lab::of(crest));
        let rises = high.l > low.l;
        let below = |a: &PaletteEntry, b: &PaletteEntry| {
            if rises { b.lab.l - a.lab.l } else { a.lab.l - b.lab.l }
        };
        let alike = |e: &PaletteEntry| top.lab.chroma() < GREY || e.lab.turn(top.lab) < TURN;
        let apart =
            |e: &PaletteEntry| is_readable(foot, e, grounds) && alike(e) && below(e, top) >= STEP;
        let bottom = self.nearest(low, apart);
        let bottom = if apart(bottom) { bottom } else { top };
        let half = low.between(high);
        let inside =
            |e: &PaletteEntry| alike(e) && below(bottom, e) >= STEP && below(e, top) >= STEP;
        let middle = self.nearest(half, inside);
        let middle = (inside(middle) && half.unlike(middle.lab) < OTHER).then_some(middle.index);
        (bottom.index, middle, top.index)
    }
}

/// What lies under, as it is in the theme and as it is shown.
#[derive(Clone, Copy)]
struct Ground {
    was: Rgb,
    is: Rgb,
}

fn is_readable(color: Rgb, entry: &PaletteEntry, grounds: &[Ground]) -> bool {
    let least = |ground: &Ground| contrast(color, ground.was).min(READABLE);
    grounds.iter().all(|ground| contrast(entry.rgb, ground.is) >= least(ground))
}

/// The colours of an index from 16.
fn rgb_of(index: u8) -> Rgb {
    let level = |at: u8| CUBE.get(usize::from(at % 6)).copied().unwrap_or(u8::MAX);
    match index.saturating_sub(16) {
        cube @ 0..216 => (level(cube / 36), level(cube / 6), level(cube)),
        grey => (8 + 10 * (grey - 216), 8 + 10 * (grey - 216), 8 + 10 * (grey - 216)),
    }
}

/// The ground a theme is made for where it leaves that to the terminal.
pub(super) const fn assumed(appearance: Appearance) -> Rgb {
    match appearance {
        Appearance::Light => (255, 255, 255),
        Appearance::Dark | Appearance::Any => (0x12, 0x16, 0x1c),
    }
}

pub(super) const fn rgb(color: Option<Color>) -> Option<Rgb> {
    match color {
        Some(Color::Rgb(r, g, b)) => Some((r, g, b)),
        _ => None,
    }
}

/// The styles with the nearest of 256, and the middle of each ramp.
pub(super) fn quantised(
    mut styles: [Style; COUNT],
    appearance: Appearance,
) -> ([Style; COUNT], [Option<Color>; 3]) {
    let palette = Palette256::new();
    let plain = |color: Rgb| palette.nearest(Lab::of(color), |_| true);
    let was = rgb(styles[CANVAS].bg).unwrap_or_else(|| assumed(appearance));
    let canvas = rgb(styles[CANVAS].bg).map(plain);
    let canvas = Ground { was, is: canvas.map_or(was, |entry| entry.rgb) };
    let mut grounds = vec![canvas];
    for (.., at) in roles::all() {
        let fg = rgb(styles[at].fg);
        let style = &mut styles[at];
        let Some(was) = rgb(style.bg) else { continue };
        let other = |e: &PaletteEntry| at == CANVAS || e.rgb != canvas.is;
        let near = match fg {
            // What is written on it decides as well; and a banner may not fade:
            // the red of some themes turned to a dusty pink or to nearly black.
            Some(fg) if at != CANVAS && contrast(fg, was) >= READABLE => {
                let lab = Lab::of(was);
                let vivid = |e: &PaletteEntry| {
                    e.lab.chroma() >= lab.chroma() * 0.8 && (e.lab.l - lab.l).abs() <= FADED
                };
                let free = at == SELECTED || lab.chroma() < GREY;
                let written = plain(fg).rgb;
                palette.nearest(lab, |e| {
                    let legible = contrast(written, e.rgb) >= READABLE;
                    other(e) && legible && (free || vivid(e))
                })
            }
            _ => palette.nearest(Lab::of(was), other),
        };
        style.bg = Some(Color::Indexed(near.index));
        let ground = Ground { was, is: near.rgb };
        if at == SELECTED {
            grounds.push(ground);
        } else if let Some(fg) = fg {
            style.fg = Some(Color::Indexed(palette.on(fg, &[ground]).index));
        }
    }
    let mut middles = [None; 3];
    for (middle, foot) in middles.iter_mut().zip(FEET) {
        let crest = foot + 1;
        if let (Some(low), Some(high)) = (rgb(styles[foot].fg), rgb(styles[crest].fg)) {
            let (bottom, between, top) = palette.ramp(low, high, &[canvas]);
            styles[foot].fg = Some(Color::Indexed(bottom));
            styles[crest].fg = Some(Color::Indexed(top));
            *middle = between.map(Color::Indexed);
        }
    }
    for style in &mut styles {
        if let Some(fg) = rgb(style.fg) {
            style.fg = Some(Color::Indexed(palette.on(fg, &grounds).index));
        }
    }
    (styles, middles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_map_to_cube_and_greys() {
        let palette = Palette256::new();
        let near = |color| palette.nearest(Lab::of(color), |_| true).index;
        assert_eq!(near((255, 255, 255)), 231);
        assert_eq!(near((0, 0, 0)), 16);
        assert_eq!(near((255, 0, 0)), 196);
        assert_eq!(near((49, 49, 49)), 236);
        assert_eq!(
            (rgb_of(231), rgb_of(196), rgb_of(255)),
            ((255, 255, 255), (255, 0, 0), (238, 238, 238))
        );
    }
}
