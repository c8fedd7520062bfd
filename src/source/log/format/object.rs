//! Objects: the time, the event, the close code, the duration and the address by
//! their keys, in the outermost object and in those that loggers put them in.

use super::line_format::Read;
use super::messages;
use super::number::{Number, Numbers};
use super::roles::{Role, rare_role, role};
use crate::source::log::event::{LineEvents, Pattern, code};
use crate::source::log::json::{Fields, Value, first_of_list};
use crate::source::log::phrases;

/// Values that name an event.
const OPENED: [&[u8]; 11] = [
    b"connect",
    b"connected",
    b"connection",
    b"open",
    b"opened",
    b"ws_open",
    b"ws_connect",
    b"ws_connected",
    b"websocket.connect",
    b"websocket.open",
    b"websocket_connected",
];
const CLOSED: [&[u8]; 10] = [
    b"disconnect",
    b"disconnected",
    b"close",
    b"closed",
    b"ws_close",
    b"ws_closed",
    b"ws_disconnect",
    b"websocket.disconnect",
    b"websocket.close",
    b"websocket_disconnected",
];
/// Objects in objects are read to this depth.
const DEEPEST: u8 = 3;

/// Whether a value is written like a number, with a unit or without.
fn is_number(value: Value<'_>) -> bool {
    value.plain().first().is_some_and(u8::is_ascii_digit)
}

/// What has been found.
#[derive(Debug, Default)]
struct ObjectFields<'a> {
    time: Option<&'a [u8]>,
    began: Option<&'a [u8]>,
    event: Option<LineEvents<'a>>,
    code: Option<u16>,
    error_code: Option<u16>,
    reason: Option<&'a [u8]>,
    status: Option<&'a [u8]>,
    numbers: Numbers<'a>,
    peer: Option<&'a [u8]>,
    forwarded: Option<&'a [u8]>,
    /// It is of a response that is over when the connection begins.
    answered: bool,
}

/// What a line of `key=value` tells.
pub(in crate::source::log) fn read_pairs(body: &[u8]) -> Read<'_> {
    let mut found = ObjectFields::default();
    for (key, value) in super::pairs::Pairs::of(body) {
        let role = role(key);
        if !matches!(role, Role::Nothing | Role::Inside) {
            found.take(role, key, Value::Text(value));
        }
    }
    found.read()
}

/// What an object tells.
pub(in crate::source::log) fn read(body: &[u8]) -> Read<'_> {
    let mut found = ObjectFields::default();
    found.object(body, 0);
    found.read()
}

impl<'a> ObjectFields<'a> {
    fn object(&mut self, body: &'a [u8], depth: u8) {
        for (key, value) in Fields::of(body) {
            let role = match role(key) {
                Role::Nothing if key.contains(&b'.') || is_number(value) => rare_role(key),
                role => role,
            };
            match role {
                Role::Nothing => {}
                Role::Inside | Role::Error | Role::Event | Role::Message | Role::Duration
                    if matches!(value, Value::Nested(_)) && depth < DEEPEST =>
                {
                    self.inside(value.written(), depth, role);
                }
                role => self.take(role, key, value),
            }
        }
    }

    fn inside(&mut self, nested: &'a [u8], depth: u8, of: Role) {
        match of {
            Role::Error => self.inside_error(nested),
            Role::Duration => {
                // Kong's `latencies`, in milliseconds; others are of its upstream.
                let mut fields = Fields::of(nested).filter(|(key, _)| *key == b"request");
                if let Some((_, value)) = fields.next() {
                    self.take(Role::Duration, b"latencies.request", value);
                }
            }
            Role::Event => {
                let before = self.numbers;
                self.object(nested, depth + 1);
                // Elastic's `event.duration` is in nanoseconds.
                self.numbers = before;
                let mut fields = Fields::of(nested).filter(|(key, _)| *key == b"duration");
                if let Some((_, value)) = fields.next() {
                    self.take(Role::Duration, b"event.duration", value);
                }
            }
            _ => self.object(nested, depth + 1),
        }
    }

    /// An error has a code and a message of its own; only a close code counts.
    fn inside_error(&mut self, nested: &[u8]) {
        for (key, value) in Fields::of(nested) {
            match role(key) {
                Role::Code => self.error_code = self.error_code.or_else(|| code(value.plain())),
                Role::Message | Role::Error => self.error(value.plain()),
                _ => {}
            }
        }
    }

    fn take(&mut self, role: Role, key: &'a [u8], value: Value<'a>) {
        let text = value.plain();
        match role {
            Role::Time => self.time = self.time.or(Some(text)),
            Role::Began => self.began = self.began.or(Some(text)),
            Role::Message | Role::Event => {
                // A key that names the event says more than words beside it.
                let events = messages::tells(text, said);
                let better = self.event.is_none() || role == Role::Event;
                if let Some(events) = events.filter(|_| better) {
                    self.event = Some(events);
                }
            }
            Role::Code => self.code = self.code.or_else(|| code(text)),
            Role::Reason => {
                self.reason = Some(text).filter(|r| !r.is_empty() && *r != b"null");
                self.error(text);
            }
            Role::Error => self.error(text),
            Role::Status => self.status = Some(text),
            Role::Duration => {
                if let Some(number) = Number::read(text).or_else(|| Number::read_span(text)) {
                    self.numbers.push(number.named(key));
                } else if text.contains(&b':') {
                    // `requestTime` of AWS is when, not how long.
                    self.time = self.time.or(Some(text));
                }
            }
            Role::Peer => self.peer = self.peer.or(Some(text).filter(|text| !text.is_empty())),
            Role::Target => self.answered |= text.starts_with(b"tower_http"),
            Role::Forwarded => self.forwarded = first_of_list(value.written()).or(Some(text)),
            Role::Inside | Role::Nothing => {}
        }
    }

    fn error(&mut self, text: &[u8]) {
        self.error_code = self.error_code.or_else(|| phrases::of_error(text));
    }

    fn read(self) -> Read<'a> {
        let code = self.code.or(self.error_code).or_else(|| self.status.and_then(code));
        let events = match self.event {
            Some(mut events) => {
                if let Some(closed) = &mut events.closed {
                    closed.code = code.or(closed.code);
                    closed.reason = self.reason.or(closed.reason);
                }
                events
            }
            None => self.error_code.map_or(LineEvents::default(), |code| {
                LineEvents::close(Pattern::CloseError, Some(code)).because(self.reason)
            }),
        };
        let switched = self.status == Some(b"101") && !self.answered;
        let opens = self.status == Some(b"101") && self.answered;
        let events = if opens { LineEvents::open(Pattern::Framework) } else { events };
        Read {
            time: self.time.or(self.began),
            within: None,
            began: self.began.filter(|_| self.time.is_some()),
            starts: self.time.is_none() && self.began.is_some(),
            events: if switched { LineEvents::default() } else { events },
            ended: switched.then_some(Pattern::Access),
            // An event of its own moment may have a status beside it: `CONNECT` with 200.
            request: self.status.is_some_and(|status| status.len() == 3)
                && (switched || !events.is_some()),
            numbers: self.numbers,
            status: self.status,
            peer: self.peer,
            forwarded: self.forwarded,
        }
    }
}

/// A value that names an event, or says it in words.
fn said(value: &[u8]) -> Option<LineEvents<'_>> {
    let named = |names: &[&[u8]]| names.iter().any(|name| value.eq_ignore_ascii_case(name));
    if named(&OPENED) {
        return Some(LineEvents::open(Pattern::Event));
    }
    if named(&CLOSED) {
        return Some(LineEvents::close(Pattern::Event, None));
    }
    let events = phrases::events(value);
    events.is_some().then_some(events)
}
