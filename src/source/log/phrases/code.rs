//! The close code in a line about an end: only where its context says that it is
//! one.
//!
//! Counts, ids, ports and durations beside `disconnected` were taken for codes:
//! `Connected clients: 1012` was a service restart.

use super::close_names::{by_name, of_rust};
use super::digits::lone;
use super::text::{begins, find, is_one, letter, words_after, words_before};

/// Further away it is about something else.
const NEAR: usize = 48;
/// Names of what may be before the `code` that is meant: `closeCode`, `ws_code`.
const KINDS: [&[u8]; 8] =
    [b"close", b"closed", b"ws", b"websocket", b"status", b"disconnect", b"reason", b"closure"];
/// What a number behind `disconnected` counts or measures, where this follows.
const COUNTED: [&[u8]; 18] = [
    b"remaining",
    b"left",
    b"online",
    b"total",
    b"active",
    b"open",
    b"connected",
    b"in",
    b"of",
    b"more",
    b"others",
    b"still",
    b"sec",
    b"min",
    b"byte",
    b"kb",
    b"mb",
    b"client",
];
/// Words with an `s` at the end that are no plural.
const SINGULAR: [&[u8]; 5] = [b"is", b"was", b"this", b"has", b"as"];
/// What RFC 6455 calls them: a number before one of these is a code.
const NAMES: [&[u8]; 17] = [
    b"normal",
    b"going",
    b"abnormal",
    b"protocol error",
    b"unsupported",
    b"no status",
    b"invalid",
    b"policy",
    b"message too big",
    b"mandatory",
    b"internal",
    b"service",
    b"try again",
    b"bad gateway",
    b"tls",
    b"restart",
    b"unauthorized",
];

/// The code that is told behind the words of the end.
pub(in crate::source::log) fn find_code(text: &[u8]) -> Option<u16> {
    beside_word(text).or_else(|| adjacent(text)).or_else(|| named(text))
}

/// `websocket: close 1006 (abnormal closure)`, `close 1006`: gorilla's error.
pub(in crate::source::log) fn of_error(text: &[u8]) -> Option<u16> {
    let mut from = 0;
    while let Some(at) = find(text, b"close ", from) {
        let rest = &text[at + b"close ".len()..];
        let websocket =
            at >= 2 && find(&text[at.saturating_sub(24)..at], b"websocket", 0).is_some();
        let bracket = rest.get(4..6) == Some(b" (");
        if (websocket || bracket)
            && let Some(code) = lone(rest, 0)
        {
            return Some(code);
        }
        from = at + 1;
    }
    by_name(text)
}

/// The number called `code` or `status`.
fn beside_word(text: &[u8]) -> Option<u16> {
    for word in [&b"code"[..], b"status"] {
        let mut from = 0;
        while let Some(at) = find(text, word, from) {
            from = at + 1;
            let rest = &text[at + word.len()..];
            let before = &text[..at];
            let start =
                before.iter().rposition(|c| !c.is_ascii_alphabetic()).map_or(0, |at| at + 1);
            let kind = &before[start..];
            let of_close = if kind.is_empty() {
                is_of_close(before)
            } else {
                KINDS.iter().any(|k| kind.eq_ignore_ascii_case(k))
            };
            if !of_close || letter(rest) {
                continue;
            }
            // `code: 1006`, `code=1006`, `code is 1006`, `"code":"1006"`.
            let mark =
                |c: &u8| matches!(c, b' ' | b':' | b'=' | b'"' | b'\'' | b'(' | b'[' | b'\\');
            let gap = rest.iter().take(5).take_while(|c| mark(c)).count();
            let gap = gap + if begins(&rest[gap..], b"is ") { 3 } else { 0 };
            if gap > 0
                && let Some(code) = lone(rest, gap).or_else(|| of_rust(&rest[gap..]))
            {
                return Some(code);
            }
        }
    }
    of_error(text)
}

/// Whether what stands before a `code` of its own lets it be one of a close:
/// `exit_code`, `http.status` and `zip code` are none.
fn is_of_close(before: &[u8]) -> bool {
    const OTHERS: [&[u8]; 15] = [
        b"exit",
        b"http",
        b"https",
        b"response",
        b"return",
        b"zip",
        b"postal",
        b"post",
        b"country",
        b"area",
        b"region",
        b"language",
        b"currency",
        b"promo",
        b"signal",
    ];
    let word = words_before(before).next().unwrap_or_default();
    if is_one(word, &OTHERS) {
        return false;
    }
    // `x_code`: a name of two words has to be one of a close.
    let joined = matches!(before.last(), Some(b'_' | b'-'));
    !joined || KINDS.iter().any(|kind| word.eq_ignore_ascii_case(kind))
}

/// The number right behind: `disconnected 4408`, `Disconnected: 1006`, `closed (1001)`.
fn adjacent(text: &[u8]) -> Option<u16> {
    // `disconnected` may be followed by `with`, as in `closed with 1011`.
    let start = ["ed", "d", ""].iter().find_map(|end| {
        let rest = text.strip_prefix(end.as_bytes()).unwrap_or(text);
        (!letter(rest)).then_some(text.len() - rest.len())
    })?;
    let rest = &text[start..];
    let mark = |c: &u8| matches!(c, b' ' | b':' | b'=' | b'(' | b'-' | b'"' | b'\'');
    let mut gap = rest.iter().take(5).take_while(|c| mark(c)).count();
    for filler in FILLERS {
        if begins(&rest[gap..], filler) {
            gap += filler.len();
        }
    }
    gap += usize::from(rest[gap..].first() == Some(&b'('));
    if gap == 0 {
        return None;
    }
    let events = told_by_server(lone(rest, gap)?)?;
    (!counts(&rest[gap + 4..])).then_some(events)
}

/// Words between `closed` and its code.
const FILLERS: [&[u8]; 7] =
    [b"abnormally ", b"normally ", b"cleanly ", b"gracefully ", b"unexpectedly ", b"with ", b"by "];

/// Whether what follows a number says that it counts or measures something.
fn counts(after: &[u8]) -> bool {
    let Some(next) = words_after(after).next() else { return false };
    // `1006 (abnormal)`, `1001, going away`; but `(1012 clients)`.
    let near = after.iter().position(u8::is_ascii_alphanumeric).unwrap_or(0);
    if after[..near].iter().any(|c| matches!(c, b')' | b']' | b';' | b'|')) {
        return false;
    }
    // `1001 client=7`: a key.
    if after.get(near + next.len()) == Some(&b'=') {
        return false;
    }
    let plural = next.last() == Some(&b's')
        && !next.ends_with(b"ss")
        && !SINGULAR.iter().any(|word| next.eq_ignore_ascii_case(word))
        && !after[..near].contains(&b'(');
    plural || super::text::is_one(next, &COUNTED)
}

/// Words before a number with something in brackets behind it: `received 1001 (x)`.
const BEFORE: [&[u8]; 10] = [
    b"code",
    b"status",
    b"close",
    b"closed",
    b"received",
    b"sent",
    b"with",
    b"reason",
    b"disconnected",
    b"error",
];
/// A number with its name behind it: `1001 (going away)`, `1006 abnormal closure`.
fn named(text: &[u8]) -> Option<u16> {
    let near = &text[..text.len().min(NEAR)];
    let starts = (1..near.len()).filter(|&at| matches!(near[at - 1], b' ' | b'(' | b':' | b'='));
    let fits = |at: usize| {
        let after = text.get(at + 4..)?;
        let bracket = after.strip_prefix(b" (");
        let after = bracket.or_else(|| after.strip_prefix(b" "))?;
        let known = NAMES.iter().any(|name| begins(after, name));
        // Ids and ports have brackets behind them too.
        let before = super::text::words_before(&text[..at]).next().unwrap_or_default();
        let events =
            super::text::is_one(before, &BEFORE) || !before.iter().any(u8::is_ascii_alphabetic);
        let bracket =
            bracket.is_some() && events && after.first().is_some_and(u8::is_ascii_alphabetic);
        (known || bracket).then(|| lone(text, at)).flatten().and_then(told_by_server)
    };
    starts.into_iter().find_map(fits)
}

/// What a server can mean: 1000 to 1015, or of its own from 3000 on.
fn told_by_server(number: u16) -> Option<u16> {
    ((1000..=1015).contains(&number) || number >= 3000).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_context() {
        for (text, want) in [
            (" (code: 1001, reason: )", Some(1001)),
            (" code=2999", Some(2999)),
            (": 1006", Some(1006)),
            (" 4408 auth timeout", Some(4408)),
            (" (1001)", Some(1001)),
            (" from room 7: 1006 (abnormal closure)", Some(1006)),
            (" status=1011", Some(1011)),
            ("  error=\"websocket: close 1006 (abnormal closure): unexpected EOF\"", Some(1006)),
            (" closeCode=4001", Some(4001)),
            (" with 1011", Some(1011)),
            (" 1000 was clean", Some(1000)),
            (": received 1000 (OK); then sent 1000 (OK)", Some(1000)),
            (": received 4001 (private use) bad auth; then sent", Some(4001)),
            (" read: received close frame: status = StatusGoingAway and reason", Some(1001)),
            (": CloseFrame { code: Away, reason: \"\" }", Some(1001)),
            (": Some(CloseFrame { code: Library(4001), reason: \"x\" })", Some(4001)),
            (" code=Some(1006)", Some(1006)),
            (" code=None", None),
            (" abnormally (1006)", Some(1006)),
            (" 1001 client=1006", Some(1001)),
            (" with status WebSocketCloseStatus.EndpointUnavailable", Some(1001)),
            (" (CloseStatus: NormalClosure)", Some(1000)),
        ] {
            assert_eq!(find_code(text.as_bytes()), want, "{text}");
        }
    }

    #[test]
    fn counts_ids_ports_and_durations_are_none() {
        for text in [
            ". Connected clients: 1012",
            " after 3900 ms",
            " after 3900ms",
            " id=3905",
            " by 10.8.0.9 port 3905 [preauth]",
            " (1012 clients left)",
            ": 1005 users online",
            ", 1012 remaining",
            " 1003 bytes sent",
            " shard-1012",
            " shard 1012",
            " session 4001",
            " from 10.0.0.1:4001",
            " #1003",
            " 1012/2000",
            " errcode=1006",
            " country code 1x",
            " 1001.5",
            " [1003]",
            " from room 1001 (lobby)",
            " port 3905 (tcp)",
            " exit code 1001",
            " exit_code=1006",
            " http_status=1006",
            " http.code: 1006",
            " zip code 1012",
            " x_code 1012",
        ] {
            assert_eq!(find_code(text.as_bytes()), None, "{text}");
        }
    }
}
