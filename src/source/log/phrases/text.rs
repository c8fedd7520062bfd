//! Words in a line, in either case.

/// Where the word stands; as a part of a longer one too.
pub(in crate::source::log) fn find(text: &[u8], word: &[u8], from: usize) -> Option<usize> {
    let (low, high) = (word[0], word[0].to_ascii_uppercase());
    let rest = text.get(from..)?;
    memchr::memchr2_iter(low, high, rest).find(|&at| begins(&rest[at..], word)).map(|at| at + from)
}

/// Whether it stands there with nothing of a longer word around it.
pub(super) fn has_word(text: &[u8], word: &[u8]) -> bool {
    let mut from = 0;
    while let Some(at) = find(text, word, from) {
        let before = at == 0 || !text[at - 1].is_ascii_alphanumeric();
        if before && !letter(&text[at + word.len()..]) {
            return true;
        }
        from = at + 1;
    }
    false
}

pub(super) fn begins(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}

pub(super) fn ends(text: &[u8], word: &[u8]) -> bool {
    text.len() >= word.len() && text[text.len() - word.len()..].eq_ignore_ascii_case(word)
}

/// Whether it goes on with a letter or digit.
pub(super) fn letter(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_alphanumeric)
}

/// The words before a place, the last one first; quotes and marks are no words.
pub(super) fn words_before(before: &[u8]) -> impl Iterator<Item = &[u8]> {
    before.rsplit(|c| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// The words behind a place.
pub(super) fn words_after(after: &[u8]) -> impl Iterator<Item = &[u8]> {
    after.split(|c| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether the word is one of these.
pub(super) fn is_one(word: &[u8], of: &[&[u8]]) -> bool {
    of.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Behind spaces, colons and the like, and `was`, `is`.
pub(super) fn skip(text: &[u8]) -> &[u8] {
    let at = text.iter().position(u8::is_ascii_alphanumeric).unwrap_or(text.len());
    let text = &text[at..];
    for filler in [&b"was "[..], b"is ", b"has ", b"has been "] {
        if begins(text, filler) {
            return &text[filler.len()..];
        }
    }
    text
}
