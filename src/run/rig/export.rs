//! The report of the last hour and the recording of it, written while the screen
//! goes on.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::Rig;
use crate::output::report::{self, Gather};
use crate::text;

/// Seconds that are told of.
const HOUR: u64 = 3600;

impl Rig {
    /// Writes them into this folder, never over a file, readable by its owner alone;
    /// the app says where, or why not. Where a file is recorded into already, there
    /// is no second one.
    pub(in crate::run) fn export(&mut self, folder: &Path) {
        let said = match self.written(folder) {
            Ok(path) => {
                let report = text::clean(&path.to_string_lossy(), 80);
                let recorded = self.recorder.as_ref().map_or_else(String::new, |recorder| {
                    format!("; {}", recorder.save(&path.with_extension("rec")))
                });
                format!("report of the last hour: {report}{recorded}")
            }
            Err(why) => format!("no report: {why:#}"),
        };
        self.app.say(said);
    }

    fn written(&self, folder: &Path) -> anyhow::Result<PathBuf> {
        let now = self.session.model.timeline().now();
        let nothing = || anyhow::anyhow!("nothing has been measured yet");
        let now = now.ok_or_else(nothing)?;
        let gather = Gather::past(&self.session, now.saturating_sub(HOUR)..=now, self.focus());
        let origin = format!("herdtop {}", env!("CARGO_PKG_VERSION"));
        let subject = self.subject(self.app.watching(), &origin);
        let report = gather.report(&self.session, subject).ok_or_else(nothing)?;
        let at = self.now().wall.format("%Y%m%dT%H%M%SZ");
        let path = folder.join(format!("herdtop-{at}.md"));
        let shown = || text::clean(&path.to_string_lossy(), 120);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        file.and_then(|mut file| file.write_all(report::md(&report).as_bytes()))
            .map_err(|error| anyhow::anyhow!("'{}': {error}", shown()))?;
        Ok(path)
    }
}
