//! What a run keeps of itself: in a file with `--record`; a screen without one keeps
//! the last of it in memory, for whoever wishes afterwards that it had been recorded.

use std::path::Path;

use crate::app::Recorded;
use crate::config::Settings;
use crate::fmt;
use crate::model::{ModelConfig, ServiceId};
use crate::output::HostName;
use crate::sample::{Sample, Stamp};
use crate::source::recording::{Header, Record, RecordedHost, Tail, Writer, ring};
use crate::units::{Bytes, Ratio};

/// Where it is kept, and since when.
pub(super) struct Recorder {
    to: To,
    started: Stamp,
    _claim: Option<ring::Claim>,
}

enum To {
    /// A file, by its clean name.
    File(Writer, String),
    Memory(Tail),
}

impl Recorder {
    /// Begins the recording that was asked for; of a screen its tail, where none was.
    pub(super) fn start(
        settings: &Settings,
        host: &HostName,
        model: &ModelConfig,
        started: Stamp,
        is_screen: bool,
    ) -> anyhow::Result<Option<Self>> {
        let host = RecordedHost { name: host.name.clone(), kernel: host.kernel.clone() };
        let header = Header::new(
            host,
            started,
            settings.watching(),
            model.clone(),
            settings.thresholds.clone(),
            settings.names.clone(),
        );
        let Some((path, keep)) = settings.record.clone() else {
            // Without a thread to spare the screen goes on without a tail.
            let tail = if is_screen { Tail::start(header).ok() } else { None };
            return Ok(tail.map(|tail| Self { to: To::Memory(tail), started, _claim: None }));
        };
        let claim = settings.ring.as_ref().map(|folder| {
            let shown = crate::text::clean(&folder.to_string_lossy(), 80);
            ring::claim(folder, keep).map_err(|error| anyhow::anyhow!("--ring '{shown}': {error}"))
        });
        let claim = claim.transpose()?;
        let shown = crate::text::clean(&path.to_string_lossy(), 80);
        let start = if claim.is_some() { Writer::start } else { Writer::start_new };
        let writer = start(path, keep, header)
            .map_err(|error| anyhow::anyhow!("--record '{shown}': {error}"))?;
        Ok(Some(Self { to: To::File(writer, shown), started, _claim: claim }))
    }

    /// The session takes something in that was before this run.
    pub(super) fn before(&self, record: Record) {
        match &self.to {
            To::File(writer, _) => writer.insert(record),
            To::Memory(tail) => tail.insert(record),
        }
    }

    /// The session has derived from what was before this run.
    pub(super) fn derived_before(&self, at: Stamp, focus: Option<ServiceId>) {
        self.before(derivation(at, focus));
    }

    /// The session takes a sample in.
    pub(super) fn sample(&self, sample: &Sample) {
        self.keep(Record::Sample(Box::new(sample.clone())));
    }

    /// The session has derived.
    pub(super) fn derived(&self, at: Stamp, focus: Option<ServiceId>) {
        self.keep(derivation(at, focus));
    }

    /// What is kept, in a file: where it is, in words. `path` is for what has none.
    pub(super) fn save(&self, path: &Path) -> String {
        let tail = match &self.to {
            To::File(_, file) => return format!("recording: {file}"),
            To::Memory(tail) => tail,
        };
        let shown = crate::text::clean(&path.to_string_lossy(), 80);
        match tail.save(path.to_owned()) {
            // Beside the report: both and how far back must be read in one line of 120.
            Ok(span) => format!(".rec: last {}", fmt::span(span)),
            Err(error) => format!("no recording: '{shown}': {error}"),
        }
    }

    /// The file it is kept in.
    pub(super) fn file(&self) -> Option<String> {
        match &self.to {
            To::File(_, file) => Some(file.clone()),
            To::Memory(_) => None,
        }
    }

    /// The user has marked a moment.
    pub(super) fn marked(&self, at: Stamp, note: String) {
        self.keep(Record::Mark { at, note });
    }

    fn keep(&self, record: Record) {
        match &self.to {
            To::File(writer, _) => writer.record(record),
            To::Memory(tail) => tail.record(record),
        }
    }

    /// What goes wrong with the file.
    pub(super) fn fault(&self) -> Option<String> {
        let To::File(writer, _) = &self.to else { return None };
        writer.status().fault
    }

    /// What it has come to, for the top line.
    pub(super) fn cost(&self, now: Stamp) -> Option<Recorded> {
        let To::File(writer, _) = &self.to else { return None };
        let status = writer.status();
        let run = now.mono.saturating_sub(self.started.mono).as_secs_f64();
        let cpu = (run > 0.0).then(|| Ratio(status.cpu.as_secs_f64() / run))?;
        Some(Recorded { bytes: Bytes(status.bytes), cpu })
    }
}

/// A recording names a service by its first address.
fn derivation(at: Stamp, focus: Option<ServiceId>) -> Record {
    Record::Derive { at, focus: focus.map(|service| service.socket()) }
}
