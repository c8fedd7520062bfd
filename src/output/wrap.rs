//! Prose broken into lines of a given width.

use crate::text;

/// `head` and the words behind it; further lines begin below the first word. A
/// word wider than the line stays whole.
#[must_use]
pub(super) fn hang(head: &str, words: &str, width: usize) -> Vec<String> {
    let indent = text::width(head);
    let lines = text::wrap(words, width.saturating_sub(indent));
    if lines.is_empty() {
        return vec![head.trim_end().to_owned()];
    }
    let before = |at| if at == 0 { head.to_owned() } else { " ".repeat(indent) };
    lines.iter().enumerate().map(|(at, line)| before(at) + line).collect()
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
