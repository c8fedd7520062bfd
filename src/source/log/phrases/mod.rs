//! Lines in words: what servers and their examples print for a connection.
//!
//! | written by | opened | closed |
//! |---|---|---|
//! | node `ws`, Socket.IO examples | `client connected`, `a user connected`, `new connection` | `client disconnected`, `Disconnected: 1001` |
//! | uvicorn | `"WebSocket /ws" [accepted]` | `connection closed` |
//! | Python `websockets` | `connection open` | `connection closed` |
//! | daphne, Channels | `WSCONNECT`, `WebSocket CONNECT` | `WSDISCONNECT`, `WebSocket DISCONNECT` |
//! | gorilla | | `websocket: close 1006 (…)` |
//! | others | `WebSocket opened`, `connection established` | `socket closed code=1006` |
//!
//! A connect needs one who connects: `418 clients connected`, `still connected` and
//! `connected to redis` are none.

mod code;
mod text;

pub(super) use code::{find_code, of_error};

use super::event::{Pattern, Told};
use text::{begins, ends, find, has_word, is_one, letter, skip, words_after, words_before};

/// Who connects: what is connected without one of these may be a database.
const WHO: [&[u8]; 14] = [
    b"client",
    b"user",
    b"socket",
    b"websocket",
    b"peer",
    b"player",
    b"session",
    b"subscriber",
    b"visitor",
    b"device",
    b"viewer",
    b"browser",
    b"agent",
    b"ws",
];
/// Many of them: what is connected is how many.
const MANY: [&[u8]; 14] = [
    b"clients",
    b"users",
    b"sockets",
    b"websockets",
    b"peers",
    b"players",
    b"sessions",
    b"subscribers",
    b"visitors",
    b"devices",
    b"viewers",
    b"browsers",
    b"agents",
    b"connections",
];
/// What a server is a client of.
const BEHIND: [&[u8]; 22] = [
    b"db",
    b"database",
    b"redis",
    b"postgres",
    b"postgresql",
    b"mysql",
    b"mariadb",
    b"mongo",
    b"mongodb",
    b"kafka",
    b"amqp",
    b"rabbitmq",
    b"nats",
    b"mqtt",
    b"upstream",
    b"backend",
    b"broker",
    b"memcached",
    b"elasticsearch",
    b"ldap",
    b"smtp",
    b"pool",
];
/// What denies that it happens now: `not connected`, `still connected`.
const DENIED: [&[u8]; 14] = [
    b"not",
    b"yet",
    b"never",
    b"already",
    b"cannot",
    b"still",
    b"remains",
    b"stays",
    b"currently",
    b"are",
    b"were",
    b"be",
    b"been",
    b"was",
];

/// What a line in words tells.
pub(super) fn told(line: &[u8]) -> Told<'_> {
    let mut from = 0;
    while let Some(at) = find(line, b"connect", from) {
        let told = connect(line, at);
        if told.is_some() {
            return told;
        }
        from = at + b"connect".len();
    }
    let told = socket(line);
    if told.is_some() {
        return told;
    }
    of_error(line).map_or(Told::default(), |code| Told::close(Pattern::CloseError, Some(code)))
}

/// `connect…` at that place.
fn connect(line: &[u8], at: usize) -> Told<'_> {
    let (before, rest) = (&line[..at], &line[at + b"connect".len()..]);
    if line[at..].starts_with(b"CONNECT") {
        return shouted(before, rest);
    }
    if ends(before, b"dis") {
        return disconnect(&before[..before.len() - 3], rest);
    }
    if begins(rest, b"ed") {
        let before = before.strip_suffix(b"re").or(before.strip_suffix(b"Re")).unwrap_or(before);
        return if connects(before, &rest[2..]) {
            Told::open(Pattern::Connected)
        } else {
            Told::default()
        };
    }
    if begins(rest, b"ion") { connection(before, &rest[3..]) } else { Told::default() }
}

/// `client disconnected`, `Disconnected: 1006`, `disconnect`.
fn disconnect<'a>(before: &[u8], rest: &'a [u8]) -> Told<'a> {
    let ended = begins(rest, b"ed") || begins(rest, b"ion") || !letter(rest);
    let after = rest.strip_prefix(b"ed").unwrap_or(rest);
    let outgoing = begins(after, b" from ") && !names_who(before);
    let none = !ended || letter(after) && begins(rest, b"ed");
    if none || denied(before) || many(before) || outgoing || behind(before, after) {
        return Told::default();
    }
    Told::close(Pattern::Connected, find_code(rest))
}

/// Whether `connected` between these is one who connects now.
fn connects(before: &[u8], rest: &[u8]) -> bool {
    if letter(rest) || denied(before) || many(before) || behind(before, rest) {
        return false;
    }
    let state = [&b"="[..], b"_", b" for ", b" since ", b" time", b" count"];
    if state.iter().any(|state| begins(rest, state)) {
        return false;
    }
    // `Connected clients: 7`, `connected users`.
    if words_after(rest).next().is_some_and(|next| is_one(next, &MANY)) {
        return false;
    }
    let far = rest.len().min(48);
    names_who(before) || address(before) || address(&rest[..far]) || {
        let next = words_after(rest).next();
        next.is_some_and(|next| is_one(next, &WHO))
    }
}

/// Channels and daphne write the event in capitals; so do HTTP proxies, whose
/// `CONNECT host:443` is no WebSocket, and STOMP's counters.
fn shouted<'a>(before: &[u8], rest: &'a [u8]) -> Told<'a> {
    if letter(rest) || rest.first() == Some(&b'(') {
        return Told::default();
    }
    let disconnect = ends(before, b"DIS");
    let before = if disconnect { &before[..before.len() - 3] } else { before };
    let websocket = ends(before, b"WS") || find(before, b"socket", 0).is_some();
    match (websocket, disconnect) {
        (false, _) => Told::default(),
        (true, true) => Told::close(Pattern::Daphne, find_code(rest)),
        (true, false) => Told::open(Pattern::Daphne),
    }
}

/// `connection …`: the word beside it says what became of it.
fn connection<'a>(before: &[u8], rest: &'a [u8]) -> Told<'a> {
    const OPENED: [&[u8]; 7] =
        [b"opened", b"open", b"established", b"accepted", b"received", b"made", b"started"];
    const CLOSED: [&[u8]; 10] = [
        b"closed",
        b"close",
        b"lost",
        b"ended",
        b"terminated",
        b"dropped",
        b"gone",
        b"finished",
        b"stopped",
        b"closing",
    ];
    const NEW: [&[u8]; 5] = [b"new", b"incoming", b"accepted", b"opened", b"established"];
    const OVER: [&[u8]; 5] = [b"closed", b"lost", b"dropped", b"terminated", b"closing"];
    /// What says that it has not happened: `closed before the connection is …`.
    const UNLESS: [&[u8]; 10] = [
        b"before", b"until", b"unless", b"if", b"cannot", b"failed", b"no", b"without", b"waiting",
        b"network",
    ];
    let after = skip(rest);
    let network = words_before(before).next().is_some_and(|word| is_one(word, &[b"network"]));
    if network || letter(rest) || behind(before, rest) {
        return Told::default();
    }
    let next =
        |words: &[&[u8]]| words.iter().any(|w| begins(after, w) && !letter(&after[w.len()..]));
    let previous = |words: &[&[u8]]| words_before(before).take(2).any(|word| is_one(word, words));
    let unless = words_before(before).take(3).any(|word| is_one(word, &UNLESS));
    if (next(&CLOSED[..9]) || previous(&OVER[..4])) && !unless {
        return Told::close(Pattern::Connection, find_code(behind_word(rest, after)));
    }
    if !unless && (next(&OPENED) || (previous(&NEW) && !failed(after))) {
        return Told::open(Pattern::Connection);
    }
    Told::default()
}

/// Behind the word that says what became of it, where that comes after.
fn behind_word<'a>(rest: &'a [u8], after: &'a [u8]) -> &'a [u8] {
    let word = after.iter().take_while(|c| c.is_ascii_alphabetic()).count();
    let at = rest.len() - after.len() + word;
    rest.get(at..).unwrap_or(rest)
}

/// `websocket opened`, `WS open`, `WS closed 1001`, `socket close: 1006`.
fn socket(line: &[u8]) -> Told<'_> {
    for (event, closes) in [(&b"close"[..], true), (b"open", false), (b"accepted", false)] {
        let mut from = 0;
        while let Some(at) = find(line, event, from) {
            from = at + event.len();
            let (before, rest) = (&line[..at], &line[at + event.len()..]);
            let whole = event == b"open" && rest.starts_with(b"ed");
            let rest = match (closes, whole) {
                (true, _) => rest.strip_prefix(b"d").unwrap_or(rest),
                (false, true) => &rest[2..],
                (false, false) => rest,
            };
            // `WS open` at once, `WebSocket 7 opened` with a word between.
            let near = if closes || whole { 2 } else { 1 };
            let named = words_before(before).take(near).any(names_one);
            if !closes && failed(skip(rest)) {
                continue;
            }
            let before_it = words_after(rest).next().is_some_and(|next| is_one(next, &[b"before"]));
            // `websocket: close 1006 (…)` is an error that tells it.
            if letter(rest) || !named || denied(before) || before_it || many(before) {
                continue;
            }
            let error = closes && before.ends_with(b": ");
            let pattern = if error { Pattern::CloseError } else { Pattern::Socket };
            return if closes {
                Told::close(pattern, find_code(rest))
            } else {
                Told::open(Pattern::Socket)
            };
        }
    }
    Told::default()
}

/// `not connected`, `never connected`, `was already connected`.
fn denied(before: &[u8]) -> bool {
    words_before(before).next().is_some_and(|word| is_one(word, &DENIED))
}

/// `418 clients`, `all users`: how many, not one.
fn many(before: &[u8]) -> bool {
    words_before(before).take(2).any(|word| is_one(word, &MANY))
}

/// Whether it is about what the server itself is connected to.
fn behind(before: &[u8], rest: &[u8]) -> bool {
    let near = &rest[..rest.len().min(40)];
    words_before(before).take(2).any(|word| is_one(word, &BEHIND))
        || ([&b" to "[..], b" from ", b" with "].iter().any(|to| begins(near, to))
            && words_after(near).take(3).any(|word| is_one(word, &BEHIND)))
}

/// `connection refused`, `connection error`.
fn failed(after: &[u8]) -> bool {
    const FAILED: [&[u8]; 14] = [
        b"refused",
        b"error",
        b"failed",
        b"failure",
        b"timeout",
        b"timed",
        b"reset",
        b"rejected",
        b"pool",
        b"denied",
        b"string",
        b"limit",
        b"attempt",
        b"count",
    ];
    FAILED.iter().any(|word| begins(after, word))
}

fn names_who(text: &[u8]) -> bool {
    let one = |who: &&[u8]| {
        if who.len() == 2 { has_word(text, who) } else { find(text, who, 0).is_some() }
    };
    WHO.iter().any(one)
}

fn names_one(word: &[u8]) -> bool {
    is_one(word, &WHO) || names_who(word)
}

/// Whether an address is named: `10.0.0.7`.
fn address(text: &[u8]) -> bool {
    let of_address = |c: u8| c.is_ascii_digit() || c == b'.';
    text.split(|c| !of_address(*c))
        .any(|part| memchr::memchr_iter(b'.', part).count() == 3 && part.first() != Some(&b'.'))
}

#[cfg(test)]
mod tests;
