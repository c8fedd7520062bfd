//! What the application's log has told so far.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::log_clients::{ClientsByLog, RecentClients};
use crate::sample::{LogClients, LogHerdClients, LogLine, LogReading, LogSource, Stamp};
use crate::units::{PerSecond, float};

/// A rate is over this many seconds.
const RATE_SECONDS: u64 = 10;
/// Error lines, unmatched lines and notes kept.
const LINES: usize = 3;
const NOTES: usize = 32;

/// The log at one moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LogSnapshot {
    /// Time of its first word and of its last, by its own clock.
    pub span: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Connections opened.
    pub opened: LogRate,
    /// Connections ended.
    pub closed: LogRate,
    /// Error lines.
    pub errors: LogRate,
    /// Closings that told a code.
    pub coded: u64,
    /// The last reason beside a code, clean.
    pub reasons: BTreeMap<u16, String>,
    /// The last error lines, oldest first, at most three; clean.
    pub last_errors: Vec<LogLine>,
    /// Lines read.
    pub lines: u64,
    /// Lines that told nothing.
    pub unmatched: u64,
    /// Lines that told something, but not when.
    pub untimed: u64,
    /// Lines more than two seconds out of order.
    pub late: u64,
    /// Some that told nothing, clean.
    pub unmatched_lines: Vec<String>,
    /// Why the opens are not known, though lines tell of connections.
    pub unknown_opens: Option<String>,
    /// Why the closes are not known.
    pub unknown_closes: Option<String>,
    /// How each log is read.
    pub sources: Vec<LogSource>,
    /// Who has tried, as far as the lines name addresses.
    pub clients: Option<LogClients>,
    /// Who the clients of herds were.
    pub herd_clients: Vec<LogHerdClients>,
    /// Where those of the last minutes came from.
    #[serde(skip)]
    pub recent: RecentClients,
    /// What has to be known of the log, in words.
    pub notes: Vec<String>,
}

/// A count and its rates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct LogRate {
    /// Since the start of the log, or of herdtop where it is followed.
    pub total: u64,
    /// Of these, the ones opened before the log begins: they are in no rate.
    #[serde(default)]
    pub before: u64,
    /// Over the last ten seconds; none before the first word.
    pub lately: Option<PerSecond>,
    /// The highest second, and when.
    pub peak: Option<(u64, DateTime<Utc>)>,
}

/// The state behind it.
#[derive(Debug, Clone, Default)]
pub(super) struct LogState {
    told: LogSnapshot,
    since: Option<u64>,
    /// Seconds of the last ten with anything: opened, closed, errors.
    seconds: VecDeque<(u64, DateTime<Utc>, [u64; 3])>,
    seen: bool,
    clients: ClientsByLog,
    /// Why opens, and why closes are not known, by log.
    unknown: BTreeMap<String, [Option<String>; 2]>,
}

/// Logs whose reading is told.
const SOURCES: usize = 16;

impl LogSnapshot {
    /// How it was read, and by whom it was written to.
    fn understand(&mut self, reading: &LogReading) {
        for source in &reading.sources {
            let known = self.sources.iter().position(|known| known.name == source.name);
            match known {
                Some(at) => self.sources[at].clone_from(source),
                None if self.sources.len() < SOURCES => self.sources.push(source.clone()),
                None => {}
            }
        }
        self.herd_clients.extend_from_slice(&reading.herd_clients);
        if let Some(note) = twice(&self.sources).filter(|note| !self.notes.contains(note)) {
            self.notes.push(note);
        }
    }
}

impl LogState {
    /// Takes a part in.
    pub(super) fn read(&mut self, at: Stamp, reading: &LogReading) {
        self.seen = true;
        let told = &mut self.told;
        self.since.get_or_insert(at.mono.as_secs());
        told.lines += reading.lines;
        told.unmatched += reading.unmatched;
        told.untimed += reading.untimed;
        told.late += reading.late;
        told.opened.total += reading.before;
        told.opened.before += reading.before;
        for code in &reading.codes {
            told.coded += code.count;
            if let Some(reason) = &code.reason {
                told.reasons.insert(code.code, reason.clone());
            }
        }
        keep(&mut told.last_errors, &reading.last_errors, LINES);
        keep(&mut told.unmatched_lines, &reading.unmatched_lines, LINES);
        let room = NOTES.saturating_sub(told.notes.len());
        told.notes.extend(reading.notes.iter().take(room).cloned());
        told.understand(reading);
        told.recent.take(at.wall, reading);
        self.understand(reading);
        let counts = [reading.opened, reading.closed, reading.errors];
        if counts != [0; 3] {
            let told = &mut self.told;
            let from = told.span.map_or(at.wall, |(from, _)| from.min(at.wall));
            told.span = Some((from, at.wall));
            self.count(at, counts);
        }
    }

    /// What each log says of itself: with two of them neither hides the other.
    fn understand(&mut self, reading: &LogReading) {
        let name = reading.sources.first().map_or("", |source| source.name.as_str());
        if let Some(clients) = &reading.clients {
            self.told.clients = Some(self.clients.take(name, clients));
        }
        // A log that says nothing of how it is read leaves it as it was.
        if reading.sources.is_empty() {
            return;
        }
        if self.unknown.len() < SOURCES || self.unknown.contains_key(name) {
            let why = [reading.unknown_opens.clone(), reading.unknown_closes.clone()];
            self.unknown.insert(name.to_owned(), why);
        }
        let first = |which: usize| self.unknown.values().find_map(|why| why[which].clone());
        (self.told.unknown_opens, self.told.unknown_closes) = (first(0), first(1));
    }

    fn count(&mut self, at: Stamp, counts: [u64; 3]) {
        let second = at.mono.as_secs();
        match self.seconds.back_mut() {
            Some((last, _, sums)) if *last == second => {
                sums.iter_mut().zip(counts).for_each(|(sum, more)| *sum += more);
            }
            _ => self.seconds.push_back((second, at.wall, counts)),
        }
        while self.seconds.front().is_some_and(|(at, ..)| at + RATE_SECONDS <= second) {
            self.seconds.pop_front();
        }
        let Some((_, wall, sums)) = self.seconds.back() else { return };
        let told = &mut self.told;
        let rates = [&mut told.opened, &mut told.closed, &mut told.errors];
        for ((rate, sum), more) in rates.into_iter().zip(sums).zip(counts) {
            rate.total += more;
            if *sum > 0 && rate.peak.is_none_or(|(peak, _)| *sum > peak) {
                rate.peak = Some((*sum, *wall));
            }
        }
    }

    /// The log at this moment; none without one.
    pub(super) fn snapshot(&self, now: Duration) -> Option<LogSnapshot> {
        self.seen.then_some(())?;
        let mut told = self.told.clone();
        let now = now.as_secs();
        let watched = self.since.map(|since| (now.saturating_sub(since) + 1).min(RATE_SECONDS));
        let lately = |which: usize| {
            let within = self.seconds.iter().filter(|(at, ..)| at + RATE_SECONDS > now);
            let sum: u64 = within.map(|(_, _, sums)| sums[which]).sum();
            watched.map(|seconds| PerSecond(float(sum) / float(seconds)))
        };
        // What is not known is no 0.
        told.opened.lately = lately(0).filter(|_| told.unknown_opens.is_none());
        told.closed.lately = lately(1).filter(|_| told.unknown_closes.is_none());
        told.errors.lately = lately(2);
        Some(told)
    }
}

/// A proxy's log and the application's tell of the same connections.
fn twice(sources: &[LogSource]) -> Option<String> {
    let told = |access: bool| {
        let tells = |source: &&LogSource| {
            source.patterns.iter().any(|p| p.lines > 0 && p.of_access() == access)
        };
        sources.iter().find(tells).map(|source| &source.name)
    };
    let (proxy, application) = (told(true)?, told(false)?);
    (proxy != application).then(|| format!(
        "{proxy} is an access log and {application} the application's own: a connection told by both was counted twice; read one of them"
    ))
}

/// Appends, and keeps the last few.
fn keep<T: Clone>(kept: &mut Vec<T>, more: &[T], most: usize) {
    kept.extend_from_slice(more);
    kept.drain(..kept.len().saturating_sub(most));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::LogCode;

    fn at(millis: u64) -> Stamp {
        let wall = DateTime::from_timestamp(1_795_269_923, 0).unwrap();
        Stamp { mono: Duration::ZERO, wall }.plus(Duration::from_millis(millis))
    }

    #[test]
    fn peaks_are_of_whole_seconds_and_rates_of_ten() {
        let mut state = LogState::default();
        assert_eq!(state.snapshot(Duration::ZERO), None);
        for n in 0..30 {
            let busy = (10..15).contains(&n);
            let reading = LogReading { opened: if busy { 7 } else { 1 }, ..LogReading::default() };
            state.read(at(n * 200), &reading);
        }
        let told = state.snapshot(Duration::from_secs(6)).unwrap();
        assert_eq!(told.opened.total, 60);
        assert_eq!(told.opened.peak, Some((35, at(2_000).wall)));
        assert!((told.opened.lately.unwrap().0 - 60.0 / 7.0).abs() < 1e-9);
        assert_eq!((told.closed.total, told.closed.peak), (0, None));
    }

    #[test]
    fn connections_of_before_the_log_are_in_the_total_and_in_no_rate() {
        let mut state = LogState::default();
        let reading = LogReading { opened: 2, closed: 9, before: 7, ..LogReading::default() };
        state.read(at(0), &reading);
        let opened = state.snapshot(Duration::ZERO).unwrap().opened;
        assert_eq!((opened.total, opened.before, opened.peak), (9, 7, Some((2, at(0).wall))));
        assert!((opened.lately.unwrap().0 - 2.0).abs() < 1e-9);
    }

    #[test]
    fn the_last_three_error_lines_stay() {
        let mut state = LogState::default();
        for n in 0..9 {
            let line = LogLine { at: at(n).wall, text: n.to_string() };
            let code = LogCode { code: 1011, count: 1, reason: Some(n.to_string()) };
            let reading = LogReading {
                errors: 1,
                closed: 1,
                last_errors: vec![line],
                codes: vec![code],
                ..LogReading::default()
            };
            state.read(at(n), &reading);
        }
        let told = state.snapshot(Duration::ZERO).unwrap();
        let texts: Vec<_> = told.last_errors.iter().map(|l| l.text.as_str()).collect();
        assert_eq!(texts, ["6", "7", "8"]);
        assert_eq!((told.coded, told.reasons[&1011].as_str()), (9, "8"));
    }
}
