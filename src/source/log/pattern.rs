//! `--log-open`, `--log-close`, `--log-error`: regular expressions of one's own.

use std::sync::Arc;

use regex::bytes::Regex;

use super::election::Election;
use super::own::Own;
use super::scout::{Clue, Hints, Needle, Scout};
use super::told::{Closed, Told, Voice, code};
use super::{access, json, words};

/// What makes a line an error line, unless told otherwise.
const ERROR_WORDS: [&str; 4] = ["ERROR", "Exception", "Traceback", "panic"];

/// How the lines of a log are told apart.
#[derive(Debug, Clone)]
pub struct Patterns(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    open: Option<Own>,
    close: Option<Own>,
    /// None = the usual words.
    error: Option<Own>,
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
        let [open, close, error] = [open, close, error].map(|own| own.map(Own::new));
        Self(Arc::new(Inner { open, close, error }))
    }

    /// Who looks for the lines: `elected` is by what connections are told in this
    /// log, once that is known, and `block` a part of it.
    pub(super) fn scout(&self, elected: Option<&Election>, block: &[u8]) -> Scout {
        let Inner { open, close, error } = &*self.0;
        let mut all = Hints::default();
        let mut clues: Vec<Clue> = Vec::new();
        let own = [(open, Hints::OPEN), (close, Hints::CLOSE), (error, Hints::ERROR)];
        for (own, of) in own.into_iter().filter_map(|(own, of)| Some((own.as_ref()?, of))) {
            let needles = own.needles(block);
            if needles.is_empty() {
                all.0 |= of.0;
            }
            clues.extend(needles.iter().map(|needle| Clue { needle: needle.clone(), of }));
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
        let usual = usual.into_iter().map(|(text, of)| {
            let needle = Needle::Exact(text.as_bytes().to_vec());
            Clue { needle, of }
        });
        Scout::new(clues.into_iter().chain(usual), all)
    }

    /// Who is heard, where that need not be found out.
    pub(super) fn election(&self) -> Election {
        let all_own = self.0.open.is_some() && self.0.close.is_some();
        if all_own { Election::of(Voice::Own) } else { Election::default() }
    }

    /// What the line tells of connections.
    pub(super) fn told<'a>(&self, line: &'a [u8], hints: Hints) -> Told<'a> {
        let Inner { open, close, .. } = &*self.0;
        let mut told = usual(line, hints);
        if let Some(open) = open {
            let opens = hints.has(Hints::OPEN) && open.fits(line);
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
        hints.has(Hints::ERROR) && self.0.error.as_ref().is_none_or(|own| own.fits(line))
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

/// What a pattern of one's own tells of a closing.
fn closed<'a>(close: &Own, line: &'a [u8]) -> Option<Closed<'a>> {
    let [digits, reason] = close.groups(line)?;
    let reason = reason.filter(|r| !r.trim_ascii().is_empty());
    Some(Closed { reason, ..Closed::now(Voice::Own, digits.and_then(code)) })
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
        patterns.scout(None, b"").each(line, |part| {
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

    /// The lines that a scout finds, and whether each is an error.
    fn found(patterns: &Patterns, block: &str) -> Vec<bool> {
        let mut found = vec![];
        patterns.scout(None, b"").each(block.as_bytes(), |part| {
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
