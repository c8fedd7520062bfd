//! `--log-open`, `--log-close`, `--log-error`: regular expressions of one's own.

use std::sync::Arc;

use regex::bytes::Regex;
use regex_syntax::hir::{Hir, HirKind};

use super::election::Election;
use super::scout::{Clue, Hints, Scout};
use super::told::{Closed, Told, Voice, code};
use super::{access, json, words};

/// What makes a line an error line, unless told otherwise.
const ERROR_WORDS: [&str; 4] = ["ERROR", "Exception", "Traceback", "panic"];

/// How the lines of a log are told apart.
#[derive(Debug, Clone)]
pub struct Patterns(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    open: Option<Regex>,
    close: Option<Regex>,
    /// None = the usual words.
    error: Option<Regex>,
}

/// A regular expression that does not compile, in one line.
///
/// # Errors
/// What is wrong with it, with the place if there is one.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    let made = Regex::new(pattern).map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "is too large".to_owned(),
        other => {
            let text = other.to_string();
            let last = text.lines().next_back().unwrap_or_default();
            let why = last.trim().trim_start_matches("error: ");
            format!("is no regular expression: {why}")
        }
    })?;
    if made.is_match(b"") {
        return Err("matches every line, an empty one too".to_owned());
    }
    Ok(made)
}

impl Patterns {
    /// What was given, else the built-in ones.
    #[must_use]
    pub fn new(open: Option<Regex>, close: Option<Regex>, error: Option<Regex>) -> Self {
        Self(Arc::new(Inner { open, close, error }))
    }

    /// Who looks for the lines: `elected` is by what connections are told in this
    /// log, once that is known.
    pub(super) fn scout(&self, elected: Option<&Election>) -> Scout {
        let Inner { open, close, error } = &*self.0;
        let mut all = Hints::default();
        let mut clues: Vec<(String, Hints)> = Vec::new();
        let own = [(open, Hints::OPEN), (close, Hints::CLOSE), (error, Hints::ERROR)];
        for (own, of) in own.into_iter().filter_map(|(own, of)| Some((own.as_ref()?, of))) {
            match literal(own.as_str()) {
                Some(text) => clues.push((text, of)),
                None => all.0 |= of.0,
            }
        }
        let mut usual: Vec<(&str, Hints)> = Vec::new();
        if open.is_none() || close.is_none() {
            let told = words::CLUES.into_iter().chain(json::CLUES).chain([access::CLUE]);
            let heard = told.filter(|(.., voices)| elected.is_none_or(|e| e.hears(voices)));
            usual.extend(heard.map(|(text, of, _)| (text, of)));
        }
        if error.is_none() {
            usual.extend(ERROR_WORDS.map(|text| (text, Hints::ERROR)));
        }
        let own = clues.iter().map(|(text, of)| (text.as_str(), *of));
        Scout::new(own.chain(usual).map(|(text, of)| Clue { text, of }), all)
    }

    /// What the line tells of connections.
    pub(super) fn told<'a>(&self, line: &'a [u8], hints: Hints) -> Told<'a> {
        let Inner { open, close, .. } = &*self.0;
        let mut told = usual(line, hints);
        if let Some(open) = open {
            let opens = hints.has(Hints::OPEN) && fits(open, line);
            told.opened = opens.then(|| Told::open(Voice::Own).opened).flatten();
        }
        if let Some(close) = close {
            told.closed = hints.has(Hints::CLOSE).then(|| closed(close, line)).flatten();
        }
        if told.is_some() && told.time.is_none() && json::is_object(line) {
            told.time = json::told(line).time;
        }
        told
    }

    /// Whether it is an error line; the usual words are found by the scout.
    pub(super) fn is_error(&self, line: &[u8], hints: Hints) -> bool {
        hints.has(Hints::ERROR) && self.0.error.as_ref().is_none_or(|own| fits(own, line))
    }
}

/// The built-in patterns.
fn usual(line: &[u8], hints: Hints) -> Told<'_> {
    if hints.has(Hints::USUAL) && json::is_object(line) {
        return json::told(line);
    }
    if hints.has(Hints::ACCEPTED) {
        return Told::open(Voice::Accepted);
    }
    if hints.has(Hints::ACCESS) {
        let told = access::told(line);
        if told.is_some() {
            return told;
        }
    }
    if hints.has(Hints::USUAL) { words::told(line) } else { Told::default() }
}

/// What a pattern of one's own tells of a closing. The groups `code` and
/// `reason` are looked for only where it has them: it takes thrice the time.
fn closed<'a>(close: &Regex, line: &'a [u8]) -> Option<Closed<'a>> {
    if close.capture_names().flatten().next().is_none() {
        return close.is_match(line).then(|| Closed::now(Voice::Own, None));
    }
    let groups = close.captures(line)?;
    let group = |name| groups.name(name).map(|m| m.as_bytes());
    let reason = group("reason").filter(|r| !r.trim_ascii().is_empty());
    Some(Closed { reason, ..Closed::now(Voice::Own, group("code").and_then(code)) })
}

/// Whether the line fits a pattern whose literal it has: where that is all of the
/// pattern, as in the runbook's, it does.
fn fits(pattern: &Regex, line: &[u8]) -> bool {
    let is_plain = pattern.as_str().bytes().all(|c| c.is_ascii_alphanumeric() || c == b' ');
    (is_plain && pattern.as_str().len() >= LEAST) || pattern.is_match(line)
}

/// A shorter literal is in every other line.
const LEAST: usize = 3;

/// The longest literal that every match contains; none where there is none of
/// three characters or more.
fn literal(pattern: &str) -> Option<String> {
    let hir = regex_syntax::ParserBuilder::new().utf8(false).build().parse(pattern).ok()?;
    let mut found: Option<&[u8]> = None;
    longest(&hir, &mut found);
    let text = std::str::from_utf8(found?).ok()?;
    (text.len() >= LEAST).then(|| text.to_owned())
}

fn longest<'a>(hir: &'a Hir, found: &mut Option<&'a [u8]>) {
    match hir.kind() {
        HirKind::Literal(text) if found.is_none_or(|f| f.len() < text.0.len()) => {
            *found = Some(&text.0);
        }
        HirKind::Concat(parts) => parts.iter().for_each(|part| longest(part, found)),
        HirKind::Capture(group) => longest(&group.sub, found),
        HirKind::Repetition(repeated) if repeated.min > 0 => longest(&repeated.sub, found),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::scout::Part;
    use super::*;

    fn own(open: &str, close: &str) -> Patterns {
        Patterns::new(Some(compile(open).unwrap()), Some(compile(close).unwrap()), None)
    }

    fn one<'a>(patterns: &Patterns, line: &'a [u8]) -> Told<'a> {
        let mut hints = Hints::default();
        patterns.scout(None).each(line, |part| {
            if let Part::Line(_, found) = part {
                hints = found;
            }
        });
        patterns.told(line, hints)
    }

    #[test]
    fn own_patterns_replace_the_built_in_ones() {
        let patterns = own("joined", r"left \((?<code>\d+)(, (?<reason>[^)]*))?\)");
        let line = b"12:00 player left (4408, idle)";
        let closed = one(&patterns, line).closed.unwrap();
        assert_eq!((closed.code, closed.reason), (Some(4408), Some(&b"idle"[..])));
        assert_eq!(one(&patterns, b"left (99)").closed.unwrap().code, None, "no close code");
        assert!(one(&patterns, b"player joined").opened.is_some());
        assert!(!one(&patterns, b"client connected").is_some());
    }

    #[test]
    fn one_of_its_own_leaves_the_other_built_in() {
        let patterns = Patterns::new(Some(compile("joined").unwrap()), None, None);
        assert!(one(&patterns, b"client connected").opened.is_none());
        assert!(one(&patterns, b"client disconnected").closed.is_some());
    }

    #[test]
    fn each_server_is_understood() {
        let usual = Patterns::new(None, None, None);
        for (line, voice) in [
            (&b"INFO: 10.0.0.7:1 - \"WebSocket /ws\" [accepted]"[..], Voice::Accepted),
            (b"{\"event\":\"ws_open\",\"time\":1}", Voice::Json),
            (b"10.0.0.7:1 - - [21/Nov/2026:14:05:23] \"WSCONNECT /ws/\" - -", Voice::Daphne),
            (b"x - - [y] \"GET /ws HTTP/1.1\" 101 8 \"-\" \"-\" 1.250", Voice::Access),
            (b"client 101 connected", Voice::Connected),
        ] {
            assert_eq!(one(&usual, line).opened.map(|o| o.voice), Some(voice));
        }
    }

    #[test]
    fn what_does_not_compile_says_where() {
        let wrong = |pattern: &str| compile(pattern).unwrap_err();
        assert!(wrong("(unclosed").contains("unclosed group"), "{}", wrong("(unclosed"));
        assert_eq!(wrong("(unclosed").lines().count(), 1);
        assert!(
            wrong("a{999999}{999}").contains("is too large")
                || wrong("a{999999}{999}").contains("no regular")
        );
        assert!(wrong("x*").contains("every line"));
    }

    #[test]
    fn a_literal_that_every_match_contains_is_found() {
        let of = |pattern: &str| literal(pattern);
        assert_eq!(of("WebSocket connected").as_deref(), Some("WebSocket connected"));
        assert_eq!(of(r"client \d+ connected (?<x>\w+)").as_deref(), Some(" connected "));
        assert_eq!(of("(?i)connected"), None);
        assert_eq!(of("one|two"), None);
        assert_eq!(of("(joined)?x"), None);
        assert_eq!(of(r"\d+"), None);
    }

    /// The lines that a scout finds, and whether each is an error.
    fn found(patterns: &Patterns, block: &str) -> Vec<bool> {
        let mut found = vec![];
        patterns.scout(None).each(block.as_bytes(), |part| {
            if let Part::Line(line, hints) = part {
                found.push(patterns.is_error(line, hints));
            }
        });
        found
    }

    #[test]
    fn errors_are_the_usual_words_or_ones_own() {
        let usual = Patterns::new(None, None, None);
        let block = "ERROR in handler\nTraceback (most recent call last):\nclient connected\nx";
        assert_eq!(found(&usual, block), [true, true, false]);
        let own = |pattern| Patterns::new(None, None, Some(compile(pattern).unwrap()));
        assert_eq!(found(&own("FATAL"), "ERROR\nFATAL\n"), [true]);
        assert_eq!(found(&own("x|y"), "ERROR\nx\n"), [false, true], "no literal: all are read");
    }
}
