//! What is told once and holds on: a part has to begin with it, or a reader that
//! has only that part would know neither processes nor targets.

use std::collections::BTreeMap;

use crate::sample::{Owners, ProbeEvent, ProbeFact, Reading, Sample, Stamp};

/// As told so far.
#[derive(Debug, Default)]
pub(super) struct Known {
    owners: Option<Reading<Owners>>,
    targets: BTreeMap<u32, ProbeEvent>,
}

impl Known {
    /// Takes note of a sample.
    pub(super) fn note(&mut self, sample: &Sample) {
        if sample.owners.is_some() {
            self.owners.clone_from(&sample.owners);
        }
        for event in &sample.probes {
            match event.fact {
                ProbeFact::Target { .. } => drop(self.targets.insert(event.target, event.clone())),
                ProbeFact::Gone => drop(self.targets.remove(&event.target)),
                _ => {}
            }
        }
    }

    /// All of it as a sample of that moment; none when there is nothing.
    pub(super) fn sample(&self, at: Stamp) -> Option<Sample> {
        let nothing = self.owners.is_none() && self.targets.is_empty();
        let probes = self.targets.values().cloned().collect();
        let sample = Sample { owners: self.owners.clone(), probes, ..Sample::at(at) };
        (!nothing).then_some(sample)
    }
}
