//! The filter of the listeners: `port:8080 state:warn -proc:envoy !^10\.`.
//!
//! Terms stand apart by blanks and all have to hold. What is wrong with one is a
//! sentence for the line it is typed in; it then filters nothing.

use std::ops::RangeInclusive;

use regex::{Regex, RegexBuilder};

use crate::detect::Severity;
use crate::model::ListenerSnapshot;

/// What a compiled pattern may take: one of 60 characters needs a fraction of it.
const PATTERN_BYTES: usize = 1 << 18;

/// All terms hold.
#[derive(Debug, Default)]
pub(in crate::app) struct Filter(Vec<Term>);

/// One term, and whether it must not hold.
#[derive(Debug)]
struct Term {
    not: bool,
    what: What,
}

#[derive(Debug)]
enum What {
    /// Stands in address, process or pids, in lower case.
    Word(String),
    /// Matches them.
    Pattern(Regex),
    Ports(Vec<RangeInclusive<u16>>),
    Process(String),
    Pid(u32),
    Address(String),
    State(Severity),
}

impl Filter {
    /// Reads what was typed.
    pub(in crate::app) fn parse(typed: &str) -> Result<Self, String> {
        let mut terms = Vec::new();
        let mut rest = typed.trim_start();
        while !rest.is_empty() {
            let (not, after) = rest.strip_prefix('-').map_or((false, rest), |after| (true, after));
            // A pattern between slashes may hold blanks.
            let pattern = after.strip_prefix('/').and_then(|after| after.split_once('/'));
            let (what, after) = if let Some((pattern, after)) = pattern {
                (self::pattern(pattern)?, after)
            } else {
                let end = after.find(char::is_whitespace).unwrap_or(after.len());
                let (word, after) = after.split_at(end);
                (term(word)?, after)
            };
            terms.extend(what.map(|what| Term { not, what }));
            rest = after.trim_start();
        }
        Ok(Self(terms))
    }

    /// Whether the listener is to be shown; `severity` is that of its row.
    pub(in crate::app) fn shows(&self, listener: &ListenerSnapshot, severity: Severity) -> bool {
        self.0.iter().all(|term| term.not != term.what.holds(listener, severity))
    }
}

impl What {
    fn holds(&self, listener: &ListenerSnapshot, severity: Severity) -> bool {
        let process = listener.process.as_deref().unwrap_or("");
        let all = || {
            let pids = listener.pids.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
            format!("{} {process} {pids}", listener.address)
        };
        match self {
            Self::Word(word) => all().to_lowercase().contains(word),
            Self::Pattern(pattern) => pattern.is_match(&all()),
            Self::Ports(ports) => ports.iter().any(|p| p.contains(&listener.address.port())),
            Self::Process(name) => process.to_lowercase().contains(name),
            Self::Pid(pid) => listener.pids.contains(pid),
            Self::Address(text) => listener.address.ip().to_string().contains(text),
            Self::State(is) => *is == severity,
        }
    }
}

/// A word between blanks; none where it is not begun yet.
fn term(word: &str) -> Result<Option<What>, String> {
    if let Some(text) = word.strip_prefix('!') {
        return pattern(text);
    }
    if word.is_empty() || word == "/" {
        return Ok(None);
    }
    // An unfinished pattern: the slash that ends it is still to come.
    if let Some(text) = word.strip_prefix('/') {
        return Err(format!("'/{text}': a pattern ends with a slash, as in /{text}/"));
    }
    let Some((key, value)) = word.split_once(':').filter(|(key, _)| is_key(key)) else {
        return Ok(Some(What::Word(word.to_lowercase())));
    };
    let value = value.to_lowercase();
    let given = |what: &str| {
        if value.is_empty() {
            format!("'{key}:' wants {what}")
        } else {
            format!("'{word}': give {what}")
        }
    };
    let what = match key {
        "port" => {
            What::Ports(ports(&value).ok_or_else(|| given("a port, as 8080, 80,443 or 8000-8100"))?)
        }
        "proc" | "process" if !value.is_empty() => What::Process(value),
        "proc" | "process" => return Err(given("a name, or a part of one")),
        "pid" => What::Pid(value.parse().map_err(|_| given("a number"))?),
        "addr" if !value.is_empty() => What::Address(value),
        "addr" => return Err(given("an address, or a part of one")),
        "state" => What::State(state(&value).ok_or_else(|| given("crit, warn or ok"))?),
        _ => {
            return Err(format!("'{key}:' is no term; there are port: proc: pid: addr: state:"));
        }
    };
    Ok(Some(what))
}

/// Words stand before a colon in terms and hex digits in addresses: `fe80::1`.
fn is_key(key: &str) -> bool {
    key.len() > 1
        && key.chars().all(|c| c.is_ascii_alphabetic())
        && !key.chars().all(|c| c.is_ascii_hexdigit())
}

fn pattern(text: &str) -> Result<Option<What>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let built = RegexBuilder::new(text).case_insensitive(true).size_limit(PATTERN_BYTES).build();
    built.map(|pattern| Some(What::Pattern(pattern))).map_err(|error| {
        let error = error.to_string();
        let last = error.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no pattern");
        format!("'{text}': {}", last.trim().trim_start_matches("error: "))
    })
}

/// `8080`, `80,443`, `8000-8100`.
fn ports(value: &str) -> Option<Vec<RangeInclusive<u16>>> {
    let one = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let range = from.parse().ok()?..=to.parse().ok()?;
        (!range.is_empty()).then_some(range)
    };
    value.split(',').map(one).collect()
}

fn state(value: &str) -> Option<Severity> {
    match value {
        "crit" | "critical" => Some(Severity::Critical),
        "warn" | "warning" => Some(Severity::Warning),
        "ok" => Some(Severity::Ok),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Presence;

    fn listener(address: &str, process: &str, pid: u32) -> ListenerSnapshot {
        ListenerSnapshot {
            presence: Presence::Listening,
            pids: vec![pid],
            process: Some(process.to_owned()),
            ..ListenerSnapshot::nothing(address.parse().expect("an address"))
        }
    }

    /// Which of three listeners are shown; the first is critical.
    fn shown(typed: &str) -> Vec<u16> {
        let all = [
            (listener("0.0.0.0:8080", "Gateway", 2143), Severity::Critical),
            (listener("10.0.4.7:9001", "presence", 2210), Severity::Ok),
            (listener("[fe80::1]:80", "gateway", 21), Severity::Warning),
        ];
        let filter = Filter::parse(typed).expect("a filter");
        all.iter().filter(|(l, is)| filter.shows(l, *is)).map(|(l, _)| l.address.port()).collect()
    }

    #[test]
    fn words_are_as_ever_and_all_have_to_hold() {
        assert_eq!(shown(""), [8080, 9001, 80]);
        assert_eq!(shown("gate 21"), [8080, 80]);
        assert_eq!(shown("fe80::1"), [80], "an address is no term");
        assert_eq!(shown(":8080"), [8080]);
    }

    #[test]
    fn terms_mean_their_column_alone() {
        assert_eq!(shown("port:80"), [80]);
        assert_eq!(shown("port:80,9000-9100"), [9001, 80]);
        assert_eq!(shown("pid:21"), [80]);
        assert_eq!(shown("proc:GATE state:crit"), [8080]);
        assert_eq!(shown("addr:10.0"), [9001]);
        assert_eq!(shown("state:ok"), [9001]);
    }

    #[test]
    fn a_dash_turns_a_term_round() {
        assert_eq!(shown("-proc:gate"), [9001]);
        assert_eq!(shown("gate -port:80"), [8080]);
        assert_eq!(shown("-!^10\\."), [8080, 80]);
    }

    #[test]
    fn patterns_go_over_address_process_and_pids() {
        assert_eq!(shown("!:(80|9001) "), [8080, 9001, 80]);
        assert_eq!(shown("!:80$|presence"), [9001]);
        assert_eq!(shown("/80 GATEWAY/"), [8080, 80]);
        assert_eq!(shown("/80 gateway/ state:warn"), [80]);
        for begun in ["!", "/", "-"] {
            assert_eq!(shown(begun), [8080, 9001, 80], "{begun}");
        }
    }

    #[test]
    fn a_fault_says_what_would_be_right() {
        let fault = |typed| Filter::parse(typed).expect_err("a fault");
        assert_eq!(fault("port:"), "'port:' wants a port, as 8080, 80,443 or 8000-8100");
        assert_eq!(fault("port:x"), "'port:x': give a port, as 8080, 80,443 or 8000-8100");
        assert_eq!(fault("port:90-80"), "'port:90-80': give a port, as 8080, 80,443 or 8000-8100");
        assert_eq!(fault("state:bad"), "'state:bad': give crit, warn or ok");
        assert_eq!(
            fault("user:ann"),
            "'user:' is no term; there are port: proc: pid: addr: state:"
        );
        assert_eq!(fault("!("), "'(': unclosed group");
        assert_eq!(fault("/a b"), "'/a': a pattern ends with a slash, as in /a/");
        assert!(Filter::parse("!(\\w{100}){100}").is_err(), "too large to compile");
    }
}
