//! Lines in words: what servers and their examples print for a connection.
//!
//! | written by | opened | closed |
//! |---|---|---|
//! | node `ws`, Socket.IO examples | `client connected`, `a user connected`, `new connection` | `client disconnected`, `Disconnected: 1001` |
//! | uvicorn | `"WebSocket /ws" [accepted]` | `connection closed` |
//! | Python `websockets` | `connection open` | `connection closed` |
//! | daphne, Channels | `WSCONNECT`, `WebSocket CONNECT` | `WSDISCONNECT`, `WebSocket DISCONNECT` |
//! | others | `WebSocket opened`, `connection established` | `socket closed code=1006` |

use super::scout::Hints;
use super::told::{Closed, Told, Voice, code};

/// What a line in words has to contain to be worth reading, and who says so.
pub(super) const CLUES: [(&str, Hints, &[Voice]); 5] = [
    ("onnect", Hints::USUAL, &[Voice::Connected, Voice::Connection, Voice::Json]),
    ("ONNECT", Hints::USUAL, &[Voice::Daphne, Voice::Json]),
    ("lose", Hints::USUAL, &[Voice::Socket, Voice::Json]),
    ("pened", Hints::USUAL, &[Voice::Socket, Voice::Json]),
    ("[accepted]", Hints::ACCEPTED, &[Voice::Accepted]),
];

/// Who connects: what is connected without one of these may be a database.
const WHO: [&[u8]; 9] = [
    b"client",
    b"user",
    b"socket",
    b"peer",
    b"player",
    b"session",
    b"subscriber",
    b"visitor",
    b"device",
];

/// What a line in words tells.
pub(super) fn told(line: &[u8]) -> Told<'_> {
    let mut from = 0;
    while let Some(at) = word(line, b"connect", from) {
        let told = connect(line, at);
        if told.is_some() {
            return told;
        }
        from = at + b"connect".len();
    }
    socket(line)
}

/// `connect…` at that place.
fn connect(line: &[u8], at: usize) -> Told<'_> {
    let (before, rest) = (&line[..at], &line[at + b"connect".len()..]);
    if line[at..].starts_with(b"CONNECT") {
        return shouted(line, before, rest);
    }
    if ends(before, b"dis") {
        let ended = begins(rest, b"ed") || begins(rest, b"ion") || !letter(rest);
        return if ended && !denied(&before[..before.len() - 3]) {
            Closed::now(Voice::Connected, find_code(rest)).alone()
        } else {
            Told::default()
        };
    }
    if begins(rest, b"ed") {
        let outgoing = begins(&rest[2..], b" to ") && !names_who(before);
        return if denied(before) || outgoing {
            Told::default()
        } else {
            Told::open(Voice::Connected)
        };
    }
    if begins(rest, b"ion") { connection(before, &rest[3..]) } else { Told::default() }
}

/// Channels and daphne write the event in capitals; so do HTTP proxies, whose
/// `CONNECT host:443` is no WebSocket.
fn shouted<'a>(line: &'a [u8], before: &[u8], rest: &'a [u8]) -> Told<'a> {
    if letter(rest) {
        return Told::default();
    }
    let disconnect = ends(before, b"DIS");
    let before = if disconnect { &before[..before.len() - 3] } else { before };
    let websocket = ends(before, b"WS") || word(before, b"socket", 0).is_some();
    match (websocket, disconnect) {
        (false, _) => Told::default(),
        (true, true) => Closed::now(Voice::Daphne, find_code(rest)).alone(),
        (true, false) if line.is_empty() => Told::default(),
        (true, false) => Told::open(Voice::Daphne),
    }
}

/// `connection …`: the word beside it says what became of it.
fn connection<'a>(before: &[u8], rest: &'a [u8]) -> Told<'a> {
    const OPENED: [&[u8]; 6] =
        [b"opened", b"open", b"established", b"accepted", b"received", b"made"];
    const CLOSED: [&[u8]; 8] =
        [b"closed", b"close", b"lost", b"ended", b"terminated", b"dropped", b"gone", b"finished"];
    const NEW: [&[u8]; 4] = [b"new", b"incoming", b"accepted", b"opened"];
    const OVER: [&[u8]; 4] = [b"closed", b"lost", b"dropped", b"terminated"];
    let after = skip(rest);
    let next =
        |words: &[&[u8]]| words.iter().any(|w| begins(after, w) && !letter(&after[w.len()..]));
    let previous = |words: &[&[u8]]| {
        words.iter().any(|w| last_words(before).any(|b| b.eq_ignore_ascii_case(w)))
    };
    if next(&CLOSED) || previous(&OVER) {
        return Closed::now(Voice::Connection, find_code(rest)).alone();
    }
    if next(&OPENED) || (previous(&NEW) && !failed(after)) {
        return Told::open(Voice::Connection);
    }
    Told::default()
}

/// `websocket opened`, `WS closed 1001`, `socket close: 1006`.
fn socket(line: &[u8]) -> Told<'_> {
    for (event, closes) in [(&b"close"[..], true), (b"opened", false)] {
        let Some(at) = word(line, event, 0) else { continue };
        let (before, rest) = (&line[..at], &line[at + event.len()..]);
        let rest = if closes { rest.strip_prefix(b"d").unwrap_or(rest) } else { rest };
        let named = |w: &[u8]| names_who(w) || w.eq_ignore_ascii_case(b"ws");
        if letter(rest) || !last_words(before).any(named) || denied(before) {
            continue;
        }
        return if closes {
            Closed::now(Voice::Socket, find_code(rest)).alone()
        } else {
            Told::open(Voice::Socket)
        };
    }
    Told::default()
}

/// The close code behind the phrase: the number called `code`, else the first
/// that stands alone and that a server can mean. A year or a port is neither.
pub(super) fn find_code(text: &[u8]) -> Option<u16> {
    /// Further away it is about something else.
    const NEAR: usize = 48;
    if let Some(at) = word(text, b"code", 0) {
        let rest = &text[at + b"code".len()..];
        let start = rest.iter().take(4).position(u8::is_ascii_digit)?;
        return lone(rest, start);
    }
    let near = &text[..text.len().min(NEAR)];
    let starts = (0..near.len()).filter(|&at| at == 0 || !near[at - 1].is_ascii_alphanumeric());
    let told = |number: &u16| (1000..=1015).contains(number) || *number >= 3000;
    starts.filter(|&at| !is_port(near, at)).find_map(|at| lone(text, at).filter(told))
}

/// Four digits with nothing of a longer word or number around them.
fn lone(text: &[u8], at: usize) -> Option<u16> {
    let digits = text.get(at..at + 4)?;
    let after = text.get(at + 4).copied().unwrap_or(b' ');
    let bounded = !after.is_ascii_alphanumeric() && !matches!(after, b'-' | b'/' | b':');
    let before = at.checked_sub(1).map_or(b' ', |at| text[at]);
    (bounded && !matches!(before, b'.' | b'-' | b'/')).then(|| code(digits)).flatten()
}

/// `10.0.0.1:4567`, `[::1]:4567`.
fn is_port(text: &[u8], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).map(|at| text[at]);
    before(1) == Some(b':') && before(2).is_some_and(|c| c.is_ascii_alphanumeric() || c == b']')
}

/// `not connected`, `never connected`, `was already connected`.
fn denied(before: &[u8]) -> bool {
    let end = before.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |at| at + 1);
    let before = &before[..end];
    [&b"not"[..], b"yet", b"never", b"already", b"cannot"].iter().any(|no| ends(before, no))
}

/// `connection refused`, `connection error`.
fn failed(after: &[u8]) -> bool {
    [&b"refused"[..], b"error", b"failed", b"timeout", b"timed", b"reset", b"rejected", b"pool"]
        .iter()
        .any(|w| begins(after, w))
}

fn names_who(text: &[u8]) -> bool {
    WHO.iter().any(|who| word(text, who, 0).is_some())
}

/// The last words before, the last one first; quotes and marks are no words.
fn last_words(before: &[u8]) -> impl Iterator<Item = &[u8]> {
    before.rsplit(|c| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).take(2)
}

/// Where the word stands, in either case.
fn word(text: &[u8], word: &[u8], from: usize) -> Option<usize> {
    let (low, high) = (word[0], word[0].to_ascii_uppercase());
    let rest = text.get(from..)?;
    memchr::memchr2_iter(low, high, rest).find(|&at| begins(&rest[at..], word)).map(|at| at + from)
}

fn begins(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}

fn ends(text: &[u8], word: &[u8]) -> bool {
    text.len() >= word.len() && text[text.len() - word.len()..].eq_ignore_ascii_case(word)
}

fn letter(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_alphanumeric)
}

/// Behind spaces, colons and the like, and `was`, `is`.
fn skip(text: &[u8]) -> &[u8] {
    let at = text.iter().position(u8::is_ascii_alphanumeric).unwrap_or(text.len());
    let text = &text[at..];
    for filler in [&b"was "[..], b"is ", b"has "] {
        if begins(text, filler) {
            return &text[filler.len()..];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(line: &str) -> Option<Voice> {
        told(line.as_bytes()).opened.map(|o| o.voice)
    }

    fn closed(line: &str) -> Option<Closed<'_>> {
        let told = told(line.as_bytes());
        assert!(told.opened.is_none() || told.closed.is_none(), "{line}");
        told.closed
    }

    #[test]
    fn openings_in_words() {
        for line in [
            "2026-11-21T14:05:23Z WebSocket connected",
            "Client connected",
            "a user connected",
            "[chat] client 812 connected from 10.0.0.7:4312",
            "socket 7 Connected to room lobby",
            "New WebSocket connection from ::1",
            "new client connection",
            "INFO:     connection open",
            "Connection established with client 3",
            "WebSocket opened",
            "10.0.0.7:4312 - - [21/Nov/2026:14:05:23] \"WSCONNECT /ws/\" - -",
            "WebSocket CONNECT /ws/chat/ [127.0.0.1:4312]",
        ] {
            assert!(opened(line).is_some(), "{line}");
        }
    }

    #[test]
    fn closings_in_words_with_their_code() {
        for (line, code) in [
            ("Client disconnected", None),
            ("Client disconnected (code: 1001, reason: )", Some(1001)),
            ("user disconnected", None),
            ("Disconnected: 1006", Some(1006)),
            ("client 4312 disconnected 4408 auth timeout", Some(4408)),
            ("INFO:     connection closed", None),
            ("Connection closed with code 1011 (internal error)", Some(1011)),
            ("Connection lost: 10.0.0.7:4312", None),
            ("socket closed code=2999", Some(2999)),
            ("WebSocket closed: 1012", Some(1012)),
            ("ws close 1000 bye", Some(1000)),
            ("WebSocket DISCONNECT /ws/chat/ [127.0.0.1:4312]", None),
            ("10.0.0.7:4312 - - [21/Nov/2026:14:05:23] \"WSDISCONNECT /ws/\" - -", None),
            ("client disconnected at 2026-11-21 14:05:23", None),
            ("client disconnected after 3500ms", None),
        ] {
            assert_eq!(closed(line).expect(line).code, code, "{line}");
        }
    }

    #[test]
    fn what_is_about_something_else_tells_nothing() {
        for line in [
            "",
            "Connected to PostgreSQL 16.2",
            "connecting to redis",
            "disconnecting client 7",
            "database connection pool: 5 idle",
            "client is not connected",
            "connection refused",
            "new connection refused: pool is full",
            "\"CONNECT example.org:443 HTTP/1.1\" 200",
            "WSCONNECTING /ws/",
            "file closed",
            "issue 12 closed",
            "the server opened port 8080",
            "disclosed a secret",
            "\u{0}\u{1}onnect\u{2}",
        ] {
            assert_eq!(told(line.as_bytes()), Told::default(), "{line}");
        }
    }
}
