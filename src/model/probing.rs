//! Takes in what the probes saw.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::codes::{CodeCounts, Count};
use super::probe_snapshot::{CodeSource, Codes, ProberSnapshot, TargetSnapshot};
use super::target::TargetState;
use crate::close::CloseCode;
use crate::sample::{LogCode, ProbeEvent, ProbeFact, ProbeLoad, Reading};

/// The prober's own load is told for this long.
const LOAD_WINDOW: Duration = Duration::from_mins(1);

/// All targets and the codes they were told.
#[derive(Debug, Clone, Default)]
pub(super) struct Probing {
    targets: BTreeMap<u32, TargetState>,
    codes: CodeCounts,
    load: VecDeque<(Duration, ProbeLoad)>,
}

impl Probing {
    /// Takes one event in; why the kernel's round trip is not known, if so.
    pub(super) fn note(&mut self, at: Duration, event: ProbeEvent) -> Option<Reading<()>> {
        let ProbeEvent { target, lane, fact } = event;
        let mut told = None;
        match &fact {
            ProbeFact::Target { url, address, holds } => {
                self.codes.watch(at, CodeSource::Probe);
                self.targets.insert(target, TargetState::new(url.clone(), *address, *holds));
            }
            ProbeFact::Gone => drop(self.targets.remove(&target)),
            ProbeFact::Ended { outcome, .. } | ProbeFact::Lost { outcome, .. } => {
                self.codes.count(at, outcome);
            }
            ProbeFact::Ping { tcp, .. } => told = Some(tcp.clone().map(drop)),
            ProbeFact::Started | ProbeFact::Flood { .. } | ProbeFact::Next { .. } => {}
        }
        if let Some(state) = self.targets.get_mut(&target) {
            state.note(at, lane, fact);
        }
        told
    }

    /// Takes the codes in that real clients were told, by the application's log.
    pub(super) fn told_by_log(&mut self, at: Duration, codes: &[LogCode]) {
        self.codes.watch(at, CodeSource::Log);
        for LogCode { code, count, .. } in codes {
            self.codes.add(at, CloseCode(*code), CodeSource::Log, *count);
        }
    }

    /// The codes the log told, each with its counts.
    pub(super) fn logged(&self) -> impl Iterator<Item = (CloseCode, &Count)> {
        self.codes.logged()
    }

    /// Takes the load in: one reading a second is enough.
    pub(super) fn load(&mut self, at: Duration, load: ProbeLoad) {
        match self.load.back_mut() {
            Some((then, last)) if then.as_secs() == at.as_secs() => *last = load,
            _ => self.load.push_back((at, load)),
        }
        while self.load.len() > 2 && self.load.get(1).is_some_and(|(t, _)| *t + LOAD_WINDOW <= at) {
            self.load.pop_front();
        }
    }

    pub(super) fn targets(&self, now: Duration) -> Vec<TargetSnapshot> {
        self.targets.iter().map(|(id, state)| state.snapshot(*id, now)).collect()
    }

    pub(super) fn codes(&self, now: Duration) -> Codes {
        self.codes.snapshot(now)
    }

    /// What the prober cost in the last minute.
    pub(super) fn prober(&self, now: Duration) -> Option<ProberSnapshot> {
        let (_, last) = self.load.back()?;
        // The newest reading from before the window, or nothing: it began within.
        let before = self.load.iter().rev().find(|(at, _)| *at + LOAD_WINDOW <= now);
        let before = before.map(|(_, load)| *load).unwrap_or_default();
        Some(ProberSnapshot {
            // A counter of a recording may fall: then nothing is known of the time between.
            attempts_last_minute: last.attempts.saturating_sub(before.attempts),
            bytes_last_minute: (last.sent.saturating_add(last.received))
                .saturating_sub(before.sent.saturating_add(before.received)),
        })
    }
}
