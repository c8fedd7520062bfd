//! Lines that a container's runtime has cut at 16 KiB, put together again.
//!
//! CRI marks each part but the last with `P`. The close code of a long line stands in
//! its last part, behind a stamp of another time, and its words in the first.

use memchr::memmem::Finder;

use super::lines::LONGEST;
use super::wrapper::{CriLine, cri_line};

/// Parts of lines, of each stream those that wait for their last.
#[derive(Debug)]
pub(super) struct Partial {
    /// A line of CRI has been seen: nothing is sought in other logs.
    seen: bool,
    marks: [Finder<'static>; 2],
    /// Of standard output and of errors: they are written in turns.
    waiting: [Vec<u8>; 2],
    /// The line that waits has been cut.
    cutting: [bool; 2],
    joined: Vec<u8>,
    /// Lines that were cut.
    pub(super) cut: u64,
}

impl Partial {
    pub(super) fn new() -> Self {
        Self {
            seen: false,
            marks: [Finder::new(" stdout P "), Finder::new(" stderr P ")],
            waiting: Default::default(),
            cutting: [false; 2],
            joined: Vec::new(),
            cut: 0,
        }
    }

    /// Joins the parts in a block of whole lines; what waits for its last part is
    /// left out of it.
    pub(super) fn join(&mut self, block: &mut Vec<u8>) {
        self.seen |= cri_line(block).is_some();
        let waits = self.waiting.iter().any(|line| !line.is_empty());
        if !self.seen || !(waits || self.marks.iter().any(|mark| mark.find(block).is_some())) {
            return;
        }
        self.joined.clear();
        for line in block.split_inclusive(|c| *c == b'\n') {
            self.line(line);
        }
        std::mem::swap(block, &mut self.joined);
    }

    /// What still waits at the end of the log: its last parts will not come.
    pub(super) fn rest(&mut self, block: &mut Vec<u8>) {
        block.clear();
        for line in &mut self.waiting {
            block.append(line);
            if !block.is_empty() && !block.ends_with(b"\n") {
                block.push(b'\n');
            }
        }
    }

    fn line(&mut self, line: &[u8]) {
        let end = line.strip_suffix(b"\n").unwrap_or(line).len();
        let Some(CriLine { flag, body, stderr, .. }) = cri_line(&line[..end]) else {
            return self.joined.extend_from_slice(line);
        };
        let partial = line[flag] == b'P';
        let waiting = &mut self.waiting[usize::from(stderr)];
        let cutting = &mut self.cutting[usize::from(stderr)];
        if waiting.is_empty() {
            if !partial {
                return self.joined.extend_from_slice(line);
            }
            // The first part's head, as that of a whole line.
            waiting.extend_from_slice(&line[..end]);
            waiting[flag] = b'F';
            return;
        }
        let room = LONGEST.saturating_sub(waiting.len());
        let part = &line[body..end];
        self.cut += u64::from(part.len() > room && !std::mem::replace(cutting, part.len() > room));
        waiting.extend_from_slice(&part[..part.len().min(room)]);
        if !partial {
            self.joined.append(waiting);
            self.joined.push(b'\n');
            *cutting = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "2026-11-20T14:00:00.1Z";

    /// The blocks as they come out, and how many lines were cut.
    fn joined(blocks: &[&str]) -> (String, u64) {
        let mut partial = Partial::new();
        let mut all = Vec::new();
        let mut block = Vec::new();
        for text in blocks {
            block.clear();
            block.extend_from_slice(text.as_bytes());
            partial.join(&mut block);
            all.append(&mut block);
        }
        partial.rest(&mut block);
        all.append(&mut block);
        (String::from_utf8(all).unwrap(), partial.cut)
    }

    #[test]
    fn parts_are_joined_by_stream_and_across_blocks() {
        let first = format!("{AT} stdout P one \n{AT} stderr P bad \n{AT} stdout P and \n");
        let second = format!("{AT} stdout F two\n{AT} stdout F three\n{AT} stderr F luck\n");
        let whole =
            format!("{AT} stdout F one and two\n{AT} stdout F three\n{AT} stderr F bad luck\n");
        assert_eq!(joined(&[&first, &second]), (whole.clone(), 0));
        assert_eq!(joined(&[&whole]), (whole, 0));
        assert_eq!(joined(&[&first]).0.lines().count(), 2, "the rest did not come");
    }

    #[test]
    fn other_logs_stay_as_they_are() {
        for text in ["a stdout P b\nc\n", "x\n\ny", &format!("{AT} stdout F a stdout P b\nc\n")] {
            assert_eq!(joined(&[text]), (text.to_owned(), 0));
        }
    }

    #[test]
    fn a_line_of_many_parts_is_cut() {
        let part = format!("{AT} stdout P {}\n", "x".repeat(16 * 1024));
        let text = format!("{}{AT} stdout F end\n{AT} stdout F next\n", part.repeat(9));
        let (all, cut) = joined(&[&text]);
        let lengths: Vec<usize> = all.lines().map(str::len).collect();
        assert_eq!((cut, lengths), (1, vec![LONGEST, AT.len() + 14]));
    }
}
