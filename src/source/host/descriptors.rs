//! The sockets among the descriptors of a process.

use std::io;
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, RawDir, openat, readlinkat};
use rustix::io::Errno;

/// Calls `visit` with number and inode of every socket the folder
/// `/proc/PID/fd` lists, lowest number first as the kernel lists them, until it
/// returns false or `left` links were read. True when nothing was left out
/// against the will of `visit`. Nothing is collected: servers hold 100 000.
///
/// # Errors
/// When the folder or its links may not be read, or the process has ended.
pub(super) fn walk(
    folder: &Path,
    left: &mut usize,
    visit: impl FnMut(u32, u64) -> bool,
) -> io::Result<bool> {
    walk_where(folder, left, |_| true, visit)
}

/// The same, but only the links of those numbers are read that are `wanted`: a
/// name costs a quarter of a link.
///
/// # Errors
/// As above.
pub(super) fn walk_where(
    folder: &Path,
    left: &mut usize,
    wanted: impl Fn(u32) -> bool,
    mut visit: impl FnMut(u32, u64) -> bool,
) -> io::Result<bool> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let dir = openat(CWD, folder, flags, Mode::empty())?;
    let mut buffer = Vec::with_capacity(8192);
    let mut entries = RawDir::new(&dir, buffer.spare_capacity_mut());
    let mut target = Vec::new();
    while let Some(entry) = entries.next() {
        let entry = entry?;
        let Some(number) = entry.file_name().to_str().ok().and_then(|n| n.parse().ok()) else {
            continue;
        };
        if !wanted(number) {
            continue;
        }
        if *left == 0 {
            return Ok(false);
        }
        *left -= 1;
        target = match readlinkat(&dir, entry.file_name(), target) {
            Ok(text) => text.into_bytes(),
            // Closed since it was listed.
            Err(Errno::NOENT) => Vec::new(),
            // The folder may be listed and its links still be refused.
            Err(error) => return Err(error.into()),
        };
        if let Some(inode) = socket(&target)
            && !visit(number, inode)
        {
            return Ok(true);
        }
    }
    Ok(true)
}

/// Whether that descriptor still is that socket.
pub(super) fn is_socket(folder: &Path, number: u32, inode: u64) -> bool {
    let link = folder.join(number.to_string());
    readlinkat(CWD, &link, Vec::new()).is_ok_and(|text| socket(text.as_bytes()) == Some(inode))
}

/// `socket:[12345]`; other links have none.
fn socket(target: &[u8]) -> Option<u64> {
    let number = target.strip_prefix(b"socket:[")?.strip_suffix(b"]")?;
    std::str::from_utf8(number).ok()?.parse().ok()
}
