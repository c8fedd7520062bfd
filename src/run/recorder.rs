//! What a run keeps of itself with `--record`.

use std::net::SocketAddr;

use crate::app::Recorded;
use crate::config::Settings;
use crate::model::{ModelConfig, Snapshot};
use crate::output::HostName;
use crate::sample::{Sample, Stamp};
use crate::source::recording::{Header, Record, RecordedHost, Writer, ring};
use crate::units::{Bytes, Ratio};

/// The writer, and since when it writes.
pub(super) struct Recorder {
    writer: Writer,
    /// Its file, clean.
    file: String,
    started: Stamp,
    _claim: Option<ring::Claim>,
}

impl Recorder {
    /// Begins the recording that was asked for.
    pub(super) fn start(
        settings: &Settings,
        host: &HostName,
        model: &ModelConfig,
        started: Stamp,
    ) -> anyhow::Result<Option<Self>> {
        let Some((path, keep)) = settings.record.clone() else { return Ok(None) };
        let claim = settings.ring.as_ref().map(|folder| {
            let shown = crate::text::clean(&folder.to_string_lossy(), 80);
            ring::claim(folder, keep).map_err(|error| anyhow::anyhow!("--ring '{shown}': {error}"))
        });
        let claim = claim.transpose()?;
        let host = RecordedHost { name: host.name.clone(), kernel: host.kernel.clone() };
        let header = Header::new(
            host,
            started,
            settings.watching(),
            model.clone(),
            settings.thresholds.clone(),
            settings.names.clone(),
        );
        let shown = crate::text::clean(&path.to_string_lossy(), 80);
        let start = if claim.is_some() { Writer::start } else { Writer::start_new };
        let writer = start(path, keep, header)
            .map_err(|error| anyhow::anyhow!("--record '{shown}': {error}"))?;
        Ok(Some(Self { writer, file: shown, started, _claim: claim }))
    }

    /// The session takes something in that was before this run.
    pub(super) fn before(&self, record: Record) {
        self.writer.insert(record);
    }

    /// The session takes a sample in.
    pub(super) fn sample(&self, sample: &Sample) {
        self.writer.record(Record::Sample(Box::new(sample.clone())));
    }

    /// The session has derived.
    pub(super) fn derived(&self, at: Stamp, focus: Option<SocketAddr>) {
        self.writer.record(Record::Derive { at, focus });
    }

    /// Its file, clean.
    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// The user has marked a moment.
    pub(super) fn marked(&self, at: Stamp, note: String) {
        self.writer.record(Record::Mark { at, note });
    }

    /// What goes wrong is said first of all that is missing; what it costs is for
    /// the top line.
    pub(super) fn tell(&self, now: Stamp, snapshot: &mut Snapshot) -> Option<Recorded> {
        let status = self.writer.status();
        if let Some(fault) = status.fault {
            snapshot.sampling.denied.insert(0, fault);
        }
        let run = now.mono.saturating_sub(self.started.mono).as_secs_f64();
        let cpu = (run > 0.0).then(|| Ratio(status.cpu.as_secs_f64() / run))?;
        Some(Recorded { bytes: Bytes(status.bytes), cpu })
    }
}
