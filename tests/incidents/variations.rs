//! The recordings as others would have been: opened while the incident is under way, or
//! by a user who sees less.
//!
//! What is seen then is less, and so may be what is said; a cause that was never true
//! must not be among it.

use std::path::Path;

use herdtop::model::ServiceId;
use herdtop::sample::{Owners, ProbeEvent, ProbeFact, Reading, Sample};
use herdtop::session::Session;
use herdtop::source::recording::{Reader, Record};

use super::replay::{Second, second};

/// What is told once and holds on: who comes later is told it too.
#[derive(Debug, Default)]
struct Known {
    owners: Option<Reading<Owners>>,
    targets: Vec<ProbeEvent>,
}

impl Known {
    fn note(&mut self, sample: &Sample) {
        if sample.owners.is_some() {
            self.owners.clone_from(&sample.owners);
        }
        let targets = sample.probes.iter();
        let targets = targets.filter(|e| matches!(e.fact, ProbeFact::Target { .. }));
        self.targets.extend(targets.cloned());
    }
}

/// How a recording is seen.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    /// Opened so many seconds after its start.
    pub(super) late: f64,
    /// No process may be looked into.
    pub(super) hidden: bool,
    /// No death of a connection is told.
    pub(super) deathless: bool,
    /// No URL is probed.
    pub(super) unprobed: bool,
}

impl Seen {
    fn change(&self, sample: &mut Sample) {
        if self.hidden {
            sample.processes = sample.processes.take().map(|_| Vec::new());
            sample.workers = sample.workers.take().map(|_| Vec::new());
            sample.ended.clear();
            if let Some(Reading::Seen(owners)) = &mut sample.owners {
                let inodes = owners.pids.drain(..).map(|(inode, _)| inode);
                owners.hidden.extend(inodes);
            }
        }
        if self.deathless {
            sample.destroyed = None;
        }
        if self.unprobed {
            sample.probes.clear();
        }
    }

    /// The session as it was each second, as far as it is seen.
    pub(super) fn seconds(&self, path: &Path, last: f64) -> Vec<Second> {
        let reader = Reader::open(path).expect("a recording");
        let header = reader.header().clone();
        let mut session = Session::new(header.model.clone(), header.thresholds.clone());
        let (mut seconds, mut wanted) = (Vec::new(), (self.late + 3.0).ceil());
        let mut known = Known::default();
        let mut begun = self.late <= 0.0;
        for record in reader {
            match record {
                Record::Sample(mut sample) => {
                    self.change(&mut sample);
                    let since = sample.at.mono.saturating_sub(header.started.mono);
                    // Who listens is the first thing a source reads.
                    let first = !begun && sample.listeners.is_some();
                    if since.as_secs_f64() < self.late || !(begun || first) {
                        known.note(&sample);
                        continue;
                    }
                    let (at, probes) = (sample.at, &known.targets);
                    if sample.processes.is_some() && sample.owners.is_none() {
                        sample.owners = known.owners.take();
                    }
                    session.absorb(*sample);
                    if first {
                        begun = true;
                        session.absorb(Sample { probes: probes.clone(), ..Sample::at(at) });
                    }
                }
                Record::Derive { at, focus } => {
                    let since = at.mono.saturating_sub(header.started.mono).as_secs_f64();
                    if since < self.late || !begun {
                        continue;
                    }
                    let netns = session.model.netns();
                    session.derive(at, focus.map(|address| ServiceId::new(netns, address)));
                    while wanted <= since && wanted <= last - 0.5 {
                        seconds.push(second(&session, wanted));
                        wanted += 1.0;
                    }
                }
                Record::Mark { .. } => {}
            }
        }
        seconds
    }
}
