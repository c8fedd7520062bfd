//! Values that go into a probe's request, as they are typed.

use std::net::IpAddr;
use std::path::PathBuf;

use regex::{Regex, RegexBuilder};

use crate::text::tokens;
use crate::units::Port;

/// Memory a pattern may take once compiled: the crate's own default is ten
/// times this, for patterns nobody types.
const PATTERN_BYTES: usize = 1 << 20;

/// `--header`: what stands for headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderArg {
    /// `Name: value`.
    Pair {
        /// The name.
        name: String,
        /// The value, or `$VAR`.
        value: String,
    },
    /// `@FILE`: one a line.
    File(PathBuf),
    /// `$VAR`: a whole header.
    Variable(String),
}

/// `--resolve HOST:PORT:ADDR`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolveArg {
    /// As in the URL.
    pub host: String,
    /// Its port.
    pub port: Port,
    /// What to connect to.
    pub address: IpAddr,
}

/// Headers that make the handshake: another value would test something else.
const OURS: [&str; 5] =
    ["connection", "upgrade", "sec-websocket-key", "sec-websocket-version", "sec-websocket-accept"];

/// `Name: value`, `@FILE` or `$VAR`.
pub(crate) fn header(text: &str) -> Result<HeaderArg, String> {
    if let Some(file) = text.strip_prefix('@').filter(|file| !file.is_empty()) {
        return Ok(HeaderArg::File(PathBuf::from(file)));
    }
    if let Some(name) = variable(text) {
        return Ok(HeaderArg::Variable(name.to_owned()));
    }
    pair(text).map(|(name, value)| HeaderArg::Pair { name, value })
}

/// `$VAR`: the name.
pub(crate) fn variable(text: &str) -> Option<&str> {
    let name = text.strip_prefix('$')?;
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (!name.is_empty() && name.chars().all(fits)).then_some(name)
}

/// A header line taken apart.
pub(crate) fn pair(line: &str) -> Result<(String, String), String> {
    // The line may be a secret: what is wrong is said without it.
    let (name, value) = line.split_once(':').ok_or("a header is 'Name: value'")?;
    let name = token(name).map_err(|_| "a header's name is letters, digits and dashes")?;
    let lower = name.to_ascii_lowercase();
    if OURS.contains(&lower.as_str()) {
        return Err(format!("'{name}' is set by herdtop itself"));
    }
    match lower.as_str() {
        "sec-websocket-protocol" => Err("use --subprotocol for it".to_owned()),
        "sec-websocket-extensions" => Err("use --require-extension for it".to_owned()),
        _ => Ok((name, header_value(value)?)),
    }
}

/// A token (RFC 9110 section 5.6.2).
pub(crate) fn token(text: &str) -> Result<String, String> {
    let text = text.trim();
    let fits = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if !text.is_empty() && text.chars().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("letters, digits and -._~ only".to_owned())
    }
}

/// Anything that does not end the line: one header must not smuggle in another.
pub(crate) fn header_value(text: &str) -> Result<String, String> {
    if text.chars().any(|c| c.is_control() && c != '\t') {
        return Err("a header is one line without control characters".to_owned());
    }
    Ok(text.trim().to_owned())
}

/// A regular expression. It cannot run away: the crate's automata take linear
/// time.
pub(crate) fn regex(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text).size_limit(PATTERN_BYTES).build().map_err(|error| {
        let lines = error.to_string();
        let last =
            lines.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("does not compile");
        last.trim_start_matches("error: ").to_owned()
    })
}

/// A URL, or what was meant as one, for a complaint: without user info and query,
/// also where a `#` or `?` of the password was not encoded.
///
/// Cut at a blank, `ws://ann:secret @host/` has no `@`: what follows a colon is
/// shown where it is a port, and no more than that.
pub(crate) fn without_secrets(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let slashes = if scheme.is_empty() { "" } else { "://" };
    let shown = rest.split(['?', '#']).next().unwrap_or_default();
    match (shown.rsplit_once('@'), rest.contains('@')) {
        (Some((_, host)), _) => format!("{scheme}{slashes}…@{}", tokens::hide(host)),
        (None, true) => format!("{scheme}{slashes}…"),
        (None, false) => format!("{scheme}{slashes}{}", without_password(shown)),
    }
}

/// Host, port and path, where the port is one; `ann:…` where it may be a password.
fn without_password(shown: &str) -> String {
    let (authority, path) = shown.split_at(shown.find('/').unwrap_or(shown.len()));
    let after_v6 = authority.rfind(']').map_or(0, |end| end + 1);
    let colon = authority[after_v6..].find(':').map(|at| after_v6 + at);
    let is_port = |text: &str| text.len() <= 5 && text.bytes().all(|b| b.is_ascii_digit());
    // An address whose bracket is missing has colons of its own.
    let colon = colon.filter(|_| !authority.starts_with('[') || after_v6 > 0);
    let encoded = authority.contains('%') || authority.contains(char::is_whitespace);
    match colon {
        _ if encoded => "…".to_owned(),
        Some(at) if !is_port(&authority[at + 1..]) => format!("{}:…", &authority[..at]),
        _ => format!("{authority}{}", tokens::hide(path)),
    }
}

/// `HOST:PORT:ADDR`, the address with or without brackets.
pub(crate) fn resolve(text: &str) -> Result<ResolveArg, String> {
    let wrong = || "give HOST:PORT:ADDR such as example.org:443:127.0.0.1".to_owned();
    let mut parts = text.splitn(3, ':');
    let (Some(host), Some(port), Some(address)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wrong());
    };
    let address = address.trim().trim_start_matches('[').trim_end_matches(']');
    Ok(ResolveArg {
        host: host.trim().to_ascii_lowercase(),
        port: super::value::port(port)?,
        address: address.parse().map_err(|_| wrong())?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_come_typed_from_a_file_or_from_the_environment() {
        assert_eq!(header("@secrets"), Ok(HeaderArg::File("secrets".into())));
        assert_eq!(header("$AUTH"), Ok(HeaderArg::Variable("AUTH".to_owned())));
        let pair = HeaderArg::Pair { name: "X-Key".to_owned(), value: "$KEY".to_owned() };
        assert_eq!(header("X-Key: $KEY"), Ok(pair));
    }

    #[test]
    fn a_header_can_neither_smuggle_nor_break_the_handshake() {
        for wrong in ["no colon", "a b: c", "X: a\r\nY: b", "Upgrade: h2c", "Sec-WebSocket-Key: x"]
        {
            assert!(header(wrong).is_err(), "{wrong:?}");
        }
        assert!(header("Sec-WebSocket-Protocol: a").unwrap_err().contains("--subprotocol"));
        assert!(!header("secret token").unwrap_err().contains("secret"), "it may be one");
    }

    #[test]
    fn a_pattern_says_what_is_wrong_with_it() {
        assert_eq!(regex("(").unwrap_err(), "unclosed group");
        assert!(regex("(a{1000}){1000}").is_err());
        assert!(regex("^hello").is_ok());
    }

    #[test]
    fn a_url_is_quoted_without_its_secrets() {
        for (url, shown) in [
            ("ws://host:0/chat?token=x", "ws://host:0/chat"),
            ("ws://ann:pw@host:0/?a=b@c", "ws://…@host:0/"),
            ("ws://ann:p#w@host/", "ws://…"),
            ("ann:pw@host:80/?token=x", "…@host:80/"),
            ("chekc", "chekc"),
            ("ws://ann:pw", "ws://ann:…"),
            ("ws://ann:s3cret/with slash", "ws://ann:…"),
            ("ws://ann:123456", "ws://ann:…"),
            ("ws://[::1]:80/", "ws://[::1]:80/"),
            ("ws://[::1/", "ws://[::1/"),
            ("ws:ann:pw@host", "…@host"),
            ("ws://ann%3apw%40host/", "ws://…"),
            ("ftp://host/s/9f86d081884c7d659a2feaa0", "ftp://host/s/***"),
        ] {
            assert_eq!(without_secrets(url), shown, "{url}");
        }
    }

    #[test]
    fn an_override_names_host_port_and_address() {
        let given = resolve("Example.org:443:[::1]").unwrap();
        assert_eq!((given.host.as_str(), given.port.get()), ("example.org", 443));
        assert!(resolve("example.org:127.0.0.1").is_err());
        assert!(resolve("example.org:443:somewhere").is_err());
    }
}
