//! What every way of running has: a session, the host it is of, and the user's names.

use std::ops::RangeInclusive;

use super::redact::Redact;
use crate::close::Names;
use crate::config;
use crate::detect::{Grade, Thresholds};
use crate::fleet::FleetSnapshot;
use crate::fmt::Zone;
use crate::model::{ModelConfig, ServiceId};
use crate::output::report::{Gather, Subject};
use crate::output::{self, About, DeployCommand, Holds, HostName, ServiceLabels, Span};
use crate::sample::{Sample, Stamp};
use crate::session::Session;
use crate::source::recording::Header;
use crate::text;

/// Seconds.
const HOUR: u64 = 3600;

/// A session and what its outputs have to know beside it.
pub(super) struct Analysis {
    /// Boxed: the futures that hold it would be 16 KB each.
    pub(super) session: Box<Session>,
    pub(super) host: HostName,
    pub(super) names: Names,
    /// What is watched, in words.
    pub(super) watching: String,
    /// What went wrong with the run itself, first things first: beside the figures,
    /// never among them.
    pub(super) faults: Vec<String>,
    /// The time zone of whoever looks.
    pub(super) zone: Zone,
    /// When what it knows begins.
    began: Stamp,
    /// What identifies, hidden.
    pub(super) redact: Redact,
    /// How services are called where they are told to other programs.
    pub(super) labels: ServiceLabels,
}

impl Analysis {
    pub(super) fn new(
        (model, thresholds): (ModelConfig, Thresholds),
        host: HostName,
        names: Names,
        watching: String,
        began: Stamp,
    ) -> Self {
        let session = Box::new(Session::new(model, thresholds));
        let (faults, zone, redact) = (Vec::new(), config::local_zone(), Redact::default());
        let labels = ServiceLabels::default();
        Self { session, host, names, watching, faults, zone, began, redact, labels }
    }

    /// That of a recorded run, by another program or by this one.
    pub(super) fn recorded(header: &Header) -> Self {
        let host = HostName { name: header.host.name.clone(), kernel: header.host.kernel.clone() };
        let made = (header.model.clone(), header.thresholds.clone());
        let watching = text::clean(&header.watching, 80);
        Self::new(made, host, header.names.clone(), watching, header.started)
    }

    /// Derives and judges; what was chosen is looked at, else the busiest. The
    /// sentences are in the time of whoever looks.
    pub(super) fn derive(&mut self, at: Stamp, chosen: Option<ServiceId>) {
        self.session.speak_in(self.zone.offset(at.wall));
        self.session.derive(at, chosen);
    }

    /// Takes a sample in, without what is to be hidden.
    pub(super) fn absorb(&mut self, sample: Sample) {
        let sample = self.redact.sample(sample);
        self.session.absorb(sample);
    }

    /// Hides what identifies from now on: the host first.
    pub(super) fn redact(&mut self, on: bool) {
        self.redact = Redact::new(on);
        self.host.name = self.redact.name(&self.host.name);
        self.watching = self.redact.text(&self.watching);
    }

    /// The service in focus when it last derived.
    pub(super) fn focus(&self) -> Option<ServiceId> {
        self.session.focused()
    }

    /// The status document of this moment.
    pub(super) fn document(&self, span: Span) -> Option<String> {
        self.document_with(span, &|_, _| true, (None, None))
    }

    /// The same after a deploy.
    pub(super) fn document_after(&self, deploy: (&DeployCommand, &Grade)) -> Option<String> {
        self.document_with(Span::WholeRun, &|_, _| true, (Some(deploy), None))
    }

    /// The same of many hosts together.
    pub(super) fn document_of_fleet(&self, span: Span, fleet: &FleetSnapshot) -> Option<String> {
        self.document_with(span, &|_, _| true, (None, Some(fleet)))
    }

    /// The same with the herds and alerts of what a report is of.
    pub(super) fn document_of(&self, gather: &Gather) -> Option<String> {
        let holds: Holds<'_> = &|since, until| gather.holds(since, until);
        self.document_with(Span::WholeRun, holds, (None, None))
    }

    fn document_with(
        &self,
        span: Span,
        holds: Holds<'_>,
        (deploy, fleet): (Option<(&DeployCommand, &Grade)>, Option<&FleetSnapshot>),
    ) -> Option<String> {
        let (host, names, focus, faults) =
            (&self.host, &self.names, self.focus(), &self.faults[..]);
        let about = About { host, names, focus, span, holds, faults, deploy, fleet };
        output::document(&self.session, about)
    }

    /// What is left in the terminal of a screen.
    pub(super) fn summary(&self, recorded: Option<&str>) -> Option<String> {
        let Self { host, names, zone, .. } = self;
        let (focus, zone, began) = (self.focus(), *zone, self.began.wall);
        let run = output::Run { host, names, focus, began, zone, recorded };
        output::summary(&self.session, run)
    }

    /// The seconds of history that a report or a handover of now tells of; none before
    /// the first.
    pub(super) fn last_hour(&self) -> Option<RangeInclusive<u64>> {
        let newest = self.session.model.timeline().now()?;
        Some(newest.saturating_sub(HOUR)..=newest)
    }

    /// What a report of it is of.
    pub(super) fn subject<'a>(&'a self, origin: &'a str) -> Subject<'a> {
        let Self { host, watching, names, faults, zone, .. } = self;
        Subject { host, watching, names, origin, zone: *zone, faults }
    }
}

/// `uname(2)`; both are text from outside.
pub(super) fn host_name() -> HostName {
    let system = rustix::system::uname();
    HostName {
        name: text::clean(&system.nodename().to_string_lossy(), 40),
        kernel: text::clean(&system.release().to_string_lossy(), 40),
    }
}
