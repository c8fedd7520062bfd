//! Two codes compared: beside each other where that can be read, else one
//! below the other.

use super::super::wrap::hang;
use super::{Paper, page};
use crate::close::meaning::{Article, Comparison};
use crate::text;

/// From this width on there are two columns, of 44 and more.
const BESIDE: usize = 100;
/// Columns wider than this are no easier to read.
const WIDEST: usize = 72;
/// Between the columns.
const GAP: usize = 3;

/// A comparison: both headlines, the key difference, when which, then all else.
pub(super) fn compare(pair: &Comparison, paper: Paper) -> Vec<String> {
    let mut lines = Vec::new();
    for article in [&pair.first, &pair.second] {
        lines.extend(paper.headings(&format!("{}: {}", article.title(), article.headline)));
    }
    lines.extend([String::new(), paper.heading("the key difference")]);
    lines.extend(hang("  ", &pair.key_difference, paper.prose()));
    lines.extend([String::new(), paper.heading("when which")]);
    let both = [&pair.first, &pair.second];
    let widest = both.map(|a| text::width(&a.number())).into_iter().max().unwrap_or(0);
    for (article, when) in both.into_iter().zip(&pair.when_which) {
        lines.extend(hang(&format!("  {:widest$}  ", article.number()), when, paper.prose()));
    }
    lines.push(String::new());
    if paper.width >= BESIDE {
        lines.extend(beside(pair, paper));
    } else {
        lines.push(String::new());
        lines.extend(page::article(&pair.first, paper));
        lines.extend([String::new(), String::new()]);
        lines.extend(page::article(&pair.second, paper));
    }
    lines
}

fn beside(pair: &Comparison, paper: Paper) -> Vec<String> {
    let (first, second) = (&pair.first, &pair.second);
    let column = ((paper.width - page::MARGIN - GAP) / 2).min(WIDEST);
    let mut lines = Vec::new();
    let heads = [first.title(), second.title()].map(|t| text::cut(&t, column).into_owned());
    let padding = " ".repeat(column + GAP - text::width(&heads[0]));
    let margin = " ".repeat(page::MARGIN);
    let [left, right] = heads.map(|head| paper.heading(&head));
    lines.push(format!("{margin}{left}{padding}{right}"));
    let both = |of: &dyn Fn(&Article) -> Vec<String>| [of(first), of(second)];
    let rows = [
        ("means", both(&|a| hang("", a.meaning, column))),
        ("sent by", both(&|a| hang("", a.wire, column))),
        ("like", both(&|a| page::like(a, column))),
        ("vendors", both(&|a| page::list(&a.vendors, column))),
        ("causes", both(&|a| page::list(a.causes, column))),
        ("client", both(&|a| page::client(a, column))),
        ("check", both(&|a| page::list(a.checks, column))),
        ("fix", both(&|a| page::list(a.fixes, column))),
        ("note", both(&|a| page::list(&a.notes, column))),
        ("source", both(&|a| hang("", a.source, column))),
    ];
    for (heading, cells) in rows {
        lines.extend(row(heading, &cells, column, paper));
    }
    for article in [first, second] {
        let heading = paper.heading(&format!("run for {}", article.number()));
        lines.extend([String::new(), heading]);
        let commands = page::commands(article.commands, paper.prose() - 2);
        lines.extend(commands.into_iter().map(|command| format!("  {command}")));
    }
    lines
}

/// Two cells line by line, after an empty line; nothing if both are empty.
fn row(
    heading: &str,
    [left, right]: &[Vec<String>; 2],
    column: usize,
    paper: Paper,
) -> Vec<String> {
    let height = left.len().max(right.len());
    let mut lines = Vec::new();
    for at in 0..height {
        let cell = |cells: &[String]| cells.get(at).cloned().unwrap_or_default();
        let (left, right) = (cell(left), cell(right));
        let padding = " ".repeat((column + GAP).saturating_sub(text::width(&left)));
        let margin = match at {
            0 => format!("{}{}", paper.heading(heading), " ".repeat(page::MARGIN - heading.len())),
            _ => " ".repeat(page::MARGIN),
        };
        lines.push(format!("{margin}{left}{padding}{right}").trim_end().to_owned());
    }
    if height > 0 {
        lines.insert(0, String::new());
    }
    lines
}
