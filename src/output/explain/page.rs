//! One code, status or vendor: its headline, then what each reader looks for,
//! under short words in the margin.

use super::super::wrap::hang;
use super::{Paper, sources};
use crate::close::meaning::{Article, Run, Vendor};
use crate::close::{CloseCode, Names, registry};
use crate::text;

/// Columns of the margin that holds the headings.
pub(super) const MARGIN: usize = 9;
/// Where the purpose of a command begins, if the command is shorter.
const PURPOSE: usize = 34;
/// What stands for the reader's own in commands.
const OWN: [&str; 10] =
    ["LOG", "PORT", "LIMIT", "PID", "UNIT", "NAME", "URL", "HOST", "PATH", "SITE"];

/// A page.
pub(super) fn article(article: &Article, paper: Paper) -> Vec<String> {
    let mut lines = paper.headings(&format!("{}: {}", article.title(), article.headline));
    let mut section = |heading: &str, text: Vec<String>| {
        if !text.is_empty() {
            lines.push(String::new());
            lines.extend(margin(heading, text, paper));
        }
    };
    let width = paper.prose() - MARGIN;
    section("means", hang("", article.meaning, width));
    section("sent by", hang("", article.wire, width));
    section("like", like(article, width));
    section("vendors", list(&article.vendors, width));
    section("causes", list(article.causes, width));
    section("client", client(article, width));
    section("check", list(article.checks, width));
    section("run", commands(article.commands, width));
    section("fix", list(article.fixes, width));
    section("note", list(&article.notes, width));
    section("source", sources::linked(hang("", article.source, width), paper));
    lines
}

/// What is known of a vendor.
pub(super) fn vendor(vendor: &Vendor, paper: Paper) -> Vec<String> {
    let mut lines = paper.headings(&format!("{}: {}", vendor.name, vendor.headline));
    let width = paper.prose() - MARGIN;
    let doubt = if vendor.second_hand { " (second-hand: its own page was not read)" } else { "" };
    lines.push(String::new());
    lines.extend(margin("does", list(vendor.facts, width), paper));
    lines.push(String::new());
    let source = hang("", &format!("{}{doubt}", vendor.source), width);
    lines.extend(margin("source", source, paper));
    lines
}

/// The heading in the margin of the first line.
fn margin(heading: &str, text: Vec<String>, paper: Paper) -> Vec<String> {
    let padding = " ".repeat(MARGIN - heading.len());
    let mut lines: Vec<String> = Vec::new();
    for (at, line) in text.into_iter().enumerate() {
        lines.push(match at {
            0 => format!("{}{padding}{line}", paper.heading(heading)),
            _ if line.is_empty() => line,
            _ => format!("{}{line}", " ".repeat(MARGIN)),
        });
    }
    lines
}

/// One thing each; a single one without a dash.
pub(super) fn list(things: &[impl AsRef<str>], width: usize) -> Vec<String> {
    let dash = if things.len() == 1 { "" } else { "- " };
    things.iter().flat_map(|thing| hang(dash, thing.as_ref(), width)).collect()
}

/// What the client must do, and what herdtop's own probes do.
pub(super) fn client(article: &Article, width: usize) -> Vec<String> {
    let probes = article.probes.as_ref().map(|p| format!("herdtop's own probes {p}."));
    let all: Vec<&str> = article.client.iter().copied().chain(probes.as_deref()).collect();
    list(&all, width)
}

/// The close codes that say what a status says.
pub(super) fn like(article: &Article, width: usize) -> Vec<String> {
    let named =
        |&code: &u16| format!("{code} {}", registry::name(CloseCode(code), &Names::default()));
    let codes: Vec<String> = article.like.iter().map(named).collect();
    if codes.is_empty() {
        return Vec::new();
    }
    hang("", &format!("close {}", codes.join(", or ")), width)
}

/// Commands to be copied: never broken, their purpose behind or above them as a
/// comment of the shell.
pub(super) fn commands(commands: &[Run], width: usize) -> Vec<String> {
    let own = OWN.iter().filter(|own| commands.iter().any(|c| names(c.run, own)));
    let own: Vec<&str> = own.copied().collect();
    let mut lines = Vec::new();
    if !own.is_empty() {
        lines.push(format!("# REPLACE THE CAPITALS: {}", own.join(", ")));
    }
    for Run { run, why } in commands {
        let beside = format!("{run:PURPOSE$}  # {why}");
        if !run.contains('\n') && text::width(&beside) <= width {
            lines.push(beside);
        } else {
            lines.push(format!("# {why}"));
            lines.extend(run.lines().map(str::to_owned));
        }
    }
    lines
}

/// Whether a word stands in a command by itself.
fn names(run: &str, own: &str) -> bool {
    run.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == own)
}
