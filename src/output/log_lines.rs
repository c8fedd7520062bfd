//! `herdtop logs --explain`: lines of a log, marked with what was read from them.
//!
//! A line that is wider than the terminal is folded together with its marks: wrapped by
//! the terminal they would stand below something else.

use super::log_sources::read_as;
use crate::source::log::{Explained, Marked};

/// Blanks before all but names.
const INDENT: usize = 2;
/// Narrower than this nothing is folded.
const NARROWEST: usize = 24;

/// What of a line is marked: columns from and to, and what is there.
type Marking = (usize, usize, &'static str);

/// The page, for so many columns.
#[must_use]
pub fn log_explained(explained: &Explained, columns: usize) -> String {
    let width = columns.saturating_sub(INDENT).max(NARROWEST);
    let mut page: Vec<String> = vec![explained.source.name.clone()];
    let mut add = |line: &str| page.push(format!("{:INDENT$}{line}", "").trim_end().to_owned());
    for line in read_as(&explained.source, false) {
        for line in wrapped(&line, width) {
            add(&line);
        }
    }
    for marked in &explained.lines {
        add("");
        let tells = wrapped(&format!("= {}", marked.tells), width);
        for line in folded(marked, width).iter().chain(&tells) {
            add(line);
        }
    }
    page.join("\n")
}

/// Words on as many lines as they need, all but the first set in.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) => lines.push(format!("{:INDENT$}{word}", "")),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The line in pieces, each with its marks below.
fn folded(marked: &Marked, width: usize) -> Vec<String> {
    let all: Vec<char> = marked.line.chars().collect();
    let mut lines = Vec::new();
    for (n, piece) in all.chunks(width).enumerate() {
        let (start, end) = (n * width, n * width + piece.len());
        lines.push(piece.iter().collect());
        let here = marked.marks.iter().filter(|(from, to, _)| *from < end && *to > start);
        let here: Vec<Marking> = here
            .map(|(from, to, name)| {
                // What goes on from the piece above is named there.
                let name = if *from < start { "" } else { *name };
                (from.max(&start) - start, to.min(&end) - start, name)
            })
            .collect();
        lines.extend(marks(&here, width));
    }
    lines
}

/// `^^^^ stamp`, as few lines of it as there is room for.
fn marks(marks: &[Marking], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (from, to, name) in marks {
        let carets = "^".repeat(to.saturating_sub(*from).max(1));
        let before = from.checked_sub(name.len() + 1);
        let (at, text) = match before.filter(|_| to + 1 + name.len() > width) {
            Some(before) => (before, format!("{name} {carets}")),
            None => (*from, format!("{carets} {name}").trim_end().to_owned()),
        };
        let free = lines.iter().position(|line| line.is_empty() || line.len() < at);
        let row = free.unwrap_or_else(|| {
            lines.push(String::new());
            lines.len() - 1
        });
        let blanks = at.saturating_sub(lines[row].len());
        lines[row].push_str(&" ".repeat(blanks));
        lines[row].push_str(&text);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_folded_with_its_marks() {
        let marked = Marked {
            line: "0123456789012345678901234567890123456789".to_owned(),
            marks: vec![(2, 5, "stamp"), (18, 23, "status"), (36, 40, "code")],
            tells: String::new(),
        };
        assert_eq!(
            folded(&marked, 24),
            [
                "012345678901234567890123",
                "  ^^^ stamp",
                "           status ^^^^^",
                "4567890123456789",
                "            ^^^^ code",
            ]
        );
        assert_eq!(folded(&marked, 80).len(), 2);
    }

    #[test]
    fn nothing_is_wider_than_the_terminal() {
        for width in [30, 40, 78] {
            let text = "open 2026-11-20T14:00:00.907Z, close 2026-11-20T14:00:55.000Z, client ::1";
            assert!(wrapped(text, width).iter().all(|line| line.len() <= width + INDENT));
        }
    }
}
