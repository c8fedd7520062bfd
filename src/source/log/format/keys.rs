//! The keys of an object by which loggers are told apart.

use crate::source::log::json::{Fields, Value, is_object};

/// Keys of the outermost object, as bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::source::log) struct Keys(u32);

macro_rules! keys {
    ($($name:ident $bit:literal $what:literal)*) => {
        impl Keys {
            $(#[doc = $what] pub(super) const $name: Self = Self(1 << $bit);)*
        }
    };
}

keys! {
    LEVEL_NUMBER 0 "`level` is a number."
    LEVEL_LOWER 1 "`level` in lower case."
    LEVEL_UPPER 2 "`level` in upper case."
    MSG 3 "`msg`."
    MESSAGE 4 "`message`."
    TIME_NUMBER 5 "`time` is a number."
    TIME_TEXT 6 "`time` is a text."
    TS 7 "`ts`."
    HOSTNAME 8 "`hostname`."
    VERSION 9 "`v`."
    LOGGER 10 "`logger`."
    TIMESTAMP 11 "`timestamp`."
    FIELDS 12 "`fields` or `target`."
    AT_T 13 "`@t`."
    CATEGORY 14 "`Category` or `LogLevel`."
    REQUEST 15 "`request` is an object."
    STATUS 16 "A status."
    START_TIME 17 "`start_time`."
    RESPONSE_CODE 18 "`response_code`."
    START_UTC 19 "`StartUTC`, `DownstreamStatus`."
    AT_TIMESTAMP 20 "`@timestamp`."
    LOGGER_NAME 21 "`logger_name` or `thread_name`."
    NGINX 22 "A name of nginx's variables."
    CALLER 23 "`caller`."
    SEVERITY 24 "`severity` or `metadata` of Elixir's."
    PID 25 "`pid`."
}

impl Keys {
    /// Of an object; none where it is none.
    pub(in crate::source::log) fn of(body: &[u8]) -> Option<Self> {
        if !is_object(body) {
            return None;
        }
        let mut all = Self(0);
        let mut any = false;
        for (key, value) in Fields::of(body) {
            any = true;
            all.0 |= Self::one(key, value).0;
        }
        any.then_some(all)
    }

    fn one(key: &[u8], value: Value<'_>) -> Self {
        let text = matches!(value, Value::Text(_));
        match key {
            b"level" => match value {
                Value::Bare(_) => Self::LEVEL_NUMBER,
                Value::Text(level) if level.iter().any(u8::is_ascii_lowercase) => Self::LEVEL_LOWER,
                _ => Self::LEVEL_UPPER,
            },
            b"msg" => Self::MSG,
            b"message" => Self::MESSAGE,
            b"time" if text => Self::TIME_TEXT,
            b"time" => Self::TIME_NUMBER,
            b"ts" => Self::TS,
            b"hostname" => Self::HOSTNAME,
            b"v" => Self::VERSION,
            b"logger" => Self::LOGGER,
            b"timestamp" | b"Timestamp" => Self::TIMESTAMP,
            b"fields" | b"target" => Self::FIELDS,
            b"@t" | b"@mt" => Self::AT_T,
            b"Category" | b"LogLevel" | b"EventId" => Self::CATEGORY,
            b"request" if matches!(value, Value::Nested(_)) => Self::REQUEST,
            b"status" => Self::STATUS,
            b"start_time" => Self::START_TIME,
            b"response_code" => Self::RESPONSE_CODE,
            b"StartUTC" | b"DownstreamStatus" | b"RouterName" => Self::START_UTC,
            b"@timestamp" => Self::AT_TIMESTAMP,
            b"logger_name" | b"thread_name" => Self::LOGGER_NAME,
            b"request_time" | b"time_local" | b"time_iso8601" | b"body_bytes_sent" => Self::NGINX,
            b"caller" => Self::CALLER,
            b"severity" | b"metadata" => Self::SEVERITY,
            b"pid" => Self::PID,
            _ => Self(0),
        }
    }

    /// Whether all of these are among them.
    pub(super) const fn has(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// These and those.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
