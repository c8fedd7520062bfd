//! Many at once: the table of all codes, and what a phrase may mean.

use super::super::wrap::hang;
use super::Paper;
use crate::close::Names;
use crate::close::meaning::{Article, Found, Target, VENDORS, all_codes, all_statuses};
use crate::text;

/// Columns of the registry's longest name; one's own may be longer.
const NAMES: usize = 18;
/// Columns of who sends it.
const SENDERS: usize = 7;

/// The table of all codes and statuses; 80 columns unless a name of one's own
/// needs more.
#[must_use]
pub fn explain_all(names: &Names, paper: Paper) -> String {
    let codes = all_codes(names);
    let widest = codes.iter().map(|a| text::width(&a.name)).max().unwrap_or(0).max(NAMES);
    let by = |sent_by: &str, name: &str| format!("{}{}", pad(name, widest), pad(sent_by, SENDERS));
    let answer = |name: &str| pad(name, widest + 1 + SENDERS);
    let head = line("CODE", &by("SENT BY", "NAME"), "READS AS", "RECONNECT");
    let mut lines = vec![paper.heading(&head)];
    lines.extend(codes.iter().map(|a| row(a, &by(a.sent_by, &a.name))));
    let head = line("HTTP", &answer("ANSWER TO AN UPGRADE"), "READS AS", "RECONNECT");
    lines.extend([String::new(), paper.heading(&head)]);
    lines.extend(all_statuses().iter().map(|a| row(a, &answer(&a.name))));
    lines.push(String::new());
    let vendors: Vec<&str> = VENDORS.iter().map(|v| v.name).collect();
    let more = [
        ("herdtop explain 1013", "what it is and what to do".to_owned()),
        ("herdtop explain 1012 1013", "the two compared".to_owned()),
        ("herdtop explain try again", "what a phrase may mean".to_owned()),
        ("herdtop explain phoenix", format!("vendors: {}", vendors.join(", "))),
    ];
    for (command, does) in more {
        lines.extend(hang(&format!("{command:27}"), &does, paper.prose()));
    }
    lines.join("\n")
}

fn row(article: &Article, name: &str) -> String {
    let number = article.code.map_or_else(|| article.number(), |code| code.to_string());
    line(&number, name, article.reads_as, article.reconnect.words())
}

/// A line of the table.
fn line(code: &str, name: &str, reads_as: &str, reconnect: &str) -> String {
    format!("{}{name}{}{reconnect}", pad(code, 9), pad(reads_as, 26))
}

/// A cell and a blank; columns count, not bytes.
fn pad(cell: &str, width: usize) -> String {
    format!("{cell}{} ", " ".repeat(width.saturating_sub(text::width(cell))))
}

/// What a phrase may mean, a line each, and how to go on.
pub(super) fn hits(found: &Found, names: &Names, paper: Paper) -> Vec<String> {
    let asked = text::clean(&found.asked, 60);
    let mut lines = Vec::new();
    if found.says.is_none() {
        let head = format!("'{asked}' may be one of {}, likeliest first", found.targets.len());
        lines.extend(paper.headings(&head));
    }
    let hits: Vec<(String, String)> =
        found.targets.iter().filter_map(|&target| hit(target, names)).collect();
    let widest = hits.iter().map(|(title, _)| text::width(title)).max().unwrap_or(0);
    for (title, headline) in hits {
        let padding = " ".repeat(widest - text::width(&title));
        lines.extend(hang(&format!("  {title}{padding}  "), &headline, paper.prose()));
    }
    if let Some(first) = found.targets.first() {
        lines.extend([String::new(), format!("All about one: herdtop explain {}", typed(*first))]);
    }
    lines
}

fn hit(target: Target, names: &Names) -> Option<(String, String)> {
    if let Target::Vendor(name) = target {
        let vendor = VENDORS.iter().find(|v| v.name == name)?;
        return Some((vendor.name.to_owned(), vendor.headline.to_owned()));
    }
    let article = Article::of(target, names)?;
    Some((article.title(), article.headline.to_owned()))
}

/// What to type for it.
fn typed(target: Target) -> String {
    match target {
        Target::Code(number) | Target::Status(number) => number.to_string(),
        Target::Range(first, last) => format!("{first}-{last}"),
        Target::Vendor(name) => name.to_lowercase(),
    }
}
