//! How many colours the terminal has, and the nearest of 256.

use ratatui::style::Color;

/// How many colours the terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorDepth {
    /// RGB.
    TrueColor,
    /// The 6x6x6 cube and the greys.
    Ansi256,
    /// The sixteen of the terminal's own palette.
    Ansi16,
    /// None, or none wanted.
    None,
}

impl ColorDepth {
    /// What the environment says; `env` looks a variable up. `NO_COLOR` counts
    /// when it is not empty (no-color.org).
    #[must_use]
    pub fn detect(env: impl Fn(&str) -> Option<String>) -> Self {
        if env("NO_COLOR").is_some_and(|v| !v.is_empty()) {
            Self::None
        } else {
            Self::of_terminal(env)
        }
    }

    /// The same without heeding `NO_COLOR`: for a theme that was asked for by
    /// name, which says more than a variable that stands everywhere.
    #[must_use]
    pub fn of_terminal(env: impl Fn(&str) -> Option<String>) -> Self {
        let term = env("TERM").unwrap_or_default();
        if term == "dumb" {
            return Self::None;
        }
        let wide = env("COLORTERM").unwrap_or_default();
        if wide == "truecolor" || wide == "24bit" {
            Self::TrueColor
        } else if term.contains("256color") || term.contains("direct") {
            Self::Ansi256
        } else {
            Self::Ansi16
        }
    }
}

/// The levels of the 6x6x6 cube.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The nearest entry of the cube or the greys; other colours stay. The first
/// sixteen entries are never used: users repaint them.
pub(super) fn nearest_256(color: Color) -> Color {
    let Color::Rgb(r, g, b) = color else { return color };
    let (ri, gi, bi) = (level(r), level(g), level(b));
    let at = |i: u8| CUBE.get(usize::from(i)).copied().unwrap_or(u8::MAX);
    let cube = distance((r, g, b), (at(ri), at(gi), at(bi)));
    let mean = (u16::from(r) + u16::from(g) + u16::from(b)) / 3;
    let step = u8::try_from((mean.saturating_sub(3) / 10).min(23)).unwrap_or(23);
    let grey = 8 + 10 * step;
    if distance((r, g, b), (grey, grey, grey)) < cube {
        Color::Indexed(232 + step)
    } else {
        Color::Indexed(16 + 36 * ri + 6 * gi + bi)
    }
}

fn level(value: u8) -> u8 {
    (0..6).zip(CUBE).min_by_key(|(_, level)| level.abs_diff(value)).map_or(0, |(index, _)| index)
}

fn distance(a: (u8, u8, u8), b: (u8, u8, u8)) -> u32 {
    [a.0.abs_diff(b.0), a.1.abs_diff(b.1), a.2.abs_diff(b.2)]
        .into_iter()
        .map(|d| u32::from(d) * u32::from(d))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(pairs: &[(&str, &str)]) -> ColorDepth {
        ColorDepth::detect(|name| {
            pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
        })
    }

    #[test]
    fn the_environment_tells_the_depth() {
        assert_eq!(detect(&[("COLORTERM", "truecolor")]), ColorDepth::TrueColor);
        assert_eq!(detect(&[("COLORTERM", "24bit"), ("TERM", "xterm")]), ColorDepth::TrueColor);
        assert_eq!(detect(&[("TERM", "tmux-256color")]), ColorDepth::Ansi256);
        assert_eq!(detect(&[("TERM", "xterm-direct")]), ColorDepth::Ansi256);
        assert_eq!(detect(&[("TERM", "xterm")]), ColorDepth::Ansi16);
        assert_eq!(detect(&[]), ColorDepth::Ansi16);
        assert_eq!(detect(&[("TERM", "dumb"), ("COLORTERM", "24bit")]), ColorDepth::None);
    }

    #[test]
    fn no_color_counts_only_when_it_says_something() {
        assert_eq!(detect(&[("NO_COLOR", "1"), ("COLORTERM", "24bit")]), ColorDepth::None);
        assert_eq!(detect(&[("NO_COLOR", ""), ("COLORTERM", "24bit")]), ColorDepth::TrueColor);
    }

    #[test]
    fn colours_map_to_cube_and_greys() {
        assert_eq!(nearest_256(Color::Rgb(255, 255, 255)), Color::Indexed(231));
        assert_eq!(nearest_256(Color::Rgb(0, 0, 0)), Color::Indexed(16));
        assert_eq!(nearest_256(Color::Rgb(255, 0, 0)), Color::Indexed(196));
        assert_eq!(nearest_256(Color::Rgb(49, 49, 49)), Color::Indexed(236));
        assert_eq!(nearest_256(Color::Red), Color::Red);
    }
}
