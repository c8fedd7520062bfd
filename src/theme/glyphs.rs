//! Which characters the terminal can show, and their plain twins.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// The characters to draw with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Glyphs {
    /// Blocks and lines, present in every terminal font.
    #[default]
    Blocks,
    /// Braille dots for what is drawn, two columns of four in a cell; else blocks.
    Braille,
    /// ASCII only: the Linux console, `TERM=dumb`, a locale without UTF-8.
    Ascii,
}

/// Lower blocks by eighths.
const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// Their twins: eighths are lost, empty, some and full are not.
const ASCII_EIGHTHS: [&str; 9] = [" ", "_", "_", ".", ":", ":", "|", "#", "#"];
/// Left blocks by eighths.
const LEFT: [&str; 9] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];

impl Glyphs {
    /// What the environment says; `env` looks a variable up.
    #[must_use]
    pub fn detect(env: impl Fn(&str) -> Option<String>) -> Self {
        let term = env("TERM").unwrap_or_default();
        if term == "linux" || term == "dumb" {
            return Self::Ascii;
        }
        // The first that is set and not empty decides, as in setlocale(3).
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .into_iter()
            .find_map(|name| env(name).filter(|value| !value.is_empty()))
            .unwrap_or_default()
            .to_ascii_lowercase();
        if locale.contains("utf-8") || locale.contains("utf8") { Self::Blocks } else { Self::Ascii }
    }

    /// A cell filled from below by so many eighths.
    #[must_use]
    pub fn filled(self, eighths: usize) -> &'static str {
        let set = if self == Self::Ascii { ASCII_EIGHTHS } else { EIGHTHS };
        set.get(eighths.min(8)).copied().unwrap_or(" ")
    }

    /// Columns of a series that one cell holds.
    #[must_use]
    pub const fn dots(self) -> u16 {
        match self {
            Self::Braille => 2,
            Self::Blocks | Self::Ascii => 1,
        }
    }

    /// The next set of the key, round and round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Blocks => Self::Braille,
            Self::Braille => Self::Ascii,
            Self::Ascii => Self::Blocks,
        }
    }

    /// A cell of [`dots`](Self::dots) columns, each filled from below by so many
    /// eighths.
    #[must_use]
    pub fn rising(self, columns: [u16; 2]) -> char {
        match self {
            Self::Braille => braille(columns, [0x40, 0x04, 0x02, 0x01], [0x80, 0x20, 0x10, 0x08]),
            _ => self.filled(usize::from(columns[0])).chars().next().unwrap_or(' '),
        }
    }

    /// The same filled from above; braille alone has such characters.
    #[must_use]
    pub fn hanging(columns: [u16; 2]) -> char {
        braille(columns, [0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80])
    }

    /// A cell filled from the left by so many eighths.
    #[must_use]
    pub fn filled_left(self, eighths: usize) -> &'static str {
        match self {
            Self::Blocks | Self::Braille => LEFT.get(eighths.min(8)).copied().unwrap_or(" "),
            Self::Ascii if eighths >= 4 => "#",
            Self::Ascii => " ",
        }
    }

    /// The text as this set can show it. Everything drawn passes here once,
    /// before it is measured: a twin may be wider than its original.
    #[must_use]
    pub fn text(self, text: &str) -> Cow<'_, str> {
        if self != Self::Ascii || text.is_ascii() {
            return text.into();
        }
        let mut plain = String::with_capacity(text.len());
        for c in text.chars() {
            match twin(c) {
                Some(twin) => plain.push_str(twin),
                None if c.is_ascii() => plain.push(c),
                // A foreign letter the terminal would show as several wrong ones.
                None => (0..c.width().unwrap_or(0)).for_each(|_| plain.push('?')),
            }
        }
        plain.into()
    }
}

/// A braille pattern (Unicode block U+2800): so many eighths of its two columns, a
/// dot for each quarter begun, in the order of their bits.
fn braille(columns: [u16; 2], left: [u32; 4], right: [u32; 4]) -> char {
    let bits = |eighths: u16, dots: [u32; 4]| -> u32 {
        dots.into_iter().take(usize::from(eighths.div_ceil(2))).sum()
    };
    let [first, second] = columns;
    char::from_u32(0x2800 + bits(first, left) + bits(second, right)).unwrap_or(' ')
}

const fn twin(c: char) -> Option<&'static str> {
    Some(match c {
        '■' | '█' => "#",
        // Warn, opened, a rise, a key, the ruler and what is cut off: a sign each.
        '▲' => "!",
        '↗' => "/",
        '↘' => "\\",
        '↑' => "^",
        '▼' | '↓' => "v",
        '●' => "*",
        '○' => "o",
        '▶' | '▸' | '→' => ">",
        '←' => "<",
        '⏎' => "enter",
        '▍' | '│' | '‖' => "|",
        '▾' | '─' | '━' | '╌' | '–' | '—' => "-",
        '▴' | '╭' | '╮' | '╰' | '╯' => "+",
        '┊' | '░' => ":",
        '╵' => "'",
        '▆' => "=",
        '·' => ",",
        '…' => ".",
        '×' => "x",
        '±' => "+-",
        'µ' => "u",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(pairs: &[(&str, &str)]) -> Glyphs {
        Glyphs::detect(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn locale_and_terminal_decide() {
        assert_eq!(detect(&[("LANG", "en_GB.UTF-8")]), Glyphs::Blocks);
        assert_eq!(detect(&[("LANG", "C.utf8"), ("LC_ALL", "")]), Glyphs::Blocks);
        assert_eq!(detect(&[("LANG", "en_GB.UTF-8"), ("LC_ALL", "C")]), Glyphs::Ascii);
        assert_eq!(detect(&[("LANG", "en_GB.UTF-8"), ("TERM", "linux")]), Glyphs::Ascii);
        assert_eq!(detect(&[]), Glyphs::Ascii);
    }

    #[test]
    fn a_cell_of_braille_holds_two_columns_of_four_dots() {
        let rising = |columns| Glyphs::Braille.rising(columns);
        assert_eq!([rising([8, 8]), rising([1, 0]), rising([4, 8])], ['⣿', '⡀', '⣼']);
        assert_eq!([Glyphs::hanging([1, 8]), Glyphs::hanging([8, 0])], ['⢹', '⡇']);
        assert_eq!([Glyphs::Blocks.rising([4, 0]), Glyphs::Ascii.rising([8, 0])], ['▄', '#']);
    }

    #[test]
    fn in_ascii_six_things_have_six_signs() {
        let signs = ["▲", "▴", "↗", "↑", "╵", "…"].map(|sign| Glyphs::Ascii.text(sign));
        let distinct: std::collections::BTreeSet<_> = signs.iter().collect();
        assert_eq!(distinct.len(), signs.len(), "{signs:?}");
    }

    #[test]
    fn plain_text_has_only_plain_letters() {
        let text = Glyphs::Ascii.text("■ CRIT ×38 ±0/s 812 µs ⏎ 漢é…");
        assert_eq!(text, "# CRIT x38 +-0/s 812 us enter ???.");
        assert_eq!(Glyphs::Blocks.text("×38"), "×38");
    }
}
