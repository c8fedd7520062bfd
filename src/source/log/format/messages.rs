//! What the messages of a logger tell: a program has few of them, and says each of them
//! thousands of times. What was found out of one is kept, so that the same text is looked
//! up the next time: reading the words took a third of what a line of JSON takes.

use std::cell::RefCell;

use crate::source::log::event::{Closed, LineEvents};

/// Longer ones are seldom the same twice.
const LONGEST: usize = 64;
/// As a power of two.
const PLACES: u32 = 6;

/// A message, and what it tells.
#[derive(Debug, Clone, Copy)]
struct Known {
    text: [u8; LONGEST],
    length: usize,
    tells: Option<LineEvents<'static>>,
}

thread_local! {
    static KNOWN: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
}

/// What `read` says of the text, which is the same whenever the text is; it does not
/// give a part of the text back.
pub(super) fn tells<'a>(
    text: &'a [u8],
    read: fn(&'a [u8]) -> Option<LineEvents<'a>>,
) -> Option<LineEvents<'a>> {
    let (Some(place), true) = (place(text), text.len() <= LONGEST) else { return read(text) };
    KNOWN.with_borrow_mut(|known| {
        if known.is_empty() {
            let nothing = Known { text: [0; LONGEST], length: 0, tells: None };
            known.resize(1 << PLACES, nothing);
        }
        let known = &mut known[place];
        if known.text[..known.length] != *text {
            known.text[..text.len()].copy_from_slice(text);
            known.length = text.len();
            known.tells = read(text).map(without_text);
        }
        known.tells
    })
}

/// Where a text is kept: by its beginning, its end and its length.
fn place(text: &[u8]) -> Option<usize> {
    let (first, last) = (text.first_chunk()?, text.last_chunk()?);
    let both = u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(23);
    let mixed = (both ^ text.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> (64 - PLACES)).ok()
}

fn without_text(events: LineEvents<'_>) -> LineEvents<'static> {
    LineEvents { opened: events.opened, closed: events.closed.map(Closed::without_reason) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::log::phrases;

    fn read(text: &[u8]) -> Option<LineEvents<'_>> {
        Some(phrases::events(text)).filter(LineEvents::is_some)
    }

    #[test]
    fn what_is_kept_is_what_is_read_however_the_messages_are_mixed() {
        let words: [&[u8]; 12] = [
            b"client",
            b"connected",
            b"disconnected",
            b"1006",
            b"(code: 1012)",
            b"7",
            b"still",
            b"websocket: close 1001 (going away)",
            b"closed",
            b"connection",
            b"to redis",
            b"new",
        ];
        let mut dice = 11_u64;
        for _ in 0..40_000 {
            let mut text = Vec::new();
            for _ in 0..4 {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let which = usize::try_from(dice >> 40).unwrap_or(0) % (words.len() + 4);
                text.extend_from_slice(words.get(which).copied().unwrap_or_default());
                text.push(b' ');
            }
            let text = text.trim_ascii();
            assert_eq!(tells(text, read), read(text), "{}", String::from_utf8_lossy(text));
        }
    }
}
