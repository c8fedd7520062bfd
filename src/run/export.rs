//! The report of the last hour and the recording of it, written while the screen
//! goes on.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::analysis::Analysis;
use super::shown::Shown;
use crate::output::report::{self, Gather};
use crate::text;

/// Seconds that are told of.
const HOUR: u64 = 3600;

/// Writes them into this folder, never over a file, readable by its owner alone;
/// says where, or why not. Where a file is recorded into already, there is no
/// second one.
pub(super) fn export(shown: &impl Shown, now: DateTime<Utc>, folder: &Path) -> String {
    match written(shown.analysis(), now, folder) {
        Ok(path) => {
            let report = text::clean(&path.to_string_lossy(), 80);
            let recorded = shown.save(&path.with_extension("rec"));
            let recorded = recorded.map_or_else(String::new, |saved| format!("; {saved}"));
            format!("report of the last hour: {report}{recorded}")
        }
        Err(why) => format!("no report: {why:#}"),
    }
}

fn written(analysis: &Analysis, now: DateTime<Utc>, folder: &Path) -> anyhow::Result<PathBuf> {
    let newest = analysis.session.model.timeline().now();
    let nothing = || anyhow::anyhow!("nothing has been measured yet");
    let newest = newest.ok_or_else(nothing)?;
    let hour = newest.saturating_sub(HOUR)..=newest;
    let gather = Gather::past(&analysis.session, hour, analysis.focus());
    let origin = format!("herdtop {}", env!("CARGO_PKG_VERSION"));
    let report = gather.report(&analysis.session, analysis.subject(&origin)).ok_or_else(nothing)?;
    let at = now.format("%Y%m%dT%H%M%SZ");
    let path = folder.join(format!("herdtop-{at}.md"));
    let shown = || text::clean(&path.to_string_lossy(), 120);
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    file.and_then(|mut file| file.write_all(report::md(&report).as_bytes()))
        .map_err(|error| anyhow::anyhow!("'{}': {error}", shown()))?;
    Ok(path)
}
