//! Who connects, what a server is itself connected to, and what denies that it happens.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::text::{begins, find, has_word, is_one, words_after, words_before};

/// Who connects: what is connected without one of these may be a database.
pub(super) const WHO: [&[u8]; 14] = [
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
pub(super) const MANY: [&[u8]; 14] = [
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
pub(super) const BEHIND: [&[u8]; 29] = [
    b"grpc",
    b"http",
    b"ice",
    b"dtls",
    b"webrtc",
    b"rtcpeerconnection",
    b"state",
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

/// What says of `disconnect` that it has not happened, or of whom: `to disconnected
/// client`.
const INTENDED: [&[u8]; 12] = [
    b"will", b"would", b"should", b"must", b"may", b"might", b"can", b"to", b"for", b"of", b"if",
    b"unless",
];

/// `will disconnect`, `message to disconnected client`.
pub(super) fn intended(before: &[u8]) -> bool {
    words_before(before).next().is_some_and(|word| is_one(word, &INTENDED))
}

/// `disconnected=12`, `disconnected_total 12`: a gauge.
pub(super) fn gauge(rest: &[u8]) -> bool {
    matches!(rest, [b'_', ..]) || matches!(rest, [b'=', c, ..] if c.is_ascii_alphanumeric())
}

/// `not connected`, `never connected`, `was already connected`.
pub(super) fn denied(before: &[u8]) -> bool {
    words_before(before).next().is_some_and(|word| is_one(word, &DENIED))
}

/// `418 clients`, `all users`: how many, not one.
pub(super) fn many(before: &[u8]) -> bool {
    words_before(before).take(2).any(|word| is_one(word, &MANY))
}

/// Whether it is about what the server itself is connected to.
pub(super) fn behind(before: &[u8], rest: &[u8]) -> bool {
    const TO: [&[u8]; 3] = [b" to ", b" from ", b" with "];
    if words_before(before).take(2).any(|word| is_one(word, &BEHIND)) {
        return true;
    }
    let near = &rest[..rest.len().min(40)];
    // The first of each.
    let mut seen = [false; TO.len()];
    memchr::memchr_iter(b' ', near).any(|at| {
        let which = TO.iter().position(|to| begins(&near[at..], to));
        which.is_some_and(|which| {
            !std::mem::replace(&mut seen[which], true)
                && words_after(&near[at..]).take(3).any(|word| is_one(word, &BEHIND))
        })
    })
}

/// ` to wss://…`, ` to api.example.com`, ` from wss://…`: a server's address.
pub(super) fn to_a_server(rest: &[u8]) -> bool {
    let Some(to) = rest.strip_prefix(b" to ").or(rest.strip_prefix(b" from ")) else {
        return false;
    };
    let word = to.split(|c| matches!(c, b' ' | b':' | b',')).next().unwrap_or_default();
    if find(to, b"://", 0) == Some(word.len()) {
        return true;
    }
    let last = word.rsplit(|c| *c == b'.').next().unwrap_or_default();
    let top = (2..=6).contains(&last.len()) && last.iter().all(u8::is_ascii_alphabetic);
    // From where a client comes is often told by name.
    let outgoing = rest.starts_with(b" to ");
    outgoing && top && memchr::memchr_iter(b'.', word).count() >= 2
}

/// `reconnecting in 5 s`, `retrying`: it is the writer itself who was connected.
pub(super) fn of_a_client(line: &[u8]) -> bool {
    if RETRYING.find(line).is_some() {
        return true;
    }
    let Some(at) = AGAIN.find(line) else { return false };
    let rest = &line[at + b"econnect".len()..];
    let soon = [&b"ing"[..], b" in ", b":"].iter().any(|tail| begins(rest, tail));
    soon || words_before(&line[..at]).nth(1).is_some_and(|word| is_one(word, &[b"will"]))
}

/// Without their first letter, in either case.
static AGAIN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("econnect"));
static RETRYING: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("etrying"));

/// Whether a number that is nobody's stands before it: `3 online, 12 connected`.
pub(super) fn counted(before: &[u8]) -> bool {
    let Some(number) = before.strip_suffix(b" ") else { return false };
    let mut words = words_before(number);
    let digits = words.next().is_some_and(|word| word.iter().all(u8::is_ascii_digit));
    let blank = number.len() - number.iter().rev().take_while(|c| c.is_ascii_digit()).count();
    let alone = matches!(number[..blank].last(), None | Some(b' '));
    digits && alone && !words.next().is_some_and(names_one)
}

/// Whether it is a part of a path or an address: `/client/connected`.
pub(super) fn in_path(before: &[u8]) -> bool {
    let start = before.iter().rposition(|c| matches!(c, b' ' | b'"' | b'\'' | b'='));
    let word = &before[start.map_or(0, |at| at + 1)..];
    word.first() == Some(&b'/') || find(word, b"://", 0).is_some()
}

/// `connection refused`, `connection error`.
pub(super) fn failed(after: &[u8]) -> bool {
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

pub(super) fn names_who(text: &[u8]) -> bool {
    // Mostly it is the word beside it.
    if words_before(text).take(2).any(|word| is_one(word, &WHO)) {
        return true;
    }
    let one = |who: &&[u8]| {
        if who.len() == 2 { has_word(text, who) } else { find(text, who, 0).is_some() }
    };
    WHO.iter().any(one)
}

pub(super) fn names_one(word: &[u8]) -> bool {
    is_one(word, &WHO) || names_who(word)
}

/// Whether an address is named: `10.0.0.7`.
pub(super) fn address(text: &[u8]) -> bool {
    let of_address = |c: u8| c.is_ascii_digit() || c == b'.';
    text.split(|c| !of_address(*c))
        .any(|part| memchr::memchr_iter(b'.', part).count() == 3 && part.first() != Some(&b'.'))
}
