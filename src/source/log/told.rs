//! What one line tells of connections.

/// By what a line tells of a connection. The same log may do so in several ways
/// at once (uvicorn writes `[accepted]` and `connection open` for each); one of
/// them counts, see [`super::election`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Voice {
    /// `--log-open`, `--log-close`.
    Own,
    /// A JSON object whose event or message tells it.
    Json,
    /// An `HAProxy` HTTP log line with status 101.
    Haproxy,
    /// A line in the common log format with status 101: nginx, gunicorn, Apache.
    Access,
    /// `WSCONNECT`, `WebSocket CONNECT`: daphne and Channels.
    Daphne,
    /// `[accepted]`: uvicorn.
    Accepted,
    /// `client connected`, `client disconnected`.
    Connected,
    /// `new connection`, `connection open`, `connection closed`.
    Connection,
    /// `websocket opened`, `socket closed`.
    Socket,
}

/// How many ways there are.
pub(super) const VOICES: usize = 9;

/// What a line tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Told<'a> {
    /// A connection was opened.
    pub(super) opened: Option<Opened>,
    /// A connection has ended.
    pub(super) closed: Option<Closed<'a>>,
    /// The time, where a key of the line holds it.
    pub(super) time: Option<&'a [u8]>,
}

impl Told<'_> {
    /// A line that tells of an opening.
    pub(super) fn open(voice: Voice) -> Self {
        Self { opened: Some(Opened { voice, after: 0 }), ..Self::default() }
    }

    /// Whether it tells of a connection at all.
    pub(super) const fn is_some(&self) -> bool {
        self.opened.is_some() || self.closed.is_some()
    }
}

/// One that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) voice: Voice,
    /// Microseconds after the line's stamp: an access log is written at the end
    /// of the connection.
    pub(super) after: i64,
}

/// One that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Closed<'a> {
    pub(super) voice: Voice,
    /// Microseconds after the line's stamp.
    pub(super) after: i64,
    /// The close code, if it is told.
    pub(super) code: Option<u16>,
    /// The reason, as written.
    pub(super) reason: Option<&'a [u8]>,
}

impl<'a> Closed<'a> {
    /// An end at the line's stamp.
    pub(super) const fn now(voice: Voice, code: Option<u16>) -> Self {
        Self { voice, after: 0, code, reason: None }
    }

    /// The same as a line that tells nothing else.
    pub(super) fn alone(self) -> Told<'a> {
        Told { closed: Some(self), ..Told::default() }
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
