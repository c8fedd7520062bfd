//! Text from outside made fit for a terminal.
//!
//! Process names, command lines and close reasons are written by whoever runs
//! the process or sits at the other end. Before they reach a screen, a file or
//! a hook they lose control characters and get a bounded display width.

mod pseudonym;
pub mod tokens;

pub use pseudonym::Pseudonyms;

use textwrap::core::Fragment;
use textwrap::wrap_algorithms::wrap_first_fit;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Whether it moves the cursor, ends a line or turns the writing direction
/// (CVE-2021-42574): controls and the bidirectional marks.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{206f}' | '\u{fff9}'..='\u{fffc}')
}

/// Whether nothing is seen of it: with one in it a name looks like another that it
/// is not, and a secret is not found. The characters that Unicode has ignored where
/// they are not known (`Default_Ignorable_Code_Point`, DerivedCoreProperties.txt),
/// blanks that are no white space, and what is no character.
fn is_invisible(c: char) -> bool {
    matches!(c,
        // Soft hyphen, grapheme joiner, zero width space and joiners, word joiner.
        '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{feff}'
        // Fillers: Hangul, its half width, Khmer vowels, Mongolian separators.
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{2800}'
        // Variation selectors, shorthand and musical controls, tags.
        | '\u{fe00}'..='\u{fe0f}' | '\u{fff0}'..='\u{fff8}' | '\u{13430}'..='\u{1345f}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{fdd0}'..='\u{fdef}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// The text without control and invisible characters, at most `width` columns wide;
/// what was cut is marked by `…`, which counts.
#[must_use]
pub fn clean(text: &str, width: usize) -> String {
    // Combining marks have no width: without this bound one cell could carry
    // megabytes of them.
    let kept: String = text
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| if is_control(c) { ' ' } else { c })
        .take(width * 4 + 16)
        .collect();
    let tidy = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&tidy, width).into_owned()
}

/// Cuts to `width` columns, never through a wide character.
#[must_use]
pub fn cut(text: &str, width: usize) -> std::borrow::Cow<'_, str> {
    if text.width() <= width {
        return text.into();
    }
    let mut kept = String::new();
    let mut used = 0;
    for c in text.chars() {
        let next = used + c.width().unwrap_or(0);
        if next + 1 > width {
            break;
        }
        kept.push(c);
        used = next;
    }
    if width > 0 {
        kept.push('…');
    }
    kept.into()
}

/// Columns the text takes on a terminal.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// Prose in lines of at most `width` columns, broken at spaces but those inside of a
/// figure: `3 003 of 4 096: 73.3 %` with its first digit on the line before reads as 3.
/// A word wider than a line stays whole, on a line of its own.
#[must_use]
pub fn wrap(prose: &str, width: usize) -> Vec<String> {
    let mut words: Vec<Word> = Vec::new();
    for next in prose.split_whitespace() {
        match words.last_mut().filter(|word| is_one_figure(&word.0, next)) {
            Some(Word(word)) => {
                word.push(' ');
                word.push_str(next);
            }
            None => words.push(Word(next.to_owned())),
        }
    }
    let width = u32::try_from(width).map_or(f64::MAX, f64::from);
    let lines = wrap_first_fit(&words, &[width]).into_iter().filter(|line| !line.is_empty());
    lines.map(|line| line.iter().map(|word| &*word.0).collect::<Vec<_>>().join(" ")).collect()
}

/// Whether a word goes on with a figure: its next three digits, or its per cent.
fn is_one_figure(word: &str, next: &str) -> bool {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let ends = word.chars().rev().take_while(char::is_ascii_digit).count();
    let goes_on = (1..=3).contains(&ends) && digits(next) == 3;
    ends > 0 && (goes_on || next.starts_with('%'))
}

/// A word as wide as we say: textwrap's own adds up characters, which makes an emoji
/// of several wider than the terminal shows it.
#[derive(Debug)]
struct Word(String);

impl Fragment for Word {
    fn width(&self) -> f64 {
        u32::try_from(width(&self.0)).map_or(f64::MAX, f64::from)
    }

    fn whitespace_width(&self) -> f64 {
        1.0
    }

    fn penalty_width(&self) -> f64 {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_breaks_at_spaces_and_wide_words_stay_whole() {
        assert_eq!(wrap("no probes: give a URL", 12), ["no probes:", "give a URL"]);
        assert_eq!(wrap("extraordinary it is", 6), ["extraordinary", "it is"]);
        assert_eq!(wrap(" two\n\tspaces  ", 20), ["two spaces"]);
        assert_eq!(wrap("", 12), Vec::<String>::new());
        assert_eq!(wrap("open 3 003 of 4 096: 73 %", 8), ["open", "3 003 of", "4 096:", "73 %"]);
        assert_eq!(wrap("a b", 0), ["a", "b"]);
        // Two columns each.
        assert_eq!(wrap("日本 日本", 8), ["日本", "日本"]);
        assert_eq!(wrap("日本 日本", 9), ["日本 日本"]);
    }

    #[test]
    fn escape_sequences_do_not_survive() {
        assert_eq!(clean("\u{1b}[31mred\u{7}\r\nname\u{9b}2J", 40), "[31mred name 2J");
    }

    #[test]
    fn direction_overrides_do_not_survive() {
        assert_eq!(clean("safe\u{202e}txt.exe", 40), "safe txt.exe");
    }

    #[test]
    fn nothing_invisible_survives() {
        for c in [
            '\u{ad}',
            '\u{34f}',
            '\u{115f}',
            '\u{1160}',
            '\u{17b4}',
            '\u{180e}',
            '\u{200b}',
            '\u{200d}',
            '\u{2060}',
            '\u{2063}',
            '\u{2800}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{1d173}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{e0100}',
            '\u{ffff}',
        ] {
            assert_eq!(clean(&format!("pass{c}word"), 40), "password", "{c:?}");
        }
        for c in ['\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{2066}', '\u{2069}'] {
            assert_eq!(clean(&format!("a{c}b"), 40), "a b", "{c:?}");
        }
        assert_eq!(clean("Grüße 漢字 ❤ naïve e\u{301}", 40), "Grüße 漢字 ❤ naïve e\u{301}");
    }

    #[test]
    fn wide_characters_are_cut_by_columns_not_by_bytes() {
        assert_eq!(cut("漢字漢字", 5), "漢字…");
        assert_eq!(width(&cut("漢字漢字", 4)), 3, "a half character is never shown");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abc", 0), "");
    }

    #[test]
    fn a_pile_of_combining_marks_is_bounded() {
        let pile = format!("a{}", "\u{301}".repeat(100_000));
        assert!(clean(&pile, 10).len() < 200);
    }
}
