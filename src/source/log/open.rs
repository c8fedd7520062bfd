//! A log to be read from its beginning: plain or gzip, a file or standard input.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use flate2::read::MultiGzDecoder;

use crate::source::Advance;
use crate::source::pipe::{self, Named};

/// What other packers begin with, and what unpacks them.
const PACKED: [(&[u8], &str); 3] =
    [(b"\x28\xb5\x2f\xfd", "zstdcat"), (b"\xfd7zXZ", "xzcat"), (b"BZh", "bzcat")];

/// A log opened, and when it was last written to (seconds since 1970).
pub(super) struct Opened {
    pub(super) from: Box<dyn Read + Send>,
    /// None where that is now: standard input, a pipe.
    pub(super) written: Option<i64>,
}

/// Opens the file, or standard input for `-`; what is read of it is counted.
pub(super) fn open(path: &Path, advance: &Arc<Advance>) -> Result<Opened, String> {
    if path == Path::new("-") {
        advance.expect(None);
        let from =
            unpacked(Arc::clone(advance).count(io::stdin())).map_err(|e| e.to_string())??;
        return Ok(Opened { from, written: None });
    }
    let (file, about) = match pipe::open(path).map_err(|e| plain(&e))? {
        Named::File(file, about) => (file, about),
        Named::Pipe(pipe) => {
            advance.expect(None);
            let from = unpacked(Arc::clone(advance).count(pipe)).map_err(|e| plain(&e))??;
            return Ok(Opened { from, written: None });
        }
    };
    let modified = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let written = modified.and_then(|at| i64::try_from(at.as_secs()).ok());
    advance.expect(Some(about.len()));
    let from = unpacked(Arc::clone(advance).count(file)).map_err(|e| plain(&e))??;
    Ok(Opened { from, written })
}

/// By its first bytes: a name says nothing about what is in it.
fn unpacked(
    mut from: impl Read + Send + 'static,
) -> io::Result<Result<Box<dyn Read + Send>, String>> {
    let mut head = [0; 6];
    let mut filled = 0;
    while filled < head.len() {
        match from.read(&mut head[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let head = &head[..filled];
    if let Some((_, tool)) = PACKED.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Ok(Err(format!("is packed, but not by gzip: {tool} FILE | herdtop logs -")));
    }
    let is_gzip = head.starts_with(b"\x1f\x8b");
    let whole = io::Cursor::new(head.to_vec()).chain(from);
    Ok(Ok(if is_gzip {
        Box::new(MultiGzDecoder::new(io::BufReader::with_capacity(64 << 10, whole)))
    } else {
        Box::new(whole)
    }))
}

/// `No such file or directory` without the number behind it.
pub(super) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
