//! A rig over what was recorded, by another run or by the ring of this host.

use std::net::SocketAddr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc::channel;

use super::Rig;
use crate::app::App;
use crate::clock::SystemClock;
use crate::output::report::{Subject, Zone};
use crate::output::{HostName, Span};
use crate::sample::Stamp;
use crate::session::Session;
use crate::source::recording::{Header, Record};

impl Rig {
    /// No source of its own: what is absorbed and when it derives comes from a
    /// recording.
    pub(in crate::run) fn replaying(header: &Header, notes: Vec<String>) -> Self {
        let (_, samples) = channel(1);
        let name = HostName { name: header.host.name.clone(), kernel: header.host.kernel.clone() };
        let app = App::new(name.name.clone(), header.watching.clone(), notes)
            .with_names(header.names.clone());
        Self {
            session: Box::new(Session::new(header.model.clone(), header.thresholds.clone())),
            app,
            host: None,
            prober: None,
            _poller: None,
            _logs: Vec::new(),
            name,
            names: header.names.clone(),
            samples,
            clock: Arc::new(SystemClock::start()),
            recorder: None,
            teller: None,
            began: header.started,
            focused: None,
        }
    }

    /// Derives as the recorded run did.
    pub(in crate::run) fn derive_as(&mut self, at: Stamp, focus: Option<SocketAddr>) {
        self.session.speak_in(super::zone(at.wall));
        let app = &mut self.app;
        self.session.derive(at, self.focused, |snapshot| {
            app.follow(snapshot);
            focus
        });
        self.focused = focus;
    }

    /// What a report of it is of.
    pub(in crate::run) fn subject<'a>(&'a self, watching: &'a str, origin: &'a str) -> Subject<'a> {
        let (host, names) = (&self.name, &self.names);
        Subject { host, watching, names, origin, zone: Zone::Local }
    }

    /// The status document of now, without what was over before a moment.
    pub(in crate::run) fn document_from(&self, from: Option<DateTime<Utc>>) -> Option<String> {
        self.document_of(Span::WholeRun, from)
    }

    /// Takes in what was before.
    pub(super) fn relive(&mut self, record: Record) {
        match record {
            Record::Sample(sample) => {
                if let Some(recorder) = &self.recorder {
                    recorder.before(Record::Sample(sample.clone()));
                }
                self.session.absorb(*sample);
            }
            Record::Derive { at, .. } => {
                let focus = self.judge(at);
                if let Some(recorder) = &self.recorder {
                    recorder.before(Record::Derive { at, focus });
                }
            }
            Record::Mark { .. } => {}
        }
    }
}
