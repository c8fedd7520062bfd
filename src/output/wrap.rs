//! Prose broken into lines of a given width.

use crate::text;

/// `head` and the words behind it; further lines begin below the first word. A
/// word wider than the line stays whole.
#[must_use]
pub(super) fn hang(head: &str, words: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = head.to_owned();
    let mut is_empty = true;
    for word in words.split_whitespace() {
        if !is_empty && text::width(&line) + 1 + text::width(word) > width {
            lines.push(std::mem::replace(&mut line, " ".repeat(text::width(head))));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines.push(line.trim_end().to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_begin_below_the_first_word_and_long_words_stay_whole() {
        assert_eq!(hang("- ", "one two three", 9), ["- one two", "  three"]);
        assert_eq!(hang("", "extraordinary it is", 6), ["extraordinary", "it is"]);
        assert_eq!(hang("head ", "", 80), ["head"]);
    }
}
