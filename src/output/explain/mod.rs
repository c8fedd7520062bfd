//! `herdtop explain` as text and as JSON. Pages come from `close::meaning`.

mod columns;
mod json;
mod lists;
mod page;
mod sources;

use crate::close::Names;
use crate::close::meaning::{Article, Comparison, Found, Target, VENDORS};

use super::wrap::hang;
pub use json::explain_json;
pub use lists::explain_all;

/// Prose over this is hard to read in a hurry.
const WIDEST_PROSE: usize = 100;
/// Below this a line holds too few words to be read; the terminal may wrap then.
const NARROWEST: usize = 30;

/// What is written on: how wide, and whether headings may be bold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paper {
    width: usize,
    is_bold: bool,
    is_linked: bool,
}

impl Paper {
    /// Of a terminal this many columns wide, or of a pipe.
    #[must_use]
    pub fn new(columns: usize, is_bold: bool) -> Self {
        Self { width: columns.max(NARROWEST), is_bold, is_linked: false }
    }

    /// The same, on which what is cited is a link.
    #[must_use]
    pub const fn linked(self, is_linked: bool) -> Self {
        Self { is_linked, ..self }
    }

    fn prose(self) -> usize {
        self.width.min(WIDEST_PROSE)
    }

    /// The only decoration there is (ECMA-48 SGR 1).
    fn heading(self, text: &str) -> String {
        if self.is_bold && !text.is_empty() {
            format!("\u{1b}[1m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// A heading over as many lines as it takes.
    fn headings(self, text: &str) -> Vec<String> {
        hang("", text, self.prose()).iter().map(|line| self.heading(line)).collect()
    }
}

/// The answers as text: two codes beside each other, else one after another.
#[must_use]
pub fn explain(answers: &[Found], names: &Names, paper: Paper) -> String {
    if let Some(pair) = compared(answers, names) {
        return columns::compare(&pair, paper).join("\n");
    }
    let mut lines: Vec<String> = Vec::new();
    for found in answers {
        if !lines.is_empty() {
            lines.extend([String::new(), String::new()]);
        }
        lines.extend(answer(found, names, paper));
    }
    lines.join("\n")
}

/// Two questions with one meaning each are meant to be compared.
fn compared(answers: &[Found], names: &Names) -> Option<Comparison> {
    let [first, second] = answers else { return None };
    let ([first], [second]) = (&first.targets[..], &second.targets[..]) else { return None };
    Comparison::of(*first, *second, names)
}

fn answer(found: &Found, names: &Names, paper: Paper) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(says) = found.says {
        lines.extend(paper.headings(&format!("{}: {says}", found.asked)));
        lines.push(String::new());
    }
    match found.targets[..] {
        [Target::Vendor(name)] => {
            let vendor = VENDORS.iter().find(|v| v.name == name);
            lines.extend(vendor.map(|v| page::vendor(v, paper)).unwrap_or_default());
        }
        [target] => {
            let article = Article::of(target, names);
            lines.extend(article.map(|a| page::article(&a, paper)).unwrap_or_default());
        }
        _ => lines.extend(lists::hits(found, names, paper)),
    }
    lines
}
