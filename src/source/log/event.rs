//! What one line tells of connections.

use crate::sample::OF_ACCESS;

/// By which words or fields a line tells of a connection. The same log may do so in
/// several ways at once (uvicorn writes `[accepted]` and `connection open` for
/// each); one of them counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pattern {
    /// `--log-open`, `--log-close`.
    Own,
    /// A line of an access log with status 101.
    Access,
    /// A session in `HAProxy`'s TCP format.
    Session,
    /// A key of JSON that names the event: `"event":"connect"`.
    Event,
    /// `WSCONNECT`, `WebSocket CONNECT`: daphne and Channels.
    Daphne,
    /// `[accepted]`: uvicorn.
    Accepted,
    /// Words of one framework only: Rails, Phoenix, `SignalR`, Socket.IO.
    Framework,
    /// `client connected`, `client disconnected`.
    Connected,
    /// `new connection`, `connection open`, `connection closed`.
    Connection,
    /// `websocket opened`, `socket closed`.
    Socket,
    /// `websocket: close 1006`: an error that tells a close.
    CloseError,
}

/// All of them.
pub(super) const PATTERNS: [Pattern; 11] = [
    Pattern::Own,
    Pattern::Access,
    Pattern::Session,
    Pattern::Event,
    Pattern::Daphne,
    Pattern::Accepted,
    Pattern::Framework,
    Pattern::Connected,
    Pattern::Connection,
    Pattern::Socket,
    Pattern::CloseError,
];

impl Pattern {
    /// As it is told: for opens, and for closes.
    pub(super) const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Own => ("--log-open", "--log-close"),
            Self::Access => (OF_ACCESS[0], OF_ACCESS[0]),
            Self::Session => (OF_ACCESS[1], OF_ACCESS[1]),
            Self::Event => ("event key: connect", "event key: disconnect"),
            Self::Daphne => ("CONNECT", "DISCONNECT"),
            Self::Accepted => ("[accepted]", "[accepted]"),
            Self::Framework => ("words of the framework", "words of the framework"),
            Self::Connected => ("client connected", "client disconnected"),
            Self::Connection => ("connection opened", "connection closed"),
            Self::Socket => ("websocket opened", "websocket closed"),
            Self::CloseError => ("-", "error: close CODE"),
        }
    }
}

/// What a line tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LineEvents<'a> {
    /// A connection was opened.
    pub(super) opened: Option<Opened>,
    /// A connection has ended.
    pub(super) closed: Option<Closed<'a>>,
}

impl<'a> LineEvents<'a> {
    /// A line that tells of an opening.
    pub(super) const fn open(pattern: Pattern) -> Self {
        Self { opened: Some(Opened { pattern, after: 0 }), closed: None }
    }

    /// A line that tells of an end.
    pub(super) const fn close(pattern: Pattern, code: Option<u16>) -> Self {
        let closed = Closed { pattern, after: 0, code, reason: None };
        Self { opened: None, closed: Some(closed) }
    }

    /// The same, with a reason.
    pub(super) fn because(mut self, reason: Option<&'a [u8]>) -> Self {
        if let Some(closed) = &mut self.closed {
            closed.reason = reason;
        }
        self
    }

    /// Whether it tells of a connection at all.
    pub(super) const fn is_some(&self) -> bool {
        self.opened.is_some() || self.closed.is_some()
    }
}

/// One that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) pattern: Pattern,
    /// Microseconds after the line's stamp: an access log is written at the end
    /// of the connection.
    pub(super) after: i64,
}

/// One that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Closed<'a> {
    pub(super) pattern: Pattern,
    /// Microseconds after the line's stamp.
    pub(super) after: i64,
    /// The close code, if it is told.
    pub(super) code: Option<u16>,
    /// The reason, as written.
    pub(super) reason: Option<&'a [u8]>,
}

impl Closed<'_> {
    /// The same without its reason, which is a part of the line.
    pub(super) const fn without_reason(self) -> Closed<'static> {
        let Self { pattern, after, code, .. } = self;
        Closed { pattern, after, code, reason: None }
    }
}

/// A close code: what RFC 6455 section 7.4 has room for.
pub(super) fn code(digits: &[u8]) -> Option<u16> {
    if digits.len() != 4 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = digits.iter().fold(0, |sum, c| sum * 10 + u16::from(c - b'0'));
    (1000..=4999).contains(&number).then_some(number)
}
