//! JSON lines: the time, the event and the close code by their keys.
//!
//! Only the outermost object is read, and nothing is copied: a line of 200 bytes
//! takes a fifth of a microsecond, which a parse into a tree does not.

use memchr::memchr2;

use super::scout::Hints;
use super::told::{Closed, Opened, Told, Voice, code};
use super::words;

/// What such a line has to contain, beside the words of [`words::CLUES`].
pub(super) const CLUES: [(&str, Hints, &[Voice]); 4] = [
    ("open\"", Hints::USUAL, &[Voice::Json]),
    (":101", Hints::USUAL, &[Voice::Json]),
    ("\"101\"", Hints::USUAL, &[Voice::Json]),
    (": 101", Hints::USUAL, &[Voice::Json]),
];

const TIME: [&[u8]; 9] =
    [b"time", b"timestamp", b"ts", b"@timestamp", b"asctime", b"date", b"datetime", b"t", b"@t"];
const MESSAGE: [&[u8]; 9] =
    [b"msg", b"message", b"event", b"type", b"action", b"log", b"name", b"@m", b"body"];
const CODE: [&[u8]; 6] =
    [b"code", b"close_code", b"closeCode", b"ws_code", b"wsCode", b"ws_close_code"];
const REASON: [&[u8]; 3] = [b"reason", b"close_reason", b"closeReason"];
const LASTED: [&[u8]; 2] = [b"request_time", b"requestTime"];
const OPENED: [&[u8]; 9] = [
    b"connect",
    b"connected",
    b"connection",
    b"open",
    b"opened",
    b"ws_open",
    b"ws_connect",
    b"websocket.connect",
    b"websocket.open",
];
const CLOSED: [&[u8]; 8] = [
    b"disconnect",
    b"disconnected",
    b"close",
    b"closed",
    b"ws_close",
    b"ws_disconnect",
    b"websocket.disconnect",
    b"websocket.close",
];

/// Whether it is worth trying: an object on one line.
pub(super) fn is_object(line: &[u8]) -> bool {
    line.first() == Some(&b'{')
}

/// What the object tells.
pub(super) fn told(line: &[u8]) -> Told<'_> {
    let mut told = Told::default();
    let (mut event, mut number, mut reason) = (None, None, None);
    let (mut switched, mut lasted) = (false, None);
    for (key, value) in Fields::of(line) {
        let is = |keys: &[&[u8]]| keys.contains(&key);
        if is(&TIME) {
            told.time = told.time.or(Some(value));
        } else if is(&MESSAGE) {
            event = event.or_else(|| said(value));
        } else if is(&CODE) {
            number = number.or_else(|| code(value));
        } else if is(&REASON) {
            reason = Some(value).filter(|r| !r.is_empty() && *r != b"null");
        } else if key == b"status" {
            switched = value == b"101";
        } else if is(&LASTED) {
            lasted = seconds(value);
        }
    }
    if switched {
        let opened = |lasted: i64| Opened { voice: Voice::Json, after: -lasted };
        told.opened = lasted.map(opened);
        told.closed = Some(Closed::now(Voice::Json, None));
        return told;
    }
    match event {
        Some(Said::Opened) => told.opened = Some(Opened { voice: Voice::Json, after: 0 }),
        Some(Said::Closed(told_code)) => {
            let code = number.or(told_code);
            told.closed = Some(Closed { reason, ..Closed::now(Voice::Json, code) });
        }
        None => {}
    }
    told
}

#[derive(Debug, Clone, Copy)]
enum Said {
    Opened,
    Closed(Option<u16>),
}

/// A value that names an event, or says it in words.
fn said(value: &[u8]) -> Option<Said> {
    let named = |names: &[&[u8]]| names.iter().any(|name| value.eq_ignore_ascii_case(name));
    if named(&OPENED) {
        return Some(Said::Opened);
    }
    if named(&CLOSED) {
        return Some(Said::Closed(None));
    }
    let told = words::told(value);
    let closed = told.closed.map(|c| Said::Closed(c.code));
    told.opened.map(|_| Said::Opened).or(closed)
}

fn seconds(value: &[u8]) -> Option<i64> {
    let seconds: f64 = std::str::from_utf8(value).ok()?.parse().ok()?;
    let sane = (0.0..4e8).contains(&seconds);
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    sane.then_some((seconds * 1e6) as i64)
}

/// The keys and plain values of the outermost object; strings without their
/// quotes, as written.
struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    fn of(line: &'a [u8]) -> Self {
        Self { rest: line.get(1..).unwrap_or_default() }
    }

    /// The string that begins with the next quote.
    fn string(&mut self) -> Option<&'a [u8]> {
        let open = memchr::memchr(b'"', self.rest)?;
        let text = &self.rest[open + 1..];
        let mut at = 0;
        loop {
            at += memchr2(b'"', b'\\', text.get(at..)?)?;
            if text[at] == b'"' {
                break;
            }
            at += 2;
        }
        self.rest = &text[at + 1..];
        Some(&text[..at])
    }

    /// Past an object or a list.
    fn nested(&mut self) -> Option<()> {
        let mut depth = 0_u32;
        loop {
            let at =
                self.rest.iter().position(|c| matches!(c, b'{' | b'[' | b'}' | b']' | b'"'))?;
            match self.rest[at] {
                b'"' => {
                    self.rest = &self.rest[at..];
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                _ => depth = depth.saturating_sub(1),
            }
            self.rest = &self.rest[at + 1..];
            if depth == 0 {
                return Some(());
            }
        }
    }

    fn value(&mut self) -> Option<&'a [u8]> {
        let start = self.rest.iter().position(|c| !c.is_ascii_whitespace())?;
        self.rest = &self.rest[start..];
        match self.rest.first()? {
            b'"' => self.string(),
            b'{' | b'[' => self.nested().map(|()| &b""[..]),
            _ => {
                let end = self.rest.iter().position(|c| matches!(c, b',' | b'}'))?;
                let value = self.rest[..end].trim_ascii();
                self.rest = &self.rest[end..];
                Some(value)
            }
        }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let key = self.string()?;
        let colon = self.rest.iter().position(|c| !c.is_ascii_whitespace())?;
        if self.rest[colon] != b':' {
            self.rest = b"";
            return None;
        }
        self.rest = &self.rest[colon + 1..];
        Some((key, self.value()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loggers_and_their_keys() {
        for line in [
            r#"{"level":30,"time":1795269923042,"pid":7,"msg":"client connected"}"#,
            r#"{"ts":"2026-11-21T14:05:23Z","event":"ws_open","user":{"id":7,"name":"a}b"}}"#,
            r#"{"log":"WebSocket connected\n","stream":"stdout","time":"2026-11-21T14:05:23Z"}"#,
            r#"{ "tags" : ["a]", {"b":1}], "event" : "connect" , "time":"x" }"#,
        ] {
            let told = told(line.as_bytes());
            assert!(told.opened.is_some() && told.time.is_some(), "{line}: {told:?}");
        }
    }

    #[test]
    fn the_code_stands_in_its_own_key_or_in_the_message() {
        for (line, code, reason) in [
            (r#"{"msg":"disconnected","code":1006}"#, Some(1006), None),
            (
                r#"{"event":"close","closeCode":"1011","reason":"db \"gone\""}"#,
                Some(1011),
                Some(r#"db \"gone\""#),
            ),
            (r#"{"message":"client disconnected (code: 4408)"}"#, Some(4408), None),
            (r#"{"event":"websocket.disconnect","code":null,"reason":""}"#, None, None),
        ] {
            let closed = told(line.as_bytes()).closed.expect(line);
            let told = closed.reason.map(|r| std::str::from_utf8(r).expect("text"));
            assert_eq!((closed.code, told), (code, reason), "{line}");
        }
    }

    #[test]
    fn an_access_log_in_json_ends_with_its_duration() {
        let line = br#"{"time":"2026-11-21T14:05:23+00:00","status":"101","request_time":"2.5"}"#;
        let told = told(line);
        assert_eq!(told.opened.map(|o| o.after), Some(-2_500_000));
        assert!(told.closed.is_some());
    }

    #[test]
    fn what_is_cut_or_no_json_tells_nothing_and_does_no_harm() {
        for line in [
            "{",
            "{}",
            "{\"",
            "{\"a",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":\"",
            "{\"a\":\"\\",
            "{\"a\":{[\"",
            "{\"a\" \"b\"}",
            "{\"msg\":\"connected to postgres\"}",
            "{\u{0}\u{1}:\"}",
        ] {
            assert!(!told(line.as_bytes()).is_some(), "{line:?}");
        }
    }
}
