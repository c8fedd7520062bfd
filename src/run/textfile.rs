//! Metrics in a file of `node_exporter`'s textfile collector.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use rustix::fs::{CWD, Mode, OFlags};

use super::analysis::Analysis;
use crate::output;

/// Its name there; the collector reads what ends so, and nothing else.
const NAME: &str = "herdtop.prom";
/// What is not whole yet.
const DRAFT: &str = ".herdtop.prom.new";

/// The file, written anew each time.
pub(super) struct Textfile {
    file: PathBuf,
    draft: PathBuf,
}

impl Textfile {
    /// In this folder, which has to be there.
    pub(super) fn new(folder: &Path) -> anyhow::Result<Self> {
        let shown = folder.display();
        let about = fs::metadata(folder).with_context(|| format!("--textfile '{shown}'"))?;
        anyhow::ensure!(about.is_dir(), "--textfile '{shown}': no folder");
        let textfile = Self { file: folder.join(NAME), draft: folder.join(DRAFT) };
        // That it cannot be written is said now, not in the incident.
        textfile.put("").with_context(|| format!("--textfile '{shown}'"))?;
        Ok(textfile)
    }

    /// These figures from now on: whoever reads has the old page or the new one.
    pub(super) fn write(&self, analysis: &Analysis) -> io::Result<()> {
        let Some(families) = output::families(&analysis.session, &analysis.labels) else {
            return Ok(());
        };
        self.put(&Arc::new(families).plain())
    }

    fn put(&self, page: &str) -> io::Result<()> {
        match fs::remove_file(&self.draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        // Not through a link that somebody has put there.
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR | Mode::RGRP | Mode::ROTH;
        let draft: OwnedFd = rustix::fs::openat(CWD, &self.draft, flags, mode)?;
        let mut draft = File::from(draft);
        draft.write_all(page.as_bytes())?;
        drop(draft);
        fs::rename(&self.draft, &self.file)
    }
}

impl Drop for Textfile {
    /// Figures that nobody renews would be read for ever.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
    }
}
