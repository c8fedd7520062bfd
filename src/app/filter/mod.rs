//! The filter of every list: `port:8080 state:warn !proc:envoy /^10\./`.
//!
//! Terms stand apart by blanks and all have to hold. A word stands somewhere in the row,
//! `key:value` in one of its columns, `/re/` is a regular expression, `!` before any of
//! them means not. What is wrong with one is a sentence for the line it is typed in; it
//! then filters nothing. Which keys there are is the list's, see `list`.

mod address;
mod field;
mod list;
mod rows;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};

pub(in crate::app) use address::RowAddress;
use address::WholeAddress;
use field::Wanted;
pub(in crate::app) use field::{Field, FieldKind, Value};
pub(in crate::app) use list::{Filters, List};
pub(in crate::app) use rows::Listening;

/// What a compiled pattern may take: one of 60 characters needs a fraction of it.
const PATTERN_BYTES: usize = 1 << 18;

/// A row of a list, as a filter sees it.
pub(in crate::app) trait Filtered {
    /// All that a word or a pattern is looked for in.
    fn text(&self) -> Cow<'_, str>;

    /// What stands in the column of this key, by the first of its names.
    fn value(&self, key: &str) -> Value<'_>;

    /// The address it is of, which may be written in another way than in its text.
    fn address(&self) -> Option<RowAddress> {
        None
    }
}

/// Words alone: a row that has no columns.
impl Filtered for str {
    fn text(&self) -> Cow<'_, str> {
        self.into()
    }

    fn value(&self, _: &str) -> Value<'_> {
        Value::Unknown
    }
}

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
    /// Stands in the row, in lower case, or is its address in another spelling.
    Word(String, Option<WholeAddress>),
    /// Matches it.
    Pattern(Regex),
    /// Stands in the column of this key.
    Column(&'static str, Wanted),
}

impl Filter {
    /// Reads what was typed over a list with these columns.
    ///
    /// # Errors
    /// What is wrong, as it was typed, and what would be right.
    pub(in crate::app) fn parse(typed: &str, fields: &[Field]) -> Result<Self, String> {
        let mut terms = Vec::new();
        let mut rest = typed.trim_start();
        while !rest.is_empty() {
            let (not, after) = negated(rest);
            let (what, after) = if let Some(pattern) = after.strip_prefix('/') {
                self::pattern(after, pattern)?
            } else {
                let end = after.find(char::is_whitespace).unwrap_or(after.len());
                let (word, after) = after.split_at(end);
                (term(word, fields)?, after)
            };
            terms.extend(what.map(|what| Term { not, what }));
            rest = after.trim_start();
        }
        Ok(Self(terms))
    }

    /// Whether the row is to be shown.
    pub(in crate::app) fn shows(&self, row: &(impl Filtered + ?Sized)) -> bool {
        self.holds(row, false)
    }

    /// Whether it may have to be: what is not known of it yet is no reason against it.
    pub(in crate::app) fn may_show(&self, row: &(impl Filtered + ?Sized)) -> bool {
        self.holds(row, true)
    }

    fn holds(&self, row: &(impl Filtered + ?Sized), unknown: bool) -> bool {
        let text = row.text();
        self.0.iter().all(|term| {
            let holds = match &term.what {
                What::Word(word, whole) => {
                    let is_its = |row| whole.is_some_and(|whole| whole.is(row));
                    text.to_lowercase().contains(word) || row.address().is_some_and(is_its)
                }
                What::Pattern(pattern) => pattern.is_match(&text),
                What::Column(key, wanted) => match row.value(key) {
                    Value::Unknown if unknown => return true,
                    value => wanted.is(&value),
                },
            };
            holds != term.not
        })
    }
}

/// Whether a term is turned round, and what comes after the sign. Twice is not at all.
fn negated(mut typed: &str) -> (bool, &str) {
    let mut not = false;
    while let Some(after) = typed.strip_prefix(['!', '-']) {
        (not, typed) = (!not, after);
    }
    (not, typed)
}

/// A word between blanks; none where it is not begun yet.
fn term(word: &str, fields: &[Field]) -> Result<Option<What>, String> {
    if word.is_empty() {
        return Ok(None);
    }
    let typed = word.to_lowercase();
    let whole = WholeAddress::read(&typed);
    let column = word.split_once(':').filter(|(key, _)| whole.is_none() && is_key(key));
    let Some((key, value)) = column else {
        return Ok(Some(What::Word(typed, whole)));
    };
    let Some(field) = fields.iter().find(|field| field.is_called(key)) else {
        return Err(no_term(key, fields));
    };
    let name = field.name();
    match field.kind.read(&value.to_lowercase()) {
        Some(wanted) => Ok(Some(What::Column(name, wanted))),
        None if value.is_empty() => Err(format!("'{key}:' wants {}", field.kind.wants())),
        None => Err(format!("'{word}': give {}", field.kind.wants())),
    }
}

fn no_term(key: &str, fields: &[Field]) -> String {
    if fields.is_empty() {
        return format!("'{key}:' is no term; there are words, !word and /pattern/");
    }
    let names: Vec<String> = fields.iter().map(|field| format!("{}:", field.name())).collect();
    format!("'{key}:' is no term; there are {}", names.join(" "))
}

/// Words stand before a colon in terms and hex digits in addresses: `fe80::1`.
fn is_key(key: &str) -> bool {
    key.len() > 1
        && key.chars().all(|c| c.is_ascii_alphabetic())
        && !key.chars().all(|c| c.is_ascii_hexdigit())
}

/// A pattern up to the slash that ends it, in which blanks and `\/` may stand, and what
/// comes after it; none where nothing is typed between the slashes yet.
fn pattern<'t>(whole: &str, typed: &'t str) -> Result<(Option<What>, &'t str), String> {
    if typed.is_empty() {
        return Ok((None, ""));
    }
    let mut escaped = false;
    let end = typed.char_indices().find_map(|(at, c)| {
        let ends = c == '/' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    });
    let Some(end) = end else {
        return Err(format!("'{whole}': a pattern ends with a slash, as in {whole}/"));
    };
    let (text, after) = (&typed[..end], typed[end..].trim_start_matches('/'));
    if text.is_empty() {
        return Ok((None, after));
    }
    let built = RegexBuilder::new(text).case_insensitive(true).size_limit(PATTERN_BYTES).build();
    match built {
        Ok(pattern) => Ok((Some(What::Pattern(pattern)), after)),
        Err(error) => {
            let error = error.to_string();
            let last = error.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no pattern");
            Err(format!("'/{text}/': {}", last.trim().trim_start_matches("error: ")))
        }
    }
}
