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

/// Where a report that is written now goes.
pub(super) fn path(now: DateTime<Utc>, folder: &Path) -> PathBuf {
    folder.join(format!("herdtop-{}.md", now.format("%Y%m%dT%H%M%SZ")))
}

/// The files that would be, for a question.
pub(super) fn files(path: &Path) -> String {
    let shown = text::clean(&path.to_string_lossy(), 80);
    format!("{shown} and .rec beside it")
}

/// Writes them, never over a file, readable by its owner alone; says where, or why
/// not. Where a file is recorded into already, there is no second one. `marks` are
/// the seconds of history that were noted.
pub(super) fn export(shown: &impl Shown, path: &Path, marks: &[(u64, String)]) -> String {
    match written(shown.analysis(), path, marks) {
        Ok(()) => {
            let report = text::clean(&path.to_string_lossy(), 80);
            let recorded = shown.save(&path.with_extension("rec"));
            let recorded = recorded.map_or_else(String::new, |saved| format!("; {saved}"));
            format!("report of the last hour: {report}{recorded}")
        }
        Err(why) => format!("no report: {why:#}"),
    }
}

fn written(analysis: &Analysis, path: &Path, marks: &[(u64, String)]) -> anyhow::Result<()> {
    let timeline = analysis.session.model.timeline();
    let nothing = || anyhow::anyhow!("nothing has been measured yet");
    let hour = analysis.last_hour().ok_or_else(nothing)?;
    let mut gather = Gather::past(&analysis.session, hour.clone(), analysis.focus());
    for (second, note) in marks.iter().filter(|(second, _)| hour.contains(second)) {
        if let Some(at) = timeline.wall(*second) {
            gather.mark(at, *second, note);
        }
    }
    let origin = format!("herdtop {}", env!("CARGO_PKG_VERSION"));
    let report = gather.report(&analysis.session, analysis.subject(&origin)).ok_or_else(nothing)?;
    let shown = || text::clean(&path.to_string_lossy(), 120);
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(report::md(&report).as_bytes()))
        .map_err(|error| anyhow::anyhow!("'{}': {error}", shown()))
}
