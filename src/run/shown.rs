//! What a screen is over.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::analysis::Analysis;
use crate::app::Recorded;
use crate::config::Settings;
use crate::detect::Moment;
use crate::sample::ConnectionQuery;

/// What a screen is over: the sources of a host, a recording, a log.
pub(super) trait Shown {
    /// What is made of it.
    fn analysis(&self) -> &Analysis;

    /// The same, to be changed.
    fn analysis_mut(&mut self) -> &mut Analysis;

    /// What was seen and thought in a second of history.
    fn moment(&self, second: u64) -> Option<Moment> {
        self.analysis().session.moment(second)
    }

    /// Counts the connections out of turn.
    fn walk(&self) {}

    /// Other settings are in force: what it spends, how often, whom it tells.
    fn retune(&mut self, _settings: &Settings) {}

    /// Reads single connections from now on, others than before, or none.
    fn ask_connections(&mut self, _query: Option<ConnectionQuery>) {}

    /// Probes every target now, within the cap.
    fn probe_now(&self) {}

    /// The user has marked a second of history.
    fn mark(&self, _second: u64, _note: String) {}

    /// What is kept in a file, and what that costs.
    fn recorded(&self) -> Option<Recorded> {
        None
    }

    /// The file it is kept in, or comes from.
    fn recording(&self) -> Option<String> {
        None
    }

    /// The same as a URL of this host; none where names are hidden.
    fn recording_url(&self) -> Option<String> {
        let host = &self.analysis().host.name;
        let path = self.recording().filter(|_| !self.analysis().redact.is_on())?;
        let path = std::path::absolute(path).ok()?;
        let is_name = host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
        let mut url = url::Url::from_file_path(path).ok()?;
        url.set_host(Some(host).filter(|_| is_name).map(String::as_str)).ok()?;
        Some(url.into())
    }

    /// Keeps the last of it in a file; what there is to say of that.
    fn save(&self, _path: &Path) -> Option<String> {
        None
    }

    /// The marks of a recorded run that were not shown yet.
    fn take_marks(&mut self) -> Vec<Marked> {
        Vec::new()
    }

    /// That it is a recording, and how fast it goes: `REPLAY ×20`.
    fn badge(&self) -> Option<String> {
        None
    }
}

/// A mark of the run that is replayed.
pub(super) struct Marked {
    pub(super) at: DateTime<Utc>,
    /// Its second of history, where that is known.
    pub(super) second: Option<u64>,
    pub(super) note: String,
}
