//! From a question to what it may mean.

use super::article::Article;
use super::outcomes::OUTCOMES;
use super::phrases::PHRASES;
use super::statuses::STATUSES;
use super::target::Target;
use super::vendors::VENDORS;
use crate::close::Names;
use crate::close::registry::ENTRIES;

/// More hits than this are no answer.
const MOST: usize = 8;

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

/// What the questions mean, each meaning once.
///
/// # Errors
/// The first question that means nothing.
pub fn find(questions: &[String], names: &Names) -> Result<Vec<Found>, Miss> {
    let mut all: Vec<Found> = Vec::new();
    for asked in questions {
        for found in one(asked, names)? {
            if !all.iter().any(|other| other.targets == found.targets) {
                all.push(found);
            }
        }
    }
    Ok(all)
}

/// The meaning of one question. Several words that are a name each are several
/// questions: `oom phoenix`.
fn one(asked: &str, names: &Names) -> Result<Vec<Found>, Miss> {
    if asked.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        && asked.chars().all(|c| c == '-' || c.is_ascii_digit())
    {
        return number(asked).map(|target| vec![found(asked, [target], None)]);
    }
    let words = words(asked);
    if let Some(known) = known(asked, &words, names) {
        return Ok(vec![known]);
    }
    let each = || asked.split(' ').map(|word| known(word, &self::words(word), names));
    if let Some(each) = each().collect::<Option<Vec<Found>>>().filter(|each| !each.is_empty()) {
        return Ok(each);
    }
    let mut hits = by_part(&words);
    if hits.is_empty() {
        hits = by_text(&words, names);
    }
    if hits.is_empty() {
        return Err(Miss::Words(asked.to_owned()));
    }
    Ok(vec![found(asked, hits, None)])
}

/// A name or a phrase that is known as it stands.
fn known(asked: &str, words: &[String], names: &Names) -> Option<Found> {
    let phrase = words.join(" ");
    if let Some(outcome) = OUTCOMES.iter().find(|o| o.name.replace('_', " ") == phrase) {
        return Some(found(asked, outcome.like.iter().copied(), Some(outcome.says)));
    }
    let hits = by_name(words, names);
    (!hits.is_empty()).then(|| found(asked, hits, None))
}

/// Each target once, and no more than can be an answer.
fn found(asked: &str, hits: impl IntoIterator<Item = Target>, says: Option<&'static str>) -> Found {
    let mut targets = Vec::new();
    for target in hits {
        if targets.len() < MOST && !targets.contains(&target) {
            targets.push(target);
        }
    }
    Found { asked: asked.to_owned(), targets, says }
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
    hits.extend(own.map(|(code, _)| Target::Code(code.0)));
    // A whole name goes before the beginning of one.
    for whole in [true, false] {
        let fits = |name: &str| {
            if whole { self::words(name).join(" ") == phrase } else { named(words, name) }
        };
        let codes = ENTRIES.iter().filter(|e| fits(e.name));
        hits.extend(codes.map(|e| Target::from_to(e.first, e.last)));
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
fn by_part(words: &[String]) -> Vec<Target> {
    let asked = format!(" {} ", words.join(" "));
    let is_part = |phrase: &&str| asked.contains(&format!(" {phrase} "));
    let known = PHRASES.iter().filter(|(all, _)| all.iter().any(is_part));
    known.flat_map(|(_, targets)| *targets).copied().collect()
}

/// All words anywhere on a page; a letter or two are everywhere.
fn by_text(words: &[String], names: &Names) -> Vec<Target> {
    if words.iter().all(|word| word.len() < 3) {
        return Vec::new();
    }
    let codes = ENTRIES.iter().map(|e| Target::from_to(e.first, e.last));
    let statuses = STATUSES.iter().filter(|s| s.first == s.last).map(|s| Target::Status(s.first));
    let pages = codes.chain(statuses).filter(|&target| {
        Article::of(target, names).is_some_and(|article| named(words, &article.text()))
    });
    let vendors = VENDORS.iter().filter(|v| named(words, &v.facts.join(" ")));
    pages.chain(vendors.map(|v| Target::Vendor(v.name))).collect()
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

#[cfg(test)]
mod tests {
    use super::Target::{Code, Range, Status, Vendor};
    use super::*;
    use crate::close::CloseCode;

    fn ask(asked: &str) -> Result<Vec<Target>, Miss> {
        let mut names = Names::default();
        names.set(CloseCode(4408), "auth timeout".to_owned());
        let found = find(&[asked.to_owned()], &names)?;
        Ok(found.into_iter().flat_map(|found| found.targets).collect())
    }

    #[test]
    fn numbers_are_codes_statuses_or_neither() {
        assert_eq!(ask("1013"), Ok(vec![Code(1013)]));
        assert_eq!(ask("0"), Ok(vec![Code(0)]));
        assert_eq!(ask("4999"), Ok(vec![Code(4999)]));
        assert_eq!(ask("100"), Ok(vec![Status(100)]));
        assert_eq!(ask("599"), Ok(vec![Status(599)]));
        assert_eq!(ask("600"), Ok(vec![Code(600)]));
        assert_eq!(ask("4000-4999"), Ok(vec![Range(4000, 4999)]));
        assert_eq!(ask("4100-4199"), Ok(vec![Range(4000, 4999)]), "what it is part of");
        for wrong in ["5000", "-1", "65536", "99999999999", "1000-2000", "4999-4000", "1-", "-"] {
            assert_eq!(ask(wrong), Err(Miss::Number(wrong.to_owned())), "{wrong}");
        }
    }

    #[test]
    fn words_find_what_they_name() {
        assert_eq!(ask("try again"), Ok(vec![Code(1013)]));
        assert_eq!(ask("Service Restart"), Ok(vec![Code(1012)]));
        assert_eq!(ask("bad gateway"), Ok(vec![Code(1014), Status(502)]));
        assert_eq!(ask("oom"), Ok(vec![Code(1011), Code(1006), Code(1013)]));
        assert_eq!(ask("phoenix"), Ok(vec![Vendor("Phoenix")]));
        assert_eq!(ask("socket.io"), Ok(vec![Vendor("Socket.IO")]));
        assert_eq!(ask("AWS"), Ok(vec![Vendor("AWS API Gateway")]));
        assert_eq!(ask("auth timeout").map(|t| t[0]), Ok(Code(4408)), "one's own goes first");
        assert_eq!(ask("missing_extension"), Ok(vec![Code(1010)]));
    }

    #[test]
    fn words_within_a_sentence_or_on_a_page_find_it_too() {
        let overloaded = ask("is the server overloaded").unwrap_or_default();
        assert_eq!(overloaded.first(), Some(&Code(1013)));
        assert!(ask("proxy_read_timeout").unwrap_or_default().contains(&Code(1006)));
        assert_eq!(ask("oom phoenix").map(|t| t.len()), Ok(4), "each by itself");
        for wrong in ["banana", "", "?", "x", "1013 banana"] {
            assert_eq!(ask(wrong), Err(Miss::Words(wrong.to_owned())), "{wrong}");
        }
    }

    #[test]
    fn the_same_is_not_told_twice() {
        let asked = ["1013", "try again", "1013"].map(str::to_owned);
        assert_eq!(find(&asked, &Names::default()).map(|found| found.len()), Ok(1));
    }
}
