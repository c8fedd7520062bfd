//! Model and judge behind one door: samples in, snapshots and verdicts out.
//!
//! Screen, check, stream and demo all hold one of these, so they cannot
//! disagree. Pure like what it holds: the time comes with the samples.

use std::net::SocketAddr;

use crate::detect::{Judge, Thresholds};
use crate::model::{Model, ModelConfig, Snapshot};
use crate::sample::{Reading, Sample, Stamp};

/// One run over one source.
#[derive(Debug)]
pub struct Session {
    /// What the samples mean.
    pub model: Model,
    /// What is to be thought of it.
    pub judge: Judge,
    /// The latest derivation.
    pub snapshot: Option<Snapshot>,
    walked: Option<std::time::Duration>,
}

impl Session {
    /// A session that has seen nothing.
    #[must_use]
    pub fn new(model: ModelConfig, thresholds: Thresholds) -> Self {
        Self {
            model: Model::new(model),
            judge: Judge::new(thresholds),
            snapshot: None,
            walked: None,
        }
    }

    /// Takes a sample in.
    pub fn absorb(&mut self, sample: Sample) {
        if let Some(Reading::Seen(counters)) = &sample.counters {
            self.judge.count(sample.at, counters);
        }
        if sample.dump.is_some() {
            self.walked = Some(sample.at.mono);
        }
        self.model.absorb(sample);
    }

    /// When the connections were last counted.
    #[must_use]
    pub const fn walked(&self) -> Option<std::time::Duration> {
        self.walked
    }

    /// Derives and judges. `focus` says which listener is looked at, given the
    /// one before and what there is now.
    pub fn derive(
        &mut self,
        at: Stamp,
        before: Option<SocketAddr>,
        focus: impl FnOnce(&Snapshot) -> Option<SocketAddr>,
    ) {
        let snapshot = self.model.derive(at, before);
        let focus = focus(&snapshot);
        self.judge.judge(&snapshot, focus);
        self.snapshot = Some(snapshot);
    }
}
