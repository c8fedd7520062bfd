//! The parts of a line of CRI, in whatever stands around each of them: the time, the
//! stream and the flag are written alike within a prefix and within a string of JSON.

use memchr::memmem::Finder;
use memchr::{memchr, memrchr_iter};

use super::LinePart;
use crate::source::log::wrapper::{CriLine, cri_line};

/// Bytes that may stand between one line of CRI and another within it.
const AROUND: usize = 96;

/// The stream and the flag of a part, and of a whole line or a last part.
#[derive(Debug)]
pub(super) struct Marks {
    parts: [Finder<'static>; 2],
    last: [Finder<'static>; 2],
}

impl Marks {
    pub(super) fn new() -> Self {
        Self {
            parts: [Finder::new(" stdout P "), Finder::new(" stderr P ")],
            last: [Finder::new(" stdout F "), Finder::new(" stderr F ")],
        }
    }

    /// Whether some line of the block may be a part.
    pub(super) fn has_parts(&self, block: &[u8]) -> bool {
        self.parts.iter().any(|mark| mark.find(block).is_some())
    }

    /// Where the next one stands.
    fn next(&self, text: &[u8]) -> Option<usize> {
        self.parts.iter().chain(&self.last).filter_map(|mark| mark.find(text)).min()
    }

    /// The part that a line is; none where it is no line of CRI.
    pub(super) fn part<'a>(&self, line: &'a [u8]) -> Option<LinePart<'a>> {
        let mut found: Option<(usize, CriLine)> = None;
        let mut from = 0;
        // One may stand within another, behind what is around it; further away it is a
        // part of that one's text.
        while let Some(mark) = self.next(&line[from..]).map(|at| from + at) {
            let of_stamp = |c: &u8| c.is_ascii_digit() || b"TZ:.+-".contains(c);
            let start = mark - line[..mark].iter().rev().take_while(|c| of_stamp(c)).count();
            let near = found.is_none_or(|(at, outer)| start <= at + outer.body + AROUND);
            let Some(here) = cri_line(&line[start..]).filter(|_| near) else { break };
            found = Some((start, here));
            from = start + here.body;
        }
        let (start, CriLine { flag, body, stderr, .. }) = found?;
        let (head, rest) = line.split_at(start + body);
        let flag = start + flag;
        let (text, tail) = rest.split_at(end_of_text(&line[..start], rest));
        Some(LinePart { head, text, tail, flag: Some(flag), stderr, partial: head[flag] == b'P' })
    }
}

/// How long the text is: to the end of the line, or of the string of JSON that it is in.
fn end_of_text(before: &[u8], rest: &[u8]) -> usize {
    let Some(escapes) = opening_escapes(before) else {
        return rest.strip_suffix(b"\r").unwrap_or(rest).len();
    };
    let end = closing(rest, escapes).unwrap_or(rest.len());
    // The end of the line is written within the string.
    let mut text = &rest[..end];
    for mark in [b'n', b'r'] {
        if let Some(shorter) = text.strip_suffix(&[mark]) {
            let slashes = backslashes(shorter);
            if slashes % (2 * (escapes + 1)) == escapes + 1 {
                text = &shorter[..shorter.len() - escapes - 1];
            }
        }
    }
    text.len()
}

/// The backslashes before the quote that opens the string the text is in: none in an
/// object, one in an object that is itself a string of another one. `None` = it is in
/// no string.
fn opening_escapes(before: &[u8]) -> Option<usize> {
    memchr(b'{', before)?;
    memrchr_iter(b'"', before).find_map(|quote| {
        let escapes = backslashes(&before[..quote]);
        let name = before[..quote - escapes].trim_ascii_end();
        (name.last() == Some(&b':')).then_some(escapes)
    })
}

/// Where the quote that closes it is written, its backslashes included.
fn closing(text: &[u8], escapes: usize) -> Option<usize> {
    memchr::memchr_iter(b'"', text).find_map(|quote| {
        let run = backslashes(&text[..quote]);
        let closes = run >= escapes && (run - escapes).is_multiple_of(2 * (escapes + 1));
        closes.then_some(quote - escapes)
    })
}

/// Backslashes at the end.
fn backslashes(text: &[u8]) -> usize {
    text.iter().rev().take_while(|c| **c == b'\\').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "2026-11-20T14:00:00.1Z";

    fn part(line: &str) -> Option<(String, String, bool)> {
        let marks = Marks::new();
        let part = marks.part(line.as_bytes())?;
        let text = |t: &[u8]| String::from_utf8_lossy(t).into_owned();
        Some((text(part.text), text(part.tail), part.partial))
    }

    #[test]
    fn a_part_is_found_in_whatever_is_around_it() {
        for (line, text, tail) in [
            (format!("{AT} stdout P a \"b\""), r#"a "b""#, ""),
            (format!("web-1  | {AT} stdout P a b\r"), "a b", "\r"),
            (
                format!(r#"{{"log":"{AT} stdout P a \"b\\\n","stream":"s"}}"#),
                r#"a \"b\\"#,
                r#"\n","stream":"s"}"#,
            ),
            (format!(r#"{{"MESSAGE": "x[3]: {AT} stdout P a \\"}}"#), r"a \\", r#""}"#),
            (
                format!(r#"{{"M":"{{\"log\":\"{AT} stdout P a \\\"b\\\"\\n\",\"s\":1}}\n"}}"#),
                r#"a \\\"b\\\""#,
                r#"\\n\",\"s\":1}\n"}"#,
            ),
        ] {
            assert_eq!(part(&line), Some((text.to_owned(), tail.to_owned(), true)), "{line}");
            assert!(!part(&line.replacen("stdout P", "stdout F", 1)).expect(&line).2);
        }
        for line in ["a stdout P b", "2026-11-20 14:00:00 stdout P b", "stdout P", ""] {
            assert_eq!(part(line), None, "{line}");
        }
        assert!(!part(&format!("{AT} stdout F a stdout P b")).expect("whole").2);
        let inner = format!("{AT} stdout F h app[3]: {AT} stdout P a");
        assert_eq!(part(&inner), Some(("a".to_owned(), String::new(), true)));
    }
}
