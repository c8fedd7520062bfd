//! Keeps secrets out of what a server sends back.
//!
//! "403 bad token XYZ" is a common answer, and its text goes to the screen. A
//! close reason has 123 bytes and an error page what it likes, so a long token
//! comes back in part: any eight bytes of a secret in a row are one.

use std::collections::BTreeSet;

use data_encoding::BASE64;

use super::address::Address;
use super::plan::ProbeOptions;
use crate::text::{self, tokens};

/// So many bytes in a row are told from what is there by chance.
const PART: usize = 8;
/// Shorter words of headers are hidden too often by chance: "on", "true", "v1".
const SHORTEST: usize = 6;
/// What was typed as a secret and as nothing else is hidden from here on.
const SHORTEST_SECRET: usize = 4;
/// What `--send @FILE` has beyond is not looked for: a server echoes the start.
const LONGEST: usize = 64 * 1024;
/// What stands for a secret.
const HIDDEN: &str = "[hidden]";

/// What must not be repeated.
#[derive(Default)]
pub(super) struct Redactor {
    /// Those shorter than a part: longest first, so that none stays behind.
    short: Vec<String>,
    /// All parts of the longer ones.
    parts: BTreeSet<[u8; PART]>,
}

impl Redactor {
    /// Credentials, query and tokens of the URL, the values of given headers, what
    /// `--send` sends, and tokens among the subprotocols.
    pub(super) fn of(address: &Address, options: &ProbeOptions) -> Self {
        let mut redact = Self::default();
        if let Some(credentials) = &address.credentials {
            redact.hide(&BASE64.encode(credentials.as_bytes()), SHORTEST);
            if let Some((_, password)) = credentials.split_once(':') {
                redact.hide(password, SHORTEST_SECRET);
            }
        }
        let (path, query) =
            address.request_target.split_once('?').unwrap_or((&address.request_target, ""));
        tokens::of(path).for_each(|token| redact.hide(token, SHORTEST));
        for pair in query.split('&') {
            let value = pair.split_once('=').map_or(pair, |(_, value)| value);
            redact.hide(value, SHORTEST);
            redact.hide(&super::address::decoded(value), SHORTEST);
        }
        for (_, value) in &options.headers {
            // `Bearer TOKEN`: the token alone comes back as well.
            value.split([' ', ',', ';', '=']).for_each(|part| redact.hide(part, SHORTEST));
            redact.hide(value, SHORTEST);
        }
        for name in &options.subprotocols {
            tokens::of(name).for_each(|token| redact.hide(token, SHORTEST));
        }
        if let Some(said) = &options.say {
            redact.hide_said(said);
        }
        redact.short.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        redact.short.dedup();
        redact
    }

    /// All that is said but the words that every message has: the keys of JSON.
    fn hide_said(&mut self, said: &str) {
        let said = &said[..said.floor_char_boundary(LONGEST)];
        let mut rest = said;
        while let Some(start) = rest.find(is_word) {
            let tail = &rest[start..];
            let (word, after) = tail.split_at(tail.find(|c| !is_word(c)).unwrap_or(tail.len()));
            let is_key = after.strip_prefix('"').is_some_and(|a| a.trim_start().starts_with(':'));
            if !is_key {
                let has_digit = word.bytes().any(|b| b.is_ascii_digit());
                self.hide(word, if has_digit { SHORTEST_SECRET } else { SHORTEST });
            }
            rest = after;
        }
    }

    fn hide(&mut self, secret: &str, shortest: usize) {
        if secret.len() >= PART {
            // The blank before a token is not one of it.
            let whole = |part: &&[u8]| {
                !part[0].is_ascii_whitespace() && !part[PART - 1].is_ascii_whitespace()
            };
            let parts = secret.as_bytes().windows(PART).filter(whole);
            self.parts.extend(parts.filter_map(|part| <[u8; PART]>::try_from(part).ok()));
        } else if secret.len() >= shortest {
            self.short.push(secret.to_owned());
        }
    }

    /// Text from outside without the secrets, clean and at most `width` wide.
    pub(super) fn clean(&self, outside: &str, width: usize) -> String {
        let mut hidden = vec![false; outside.len()];
        for (at, part) in outside.as_bytes().windows(PART).enumerate() {
            let is_secret = <[u8; PART]>::try_from(part).is_ok_and(|p| self.parts.contains(&p));
            if is_secret {
                hidden[at..at + PART].fill(true);
            }
        }
        for secret in &self.short {
            for (at, _) in outside.match_indices(secret.as_str()) {
                hidden[at..at + secret.len()].fill(true);
            }
        }
        if !hidden.contains(&true) {
            return text::clean(outside, width);
        }
        let mut shown = String::new();
        let mut within = false;
        for (at, c) in outside.char_indices() {
            let secret = hidden[at..at + c.len_utf8()].contains(&true);
            if !secret {
                shown.push(c);
            } else if !within {
                shown.push_str(HIDDEN);
            }
            within = secret;
        }
        text::clean(&shown, width)
    }

    /// How much more than what is shown has to be looked at, so that no secret
    /// is cut in two.
    pub(super) fn margin(&self) -> usize {
        if self.parts.is_empty() && self.short.is_empty() { 0 } else { 2 * PART }
    }
}

/// What a token is made of, in any encoding.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || "_-+/=.~%".contains(c)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::source::probe::{Family, TlsPlan};

    fn redact(url: &str, say: Option<&str>, subprotocols: &[&str]) -> Redactor {
        let options = ProbeOptions {
            timeout: Duration::ZERO,
            dwell: Duration::ZERO,
            every: Duration::ZERO,
            holds: false,
            headers: vec![("Authorization".to_owned(), "Bearer abcdefgh-ijklmnop-1234".to_owned())],
            subprotocols: subprotocols.iter().map(|&s| s.to_owned()).collect(),
            origin: None,
            required_extension: None,
            say: say.map(Into::into),
            expect: None,
            overrides: std::collections::BTreeMap::new(),
            family: Family::Any,
            each_address: false,
            tls: TlsPlan::default(),
        };
        Redactor::of(&Address::parse(url).expect("a URL"), &options)
    }

    #[test]
    fn a_token_that_comes_back_in_part_is_hidden_too() {
        let redact = redact("ws://ann:pw12@host/?key=a%2Bb%3Dc%2Fd9", None, &[]);
        let clean = |text| redact.clean(text, 80);
        assert_eq!(clean("bad token abcdefgh-ijkl"), "bad token [hidden]");
        assert_eq!(clean("…ijklmnop-1234 is no good"), "…[hidden] is no good");
        assert_eq!(clean("pw12 for ann"), "[hidden] for ann");
        assert_eq!(clean("key a+b=c/d9"), "key [hidden]");
        assert_eq!(clean("nothing of ours"), "nothing of ours");
    }

    #[test]
    fn what_is_sent_is_hidden_and_the_keys_of_json_are_not() {
        let said = r#"{"type":"subscribe","password":"hunter2","pin": "4711","channel":"orders"}"#;
        let redact = redact("ws://host/", Some(said), &[]);
        let answer = r#"{"error":"password hunter2 for channel orders, 4711"}"#;
        assert_eq!(
            redact.clean(answer, 80),
            r#"{"error":"password [hidden] for channel [hidden], [hidden]"}"#
        );
    }

    #[test]
    fn tokens_in_the_path_and_among_subprotocols_are_hidden() {
        let redact = redact(
            "ws://host/s/9f86d081884c7d659a2feaa0c55ad015",
            None,
            &["graphql-ws", "bearer.kJ8dQ2vXz7LpW3nRt5Yb"],
        );
        let clean = |text| redact.clean(text, 80);
        assert_eq!(clean("no 9f86d081884c7d659a2feaa0 here"), "no [hidden] here");
        assert_eq!(clean("graphql-ws, bearer.kJ8dQ2vXz7LpW3nRt5Yb"), "graphql-ws, bearer.[hidden]");
    }
}
