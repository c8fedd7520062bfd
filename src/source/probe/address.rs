//! A target as it was typed, taken apart: `ws://user:secret@host:8080/path?q`.

use std::net::IpAddr;

use url::{Host, Url};

use crate::text::{self, tokens};

/// A URL is shown in tables: what is longer is cut.
const SHOWN: usize = 80;

/// Where to connect. Credentials and query are for the wire only: what is shown
/// is [`Address::shown`].
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// Name in ASCII (IDNA) or literal address, without brackets.
    pub(super) host: String,
    /// Set when the host is an address.
    pub(super) literal: Option<IpAddr>,
    /// The port.
    pub(super) port: u16,
    /// `wss://`.
    pub(super) tls: bool,
    /// Path and query, percent-encoded.
    pub(super) request_target: String,
    /// `user:secret`, decoded, for `Authorization: Basic`.
    pub(super) credentials: Option<String>,
    shown: String,
}

// Credentials and tokens in the query must not reach a log by way of `{:?}`.
impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Address").field(&self.shown).finish()
    }
}

impl Address {
    /// Takes a URL apart. `http(s)://` is taken for `ws(s)://`.
    ///
    /// # Errors
    /// What is wrong with it, for the end of a line that quotes it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !text.contains("://") {
            return Err("not a URL: give one such as ws://host:8080/path".to_owned());
        }
        // A browser takes 'ws:///chat' for a host named 'chat'; here a variable in
        // front of the path was empty.
        if text.split_once("://").is_some_and(|(_, rest)| rest.starts_with('/')) {
            return Err("it names no host".to_owned());
        }
        let url = Url::parse(text.trim()).map_err(|error| format!("not a URL: {error}"))?;
        let tls = match url.scheme() {
            "ws" | "http" => false,
            "wss" | "https" => true,
            other => {
                let other = text::clean(other, 20);
                return Err(format!("'{other}' is no scheme for a WebSocket: ws or wss"));
            }
        };
        let (host, literal) = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() => (name.to_owned(), None),
            Some(Host::Ipv4(v4)) => (v4.to_string(), Some(IpAddr::V4(v4))),
            Some(Host::Ipv6(v6)) => (v6.to_string(), Some(IpAddr::V6(v6))),
            _ => return Err("it names no host".to_owned()),
        };
        let port = url.port().unwrap_or(if tls { 443 } else { 80 });
        if port == 0 {
            return Err("port 0 cannot be connected to".to_owned());
        }
        let query = url.query().map(|q| format!("?{q}")).unwrap_or_default();
        let path = if url.path().is_empty() { "/" } else { url.path() };
        let mut address = Self {
            request_target: format!("{path}{query}"),
            credentials: credentials(&url),
            shown: String::new(),
            host,
            literal,
            port,
            tls,
        };
        address.shown = text::clean(
            &format!("{}://{}{}", if tls { "wss" } else { "ws" }, address.authority(), shown(path)),
            SHOWN,
        );
        Ok(address)
    }

    /// The URL without user info, query and tokens in its path, which may be
    /// secret; clean.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// `wss://` or `https://`.
    pub(in crate::source) const fn is_secure(&self) -> bool {
        self.tls
    }

    /// Where to connect.
    pub(in crate::source) fn host_and_port(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    /// Path and query.
    pub(in crate::source) fn request_target(&self) -> &str {
        &self.request_target
    }

    /// `user:secret`.
    pub(in crate::source) fn credentials(&self) -> Option<&str> {
        self.credentials.as_deref()
    }

    /// `host` or `host:port`, as the `Host` header has it: the port only when it
    /// is not the scheme's own (RFC 6455 section 4.1).
    pub(in crate::source) fn authority(&self) -> String {
        let host = match self.literal {
            Some(IpAddr::V6(v6)) => format!("[{v6}]"),
            _ => self.host.clone(),
        };
        let usual = if self.tls { 443 } else { 80 };
        if self.port == usual { host } else { format!("{host}:{}", self.port) }
    }
}

/// A path without what may be secret in it: tokens, and the parameters of its
/// segments (`;jsessionid=…`).
fn shown(path: &str) -> String {
    let segment = |segment: &str| match segment.split_once(';') {
        Some((name, _)) => format!("{};{}", tokens::hide(name), tokens::HIDDEN),
        None => segment.to_owned(),
    };
    tokens::hide(&path.split('/').map(segment).collect::<Vec<_>>().join("/"))
}

/// User info, percent-decoded; bytes that are no UTF-8 are replaced.
fn credentials(url: &Url) -> Option<String> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    Some(format!("{}:{}", decoded(url.username()), decoded(url.password().unwrap_or_default())))
}

/// Text without its percent-encoding.
pub(super) fn decoded(text: &str) -> String {
    // `form_urlencoded` would turn a plus into a blank: protect it first.
    let text = text.replace('+', "%2B");
    url::form_urlencoded::parse(format!("x={}", text.replace('&', "%26")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    #[test]
    fn a_url_is_taken_apart() {
        let a = address("wss://Example.org/ws%20x?token=s3cret#part");
        assert_eq!((a.host.as_str(), a.port, a.tls), ("example.org", 443, true));
        assert_eq!(a.request_target, "/ws%20x?token=s3cret");
        assert_eq!(
            (a.shown(), a.authority().as_str()),
            ("wss://example.org/ws%20x", "example.org")
        );
        let a = address("http://127.0.0.1:8080");
        assert_eq!((a.shown(), a.request_target.as_str()), ("ws://127.0.0.1:8080/", "/"));
        assert_eq!(a.literal, Some([127, 0, 0, 1].into()));
        let a = address("ws://[::1]:9/");
        assert_eq!((a.authority().as_str(), a.host.as_str()), ("[::1]:9", "::1"));
    }

    #[test]
    fn names_in_any_script_go_out_as_ascii() {
        assert_eq!(address("ws://bücher.example/").host, "xn--bcher-kva.example");
    }

    #[test]
    fn credentials_are_for_the_wire_only() {
        let a = address("ws://us%40er:p%3Aa+ss&w@host/x?key=1");
        assert_eq!(a.credentials.as_deref(), Some("us@er:p:a+ss&w"));
        assert_eq!(a.shown(), "ws://host/x");
        let a = address("wss://host/ws/eyJhbGciOiJIUzI1NiJ9;v=1/hook/9f86d081884c7d659a2f");
        assert_eq!(a.shown(), "wss://host/ws/***;***/hook/***");
        assert!(!format!("{a:?}").contains("pa"), "{a:?}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |text| Address::parse(text).unwrap_err();
        assert!(wrong("chek").starts_with("not a URL"));
        assert!(wrong("ftp://host/").contains("'ftp' is no scheme"));
        assert!(wrong("ws://").starts_with("not a URL"));
        assert!(wrong("ws://host:99999/").contains("port"));
        assert!(wrong("ws://host:0/").contains("port 0"));
        assert!(wrong("ws:///chat").contains("no host"));
    }
}
