//! Numbers three rows tall.

use ratatui::style::Style;

use super::pen::Pen;
use crate::theme::Glyphs;

/// Three rows of one character.
type DigitShape = [&'static str; 3];

/// Half blocks: five dots high, so a digit keeps the proportions of a font.
const fn blocks(c: char) -> Option<DigitShape> {
    Some(match c {
        '0' => ["█▀█", "█ █", "▀▀▀"],
        '1' => ["▀█ ", " █ ", "▀▀▀"],
        '2' => ["▀▀█", "█▀▀", "▀▀▀"],
        '3' => ["▀▀█", "▀▀█", "▀▀▀"],
        '4' => ["█ █", "▀▀█", "  ▀"],
        '5' => ["█▀▀", "▀▀█", "▀▀▀"],
        '6' => ["█▀▀", "█▀█", "▀▀▀"],
        '7' => ["▀▀█", "  █", "  ▀"],
        '8' => ["█▀█", "█▀█", "▀▀▀"],
        '9' => ["█▀█", "▀▀█", "▀▀▀"],
        '~' => ["   ", "▄▀▄", "  ▀"],
        '-' => ["   ", "▀▀▀", "   "],
        'k' => ["█ ▄", "█▀▄", "▀ ▀"],
        'M' => ["█▄█", "█▀█", "▀ ▀"],
        'G' => ["█▀▀", "█ █", "▀▀▀"],
        'T' => ["▀█▀", " █ ", " ▀ "],
        ':' => ["▄", "▄", " "],
        '.' => [" ", " ", "▀"],
        'm' => [" ", " ", "m"],
        's' => [" ", " ", "s"],
        'h' => [" ", " ", "h"],
        'd' => [" ", " ", "d"],
        ' ' => ["", "", ""],
        _ => return None,
    })
}

/// Seven segments, for terminals without blocks.
const fn segments(c: char) -> Option<DigitShape> {
    Some(match c {
        '0' => [" _ ", "| |", "|_|"],
        '1' => ["   ", "  |", "  |"],
        '2' => [" _ ", " _|", "|_ "],
        '3' => [" _ ", " _|", " _|"],
        '4' => ["   ", "|_|", "  |"],
        '5' => [" _ ", "|_ ", " _|"],
        '6' => [" _ ", "|_ ", "|_|"],
        '7' => [" _ ", "  |", "  |"],
        '8' => [" _ ", "|_|", "|_|"],
        '9' => [" _ ", "|_|", " _|"],
        '~' => ["   ", "/\\/", "   "],
        '-' => ["   ", " _ ", "   "],
        'k' => ["   ", "| /", "| \\"],
        'M' => ["   ", "|v|", "| |"],
        'G' => [" _ ", "|  ", "|_|"],
        'T' => ["___", " | ", " | "],
        ':' => [" ", ".", "."],
        '.' => [" ", " ", "."],
        'm' => [" ", " ", "m"],
        's' => [" ", " ", "s"],
        'h' => [" ", " ", "h"],
        'd' => [" ", " ", "d"],
        ' ' => ["", "", ""],
        _ => return None,
    })
}

fn shape(glyphs: Glyphs, c: char) -> Option<DigitShape> {
    match glyphs {
        Glyphs::Blocks | Glyphs::Braille => blocks(c),
        Glyphs::Ascii => segments(c),
    }
}

/// Columns the text takes, without the gap after it.
pub(super) fn width(text: &str) -> u16 {
    let advance = |c| match c {
        ' ' => 1,
        // A unit is a small letter at the foot of its figure.
        ':' | '.' | 'm' | 's' | 'h' | 'd' => 2,
        _ => 4,
    };
    text.chars().map(advance).sum::<u16>().saturating_sub(1)
}

/// Draws the text; gives the column after it.
pub(super) fn draw(pen: &mut Pen<'_>, x: u16, y: u16, text: &str, style: Style) -> u16 {
    let mut at = x;
    for c in text.chars() {
        let Some(rows) = shape(pen.look.glyphs, c) else { continue };
        for (row, cells) in (0..).zip(rows) {
            pen.put(at, y + row, cells, style);
        }
        at += width(c.encode_utf8(&mut [0; 4])) + 1;
    }
    at.saturating_sub(1).max(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sets_have_the_same_characters_at_the_same_width() {
        for c in "0123456789.:-~kMGTmshd".chars() {
            for set in [blocks(c), segments(c)] {
                let rows = set.expect("drawn in both sets");
                for row in rows {
                    assert_eq!(row.chars().count(), usize::from(width(&c.to_string())), "{c}");
                }
            }
        }
    }

    #[test]
    fn seven_digits_fit_their_place() {
        assert_eq!(width("57 038"), 20);
        assert_eq!(width("1 234 567"), 29);
        assert_eq!((width("41s"), width("59m59s")), (9, 19));
    }
}
