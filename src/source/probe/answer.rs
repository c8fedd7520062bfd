//! The answer to the upgrade: accepted, refused, or wrong.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::frames::Extension;
use super::request::Request;
use super::wire::Wire;
use crate::close::Outcome;
use crate::text::{self, tokens};

/// Header lines an answer may have; servers send a dozen.
const MOST_HEADERS: usize = 256;
/// What is kept of a refusal's body, in bytes and columns.
const BODY: usize = 120;
/// The body often comes right behind the head; longer it is not waited for.
const BODY_WAIT: Duration = Duration::from_millis(100);
/// What is shown of a header.
const SHOWN: usize = 60;

/// A 101 that fits its request.
#[derive(Debug)]
pub(super) struct Answer {
    /// What came behind it: the first frame may share its segment.
    pub(super) left_over: Vec<u8>,
    /// What `Sec-WebSocket-Extensions` has of the one that was offered.
    pub(super) extension: Extension,
    /// Extensions and subprotocol, clean, for the screen.
    pub(super) agreed: Option<String>,
}

/// A parsed head.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: u16,
    /// Where it ends in the buffer.
    pub(super) end: usize,
    is_http_1_1: bool,
    headers: Vec<(String, String)>,
}

/// The head in the buffer; none when it is not whole.
///
/// # Errors
/// When it is HTTP, but not as it should be.
pub(super) fn parse(buffer: &[u8]) -> Result<Option<Head>, Outcome> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    match response.parse(buffer) {
        Ok(httparse::Status::Partial) => Ok(None),
        Ok(httparse::Status::Complete(end)) => Ok(Some(Head {
            status: response.code.unwrap_or_default(),
            end,
            is_http_1_1: response.version == Some(1),
            headers: response
                .headers
                .iter()
                .map(|h| (h.name.to_owned(), String::from_utf8_lossy(h.value).trim().to_owned()))
                .collect(),
        })),
        Err(httparse::Error::TooManyHeaders) => {
            Err(Outcome::HsTooLong { bytes: buffer.len() as u64 })
        }
        Err(httparse::Error::Version) => {
            let version = buffer.split(u8::is_ascii_whitespace).next().unwrap_or_default();
            let version = String::from_utf8_lossy(&version[..version.len().min(SHOWN)]);
            Err(Outcome::HsBadVersion(text::clean(&version, SHOWN)))
        }
        Err(error) => Err(Outcome::HsBadHeaders(error.to_string())),
    }
}

impl Head {
    /// All values of a header, joined as RFC 9110 section 5.3 has it.
    fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self
            .headers
            .iter()
            .filter(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    fn count(&self, name: &str) -> usize {
        self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).count()
    }

    fn has_token(&self, name: &str, token: &str) -> bool {
        let value = self.header(name).unwrap_or_default();
        value.split(',').any(|one| one.trim().eq_ignore_ascii_case(token))
    }

    /// A 101: does it fit the request (RFC 6455 section 4.1, page 19)?
    pub(super) fn accepted(self, request: &Request, rest: Vec<u8>) -> Result<Answer, Outcome> {
        let bad = |why: &str| Err(Outcome::HsBadHeaders(request.redact.clean(why, SHOWN)));
        if !self.is_http_1_1 {
            return Err(Outcome::HsBadVersion("HTTP/1.0".to_owned()));
        }
        for (name, value) in [("Upgrade", "websocket"), ("Connection", "Upgrade")] {
            match self.header(name) {
                None => return bad(&format!("no '{name}: {value}'")),
                Some(other) if !self.has_token(name, value) => {
                    return bad(&format!("'{name}: {other}', not '{value}'"));
                }
                Some(_) => {}
            }
        }
        // RFC 6455 section 11.3.3 and 11.3.4: never more than once.
        for name in ["Sec-WebSocket-Accept", "Sec-WebSocket-Protocol"] {
            if self.count(name) > 1 {
                return bad(&format!("'{name}' more than once"));
            }
        }
        match self.header("Sec-WebSocket-Accept") {
            // An empty one says nothing either.
            None => return Err(Outcome::HsNoAccept),
            Some(value) if value.trim().is_empty() => return Err(Outcome::HsNoAccept),
            Some(value) if value != request.accept => return Err(Outcome::HsBadAccept),
            Some(_) => {}
        }
        let extensions = self.header("Sec-WebSocket-Extensions");
        let named = |e: &str| e.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let offered = request.extension.as_deref().map(named);
        let answered: Vec<String> = extensions
            .iter()
            .flat_map(|e| e.split(','))
            .map(named)
            .filter(|e| !e.is_empty())
            .collect();
        if let Some(unasked) = answered.iter().find(|e| Some(*e) != offered.as_ref()) {
            return bad(&format!("extension '{unasked}' was not asked for"));
        }
        let subprotocol = self.header("Sec-WebSocket-Protocol");
        match &subprotocol {
            Some(chosen) if !request.subprotocols.contains(chosen) => {
                let chosen = tokens::hide(chosen);
                return bad(&format!("subprotocol '{chosen}' was not asked for"));
            }
            // As browsers do (WHATWG Fetch, "establish a WebSocket connection").
            None if !request.subprotocols.is_empty() => return bad("no subprotocol was chosen"),
            _ => {}
        }
        let extension = match answered.first().map(String::as_str) {
            None => Extension::None,
            Some("permessage-deflate") => Extension::Deflate,
            Some(_) => Extension::Other,
        };
        let agreed: Vec<String> = extensions.into_iter().chain(subprotocol).collect();
        let agreed = (!agreed.is_empty())
            .then(|| request.redact.clean(&tokens::hide(&agreed.join(", ")), BODY));
        Ok(Answer { left_over: rest, extension, agreed })
    }

    /// Any other status, with what it says about when and why.
    pub(super) async fn refused(
        self,
        request: &Request,
        wire: &mut Wire,
        mut body: Vec<u8>,
    ) -> Outcome {
        let redact = &request.redact;
        let most = BODY + redact.margin();
        let announced = self.header("Content-Length").and_then(|n| n.parse::<u64>().ok());
        let wanted = announced.map_or(BODY as u64, |n| n.min(most as u64));
        let more =
            async { while (body.len() as u64) < wanted && wire.read(&mut body).await.is_ok() {} };
        let _ = tokio::time::timeout(BODY_WAIT, more).await;
        body.truncate(most);
        let chunked = self.has_token("Transfer-Encoding", "chunked");
        let body = String::from_utf8_lossy(&body).into_owned();
        // The first line of a chunked body is its length.
        let body = if chunked { body.split_once("\r\n").map_or("", |(_, b)| b) } else { &body };
        let hint = self.hint(body).map(|hint| redact.clean(&hint, BODY));
        Outcome::Http {
            status: self.status,
            retry_after: self
                .header("Retry-After")
                .and_then(|value| self.retry_after(&value, request.made)),
            server: self.header("Server").map(|s| redact.clean(&s, SHOWN)),
            body: redact.clean(&without_tags(body), BODY),
            hint,
        }
    }

    /// What its head, or a body that says no more than that, tells to do.
    fn hint(&self, body: &str) -> Option<String> {
        let body = body.to_ascii_lowercase();
        // nginx; Go, Caddy; Apache.
        let to_tls = ["https port", "https server", "ssl-enabled server"];
        match self.status {
            // Not a redirect (RFC 9110 section 15.4.5), and we asked for no condition.
            304 => Some("not modified: a cache answered".to_owned()),
            300..=399 => Some(match self.header("Location") {
                Some(to) if !to.trim().is_empty() => format!("to {}", place(&to)),
                _ => "without a Location".to_owned(),
            }),
            400 if to_tls.iter().any(|words| body.contains(words)) => {
                Some("a TLS port: try wss://".to_owned())
            }
            // RFC 6455 section 4.4.
            400 | 426 => self
                .header("Sec-WebSocket-Version")
                .map(|version| format!("it speaks WebSocket version {version}, not 13")),
            401 | 407 => {
                let name = if self.status == 401 { "WWW" } else { "Proxy" };
                let wanted = self.header(&format!("{name}-Authenticate"))?;
                let scheme = wanted.split_whitespace().next()?.to_owned();
                Some(format!("it wants {scheme}"))
            }
            511 => Some("a network on the way wants a login".to_owned()),
            _ => None,
        }
    }

    /// Seconds, or a date against the server's own clock (RFC 9110 section
    /// 10.2.3): ours may be wrong, and is asked only where the server's is not told.
    fn retry_after(&self, value: &str, made: DateTime<Utc>) -> Option<u64> {
        if let Ok(seconds) = value.trim().parse::<u64>() {
            return Some(seconds);
        }
        let at = http_date(value)?;
        let now = self.header("Date").and_then(|date| http_date(&date)).unwrap_or(made);
        Some(u64::try_from((at - now).num_seconds()).unwrap_or(0))
    }
}

/// Where a redirect leads, without what may be secret there: user info, query,
/// tokens in the path.
fn place(location: &str) -> String {
    let shown = location.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = match shown.split_once("//") {
        Some((scheme, rest)) => (format!("{scheme}//"), rest),
        None => (String::new(), shown),
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}{host}{}", tokens::hide(path))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
fn http_date(text: &str) -> Option<DateTime<Utc>> {
    let format = "%a, %d %b %Y %H:%M:%S GMT";
    chrono::NaiveDateTime::parse_from_str(text.trim(), format).ok().map(|at| at.and_utc())
}

/// An error page without its markup: what is left is what it says.
fn without_tags(body: &str) -> String {
    let mut inside = false;
    let keep = |c: char| {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                return ' ';
            }
            _ => {}
        }
        if inside { '\0' } else { c }
    };
    body.chars().map(keep).filter(|c| *c != '\0').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_told_without_its_secrets() {
        for (location, shown) in [
            ("https://edge.example/ws", "https://edge.example/ws"),
            ("/ws/", "/ws/"),
            ("//edge.example", "//edge.example"),
            ("https://u:pw@edge.example:8443/a?token=x#y", "https://edge.example:8443/a"),
            ("https://login.example/s/9f86d081884c7d659a2f", "https://login.example/s/***"),
        ] {
            assert_eq!(place(location), shown);
        }
    }
}
