//! History in bounded memory.
//!
//! Every quantity is kept by the second for a while, then by ten seconds, then
//! by the minute, and each step keeps its highest, lowest, last and sum: a peak
//! of one second stays visible at every zoom. What was not measured is a gap,
//! never a zero. All of it together is below 16 MB, whatever a host does.

mod bucket;
mod connections;
mod host;
mod listeners;
mod log;
mod ring;
mod sum;
#[cfg(test)]
mod tests;
mod track;
mod tracks;

use std::collections::BTreeMap;
use std::net::SocketAddr;

pub use bucket::Bucket;
pub use connections::Connections;
pub(in crate::model) use connections::Second;
pub use host::{HostHistory, Series};
pub use log::LogHistory;
pub(in crate::model) use sum::Sum;
pub use track::Track;

use super::connect_attempts::ConnectAttempts;
use super::limit::LimitKind;
use super::probe_snapshot::CodeSource;
use super::snapshot::Snapshot;
use crate::close::CloseCode;
use crate::sample::LogReading;
use crate::units::{float, whole};
use connections::narrow;
use listeners::Listeners;
use track::Kept;
use tracks::Tracks;

/// Close codes with a track of their own. 1.8 MB.
const CODES: usize = 16;
/// Limits with one. 2.6 MB; a listener has up to seven, most of them shared.
const LIMITS: usize = 24;
/// Limits are looked at on so many listeners, the busiest.
const LIMITED: usize = 16;
/// All listeners together for two weeks. 1.8 MB.
const ALL: Kept = Kept { seconds: 7_200, tens: 8_640, minutes: 20_160 };

/// What the rate of a code is over, seconds.
const LATELY: f64 = 10.0;

/// A close code from one source.
type CodeKey = (CloseCode, CodeSource);

/// Everything kept.
#[derive(Debug, Clone)]
pub struct History {
    host: HostHistory,
    listeners: Listeners,
    /// Services with several addresses, by the first.
    services: Listeners,
    /// All listeners together.
    all: Connections,
    codes: Tracks<CodeKey>,
    /// Totals at the last moment: what was added since is what happened.
    totals: BTreeMap<CodeKey, u64>,
    limits: Tracks<(LimitKind, String)>,
    log: Option<LogHistory>,
}

impl Default for History {
    fn default() -> Self {
        Self::new()
    }
}

impl History {
    pub(super) const fn new() -> Self {
        Self {
            host: HostHistory::new(),
            listeners: Listeners::new(),
            services: Listeners::new(),
            all: Connections::new(ALL),
            codes: Tracks::new(CODES),
            totals: BTreeMap::new(),
            limits: Tracks::new(LIMITS),
            log: None,
        }
    }

    /// Takes in what came since the fast sample before; `tick` is its time in steps of
    /// 100 ms.
    pub(super) fn count(&mut self, tick: u64, came: Option<ConnectAttempts>) {
        self.host.count(tick, came);
    }

    /// Takes in what the application's log told of a second.
    pub(super) fn told(&mut self, second: u64, log: &LogReading) {
        self.log.get_or_insert_with(LogHistory::new).note(second, log);
    }

    /// The log is still read and has told nothing more up to this second.
    pub(super) fn silent(&mut self, second: u64) {
        if let Some(log) = &mut self.log {
            log.note(second, &LogReading::default());
        }
    }

    /// Takes in what a walk found out: the seconds of each listener.
    pub(super) fn walked<I>(&mut self, told: &[(SocketAddr, I)])
    where
        I: Iterator<Item = (u64, Second)> + Clone,
    {
        self.listeners.walked(told);
        let all = Sum::of(told.iter().map(|(_, seconds)| seconds.clone()));
        all.for_each(|(second, sum)| self.all.add(second, sum));
    }

    /// The same of each service with several listeners.
    pub(super) fn walked_services<I>(&mut self, told: &[(SocketAddr, I)])
    where
        I: Iterator<Item = (u64, Second)> + Clone,
    {
        self.services.walked(told);
    }

    /// A listener is known by another address from now on.
    pub(super) fn rename(&mut self, from: SocketAddr, to: SocketAddr) {
        self.listeners.rename(from, to);
    }

    /// Takes a moment in: its close codes and limits.
    pub(super) fn note(&mut self, second: u64, snapshot: &Snapshot) {
        self.codes.fade();
        let wire = &snapshot.codes.wire;
        for code in wire {
            let key = (code.code, code.source);
            let before = self.totals.insert(key, code.total).unwrap_or(0);
            // A shape that is named has ended so for a while: that is no second's.
            let most = match code.source {
                CodeSource::Shape => whole(code.per_second.0 * LATELY),
                CodeSource::Probe | CodeSource::Log => u64::MAX,
            };
            let more = code.total.saturating_sub(before).min(most);
            let weight = float(code.five_minutes);
            self.codes.place(&key, weight).add(second, narrow(float(more)));
        }
        self.totals.retain(|key, _| wire.iter().any(|code| (code.code, code.source) == *key));
        self.limits.fade();
        let services = snapshot.services.iter().take(LIMITED);
        for limit in services.flat_map(|service| &service.whole.limits) {
            let share = limit.ratio().0;
            let key = (limit.kind, limit.scope.clone());
            self.limits.place(&key, share).set(second, narrow(share));
        }
    }

    /// Arrivals of the whole network namespace.
    #[must_use]
    pub const fn host(&self) -> &HostHistory {
        &self.host
    }

    /// One listener; none when it is not among those that are kept.
    #[must_use]
    pub fn listener(&self, address: SocketAddr) -> Option<&Connections> {
        self.listeners.get(address)
    }

    /// The service that is named by this address, over all its addresses.
    #[must_use]
    pub fn service(&self, name: SocketAddr) -> Option<&Connections> {
        self.services.get(name).or_else(|| self.listeners.get(name))
    }

    /// All watched listeners together, for two weeks.
    #[must_use]
    pub const fn all(&self) -> &Connections {
        &self.all
    }

    /// What the application's log told; none where none is read.
    #[must_use]
    pub const fn log(&self) -> Option<&LogHistory> {
        self.log.as_ref()
    }

    /// How often a close code was told, by the second.
    #[must_use]
    pub fn code(&self, code: CloseCode, source: CodeSource) -> Option<&Track> {
        self.codes.get(&(code, source))
    }

    /// How full a limit was, 0 to 1.
    #[must_use]
    pub fn limit(&self, kind: LimitKind, scope: &str) -> Option<&Track> {
        self.limits.get(&(kind, scope.to_owned()))
    }

    /// How full every limit of a kind was, with whose it is.
    pub fn limits(&self, kind: LimitKind) -> impl Iterator<Item = (&str, &Track)> {
        let all = self.limits.all().filter(move |((its, _), _)| *its == kind);
        all.map(|((_, scope), track)| (scope.as_str(), track))
    }

    /// The oldest second of which something is kept.
    #[must_use]
    pub fn oldest(&self) -> Option<u64> {
        let log = self.log.as_ref().map(|log| &log.opened);
        let all = [&self.host.opened.seconds, &self.all.opened];
        all.into_iter().chain(log).filter_map(Track::oldest).min()
    }

    /// Memory held by what is kept, bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let lines = self.listeners.bytes() + self.services.bytes() + self.all.bytes();
        let log = self.log.as_ref().map_or(0, LogHistory::bytes);
        self.host.bytes() + lines + self.codes.bytes() + self.limits.bytes() + log
    }
}
