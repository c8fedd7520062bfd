//! Which characters the terminal can show, and their plain twins.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// The characters to draw with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Glyphs {
    /// Blocks and lines, present in every terminal font.
    #[default]
    Blocks,
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

    /// A cell filled from the left by so many eighths.
    #[must_use]
    pub fn filled_left(self, eighths: usize) -> &'static str {
        match self {
            Self::Blocks => LEFT.get(eighths.min(8)).copied().unwrap_or(" "),
            Self::Ascii if eighths >= 4 => "#",
            Self::Ascii => " ",
        }
    }

    /// The text as this set can show it. Everything drawn passes here once,
    /// before it is measured: a twin may be wider than its original.
    #[must_use]
    pub fn text(self, text: &str) -> Cow<'_, str> {
        if self == Self::Blocks || text.is_ascii() {
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

const fn twin(c: char) -> Option<&'static str> {
    Some(match c {
        '■' | '█' => "#",
        '▲' | '↑' => "^",
        '▼' | '↓' => "v",
        '●' => "*",
        '○' => "o",
        '▶' | '▸' | '→' => ">",
        '←' => "<",
        '⏎' => "enter",
        '▍' | '│' | '‖' => "|",
        '─' | '━' | '╌' | '–' | '—' => "-",
        '╭' | '╮' | '╰' | '╯' => "+",
        '┊' | '░' => ":",
        '╵' => "'",
        '▆' => "=",
        '·' | '…' => ".",
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
    fn plain_text_has_only_plain_letters() {
        let text = Glyphs::Ascii.text("■ CRIT ×38 ±0/s 812 µs ⏎ 漢é…");
        assert_eq!(text, "# CRIT x38 +-0/s 812 us enter ???.");
        assert_eq!(Glyphs::Blocks.text("×38"), "×38");
    }
}
