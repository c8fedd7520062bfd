//! The names of a recording's parts, and how many are kept.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// When a part is full, and how many older ones stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Bytes of one part.
    pub bytes: u64,
    /// A part is full after this long, too.
    pub span: Duration,
    /// Older parts beside the one that is written.
    pub older: u32,
    /// What was written is made sure to be on the disk, every two seconds. Not for
    /// a ring: a service that runs for years would do it 43 200 times a day.
    pub durable: bool,
}

impl Keep {
    /// At most so many bytes on disk, in two parts: what is dropped is the older
    /// half.
    #[must_use]
    pub const fn halves(most: u64) -> Self {
        Self { bytes: most / 2, span: Duration::MAX, older: 1, durable: true }
    }

    /// The last 24 hours, or as much of them as fits into so many bytes. In parts
    /// of ten minutes: a screen that opens reads the last two and no more.
    #[must_use]
    pub const fn day(most: u64) -> Self {
        const PARTS: u32 = 24 * 6;
        let bytes = most / (PARTS as u64 + 1);
        Self { bytes, span: Duration::from_mins(10), older: PARTS, durable: false }
    }
}

/// `FILE.N`; the file itself for 0.
pub(super) fn nth(path: &Path, n: u32) -> PathBuf {
    if n == 0 {
        return path.to_owned();
    }
    let mut name = OsString::from(path);
    name.push(format!(".{n}"));
    name.into()
}

/// The part before this one, by name: of `FILE` it is `FILE.1`, of `FILE.1` it
/// is `FILE.2`.
pub(super) fn before(path: &Path) -> PathBuf {
    let text = path.to_string_lossy();
    let numbered = text.rsplit_once('.').and_then(|(base, n)| Some((base, n.parse::<u32>().ok()?)));
    match numbered {
        Some((base, n)) if n < 10_000 => nth(Path::new(base), n + 1),
        _ => nth(path, 1),
    }
}

/// Makes room for a new `path`: every part moves up one, the oldest is dropped.
pub(super) fn shift(path: &Path, older: u32) -> io::Result<()> {
    for n in (0..older).rev() {
        match std::fs::rename(nth(path, n), nth(path, n + 1)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_numbered_backwards() {
        assert_eq!(before(Path::new("/a/inc.rec")), Path::new("/a/inc.rec.1"));
        assert_eq!(before(Path::new("/a/inc.rec.9")), Path::new("/a/inc.rec.10"));
        assert_eq!(before(Path::new("2026.rec")), Path::new("2026.rec.1"));
    }

    #[test]
    fn making_room_drops_the_oldest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r");
        for n in 0..3 {
            std::fs::write(nth(&path, n), n.to_string()).unwrap();
        }
        shift(&path, 2).unwrap();
        assert!(!path.exists());
        assert_eq!(std::fs::read_to_string(nth(&path, 1)).unwrap(), "0");
        assert_eq!(std::fs::read_to_string(nth(&path, 2)).unwrap(), "1");
    }
}
