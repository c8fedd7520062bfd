//! One gzip member: some whole lines and their checksum.

use std::io::{self, BufRead, Read, Write};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

/// Lines are gathered up to this before they are written, bytes.
pub(super) const FULL: usize = 512 << 10;
/// No block unpacks to more, bytes: a host with ten thousand listeners makes
/// lines of 3 MB, and a file made to burst (1000 : 1) is stopped here.
const LARGEST: u64 = 32 << 20;

/// Packs lines.
pub(super) fn pack(lines: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(lines.len() / 4), Compression::new(6));
    encoder.write_all(lines)?;
    encoder.finish()
}

/// Reads bytes and knows how many it has read.
#[derive(Debug)]
pub(super) struct Counted<R> {
    inner: R,
    pub(super) read: u64,
}

impl<R: BufRead> Counted<R> {
    pub(super) const fn new(inner: R) -> Self {
        Self { inner, read: 0 }
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(out)?;
        self.read += n as u64;
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.read += amount as u64;
        self.inner.consume(amount);
    }
}

/// The lines of the next block; none at the end of the file.
pub(super) fn unpack<R: BufRead>(input: &mut Counted<R>) -> io::Result<Option<Vec<u8>>> {
    if input.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let mut lines = Vec::new();
    let mut decoder = GzDecoder::new(input).take(LARGEST + 1);
    decoder.read_to_end(&mut lines)?;
    if lines.len() as u64 > LARGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a block beyond all measure"));
    }
    Ok(Some(lines))
}
