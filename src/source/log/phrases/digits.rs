//! Four digits that may be a close code.

use crate::source::log::event::code;

/// Four digits with nothing of a longer word or number around them.
pub(super) fn lone(text: &[u8], at: usize) -> Option<u16> {
    let digits = text.get(at..at + 4)?;
    let after = text.get(at + 4).copied().unwrap_or(b' ');
    let decimal = matches!(text.get(at + 4..), Some([b'.', next, ..]) if next.is_ascii_digit());
    let bounded =
        !after.is_ascii_alphanumeric() && !matches!(after, b'-' | b'/' | b':' | b'%') && !decimal;
    let before = at.checked_sub(1).map_or(b' ', |at| text[at]);
    (bounded && !matches!(before, b'.' | b'-' | b'/' | b'#')).then(|| code(digits)).flatten()
}
