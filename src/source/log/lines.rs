//! Bytes to whole lines, in a buffer of constant size.

use std::io::{ErrorKind, Read};

use memchr::{memchr, memrchr};

/// One read; fits into the second cache of any core.
const BLOCK: usize = 256 * 1024;
/// A longer line is cut here: somebody logged a dump.
pub(super) const LONGEST: usize = 64 * 1024;

/// A log as blocks of whole lines.
pub(super) struct Lines<R> {
    from: R,
    buffer: Vec<u8>,
    /// How much of the buffer is filled.
    filled: usize,
    /// The rest of a line that was cut is passed over.
    cutting: bool,
    /// Lines that were cut.
    pub(super) cut: u64,
}

impl<R> std::fmt::Debug for Lines<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lines").field("filled", &self.filled).finish_non_exhaustive()
    }
}

impl<R: Read> Lines<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from, buffer: vec![0; BLOCK], filled: 0, cutting: false, cut: 0 }
    }

    /// Puts the next block into `into`: whole lines, the last one perhaps without
    /// its end. False at the end. The buffers change places, so that nothing but
    /// the beginning of the line after is copied.
    pub(super) fn block(&mut self, into: &mut Vec<u8>) -> std::io::Result<bool> {
        loop {
            let read = self.fill()?;
            if self.cutting && !self.pass() && read > 0 {
                continue;
            }
            if read == 0 && self.filled == 0 {
                return Ok(false);
            }
            if let Some(last) = memrchr(b'\n', &self.buffer[..self.filled]) {
                self.give(into, last + 1, last + 1);
                return Ok(true);
            }
            if read == 0 || self.filled > LONGEST {
                self.cutting = read > 0;
                self.cut += u64::from(self.cutting);
                self.give(into, self.filled.min(LONGEST), self.filled);
                return Ok(true);
            }
        }
    }

    /// Gives out what is before `end`, and keeps what is behind `from`.
    fn give(&mut self, into: &mut Vec<u8>, end: usize, from: usize) {
        into.resize(BLOCK, 0);
        std::mem::swap(&mut self.buffer, into);
        let rest = self.filled - from;
        self.buffer[..rest].copy_from_slice(&into[from..self.filled]);
        self.filled = rest;
        into.truncate(end);
    }

    fn fill(&mut self) -> std::io::Result<usize> {
        loop {
            match self.from.read(&mut self.buffer[self.filled..]) {
                Ok(read) => {
                    self.filled += read;
                    return Ok(read);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Passes over the rest of the line that was cut; whether its end is found.
    fn pass(&mut self) -> bool {
        let end = memchr(b'\n', &self.buffer[..self.filled]);
        self.cutting = end.is_none();
        let from = end.map_or(self.filled, |end| end + 1);
        self.buffer.copy_within(from..self.filled, 0);
        self.filled -= from;
        !self.cutting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let n = self.1.min(self.0.len()).min(into.len());
            into[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn all(text: &[u8], step: usize) -> (Vec<Vec<u8>>, u64) {
        let mut lines = Lines::new(Drip(text, step));
        let mut found = vec![];
        let mut block = vec![];
        while lines.block(&mut block).unwrap() {
            let block = block.strip_suffix(b"\n").unwrap_or(&block);
            found.extend(block.split(|c| *c == b'\n').map(<[u8]>::to_vec));
        }
        (found, lines.cut)
    }

    #[test]
    fn lines_are_whole_however_they_come() {
        for step in [1, 3, 7, 1000] {
            let (lines, cut) = all(b"one\ntwo\n\nfour", step);
            assert_eq!(
                (lines, cut),
                (vec![b"one".to_vec(), b"two".to_vec(), vec![], b"four".to_vec()], 0)
            );
        }
        assert_eq!(all(b"", 10).0.len(), 0);
    }

    #[test]
    fn a_line_of_ten_megabytes_is_cut_and_the_next_one_is_whole() {
        let mut text = b"first\n".to_vec();
        text.resize(10 << 20, b'x');
        text.extend(b"\nlast\n");
        let (lines, cut) = all(&text, 50_000);
        assert_eq!(cut, 1);
        assert_eq!((lines[0].as_slice(), lines[2].as_slice()), (&b"first"[..], &b"last"[..]));
        assert_eq!((lines.len(), lines[1].len()), (3, LONGEST));
        let endless = vec![b'x'; 1 << 20];
        assert_eq!(all(&endless, 50_000).0.len(), 1);
    }
}
