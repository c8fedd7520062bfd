//! `websocket opened`, `WS closed 1001`, `socket close: 1006`.

use super::find_code;
use super::text::{find, is_one, letter, skip, words_after, words_before};
use super::who::{BEHIND, denied, failed, many, names_one, to_a_server};
use crate::source::log::event::{LineEvents, Pattern};

/// `websocket opened`, `WS open`, `WS closed 1001`, `socket close: 1006`.
pub(super) fn socket(line: &[u8]) -> LineEvents<'_> {
    for (event, closes) in [(&b"close"[..], true), (b"open", false), (b"accepted", false)] {
        let mut from = 0;
        while let Some(at) = find(line, event, from) {
            from = at + event.len();
            let (before, rest) = (&line[..at], &line[at + event.len()..]);
            let whole = event == b"open" && rest.starts_with(b"ed");
            let rest = match (closes, whole) {
                (true, _) => frame(rest.strip_prefix(b"d").unwrap_or(rest)),
                (false, true) => &rest[2..],
                (false, false) => rest,
            };
            // `WS open` at once, `WebSocket 7 opened` with a word between.
            let near = if closes || whole { 2 } else { 1 };
            let mut words = words_before(before).take(near);
            let named = words.any(names_one) && !of_something_else(before);
            if !closes && failed(skip(rest)) {
                continue;
            }
            let before_it = words_after(rest).next().is_some_and(|next| is_one(next, &[b"before"]));
            // `websocket: close 1006 (…)` is an error that tells it.
            let none = letter(rest) || !named || to_a_server(rest);
            if none || denied(before) || before_it || many(before) {
                continue;
            }
            let error = closes && before.ends_with(b": ");
            let pattern = if error { Pattern::CloseError } else { Pattern::Socket };
            return if closes {
                LineEvents::close(pattern, find_code(rest))
            } else {
                LineEvents::open(Pattern::Socket)
            };
        }
    }
    LineEvents::default()
}

/// `socket buffer closed`, `ws upstream closed`.
fn of_something_else(before: &[u8]) -> bool {
    const OTHERS: [&[u8]; 7] =
        [b"buffer", b"server", b"listener", b"file", b"port", b"channel", b"stream"];
    let last = words_before(before).next();
    last.is_some_and(|word| is_one(word, &OTHERS))
        || words_before(before).take(3).any(|word| is_one(word, &BEHIND))
}

/// Past ` frame received`, behind `close`.
fn frame(rest: &[u8]) -> &[u8] {
    let Some(rest) = rest.strip_prefix(b" frame") else { return rest };
    let verbs = [&b" received"[..], b" sent"];
    verbs.iter().find_map(|verb| rest.strip_prefix(*verb)).unwrap_or(rest)
}
