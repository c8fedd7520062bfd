//! `--log-open`, `--log-close`, `--log-error`: regular expressions of one's own.

use std::sync::Arc;

use regex::bytes::Regex;
use regex_syntax::hir::{Hir, HirKind};

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

    /// Literals of which a line that tells something has one; none where any line
    /// might.
    pub(super) fn clues(&self) -> Option<Vec<String>> {
        let Inner { open, close, error } = &*self.0;
        let mut clues = Vec::new();
        for own in [open, close, error].into_iter().flatten() {
            clues.push(literal(own.as_str())?);
        }
        let mut usual: Vec<&str> = Vec::new();
        if open.is_none() || close.is_none() {
            usual.extend(words::CLUES);
            usual.extend(json::CLUES);
            usual.push(access::CLUE);
        }
        if error.is_none() {
            usual.extend(ERROR_WORDS);
        }
        clues.extend(usual.into_iter().map(str::to_owned));
        Some(clues)
    }

    /// What the line tells of connections.
    pub(super) fn told<'a>(&self, line: &'a [u8]) -> Told<'a> {
        let Inner { open, close, .. } = &*self.0;
        let opens = open.as_ref().is_some_and(|open| open.is_match(line));
        let closes = close.as_ref().and_then(|close| closed(close, line));
        let mut told =
            if open.is_some() && close.is_some() { Told::default() } else { usual(line) };
        if open.is_some() {
            told.opened = opens.then(|| Told::open(Voice::Own).opened).flatten();
        }
        if close.is_some() {
            told.closed = closes;
        }
        if told.is_some() && told.time.is_none() && json::is_object(line) {
            told.time = json::told(line).time;
        }
        told
    }

    /// Whether it is an error line.
    pub(super) fn is_error(&self, line: &[u8]) -> bool {
        match &self.0.error {
            Some(own) => own.is_match(line),
            None => ERROR_WORDS.iter().any(|w| memchr::memmem::find(line, w.as_bytes()).is_some()),
        }
    }
}

/// The built-in patterns.
fn usual(line: &[u8]) -> Told<'_> {
    if json::is_object(line) {
        return json::told(line);
    }
    let told = access::told(line);
    if told.is_some() { told } else { words::told(line) }
}

/// What a pattern of one's own tells of a closing. The groups `code` and
/// `reason` are looked for only where it has them: it takes thrice the time.
fn closed<'a>(close: &Regex, line: &'a [u8]) -> Option<Closed<'a>> {
    if !close.is_match(line) {
        return None;
    }
    let has_groups = close.capture_names().flatten().next().is_some();
    let groups = has_groups.then(|| close.captures(line)).flatten();
    let group = |name| groups.as_ref()?.name(name).map(|m| m.as_bytes());
    let reason = group("reason").filter(|r| !r.trim_ascii().is_empty());
    Some(Closed { reason, ..Closed::now(Voice::Own, group("code").and_then(code)) })
}

/// The longest literal that every match contains; none where there is none of
/// three characters or more.
fn literal(pattern: &str) -> Option<String> {
    const LEAST: usize = 3;
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
    use super::*;

    fn own(open: &str, close: &str) -> Patterns {
        Patterns::new(Some(compile(open).unwrap()), Some(compile(close).unwrap()), None)
    }

    #[test]
    fn own_patterns_replace_the_built_in_ones() {
        let patterns = own("joined", r"left \((?<code>\d+)(, (?<reason>[^)]*))?\)");
        let line = b"12:00 player left (4408, idle)";
        let closed = patterns.told(line).closed.unwrap();
        assert_eq!((closed.code, closed.reason), (Some(4408), Some(&b"idle"[..])));
        assert_eq!(patterns.told(b"left (99)").closed.unwrap().code, None, "no close code");
        assert!(patterns.told(b"player joined").opened.is_some());
        assert!(!patterns.told(b"client connected").is_some());
    }

    #[test]
    fn one_of_its_own_leaves_the_other_built_in() {
        let patterns = Patterns::new(Some(compile("joined").unwrap()), None, None);
        assert!(patterns.told(b"client connected").opened.is_none());
        assert!(patterns.told(b"client disconnected").closed.is_some());
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

    #[test]
    fn errors_are_the_usual_words_or_ones_own() {
        let usual = Patterns::new(None, None, None);
        assert!(usual.is_error(b"2026 ERROR in handler"));
        assert!(usual.is_error(b"Traceback (most recent call last):"));
        assert!(!usual.is_error(b"client connected"));
        let own = Patterns::new(None, None, Some(compile("FATAL").unwrap()));
        assert!(own.is_error(b"FATAL") && !own.is_error(b"ERROR"));
        assert!(own.clues().unwrap().contains(&"FATAL".to_owned()));
        assert_eq!(Patterns::new(None, None, Some(compile("x|y").unwrap())).clues(), None);
    }
}
