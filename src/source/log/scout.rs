//! Which lines are worth reading: those with one of a few literals in them.
//!
//! A block is searched once for each literal, ahead of the lines; a line costs a
//! comparison for each. Trying every pattern on every line would take 400 ns a
//! line, and `mawk` needs 300.

use memchr::memmem::Finder;

/// The literals, and where each comes next in the block.
#[derive(Debug, Clone)]
pub(super) struct Scout {
    finders: Vec<Finder<'static>>,
    next: Vec<usize>,
}

impl Scout {
    pub(super) fn new<'a>(literals: impl IntoIterator<Item = &'a str>) -> Self {
        let finders: Vec<_> =
            literals.into_iter().map(|l| Finder::new(l.as_bytes()).into_owned()).collect();
        Self { next: vec![0; finders.len()], finders }
    }

    /// A new block: nothing of it has been searched.
    pub(super) fn start(&mut self) {
        self.next.fill(0);
    }

    /// Whether one of them lies in this line of the block; lines come in order.
    pub(super) fn finds(&mut self, block: &[u8], line: &std::ops::Range<usize>) -> bool {
        let mut found = false;
        for (finder, next) in self.finders.iter().zip(&mut self.next) {
            // A place before the line is behind us; zero has not been searched.
            if *next < line.start || *next == 0 {
                *next = finder.find(&block[line.start..]).map_or(usize::MAX, |at| at + line.start);
            }
            found |= *next < line.end;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_lines_and_no_others() {
        let block = b"one\ntwo x\n\nthree\nxx\nfour x x\n";
        let mut scout = Scout::new(["x", "thr"]);
        for _ in 0..2 {
            scout.start();
            let (mut start, mut found) = (0, vec![]);
            for end in memchr::memchr_iter(b'\n', block) {
                found.push(scout.finds(block, &(start..end)));
                start = end + 1;
            }
            assert_eq!(found, [false, true, false, true, true, true]);
        }
    }
}
