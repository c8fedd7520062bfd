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

mod close_names;
mod code;
mod connection;
mod digits;
mod framework;
mod socket;
mod text;
mod who;

pub(super) use code::{find_code, of_error};
pub(super) use framework::framework;
pub(super) use text::find;

use super::event::{LineEvents, Pattern};
use connection::connection;
use socket::socket;
use text::{begins, ends, has_word, is_one, letter, words_after, words_before};
use who::{
    MANY, WHO, address, behind, counted, denied, gauge, in_path, intended, many, names_who,
    of_a_client, to_a_server,
};

/// What a line in words tells.
pub(super) fn events(line: &[u8]) -> LineEvents<'_> {
    let events = in_words(line);
    if events.is_some() { events } else { framework(line) }
}

/// The same of a line that is known to be no framework's.
pub(super) fn in_words(line: &[u8]) -> LineEvents<'_> {
    let events = of_any(line);
    // Who writes it is the client of another server, and tells of its own connection.
    if events.is_some() && of_a_client(line) { LineEvents::default() } else { events }
}

fn of_any(line: &[u8]) -> LineEvents<'_> {
    let mut from = 0;
    while let Some(at) = find(line, b"connect", from) {
        let events = connect(line, at);
        if events.is_some() {
            return events;
        }
        from = at + b"connect".len();
    }
    let events = socket(line);
    if events.is_some() {
        return events;
    }
    of_error(line)
        .map_or_else(LineEvents::default, |code| LineEvents::close(Pattern::CloseError, Some(code)))
}

/// `connect…` at that place.
fn connect(line: &[u8], at: usize) -> LineEvents<'_> {
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
            LineEvents::open(Pattern::Connected)
        } else {
            LineEvents::default()
        };
    }
    if begins(rest, b"ion") { connection(before, &rest[3..]) } else { LineEvents::default() }
}

/// What a `disconnect` before it is the name of.
const OF_CODE: [&[u8]; 7] =
    [b"handler", b"handlers", b"callback", b"callbacks", b"hook", b"listener", b"timeout"];

/// `client disconnected`, `Disconnected: 1006`, `disconnect`.
fn disconnect<'a>(before: &[u8], rest: &'a [u8]) -> LineEvents<'a> {
    let ended = begins(rest, b"ed") || begins(rest, b"ion") || !letter(rest);
    let after = rest.strip_prefix(b"ed").unwrap_or(rest);
    let outgoing = begins(after, b" from ") && !names_who(before);
    let none = !ended || letter(after) && begins(rest, b"ed") || intended(before) || gauge(after);
    let one = !(many(before) || counted(before) || in_path(before));
    if none || !one || denied(before) || outgoing || behind(before, after) || to_a_server(after) {
        return LineEvents::default();
    }
    // `disconnect handler`, `disconnect timeout`; and `disconnected before the upgrade`,
    // of which no opening was told.
    let next = words_after(after).next().unwrap_or_default();
    let of_code = !begins(rest, b"ed") && is_one(next, &OF_CODE);
    if of_code || is_one(next, &[b"before", b"then"]) {
        return LineEvents::default();
    }
    LineEvents::close(Pattern::Connected, find_code(rest))
}

/// `to connected client`: who it is about had connected before.
fn adjective(before: &[u8]) -> bool {
    words_before(before).next().is_some_and(|word| is_one(word, &[b"to", b"of", b"for"]))
}

/// Whether `connected` between these is one who connects now.
fn connects(before: &[u8], rest: &[u8]) -> bool {
    if letter(rest) || denied(before) || many(before) || behind(before, rest) {
        return false;
    }
    // `sent to connected client 7`; `3 online, 12 connected`; `GET /client/connected`.
    if to_a_server(rest) || adjective(before) || in_path(before) {
        return false;
    }
    if counted(before) && !begins(rest, b" from ") {
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
fn shouted<'a>(before: &[u8], rest: &'a [u8]) -> LineEvents<'a> {
    if letter(rest) || rest.first() == Some(&b'(') {
        return LineEvents::default();
    }
    let disconnect = ends(before, b"DIS");
    let before = if disconnect { &before[..before.len() - 3] } else { before };
    // websocketd: `… | session | url:'…' … | CONNECT`.
    let daemon = rest.is_empty() && before.ends_with(b" | ") && has_word(before, b"session");
    let websocket = daemon || ends(before, b"WS") || find(before, b"socket", 0).is_some();
    match (websocket, disconnect) {
        (false, _) => LineEvents::default(),
        (true, true) => LineEvents::close(Pattern::Daphne, find_code(rest)),
        (true, false) => LineEvents::open(Pattern::Daphne),
    }
}

#[cfg(test)]
mod tests;
