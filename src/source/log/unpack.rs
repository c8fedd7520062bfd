//! gzip and zstd, told by their first bytes: a name says nothing about what is in it.

use std::io::{self, BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

/// What other packers begin with, and what unpacks them.
const PACKED: [(&[u8], &str); 2] = [(b"\xfd7zXZ", "xzcat"), (b"BZh", "bzcat")];
const GZIP: &[u8] = b"\x1f\x8b";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";
/// A larger window than this is asked for by `zstd --ultra --long`: all of it would be
/// in memory.
const WINDOW: u64 = 32 << 20;
const BUFFER: usize = 64 << 10;

type Source = BufReader<Box<dyn Read + Send>>;

/// The text of a source, whatever it is packed by.
///
/// # Errors
/// It cannot be read, or is packed by something else.
pub(super) fn unpacked(mut from: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
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
        let why = format!("is packed, but not by gzip or zstd: {tool} FILE | herdtop logs -");
        return Err(io::Error::other(why));
    }
    let whole: Box<dyn Read + Send> = Box::new(io::Cursor::new(head.to_vec()).chain(from));
    Ok(if head.starts_with(GZIP) {
        Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, whole)))
    } else if head.starts_with(ZSTD) {
        Box::new(Zstd::Between(BufReader::with_capacity(BUFFER, whole)))
    } else {
        whole
    })
}

/// Frames of zstd, one after another: each append to a log is one.
enum Zstd {
    Between(Source),
    Inside(Box<StreamingDecoder<Source, FrameDecoder>>),
    Over,
}

impl Read for Zstd {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(self, Self::Over) {
                Self::Over => return Ok(0),
                Self::Between(mut source) => {
                    if source.fill_buf()?.is_empty() {
                        return Ok(0);
                    }
                    if skips(&mut source)? {
                        *self = Self::Between(source);
                        continue;
                    }
                    let inside = StreamingDecoder::new_with_max_window_size(source, WINDOW);
                    *self = Self::Inside(Box::new(inside.map_err(io::Error::other)?));
                }
                Self::Inside(mut frame) => {
                    let read = frame.read(into)?;
                    if read > 0 {
                        *self = Self::Inside(frame);
                        return Ok(read);
                    }
                    *self = Self::Between(frame.into_inner());
                }
            }
        }
    }
}

/// Past a frame that holds no text.
fn skips(source: &mut Source) -> io::Result<bool> {
    let head = source.buffer();
    let skipped = matches!(head, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]);
    if skipped {
        let mut header = [0; 8];
        source.read_exact(&mut header)?;
        let length = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
        io::copy(&mut source.take(length.into()), &mut io::sink())?;
    }
    Ok(skipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `client connected` by zstd 1.5, as one raw block.
    const FRAME: &[u8] = b"\x28\xb5\x2f\xfd\x20\x11\x89\x00\x00client connected\n";

    #[test]
    fn frames_follow_one_another() {
        let skipped = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc";
        let all = [FRAME, skipped, FRAME].concat();
        let mut text = String::new();
        unpacked(Box::new(io::Cursor::new(all))).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "client connected\n".repeat(2));
    }

    #[test]
    fn what_is_broken_is_an_error_and_other_packers_are_named() {
        let read = |bytes: &[u8]| {
            let mut text = Vec::new();
            let whole = unpacked(Box::new(io::Cursor::new(bytes.to_vec())));
            whole.and_then(|mut whole| whole.read_to_end(&mut text)).map(|_| text)
        };
        assert!(read(b"\x28\xb5\x2f\xfd........").is_err());
        assert!(read(&FRAME[..14]).is_err());
        assert!(read(b"\xfd7zXZ...").unwrap_err().to_string().contains("xzcat FILE"));
        assert_eq!(read(b"plain").unwrap(), b"plain");
    }
}
