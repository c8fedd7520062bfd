//! What has to be remembered from one snapshot to the next: herds, waves, mass
//! drops, leaks. Rules only look.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use super::arrivals::Arrivals;
use super::evidence::Evidence;
use super::foreign::Foreign;
use super::herd::Herd;
use super::outage::{Outage, Outages};
use super::port_signal::PortSignal;
use crate::model::{ListenerSnapshot, ServiceId, Snapshot};
use crate::sample::{Counters, Sample, Stamp, TICK};
use crate::units::float;

/// A herd is counted from the second on that made it one, in ticks.
const SECOND: u64 = 10;
/// Its onset is known as well as this.
const SLACK: Duration = Duration::from_secs(2);
/// It is ours where so many of it come to what is watched, and such a part.
const LEAST: f64 = 20.0;
const HALF: f64 = 0.5;
/// Services with a herd detector of their own; the busiest ones.
const MOST_SERVICES: usize = 64;

/// Everything remembered.
#[derive(Debug, Clone)]
pub struct Signals {
    pub(super) arrivals: Arrivals,
    /// What is remembered of each service.
    pub(super) evidence: Evidence,
    outages: Outages,
    foreign: Foreign,
    ports: BTreeMap<SocketAddr, PortSignal>,
    factor: f64,
    primary: Option<SocketAddr>,
    /// Since the herd began nobody listened there, or connections were dropped: it
    /// concerns what is watched, as it does where most of it is accepted.
    ours: bool,
    takes_most: bool,
    /// When the herd that runs began.
    onset: Option<Duration>,
    started: bool,
}

impl Signals {
    pub(super) fn new(factor: f64) -> Self {
        Self {
            arrivals: Arrivals::new(factor),
            evidence: Evidence::default(),
            outages: Outages::default(),
            foreign: Foreign::default(),
            ports: BTreeMap::new(),
            factor,
            primary: None,
            ours: false,
            takes_most: false,
            onset: None,
            started: false,
        }
    }

    /// Herds are so many times the baseline from now on.
    pub(super) fn retune(&mut self, factor: f64) {
        self.factor = factor;
        self.arrivals.retune(factor);
        for port in self.ports.values_mut() {
            port.herd.retune(factor);
        }
    }

    /// Hears a sample, before its counters are counted.
    pub(super) fn hear(&mut self, sample: &Sample) {
        // In the tenth of a second in which it comes back some are still refused.
        let before = self.evidence.refuses();
        self.evidence.hear(sample);
        self.arrivals.may_be_refused(before || self.evidence.refuses());
    }

    /// Takes the counters of a fast sample in.
    pub(super) fn count(&mut self, at: Stamp, counters: &Counters, host_age: Option<Duration>) {
        if !self.started {
            self.started = true;
            if let (Some(opened), Some(age)) = (counters.passive_opens, host_age) {
                self.arrivals.suppose(float(opened) / age.as_secs_f64().max(1.0));
            }
        }
        if let Some(accepted) = counters.passive_opens {
            self.foreign.count(at.mono, accepted);
        }
        self.arrivals.count(at, counters);
    }

    /// Takes the arrivals that a log told in, where the log is all there is.
    pub(super) fn told(&mut self, at: Stamp, ticks: &[u32]) {
        self.arrivals.told(at, ticks);
    }

    /// Takes a snapshot in.
    pub(super) fn observe(&mut self, snapshot: &Snapshot) {
        self.evidence.observe(snapshot);
        let now = snapshot.at.mono;
        let passing = self.evidence.has_passing(now);
        self.outages.observe(snapshot, passing || self.evidence.turns_any_away(now));
        self.arrivals.saw_growth(self.outages.grew());
        let dropped = self.outage().is_some_and(|o| o.recovered.is_none());
        self.arrivals.incident(dropped || self.arrivals.herd().running().is_some());
        for service in snapshot.services.iter().take(MOST_SERVICES) {
            let listener = &service.whole;
            let new = || PortSignal::new(self.factor, snapshot.at.mono);
            self.ports.entry(listener.address).or_insert_with(new).observe(snapshot.at, listener);
        }
        self.ports.retain(|name, _| snapshot.services.iter().any(|s| s.whole.address == *name));
        self.foreign.observe(snapshot);
        self.place_herd(snapshot);
    }

    /// Where the herd that runs arrives, whether it is ours, and how much of it.
    fn place_herd(&mut self, snapshot: &Snapshot) {
        let now = snapshot.at.mono;
        let ago = |ticks: u64| now.saturating_sub(TICK * u32::try_from(ticks).unwrap_or(u32::MAX));
        let Some((.., ticks)) = self.arrivals.herd().running() else {
            (self.primary, self.ours, self.takes_most) = (None, false, false);
            return self.arrivals.forget_foreign();
        };
        // One that ended and began again between two looks is another one.
        let onset = ago(ticks + SECOND);
        let is_same = |before: Duration| before.abs_diff(onset) < SLACK;
        if !self.onset.replace(onset).is_some_and(is_same) {
            (self.primary, self.ours, self.takes_most) = (None, false, false);
        }
        let sum = self.arrivals.herd().sum();
        self.primary = self.primary.or_else(|| primary(snapshot, sum));
        let absent = snapshot
            .listeners
            .iter()
            .any(|l| !l.is_present() || l.drops.is_some_and(|drops| drops.0 > 0.0));
        self.ours |= absent;
        self.takes_most = self
            .foreign
            .part(onset, Arrivals::cold(None))
            .is_some_and(|(ours, all)| ours >= LEAST && ours >= HALF * all);
        if snapshot.watches_sockets {
            let upto = ago(self.arrivals.herd().quiet().unwrap_or(0));
            let mut share = self.foreign.since(onset, self.primary, upto);
            let most = Arrivals::cold(share.usual);
            let quiet = self.foreign.quiet_for(onset, self.primary, most, now);
            if let Some(quiet) = quiet {
                share = self.foreign.since(onset, self.primary, now.saturating_sub(quiet));
            }
            self.arrivals.put_right(snapshot.at, share, quiet);
        }
    }

    /// The last mass drop.
    #[must_use]
    pub const fn outage(&self) -> Option<&Outage> {
        self.outages.current()
    }

    /// Where most of the herd on this host arrives, if at one listener.
    pub(super) const fn primary(&self) -> Option<SocketAddr> {
        self.primary
    }

    /// How many times the usual arrive, at the host and at each service with a herd.
    pub(super) fn herds(&self, snapshot: &Snapshot) -> Vec<(Option<ServiceId>, f64)> {
        let loud = |herd: &Herd| herd.burst_factor().filter(|_| herd.quiet().is_none());
        let host = self.arrivals.multiple().filter(|_| self.arrivals.quiet().is_none());
        let host = host.map(|multiple| (None, multiple));
        let at = |(address, port): (&SocketAddr, &PortSignal)| {
            Some((Some(snapshot.service_of(*address)), loud(&port.herd)?))
        };
        host.into_iter().chain(self.ports.iter().filter_map(at)).collect()
    }

    /// What is remembered of a listener.
    pub(super) fn port(&self, address: SocketAddr) -> Option<&PortSignal> {
        self.ports.get(&address)
    }

    /// Whether a herd on this host concerns what is watched, where that is only a
    /// part: it takes at least half of what the host accepted since the onset, drops
    /// connections, or is not there, so that its clients are refused. Refused connects
    /// have no port.
    pub(super) const fn is_ours(&self) -> bool {
        self.ours || self.takes_most
    }
}

/// The listener that has nearly all that is opened, or nearly all that the
/// listeners themselves drop. Nobody while what is opened is but a small part of
/// the `arrived`, a second: then most were refused at a port that is not there, or
/// came to one that has just come back and is not counted yet, and a neighbour
/// with five clients would give its name to a herd of thousands.
fn primary(snapshot: &Snapshot, arrived: u64) -> Option<SocketAddr> {
    const NAMED: f64 = 0.8;
    const PART: f64 = 0.5;
    let most = |of: fn(&ListenerSnapshot) -> f64, least: f64| {
        let services = || snapshot.services.iter().map(|service| &service.whole);
        let all: f64 = services().map(of).sum();
        let busiest = services().max_by(|a, b| of(a).total_cmp(&of(b)))?;
        (all > least && of(busiest) >= NAMED * all).then_some(busiest.address)
    };
    most(|l| l.opened.unwrap_or_default().0, PART * float(arrived))
        .or_else(|| most(|l| l.drops.unwrap_or_default().0, 0.0))
}
