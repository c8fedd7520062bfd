//! Keeps secrets out of what a server sends back.
//!
//! "403 bad token XYZ" is a common answer, and its text goes to the screen.

use data_encoding::BASE64;

use super::address::Address;
use super::plan::Manner;
use crate::text;

/// Shorter words are hidden too often by chance: "on", "true", "v1".
const SHORTEST: usize = 6;
/// What stands for a secret.
const HIDDEN: &str = "[hidden]";

/// What must not be repeated.
#[derive(Default)]
pub(super) struct Hush {
    /// Longest first, so that no part of one stays behind.
    secrets: Vec<String>,
}

impl Hush {
    /// The credentials and query of the URL, and the values of given headers.
    pub(super) fn of(address: &Address, manner: &Manner) -> Self {
        let mut secrets: Vec<String> = Vec::new();
        if let Some(credentials) = &address.credentials {
            secrets.push(BASE64.encode(credentials.as_bytes()));
            secrets.extend(credentials.split_once(':').map(|(_, password)| password.to_owned()));
        }
        let query = address.request_target.split_once('?').map_or("", |(_, query)| query);
        secrets.extend(query.split('&').map(|pair| {
            let value = pair.split_once('=').map_or(pair, |(_, value)| value);
            value.to_owned()
        }));
        for (_, value) in &manner.headers {
            // `Bearer TOKEN`: the token alone comes back as well.
            secrets.extend(value.split([' ', ',', ';', '=']).map(str::to_owned));
            secrets.push(value.clone());
        }
        secrets.retain(|secret| secret.len() >= SHORTEST);
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        Self { secrets }
    }

    /// Text from outside without the secrets, clean and at most `width` wide.
    pub(super) fn clean(&self, outside: &str, width: usize) -> String {
        if !self.secrets.iter().any(|secret| outside.contains(secret.as_str())) {
            return text::clean(outside, width);
        }
        let hide = |kept: String, secret: &String| kept.replace(secret.as_str(), HIDDEN);
        text::clean(&self.secrets.iter().fold(outside.to_owned(), hide), width)
    }

    /// How much more than what is shown has to be looked at, so that no secret
    /// is cut in two.
    pub(super) fn margin(&self) -> usize {
        self.secrets.first().map_or(0, String::len)
    }
}
