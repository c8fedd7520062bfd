//! One sample taken in: each reading to what it is about.

use std::time::Duration;

use super::Model;
use super::unseen_listener::why_unseen;
use crate::sample::{
    ConfiguredLimit, HostReading, NamespaceReading, OwnCost, Reading, Sample, SampledWalk, Stamp,
    UnseenListener, Walk,
};

/// Our own load is averaged over this.
const OWN_WINDOW: Duration = Duration::from_secs(10);

impl Model {
    /// Takes one sample in.
    pub fn absorb(&mut self, sample: Sample) {
        self.timeline.observe(sample.at);
        let at = sample.at.mono;
        // First who listens: what was accepted may be for one that is back.
        if let Some(listeners) = self.accept("listeners", sample.listeners) {
            self.read_listeners(at, listeners);
        }
        if let Some(counters) = self.accept("counters", sample.counters) {
            self.read_counters(at, counters);
        }
        self.accept("exit statuses", sample.exit_statuses);
        // Before the owners, who do not have it any more.
        self.read_ended(sample.at, &sample.ended);
        if let Some(owners) = self.accept("owners", sample.owners) {
            self.owners = owners;
            self.assign_owners(at);
        }
        if let Some(processes) = sample.processes {
            self.processes.read(at, &processes);
        }
        if let Some(host) = sample.host {
            self.read_host(sample.at, host);
        }
        if let Some(destroyed) = self.accept("close events", sample.destroyed) {
            self.read_destroyed(at, destroyed);
        }
        self.read_connections(sample.at, sample.walk, sample.sampled);
        if let Some(workers) = sample.workers {
            self.read_workers(sample.at, &workers);
        }
        if let Some(own) = sample.own {
            self.read_own(at, own);
        }
        for event in sample.probes {
            let told = self.probing.note(at, event);
            self.accept("TCP round trip", told);
        }
        for end in sample.probe_ends {
            self.read_probe_end(at, &end);
        }
        if let Some(application) = self.accept("application metrics", sample.application) {
            self.note_denied("application connections", application.missing.clone());
            self.application.read(at, application);
        }
        if let Some(log) = self.accept("log", sample.log) {
            self.log.read(sample.at, &log);
            self.history.told(self.timeline.second(at), &log);
            self.probing.told_by_log(at, &log.codes);
        }
        if let Some(load) = sample.probe_load {
            self.probing.load(at, load);
        }
        if let Some(connections) = sample.connections {
            self.connections = Some((sample.at, connections));
        }
        self.read_seldom(sample.unseen, sample.namespaces, sample.configured);
    }

    /// What is told when it has changed.
    fn read_seldom(
        &mut self,
        unseen: Option<Vec<UnseenListener>>,
        namespaces: Option<Reading<Vec<NamespaceReading>>>,
        configured: Option<Vec<ConfiguredLimit>>,
    ) {
        if let Some(unseen) = unseen {
            self.read_unseen(unseen);
        }
        if let Some(namespaces) = self.accept("other namespaces", namespaces) {
            self.namespaces = namespaces;
        }
        if let Some(configured) = configured {
            self.configured = configured;
        }
    }

    /// A walk over all connections, and a look at some of those that it counted.
    fn read_connections(
        &mut self,
        at: Stamp,
        walk: Option<Reading<Walk>>,
        sampled: Option<Reading<SampledWalk>>,
    ) {
        if let Some(walk) = self.accept("connections", walk) {
            self.read_walk(at.mono, walk);
            self.walked_workers(at);
            self.note_accepting();
        }
        if let Some(sampled) = self.accept("connections one by one", sampled) {
            self.read_sampled(at.mono, sampled);
        }
    }

    fn read_host(&mut self, at: Stamp, host: HostReading) {
        self.note_host(&host);
        self.oom.read(at, &host);
        self.quotas.read(at.mono, &host);
        self.host = Some(host);
    }

    fn read_unseen(&mut self, unseen: Vec<UnseenListener>) {
        let words: Vec<String> = unseen.iter().map(why_unseen).collect();
        self.note_denied("named", (!words.is_empty()).then(|| words.join("; ")));
        self.unseen = unseen;
    }

    /// Remembers why something is not known; none forgets it: it is known now.
    pub(super) fn note_denied(&mut self, what: &'static str, why: Option<String>) {
        match why {
            Some(why) => self.denied.insert(what, why),
            None => self.denied.remove(what),
        };
    }

    /// The value of a reading; a refusal is remembered, a success forgets it.
    fn accept<T>(&mut self, what: &'static str, reading: Option<Reading<T>>) -> Option<T> {
        let (value, why) = match reading? {
            Reading::Seen(value) => (Some(value), None),
            Reading::Absent => (None, Some(format!("{what}: this host does not have them"))),
            Reading::Denied(why) => (None, Some(why)),
        };
        self.note_denied(what, why);
        value
    }

    fn note_host(&mut self, host: &HostReading) {
        for (what, why) in [
            ("memory", host.memory.denied()),
            ("file handles", host.file_handles.denied()),
            ("conntrack", host.conntrack.denied()),
            ("tcp_mem", host.tcp_mem_limit_pages.denied()),
        ] {
            self.note_denied(what, why.map(str::to_owned));
        }
    }

    fn read_own(&mut self, at: Duration, own: OwnCost) {
        self.own.push_back((at, own));
        while self.own.len() > 2
            && self.own.get(1).is_some_and(|(then, _)| at.saturating_sub(*then) >= OWN_WINDOW)
        {
            self.own.pop_front();
        }
    }
}
