//! The themes at hand: files that were found before those that are built in.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::config::{Settings, ThemeFile, ThemeFiles, read_theme};
use crate::text;
use crate::theme::{Source, Theme, ThemeError};

/// What can be chosen by name.
#[derive(Debug, Clone, Default)]
pub(super) struct AvailableThemes {
    pub(super) files: ThemeFiles,
}

/// A theme and the files it was read from.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) theme: Result<Theme, String>,
    /// Also those that could not be read; none of a built-in theme.
    pub(super) files: Vec<FileState>,
}

/// A file as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileState {
    path: PathBuf,
    /// Inode, size and time of change; none while it is not there.
    state: Option<(u64, u64, i64, i64)>,
}

impl FileState {
    fn now(path: &Path) -> Self {
        let state = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file);
        let state = state.map(|m| (m.ino(), m.len(), m.mtime(), m.mtime_nsec()));
        Self { path: path.to_owned(), state }
    }

    /// Whether it is another by now. What is no file any more would be waited
    /// for, as a pipe is, while nothing is drawn.
    pub(super) fn has_changed(&self) -> bool {
        let harmless = self.path.is_file() || !self.path.exists();
        harmless && Self::now(&self.path) != *self
    }

    /// Its label, and the name of the file alone.
    pub(super) fn names(&self) -> Option<(String, String)> {
        let name = self.path.file_name()?;
        Some((label(&self.path), text::clean(&name.to_string_lossy(), 60)))
    }
}

impl AvailableThemes {
    /// What there was at the start.
    pub(super) fn of(settings: &Settings) -> Self {
        Self { files: settings.themes.clone() }
    }

    /// What there is now.
    pub(super) fn find() -> Self {
        Self { files: ThemeFiles::find() }
    }

    /// Every name once: the built-in ones in their order, then those of files.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Theme::builtin_names().map(str::to_owned).collect();
        for file in &self.files.found {
            if !names.contains(&file.name) {
                names.push(file.name.clone());
            }
        }
        names
    }

    /// A theme by name or path.
    pub(super) fn load(&self, wanted: &str) -> Loaded {
        let mut files = Vec::new();
        let source = self.source(wanted, None, &[], &mut files);
        // Chosen by that name, it has it: a copy may still bear that of another.
        let name = (!is_path(wanted)).then_some(wanted);
        self.finish(source, name, files)
    }

    /// One of those that were found, also where another of its name hides it.
    pub(super) fn load_file(&self, file: &ThemeFile) -> Loaded {
        let mut files = Vec::new();
        let source = open(&file.path, Some(&file.name), &mut files);
        self.finish(source, Some(&file.name), files)
    }

    fn finish(
        &self,
        source: Result<Source, String>,
        name: Option<&str>,
        mut files: Vec<FileState>,
    ) -> Loaded {
        let theme = source.and_then(|source| {
            let parent = &mut |wanted: &str, labels: &[String]| {
                let child = labels.last().map(Path::new);
                self.source(wanted, child, labels, &mut files)
            };
            let theme = Theme::read(&source, parent).map_err(|error| error.to_string())?;
            let name = name.map_or_else(|| theme.name.clone(), str::to_owned);
            Ok(Theme { name, ..theme })
        });
        Loaded { theme, files }
    }

    /// The text of a theme. `child` inherits from it: a path is counted from
    /// there. `taken` have been read: a file may inherit from the theme whose name
    /// it bears, and means the next one of that name.
    fn source(
        &self,
        wanted: &str,
        child: Option<&Path>,
        taken: &[String],
        files: &mut Vec<FileState>,
    ) -> Result<Source, String> {
        if is_path(wanted) {
            let folder = child.filter(|child| is_path(&child.to_string_lossy()));
            let folder = folder.and_then(Path::parent).unwrap_or(Path::new(""));
            return open(&folder.join(wanted), None, files);
        }
        let candidates = || self.files.found.iter().filter(|file| file.name == wanted);
        let fresh = |label: &str| !taken.iter().any(|taken| taken == label);
        let next = candidates().find(|file| fresh(&label(&file.path)));
        if let Some(file) = next {
            return open(&file.path, Some(&file.name), files);
        }
        if let Some(source) = Theme::builtin(wanted).filter(|source| fresh(&source.label)) {
            return Ok(source);
        }
        // Taken all: the reader tells of the circle.
        if let Some(file) = candidates().next() {
            return open(&file.path, Some(&file.name), files);
        }
        let names = self.names();
        let unknown = ThemeError::unknown(wanted, names.iter().map(String::as_str));
        Theme::builtin(wanted).ok_or_else(|| unknown.to_string())
    }
}

/// Whether it is a path and no name.
fn is_path(wanted: &str) -> bool {
    wanted.contains('/') || Path::new(wanted).extension().is_some_and(|e| e == "toml")
}

fn label(path: &Path) -> String {
    text::clean(&path.to_string_lossy(), 200)
}

fn open(path: &Path, name: Option<&str>, files: &mut Vec<FileState>) -> Result<Source, String> {
    let label = label(path);
    // Before it is read: what is written meanwhile is seen as a change.
    files.push(FileState::now(path));
    let text = read_theme(path).map_err(|error| format!("theme '{label}': {error}"))?;
    let stem = || path.file_stem().map(|stem| text::clean(&stem.to_string_lossy(), 40));
    let name = name.map(str::to_owned).or_else(stem).unwrap_or_default();
    Ok(Source { label, name, text })
}
