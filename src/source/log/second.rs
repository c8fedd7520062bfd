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
const TICKS: usize = 10;

/// One second. Of an access log a whole day of them is held open: what few of them have
/// takes no room in the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Second {
    /// Since 1970, UTC.
    pub(super) at: i64,
    pub(super) opened: u32,
    /// By the 100 ms they were opened in.
    ticks: Option<Box<[u32; TICKS]>>,
    /// Opened at a stamp of whole seconds: spread over them, since all at once
    /// would be a wave each second.
    pub(super) spread: u32,
    pub(super) closed: u32,
    /// Of these, opened before the log begins: when is of no use to a rate.
    pub(super) before: u32,
    /// Where they came from.
    networks: Networks,
    told: Option<Box<Told>>,
    /// The log's clock went back before it.
    pub(super) jumped: bool,
}

/// What lines of an application tell besides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Told {
    codes: Vec<LogCode>,
    errors: u32,
    last_errors: Vec<LogLine>,
}

impl Second {
    pub(super) fn new(at: i64, jumped: bool) -> Self {
        Self { at, jumped, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        let errors = self.told.as_ref().map_or(0, |told| told.errors);
        self.opened == 0 && self.closed == 0 && errors == 0 && !self.jumped
    }

    /// One was opened in that tick of it.
    pub(super) fn tick(&mut self, tick: usize) {
        self.ticks.get_or_insert_default()[tick.min(TICKS - 1)] += 1;
    }

    /// Those whose tick is known, by tick.
    pub(super) fn ticks(&self) -> [u32; TICKS] {
        self.ticks.as_ref().map_or([0; TICKS], |ticks| **ticks)
    }

    pub(super) fn close(&mut self, code: Option<u16>, reason: Option<&[u8]>) {
        self.closed += 1;
        let Some(code) = code else { return };
        let codes = &mut self.told.get_or_insert_default().codes;
        let known = codes.iter().position(|known| known.code == code);
        let at = match known {
            Some(at) => at,
            None if codes.len() < MOST_CODES => {
                codes.push(LogCode { code, count: 0, reason: None });
                codes.len() - 1
            }
            None => return,
        };
        let known = &mut codes[at];
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
        let told = self.told.get_or_insert_default();
        told.errors += 1;
        keep_last(&mut told.last_errors, [line]);
    }

    /// The same second of another log.
    pub(super) fn add(&mut self, other: Self) {
        self.opened += other.opened;
        self.spread += other.spread;
        self.closed += other.closed;
        self.before += other.before;
        self.jumped |= other.jumped;
        if let Some(others) = other.ticks {
            let ticks = self.ticks.get_or_insert_default();
            ticks.iter_mut().zip(*others).for_each(|(tick, more)| *tick += more);
        }
        self.networks.merge(other.networks);
        let Some(others) = other.told else { return };
        let told = self.told.get_or_insert_default();
        told.errors += others.errors;
        for code in others.codes {
            match told.codes.iter_mut().find(|known| known.code == code.code) {
                Some(known) => {
                    known.count += code.count;
                    known.reason = code.reason.or(known.reason.take());
                }
                None => told.codes.push(code),
            }
        }
        keep_last(&mut told.last_errors, others.last_errors);
    }

    /// As a part of a sample.
    pub(super) fn reading(self) -> LogReading {
        let mut ticks = self.ticks();
        let told = self.told.map_or_else(Told::default, |told| *told);
        for (n, tick) in (0..).zip(&mut ticks) {
            let upto = |n: u64| u64::from(self.spread) * n / TICKS as u64;
            *tick += u32::try_from(upto(n + 1) - upto(n)).unwrap_or(u32::MAX);
        }
        LogReading {
            opened: self.opened.into(),
            closed: self.closed.into(),
            before: self.before.into(),
            codes: told.codes,
            ticks: ticks.to_vec(),
            elsewhere: self.networks.elsewhere().into(),
            networks: self.networks.named(),
            errors: told.errors.into(),
            last_errors: told.last_errors,
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
