//! From a question to what it may mean.

use super::article::Article;
use super::outcomes::OUTCOMES;
use super::phrases::PHRASES;
use super::statuses::STATUSES;
use super::vendors::VENDORS;
use crate::close::registry::ENTRIES;
use crate::close::{CloseCode, Names};

/// More hits than this are no answer.
const MOST: usize = 8;

/// What there is a page of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A close code, 0 to 4999.
    Code(u16),
    /// The codes from one to another, which mean one thing.
    Range(u16, u16),
    /// An HTTP status, 100 to 599.
    Status(u16),
    /// A vendor, by its name.
    Vendor(&'static str),
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The question.
    pub asked: String,
    /// What it may mean, likeliest first; never empty.
    pub targets: Vec<Target>,
    /// What the question itself means, where that is more than its targets say.
    pub says: Option<&'static str>,
}

/// A question without an answer, as it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Miss {
    /// No close code and no status.
    Number(String),
    /// Nothing is known by these words.
    Words(String),
}

/// What the questions mean. A phrase that is nowhere known is taken word by word.
///
/// # Errors
/// The first question that means nothing.
pub fn find(questions: &[String], names: &Names) -> Result<Vec<Found>, Miss> {
    let mut all = Vec::new();
    for asked in questions {
        match one(asked, names) {
            Ok(found) => all.push(found),
            Err(Miss::Words(asked)) if asked.contains(' ') => {
                let each: Result<Vec<Found>, Miss> =
                    asked.split(' ').map(|word| one(word, names)).collect();
                all.extend(each.map_err(|_| Miss::Words(asked))?);
            }
            Err(miss) => return Err(miss),
        }
    }
    Ok(all)
}

fn one(asked: &str, names: &Names) -> Result<Found, Miss> {
    let found = |targets: Vec<Target>, says| Found { asked: asked.to_owned(), targets, says };
    if asked.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        && asked.chars().all(|c| c == '-' || c.is_ascii_digit())
    {
        return number(asked).map(|target| found(vec![target], None));
    }
    let words = words(asked);
    let phrase = words.join(" ");
    if let Some(outcome) = OUTCOMES.iter().find(|o| o.name.replace('_', " ") == phrase) {
        return Ok(found(outcome.like.to_vec(), Some(outcome.says)));
    }
    let searches = [by_name, by_part, by_text];
    let hits = searches.iter().map(|search| search(&words, names)).find(|hits| !hits.is_empty());
    let mut targets = Vec::new();
    for target in hits.unwrap_or_default() {
        if targets.len() < MOST && !targets.contains(&target) {
            targets.push(target);
        }
    }
    if targets.is_empty() {
        return Err(Miss::Words(asked.to_owned()));
    }
    Ok(found(targets, None))
}

fn number(asked: &str) -> Result<Target, Miss> {
    let miss = || Miss::Number(asked.to_owned());
    if let Ok(number) = asked.parse::<u16>() {
        return match number {
            100..=599 => Ok(Target::Status(number)),
            0..=4999 => Ok(Target::Code(number)),
            _ => Err(miss()),
        };
    }
    let (first, last) = asked.split_once('-').ok_or_else(miss)?;
    let (first, last) = (first.parse().map_err(|_| miss())?, last.parse().map_err(|_| miss())?);
    let ranges = ENTRIES.iter().map(|e| (e.first, e.last)).filter(|(first, last)| first < last);
    let mut known = ranges.chain([(0, 999)]);
    known
        .find(|&(from, to)| from <= first && first < last && last <= to)
        .map(|(from, to)| Target::Range(from, to))
        .ok_or_else(miss)
}

/// The names of codes, statuses and vendors, one's own, and the phrases people use.
fn by_name(words: &[String], names: &Names) -> Vec<Target> {
    let phrase = words.join(" ");
    let mut hits: Vec<Target> = Vec::new();
    let own = names.iter().filter(|(_, name)| named(words, name));
    hits.extend(own.map(|(code, _)| target(code.0, code.0)));
    // A whole name goes before the beginning of one.
    for whole in [true, false] {
        let fits = |name: &str| {
            if whole { self::words(name).join(" ") == phrase } else { named(words, name) }
        };
        let codes = ENTRIES.iter().filter(|e| fits(e.name));
        hits.extend(codes.map(|e| target(e.first, e.last)));
        let statuses = STATUSES.iter().filter(|s| s.first == s.last && fits(s.name));
        hits.extend(statuses.map(|s| Target::Status(s.first)));
        hits.extend(VENDORS.iter().filter(|v| fits(v.name)).map(|v| Target::Vendor(v.name)));
        if whole {
            let known = PHRASES.iter().filter(|(all, _)| all.contains(&phrase.as_str()));
            hits.extend(known.flat_map(|(_, targets)| *targets));
        }
    }
    hits
}

/// A phrase that is part of what was asked: `is the server overloaded`.
fn by_part(words: &[String], _: &Names) -> Vec<Target> {
    let asked = format!(" {} ", words.join(" "));
    let is_part = |phrase: &&str| asked.contains(&format!(" {phrase} "));
    let known = PHRASES.iter().filter(|(all, _)| all.iter().any(|phrase| is_part(&phrase)));
    known.flat_map(|(_, targets)| *targets).copied().collect()
}

/// All words anywhere on a page.
fn by_text(words: &[String], names: &Names) -> Vec<Target> {
    let codes = ENTRIES.iter().map(|e| target(e.first, e.last));
    let statuses = STATUSES.iter().filter(|s| s.first == s.last).map(|s| Target::Status(s.first));
    let pages = codes.chain(statuses).filter(|&target| {
        Article::of(target, names).is_some_and(|article| named(words, &article.text()))
    });
    let vendors = VENDORS.iter().filter(|v| named(words, &v.facts.join(" ")));
    pages.chain(vendors.map(|v| Target::Vendor(v.name))).collect()
}

const fn target(first: u16, last: u16) -> Target {
    if first == last { Target::Code(first) } else { Target::Range(first, last) }
}

/// Whether all words are in the text; from three letters on the beginning will do.
fn named(words: &[String], text: &str) -> bool {
    let there = self::words(text);
    let fits = |word: &String| {
        there.iter().any(|t| t == word || (word.len() >= 3 && t.starts_with(word.as_str())))
    };
    !words.is_empty() && words.iter().all(fits)
}

/// In small letters and without marks.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

impl Target {
    /// The one code or status, for what is known of a pair.
    #[must_use]
    pub(super) const fn number(self) -> Option<u16> {
        match self {
            Self::Code(number) | Self::Status(number) => Some(number),
            Self::Range(..) | Self::Vendor(_) => None,
        }
    }

    /// The code, for its name.
    #[must_use]
    pub(super) const fn code(self) -> Option<CloseCode> {
        match self {
            Self::Code(code) => Some(CloseCode(code)),
            Self::Range(..) | Self::Status(_) | Self::Vendor(_) => None,
        }
    }
}
