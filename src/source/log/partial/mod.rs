//! Lines that a container's runtime has cut at 16 KiB, put together again.
//!
//! CRI marks each part but the last with `P`; docker leaves out the end of the line in
//! them. The close code of a long line stands in its last part, behind a stamp of
//! another time, and its words in the first.

mod cri;

use memchr::memmem;

use super::json;
use super::lines::LONGEST;
use cri::Marks;

/// Where docker cuts.
const DOCKER_CUTS: usize = 16 * 1024;
const DOCKER: &[u8] = b"{\"log\":\"";
/// What stands behind the text of a line.
const STREAM: &[u8] = b"\",\"stream\":\"";

/// Parts of lines, of each stream those that wait for their last.
#[derive(Debug)]
pub(super) struct Partial {
    marks: Marks,
    /// Of standard output and of errors: they are written in turns.
    waiting: [Waiting; 2],
    joined: Vec<u8>,
    scratch: Vec<u8>,
    /// Lines that were cut.
    pub(super) cut: u64,
}

/// A line that waits for its last part.
#[derive(Debug, Default)]
struct Waiting {
    line: Vec<u8>,
    /// What the wrapper writes behind it.
    tail: Vec<u8>,
    /// It has been cut.
    cut: bool,
}

/// A part of a line.
#[derive(Debug)]
struct LinePart<'a> {
    head: &'a [u8],
    text: &'a [u8],
    tail: &'a [u8],
    /// Where the head says that it is no whole line.
    flag: Option<usize>,
    stderr: bool,
    partial: bool,
}

impl Waiting {
    /// Takes a part in; whether the line became too long by it.
    fn add(&mut self, part: &LinePart<'_>) -> bool {
        if self.line.is_empty() {
            // The first part's head, as that of a whole line.
            self.line.extend_from_slice(part.head);
            if let Some(flag) = part.flag {
                self.line[flag] = b'F';
            }
        }
        let room = LONGEST.saturating_sub(self.line.len());
        self.line.extend_from_slice(&part.text[..part.text.len().min(room)]);
        self.tail.clear();
        self.tail.extend_from_slice(part.tail);
        part.text.len() > room && !std::mem::replace(&mut self.cut, true)
    }

    /// The line is over.
    fn give(&mut self, into: &mut Vec<u8>) {
        if self.line.is_empty() {
            return;
        }
        into.append(&mut self.line);
        if self.cut && !self.tail.is_empty() {
            // It may have been cut behind a backslash.
            into.extend_from_slice(b"\\n");
        }
        into.append(&mut self.tail);
        into.push(b'\n');
        self.cut = false;
    }
}

impl Partial {
    pub(super) fn new() -> Self {
        Self {
            marks: Marks::new(),
            waiting: Default::default(),
            joined: Vec::new(),
            scratch: Vec::new(),
            cut: 0,
        }
    }

    /// Joins the parts in a block of whole lines; what waits for its last part is
    /// left out of it.
    pub(super) fn join(&mut self, block: &mut Vec<u8>) {
        let waits = self.waiting.iter().any(|waiting| !waiting.line.is_empty());
        let docker = || block.starts_with(DOCKER) && has_long_line(block);
        if !(waits || self.marks.has_parts(block) || docker()) {
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
        for waiting in &mut self.waiting {
            waiting.give(block);
        }
    }

    fn line(&mut self, line: &[u8]) {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let Some(part) = self.marks.part(text).or_else(|| of_docker(text, &mut self.scratch))
        else {
            return self.joined.extend_from_slice(line);
        };
        let waiting = &mut self.waiting[usize::from(part.stderr)];
        if waiting.line.is_empty() && !part.partial {
            return self.joined.extend_from_slice(line);
        }
        self.cut += u64::from(waiting.add(&part));
        if !part.partial {
            waiting.give(&mut self.joined);
        }
    }
}

/// Whether a line is so long that docker may have cut it: of each 16 KiB only the last
/// end of a line is sought.
fn has_long_line(block: &[u8]) -> bool {
    let mut from = 0;
    while from + DOCKER_CUTS < block.len() {
        match memchr::memrchr(b'\n', &block[from..from + DOCKER_CUTS]) {
            Some(end) => from += end + 1,
            None => return true,
        }
    }
    false
}

/// A line of docker; a part of one has no end of a line in it and is of exactly the
/// length at which docker cuts: others that write such lines leave it out of all.
fn of_docker<'a>(line: &'a [u8], scratch: &mut Vec<u8>) -> Option<LinePart<'a>> {
    let inside = line.strip_prefix(DOCKER)?;
    let end = memmem::find(inside, STREAM)?;
    let (text, tail) = inside.split_at(end);
    let partial = text.len() >= DOCKER_CUTS && !text.ends_with(b"\\n") && {
        scratch.clear();
        json::unescape(text, scratch);
        scratch.len() == DOCKER_CUTS
    };
    let stderr = tail[STREAM.len()..].starts_with(b"stderr");
    Some(LinePart { head: DOCKER, text, tail, flag: None, stderr, partial })
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

    #[test]
    fn parts_of_docker_are_joined_and_lines_without_an_end_are_not() {
        let line = |text: &str, time: u32| {
            format!("{{\"log\":\"{text}\",\"stream\":\"stdout\",\"time\":\"{time}\"}}\n")
        };
        let part = "x\\t".repeat(DOCKER_CUTS / 2);
        let text = line(&part, 1) + &line("end\\n", 2) + &line("next\\n", 3);
        assert_eq!(joined(&[&text]), (line(&format!("{part}end\\n"), 2) + &line("next\\n", 3), 0));
        let others = line(&"x".repeat(DOCKER_CUTS + 1), 1) + &line("end", 2);
        assert_eq!(joined(&[&others]), (others, 0));
        let (all, cut) = joined(&[&(line(&part, 1).repeat(9) + &line("end\\n", 2))]);
        assert_eq!((cut, all.lines().count()), (1, 1));
        assert!(all.ends_with("\\n\",\"stream\":\"stdout\",\"time\":\"2\"}\n"), "closed");
    }
}
