//! `herdtop logs --explain`: lines of a log, marked with what was read from them.

use super::log_sources::read_as;
use crate::source::log::{Explained, Marked};

/// The page.
#[must_use]
pub fn log_explained(explained: &Explained) -> String {
    let mut page: Vec<String> = vec![explained.source.name.clone()];
    page.extend(read_as(&explained.source, false).into_iter().map(|line| format!("  {line}")));
    for marked in &explained.lines {
        page.push(String::new());
        page.push(format!("  {}", marked.line));
        page.extend(marks(marked).into_iter().map(|line| format!("  {line}")));
        page.push(format!("  = {}", marked.tells));
    }
    page.join("\n")
}

/// `^^^^ stamp`, as few lines of it as there is room for.
fn marks(marked: &Marked) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (from, to, name) in &marked.marks {
        let mark = format!("{} {name}", "^".repeat(to.saturating_sub(*from).max(1)));
        let free = lines.iter().position(|line| line.chars().count() < *from);
        let at = free.unwrap_or_else(|| {
            lines.push(String::new());
            lines.len() - 1
        });
        let blanks = from.saturating_sub(lines[at].chars().count());
        lines[at].push_str(&" ".repeat(blanks));
        lines[at].push_str(&mark);
    }
    lines
}
