//! One page: what is known of a code, a range or a status, put together.

use serde::Serialize;

use super::codes;
use super::facts::{Facts, Reconnect, Run};
use super::probing;
use super::statuses::{self, STATUSES};
use super::target::Target;
use super::vendors;
use crate::close::registry::{self, ENTRIES};
use crate::close::{CloseCode, Names};

/// What an article speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One close code.
    CloseCode,
    /// Close codes that mean one thing.
    CloseCodes,
    /// The answer to an upgrade.
    HttpStatus,
}

/// All about one code, range or status.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Article {
    /// What it speaks of.
    pub kind: Kind,
    /// The code or status; none for a range.
    pub code: Option<u16>,
    /// The first of those that mean the same.
    pub first: u16,
    /// The last of them.
    pub last: u16,
    /// The user's own name, else the registry's.
    pub name: String,
    /// All one needs to know in a hurry.
    pub headline: &'static str,
    /// How it reads in an incident, at most 26 columns.
    pub reads_as: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// Who may send it, in one word.
    pub sent_by: &'static str,
    /// Whether a Close frame may hold it (RFC 6455 section 7.4).
    pub on_wire: bool,
    /// Both in words.
    pub wire: &'static str,
    /// When one sees it, to follow "when".
    pub when: &'static str,
    /// Close codes that say the same; of a status only.
    pub like: Vec<u16>,
    /// Likely causes, likeliest first.
    pub causes: &'static [&'static str],
    /// What the client does, in one word.
    pub reconnect: Reconnect,
    /// What the client must do.
    pub client: &'static [&'static str],
    /// How herdtop's own probes go on; none where they never see it.
    pub probes: Option<String>,
    /// What the operator must check.
    pub checks: &'static [&'static str],
    /// What to run for it.
    pub commands: &'static [Run],
    /// What puts an end to it.
    pub fixes: &'static [&'static str],
    /// What vendors mean by it.
    pub vendors: Vec<String>,
    /// What surprises.
    pub notes: Vec<String>,
    /// Where the meaning is laid down.
    pub source: &'static str,
}

impl Article {
    /// The page of a target; none of a vendor, and of numbers that are neither
    /// code nor status.
    #[must_use]
    pub fn of(target: Target, names: &Names) -> Option<Self> {
        let mut article = match target {
            Target::Code(code) => {
                Self { code: Some(code), kind: Kind::CloseCode, ..Self::of_code(code)? }
            }
            // Its last code: the first may have an entry of its own, as 3000 has.
            Target::Range(_, last) => Self { code: None, ..Self::of_code(last)? },
            Target::Status(number) => Self::of_status(number)?,
            Target::Vendor(_) => return None,
        };
        article.probes = probing::words(target);
        article.vendors = article.code.map(vendors::hints).unwrap_or_default();
        if let Some(own) = target.code().and_then(|code| names.get(code)) {
            if article.first == article.last {
                article.notes.push(format!("Its registered name is '{}'.", article.name));
            }
            own.clone_into(&mut article.name);
        }
        Some(article)
    }

    fn of_code(code: u16) -> Option<Self> {
        let facts = codes::facts(code)?;
        let entry = registry::entry(CloseCode(code));
        let base = Self::with(facts);
        Some(match entry {
            Some(entry) => Self {
                first: entry.first,
                last: entry.last,
                name: entry.name.to_owned(),
                reads_as: entry.reads_as,
                sent_by: entry.sent_by,
                on_wire: CloseCode(code).is_legal_on_wire(),
                ..base
            },
            None => Self { first: 0, last: 999, name: "unused".to_owned(), ..base },
        })
    }

    fn of_status(number: u16) -> Option<Self> {
        let status = statuses::status(number)?;
        Some(Self {
            kind: Kind::HttpStatus,
            code: Some(number),
            first: status.first,
            last: status.last,
            name: status.name.to_owned(),
            reads_as: status.reads_as,
            sent_by: "server",
            like: status.like.to_vec(),
            ..Self::with(status.facts)
        })
    }

    fn with(facts: &'static Facts) -> Self {
        Self {
            kind: Kind::CloseCodes,
            code: None,
            first: 0,
            last: 0,
            name: String::new(),
            headline: facts.headline,
            reads_as: "a bug of the peer",
            meaning: facts.meaning,
            sent_by: "nobody",
            on_wire: false,
            wire: facts.wire,
            when: facts.when,
            like: Vec::new(),
            causes: facts.causes,
            reconnect: facts.reconnect,
            client: facts.client,
            probes: None,
            checks: facts.checks,
            commands: facts.commands,
            fixes: facts.fixes,
            vendors: Vec::new(),
            notes: facts.notes.iter().map(|&note| note.to_owned()).collect(),
            source: facts.source,
        }
    }

    /// `1013`, `HTTP 503`, `4000-4999`.
    #[must_use]
    pub fn number(&self) -> String {
        match (self.kind, self.code) {
            (Kind::HttpStatus, Some(status)) => format!("HTTP {status}"),
            (_, Some(code)) => code.to_string(),
            (_, None) => format!("{}-{}", self.first, self.last),
        }
    }

    /// `1013 try again later`.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} {}", self.number(), self.name)
    }

    /// All of its prose, to be searched.
    #[must_use]
    pub(super) fn text(&self) -> String {
        let lists = [self.causes, self.client, self.checks, self.fixes];
        let notes = self.notes.iter().map(String::as_str);
        let lines = lists.into_iter().flatten().copied().chain(notes);
        lines.chain([self.headline, self.meaning, self.when]).collect::<Vec<_>>().join(" ")
    }
}

/// An article of every entry of the registry, and of every code with a name of
/// one's own.
#[must_use]
pub fn all_codes(names: &Names) -> Vec<Article> {
    let entries = ENTRIES.iter().map(|e| Target::from_to(e.first, e.last));
    let mut targets: Vec<Target> = [Target::Range(0, 999)].into_iter().chain(entries).collect();
    let own = names.iter().map(|(code, _)| Target::Code(code.0));
    targets.extend(own.filter(|own| !ENTRIES.iter().any(|e| Target::Code(e.last) == *own)));
    let mut articles: Vec<Article> =
        targets.into_iter().filter_map(|target| Article::of(target, names)).collect();
    // What is registered at large stands behind its exceptions.
    let is_exact = |code: u16| ENTRIES.iter().any(|e| e.first == code && e.last == code);
    articles.sort_by_key(|a| match a.code {
        Some(code) => code,
        None if is_exact(a.first) => a.last,
        None => a.first,
    });
    articles
}

/// An article of every status that has its own.
#[must_use]
pub fn all_statuses() -> Vec<Article> {
    let own = STATUSES.iter().filter(|s| s.first == s.last);
    own.filter_map(|s| Article::of(Target::Status(s.first), &Names::default())).collect()
}
