//! `--log-open`, `--log-close`, `--log-error`: regular expressions of one's own; and
//! what is looked for in a block, for these and for the built-in ways of telling.

use std::sync::Arc;

use regex::bytes::Regex;

use super::event::{Closed, LineEvents, Opened, Pattern, code};
use super::prefilter::{Hints, Literal, Needle, Prefilter};
use super::user_pattern::UserPattern;
use super::vote::PatternVote;

/// What makes a line an error line, unless told otherwise.
const ERROR_WORDS: [&str; 4] = ["ERROR", "Exception", "Traceback", "panic"];

/// What a line has to contain to be worth reading, for each way of telling. In JSON
/// the quotes are escaped.
const NEEDLES: [(&str, &[Pattern], Only); 20] = [
    (
        "onnect",
        &[Pattern::Event, Pattern::Connected, Pattern::Connection, Pattern::Framework],
        Only::Any,
    ),
    ("ONNECT", &[Pattern::Daphne, Pattern::Event, Pattern::Framework], Only::Any),
    ("lose", &[Pattern::Socket, Pattern::CloseError, Pattern::Event], Only::Any),
    ("pened", &[Pattern::Socket], Only::Any),
    (" open", &[Pattern::Socket], Only::Any),
    ("ccepted", &[Pattern::Socket], Only::Any),
    ("=101", &[Pattern::Access, Pattern::Framework], Only::Text),
    ("open\"", &[Pattern::Event], Only::Any),
    ("open\\\"", &[Pattern::Event], Only::Any),
    ("[accepted]", &[Pattern::Accepted], Only::Any),
    ("WebSocket", &[Pattern::Framework], Only::Any),
    ("packet OPEN", &[Pattern::Framework], Only::Any),
    (" reason ", &[Pattern::Framework], Only::Any),
    (" 101 ", &[Pattern::Access], Only::Text),
    ("\t101\t", &[Pattern::Access], Only::Text),
    // The same in an object of a container's log.
    ("\\t101\\t", &[Pattern::Access], Only::Text),
    (":101", &[Pattern::Access, Pattern::Framework], Only::Objects),
    ("\"101\"", &[Pattern::Access], Only::Objects),
    ("\"101\\\"", &[Pattern::Access], Only::Objects),
    (": 101", &[Pattern::Access], Only::Objects),
];

/// In which lines a needle can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Only {
    Any,
    Text,
    Objects,
}

/// What is known of a log, for who looks for its lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sought<'a> {
    pub(super) vote: &'a PatternVote,
    /// Its lines are objects, or text; none = both.
    pub(super) objects: Option<bool>,
    /// Colours may stand in the middle of a needle.
    pub(super) coloured: bool,
}

/// How the lines of a log are told apart.
#[derive(Debug, Clone)]
pub struct Patterns(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    open: Option<UserPattern>,
    close: Option<UserPattern>,
    /// None = the usual words.
    error: Option<UserPattern>,
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
        let [open, close, error] = [open, close, error].map(|own| own.map(UserPattern::new));
        Self(Arc::new(Inner { open, close, error }))
    }

    /// Who looks for the lines: by what is known of the log, and `block` a part of it.
    pub(super) fn prefilter(&self, sought: Option<Sought<'_>>, block: &[u8]) -> Prefilter {
        let Inner { open, close, error } = &*self.0;
        let mut all = Hints::default();
        let mut needles: Vec<Needle> = Vec::new();
        let own = [(open, Hints::OPEN), (close, Hints::CLOSE), (error, Hints::ERROR)];
        for (own, of) in own.into_iter().filter_map(|(own, of)| Some((own.as_ref()?, of))) {
            let texts = own.needles(block);
            if texts.is_empty() {
                all.0 |= of.0;
            }
            needles.extend(texts.iter().map(|text| Needle { text: text.clone(), of }));
        }
        let exact = |text: &str, of| Needle { text: Literal::Exact(text.as_bytes().to_vec()), of };
        if !self.are_own() {
            let wanted = |patterns: &[Pattern]| {
                sought.is_none_or(|sought| patterns.iter().any(|of| sought.vote.has(*of)))
            };
            let fits = |only: Only| match sought.and_then(|sought| sought.objects) {
                Some(true) => only != Only::Text,
                Some(false) => only != Only::Objects,
                None => true,
            };
            let built_in = NEEDLES.iter().filter(|(_, of, only)| wanted(of) && fits(*only));
            needles.extend(built_in.map(|(text, ..)| exact(text, Hints::USUAL)));
            let access = wanted(&[Pattern::Access]);
            if access && sought.is_some_and(|sought| sought.coloured) {
                needles.push(exact("101", Hints::USUAL));
            }
            if sought.is_some_and(|sought| sought.vote.has(Pattern::Session)) {
                all.0 |= Hints::USUAL.0;
            }
        }
        if error.is_none() {
            needles.extend(ERROR_WORDS.map(|text| exact(text, Hints::ERROR)));
        }
        Prefilter::new(needles, all)
    }

    /// Both are one's own: no format is needed.
    pub(super) fn are_own(&self) -> bool {
        self.0.open.is_some() && self.0.close.is_some()
    }

    /// Who is heard, where that need not be found out.
    pub(super) fn vote(&self) -> PatternVote {
        if self.are_own() { PatternVote::of(Pattern::Own) } else { PatternVote::default() }
    }

    /// What the line tells of connections: by the patterns given, else what was read
    /// from it. `raw` is the line with its wrappers.
    pub(super) fn events<'a>(
        &self,
        usual: LineEvents<'a>,
        (body, raw): (&'a [u8], &'a [u8]),
        hints: Hints,
    ) -> LineEvents<'a> {
        let Inner { open, close, .. } = &*self.0;
        let mut events = usual;
        let wrapped = body.len() != raw.len();
        if let Some(open) = open {
            let opens = hints.has(Hints::OPEN) && (open.fits(body) || wrapped && open.fits(raw));
            events.opened = opens.then_some(Opened { pattern: Pattern::Own, after: 0 });
        }
        if let Some(close) = close {
            let closes = || closed(close, body).or_else(|| closed(close, raw).filter(|_| wrapped));
            events.closed = hints.has(Hints::CLOSE).then(closes).flatten();
        }
        events
    }

    /// Whether it is an error line; the usual words are found by the prefilter.
    pub(super) fn is_error(&self, line: &[u8], hints: Hints) -> bool {
        hints.has(Hints::ERROR) && self.0.error.as_ref().is_none_or(|own| own.fits(line))
    }
}

/// What a pattern of one's own tells of a closing.
fn closed<'a>(close: &UserPattern, line: &'a [u8]) -> Option<Closed<'a>> {
    let [digits, reason] = close.groups(line)?;
    let reason = reason.filter(|r| !r.trim_ascii().is_empty());
    Some(Closed { pattern: Pattern::Own, after: 0, code: digits.and_then(code), reason })
}

#[cfg(test)]
mod tests {
    use super::super::format::read_any;
    use super::super::prefilter::BlockPart;
    use super::*;

    fn own(open: &str, close: &str) -> Patterns {
        Patterns::new(Some(compile(open).unwrap()), Some(compile(close).unwrap()), None)
    }

    fn one<'a>(patterns: &Patterns, line: &'a [u8]) -> LineEvents<'a> {
        let mut hints = Hints::default();
        patterns.prefilter(None, b"").each(line, |part| {
            if let BlockPart::Line(_, found) = part {
                hints = found;
            }
        });
        patterns.events(read_any(line).events, (line, line), hints)
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
        for (line, pattern) in [
            (&b"INFO: 10.0.0.7:1 - \"WebSocket /ws\" [accepted]"[..], Pattern::Accepted),
            (b"{\"event\":\"ws_open\",\"time\":1}", Pattern::Event),
            (b"10.0.0.7:1 - - [21/Nov/2026:14:05:23] \"WSCONNECT /ws/\" - -", Pattern::Daphne),
            (b"client 101 connected", Pattern::Connected),
        ] {
            assert_eq!(read_any(line).events.opened.map(|o| o.pattern), Some(pattern));
        }
        let access = b"x - - [y] \"GET /ws HTTP/1.1\" 101 8 \"-\" \"-\" 1.250";
        assert_eq!(read_any(access).ended, Some(Pattern::Access));
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

    /// The lines that a prefilter finds, and whether each is an error.
    fn found(patterns: &Patterns, block: &str) -> Vec<bool> {
        let mut found = vec![];
        patterns.prefilter(None, b"").each(block.as_bytes(), |part| {
            if let BlockPart::Line(line, hints) = part {
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
