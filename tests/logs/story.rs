//! One story, told in every format: a calm minute, a restart, a herd of which two in
//! five are sent away; and the truth of it.

use chrono::{DateTime, TimeDelta, Utc};

use super::at;

/// One connection, in milliseconds from the beginning.
#[derive(Debug, Clone, Copy)]
pub(super) struct Connection {
    pub(super) number: usize,
    pub(super) opened: i64,
    pub(super) closed: i64,
    pub(super) code: u16,
}

impl Connection {
    pub(super) fn lasted(self) -> i64 {
        self.closed - self.opened
    }

    /// Its address: three networks, one of them with nearly all of the herd.
    pub(super) fn address(self) -> String {
        match self.number {
            n if n < 60 => format!("198.51.{}.{}", n % 20, 1 + n),
            n => format!("203.0.113.{}", 1 + n % 200),
        }
    }
}

/// When the herd comes.
pub(super) const HERD: i64 = 62_000;

/// The whole story: 60 connects, one a second; 20 of them end by themselves, 40 at
/// the restart at +60 s with 1012; 150 come back at +62 s, 60 of them are told 1013.
pub(super) fn story() -> Vec<Connection> {
    let mut dice = 7_u64;
    let mut roll = |below: i64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(dice >> 40).expect("24 bits") % below
    };
    let mut all = Vec::new();
    for number in 0..60 {
        let second = i64::try_from(number).expect("small") * 1000;
        let opened = second + roll(900);
        let (closed, code) = if number < 20 {
            (50_000 + second * 2 / 5, if number % 2 == 1 { 1001 } else { 1006 })
        } else {
            (60_000 + roll(800), 1012)
        };
        all.push(Connection { number, opened, closed, code });
    }
    for number in 60..210 {
        let opened = HERD + roll(2_000);
        let (closed, code) =
            if number % 5 < 2 { (opened + 50, 1013) } else { (85_000 + roll(4_000), 1000) };
        all.push(Connection { number, opened, closed, code });
    }
    all
}

/// What is written of it: at which moment, of which connection, whether it opens.
pub(super) fn events() -> Vec<(i64, Connection, bool)> {
    let mut all: Vec<_> =
        story().into_iter().flat_map(|c| [(c.opened, c, true), (c.closed, c, false)]).collect();
    all.sort_by_key(|(at, c, opens)| (*at, c.number, !opens));
    all
}

/// The connections in the order of their ends, as an access log has them.
pub(super) fn ended() -> Vec<Connection> {
    let mut all = story();
    all.sort_by_key(|c| (c.closed, c.number));
    all
}

/// Opened in seconds from the beginning.
pub(super) fn opened_in(second: i64) -> usize {
    story().iter().filter(|c| c.opened / 1000 == second).count()
}

/// `%…` of a moment.
pub(super) fn written(millis: i64, format: &str) -> String {
    at(millis).format(format).to_string()
}

/// A line for each event: `opens` or `closes` of it.
pub(super) fn told(
    opens: impl Fn(i64, Connection) -> String,
    closes: impl Fn(i64, Connection) -> String,
) -> Vec<String> {
    let each = events().into_iter();
    each.map(|(at, c, open)| if open { opens(at, c) } else { closes(at, c) }).collect()
}

/// Seconds between a moment of a document and one of the story.
pub(super) fn apart(time: &serde_json::Value, millis: i64) -> f64 {
    let time: DateTime<Utc> = serde_json::from_value(time.clone()).expect("a time");
    (time - at(0) - TimeDelta::milliseconds(millis)).as_seconds_f64().abs()
}
