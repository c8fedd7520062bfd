//! Who connects, what a server is itself connected to, and what denies that it happens.

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
pub(super) const BEHIND: [&[u8]; 22] = [
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
    let near = &rest[..rest.len().min(40)];
    words_before(before).take(2).any(|word| is_one(word, &BEHIND))
        || ([&b" to "[..], b" from ", b" with "].iter().any(|to| begins(near, to))
            && words_after(near).take(3).any(|word| is_one(word, &BEHIND)))
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
