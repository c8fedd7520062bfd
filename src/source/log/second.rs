//! What a log told of one second of its own time.

use std::net::IpAddr;

use super::networks::Networks;
use crate::sample::{LogCode, LogLine, LogReading};
use crate::text;

/// Columns of a reason.
const REASON: usize = 123;
/// Error lines kept.
pub(super) const ERRORS: usize = 3;
/// A hostile client could close with a new code each time.
const MOST_CODES: usize = 64;

/// Ticks of 100 ms.
pub(super) const TICKS: usize = 10;

/// One second.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Second {
    /// Since 1970, UTC.
    pub(super) at: i64,
    pub(super) opened: u32,
    /// By the 100 ms they were opened in.
    pub(super) ticks: [u32; TICKS],
    /// Opened at a stamp of whole seconds: spread over them, since all at once
    /// would be a wave each second.
    pub(super) spread: u32,
    pub(super) closed: u32,
    /// Of these, opened before the log begins: when is of no use to a rate.
    pub(super) before: u32,
    pub(super) codes: Vec<LogCode>,
    /// Where they came from.
    pub(super) networks: Networks,
    pub(super) errors: u32,
    pub(super) last_errors: Vec<LogLine>,
    /// The log's clock went back before it.
    pub(super) jumped: bool,
}

impl Second {
    pub(super) fn new(at: i64) -> Self {
        Self { at, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.opened == 0 && self.closed == 0 && self.errors == 0 && !self.jumped
    }

    pub(super) fn close(&mut self, code: Option<u16>, reason: Option<&[u8]>) {
        self.closed += 1;
        let Some(code) = code else { return };
        let known = self.codes.iter().position(|known| known.code == code);
        let at = match known {
            Some(at) => at,
            None if self.codes.len() < MOST_CODES => {
                self.codes.push(LogCode { code, count: 0, reason: None });
                self.codes.len() - 1
            }
            None => return,
        };
        let known = &mut self.codes[at];
        known.count += 1;
        // Most say the same thing again.
        if let Some(reason) = reason
            && known.reason.as_ref().is_none_or(|before| before.as_bytes() != reason)
        {
            known.reason = Some(text::clean(&String::from_utf8_lossy(reason), REASON));
        }
    }

    /// One of those opened came from this address.
    pub(super) fn came_from(&mut self, client: IpAddr) {
        self.networks.add(client);
    }

    pub(super) fn error(&mut self, line: LogLine) {
        self.errors += 1;
        keep_last(&mut self.last_errors, [line]);
    }

    /// The same second of another log.
    pub(super) fn add(&mut self, other: Self) {
        self.opened += other.opened;
        self.spread += other.spread;
        self.closed += other.closed;
        self.before += other.before;
        self.errors += other.errors;
        self.jumped |= other.jumped;
        for (tick, more) in self.ticks.iter_mut().zip(other.ticks) {
            *tick += more;
        }
        for code in other.codes {
            match self.codes.iter_mut().find(|known| known.code == code.code) {
                Some(known) => {
                    known.count += code.count;
                    known.reason = code.reason.or(known.reason.take());
                }
                None => self.codes.push(code),
            }
        }
        self.networks.merge(other.networks);
        keep_last(&mut self.last_errors, other.last_errors);
    }

    /// As a part of a sample.
    pub(super) fn reading(self) -> LogReading {
        let mut ticks = self.ticks;
        for (n, tick) in (0..).zip(&mut ticks) {
            let upto = |n: u64| u64::from(self.spread) * n / TICKS as u64;
            *tick += u32::try_from(upto(n + 1) - upto(n)).unwrap_or(u32::MAX);
        }
        LogReading {
            opened: self.opened.into(),
            closed: self.closed.into(),
            before: self.before.into(),
            codes: self.codes,
            ticks: ticks.to_vec(),
            elsewhere: self.networks.elsewhere.into(),
            networks: self.networks.named(),
            errors: self.errors.into(),
            last_errors: self.last_errors,
            ..LogReading::default()
        }
    }
}

/// Appends, and keeps the last few.
fn keep_last(kept: &mut Vec<LogLine>, more: impl IntoIterator<Item = LogLine>) {
    kept.extend(more);
    let surplus = kept.len().saturating_sub(ERRORS);
    kept.drain(..surplus);
}
