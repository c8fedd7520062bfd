//! What looks like a secret in a path, a subprotocol or a `Location`.
//!
//! Tokens ride where nobody expects them: `/ws/eyJhbGci…`, `/hook/T0K3N/`,
//! `bearer.XYZ` as a subprotocol, since a browser lets a page set nothing else.
//! Words stay, so that two rows are still told apart.

use std::ops::Range;

/// What stands for a secret. No command to copy is made of a text that has it.
pub const HIDDEN: &str = "***";

/// Shorter words are names; ids of 16 characters are tokens as a rule.
const SHORTEST: usize = 16;
/// What follows one of [`TELLING`] is a secret from this length on.
const TOLD: usize = 6;
/// Words behind which a secret stands.
const TELLING: [&str; 14] = [
    "access_token",
    "api-key",
    "api_key",
    "apikey",
    "auth",
    "authorization",
    "bearer",
    "jwt",
    "key",
    "passwd",
    "password",
    "secret",
    "session",
    "token",
];
/// Beginnings that vendors give their secrets.
const MARKED: [&str; 8] =
    ["AKIA", "eyJ", "ghp_", "glpat-", "pk_live_", "sk_live_", "xoxb-", "xoxp-"];

/// The text with `***` for each word in it that looks like a token.
#[must_use]
pub fn hide(text: &str) -> String {
    let mut shown = String::new();
    let mut done = 0;
    for range in found(text) {
        shown.push_str(&text[done..range.start]);
        shown.push_str(HIDDEN);
        done = range.end;
    }
    shown.push_str(&text[done..]);
    shown
}

/// The words that [`hide`] would hide.
pub fn of(text: &str) -> impl Iterator<Item = &str> {
    found(text).into_iter().map(|range| &text[range])
}

/// Where the secrets are.
fn found(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut before = String::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(is_part).map(|start| at + start) {
        let rest = &text[start..];
        let end = start + rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        let word = &text[start..end];
        // The parts of a JWT are joined by dots, and the last one is short.
        let joined = found.last().is_some_and(|last| &text[last.end..start] == ".");
        if is_secret(word, &before) || (joined && word.len() >= TOLD) {
            found.push(start..end);
        }
        before = word.to_ascii_lowercase();
        at = end;
    }
    found
}

/// Base64 of either alphabet, hex and their joints.
fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-+~%".contains(c)
}

fn is_secret(word: &str, before: &str) -> bool {
    let has_digit = word.bytes().any(|b| b.is_ascii_digit());
    let told =
        TELLING.contains(&before) && word.len() >= TOLD && (has_digit || word.len() >= 2 * TOLD);
    let marked = word.len() >= 2 * TOLD && MARKED.iter().any(|mark| word.starts_with(mark));
    let telling = TELLING.iter().any(|name| word.eq_ignore_ascii_case(name));
    !telling && (told || marked || is_random(word))
}

/// Whether no person has thought it up: letters, digits and cases change within
/// it as they do by chance. `realtime-updates-v2` changes twice.
fn is_random(word: &str) -> bool {
    let plain: Vec<u8> = word.bytes().filter(u8::is_ascii_alphanumeric).collect();
    let digits = plain.iter().filter(|b| b.is_ascii_digit()).count();
    // Numbers are ids of rooms and users.
    if plain.len() < SHORTEST || digits == plain.len() {
        return false;
    }
    let kind = |b: u8| (b.is_ascii_digit(), b.is_ascii_uppercase());
    let changes = plain.windows(2).filter(|pair| kind(pair[0]) != kind(pair[1])).count();
    if digits == 0 {
        // Base64 without a digit; camel case changes every fourth letter.
        return changes * 5 >= plain.len() * 2;
    }
    let hex = plain.iter().all(u8::is_ascii_hexdigit);
    hex || changes * 7 >= plain.len() * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_hidden_wherever_they_stand() {
        for (text, shown) in [
            ("/ws/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3/a", "/ws/***.***.***/a"),
            ("/hook/9f86d081884c7d659a2feaa0c55ad015", "/hook/***"),
            ("/room/550e8400-e29b-41d4-a716-446655440000", "/room/***"),
            ("/s/kJ8dQ2vXz7LpW3nRt5Yb/", "/s/***/"),
            ("/token/hunter22/ws", "/token/***/ws"),
            ("access_token.abc123def", "access_token.***"),
            ("bearer, Zm9vYmFyMTIzNDU2Nzg5", "bearer, ***"),
            ("/x/sk_live_abcdef", "/x/***"),
            ("/QWxhZGRpbjpvcGVuIHNlc2FtZQ/", "/***/"),
        ] {
            assert_eq!(hide(text), shown, "{text}");
            assert_eq!(of(text).count(), shown.matches(HIDDEN).count(), "{text}");
        }
    }

    #[test]
    fn names_stay() {
        for name in [
            "",
            "/",
            "/chat/v2/rooms/12345678901234567890",
            "graphql-transport-ws",
            "v12.stomp, mqtt, wamp.2.json",
            "/realtime-updates-v2/stream",
            "/realtimeUpdatesV2/liveOrderBookStream",
            "/socket.io/",
            "/token/refresh",
            "/api/session/ws",
            "base64url.bearer.authorization.k8s.io",
            "/b%C3%BCcher",
            "permessage-deflate; client_max_window_bits=15",
        ] {
            assert_eq!(hide(name), name);
        }
    }
}
