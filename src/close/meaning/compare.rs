//! Two pages beside each other: the key difference, and when which.

use serde::Serialize;

use super::article::Article;
use super::facts::Reconnect;
use super::pairs::PAIRS;
use super::target::Target;
use crate::close::Names;

/// Two codes or statuses compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The one asked for first.
    #[serde(skip)]
    pub first: Article,
    /// The other.
    #[serde(skip)]
    pub second: Article,
    /// The key difference.
    pub key_difference: String,
    /// When it is the first, and when the second.
    pub when_which: [String; 2],
}

impl Comparison {
    /// None where one of them is a vendor, or both are the same.
    #[must_use]
    pub fn of(first: Target, second: Target, names: &Names) -> Option<Self> {
        if first == second {
            return None;
        }
        let numbers = first.number().zip(second.number());
        let (first, second) = (Article::of(first, names)?, Article::of(second, names)?);
        let (key_difference, when_which) = numbers
            .and_then(|(a, b)| written(a, b))
            .unwrap_or_else(|| (difference(&first, &second), [when(&first), when(&second)]));
        Some(Self { first, second, key_difference, when_which })
    }
}

/// What was written for this pair, in whichever order it is asked for.
fn written(first: u16, second: u16) -> Option<(String, [String; 2])> {
    let pair = PAIRS.iter().find(|p| p.codes == [first, second] || p.codes == [second, first])?;
    let mut when = pair.when.map(str::to_owned);
    if pair.codes[0] == second {
        when.reverse();
    }
    Some((pair.difference.to_owned(), when))
}

/// For all other pairs: what each means, and what that changes for the client.
fn difference(first: &Article, second: &Article) -> String {
    let says = |a: &Article| format!("{} is seen when {}.", a.number(), a.when);
    let client = if first.reconnect == second.reconnect {
        format!("The client does the same after both: it {}.", first.reconnect.sentence())
    } else {
        format!(
            "After {} the client {}; after {} it {}.",
            first.number(),
            first.reconnect.sentence(),
            second.number(),
            second.reconnect.sentence()
        )
    };
    let wire = match (first.on_wire, second.on_wire) {
        (true, false) => unsent(first, second),
        (false, true) => unsent(second, first),
        _ => String::new(),
    };
    format!("{} {} {client}{wire}", says(first), says(second))
}

fn unsent(sent: &Article, unsent: &Article) -> String {
    let what = match unsent.kind {
        super::Kind::HttpStatus => "answers the upgrade, before there is a connection",
        _ => "is never in a Close frame",
    };
    format!(" {} comes in a Close frame; {} {what}.", sent.number(), unsent.number())
}

fn when(article: &Article) -> String {
    let advice = match article.reconnect {
        Reconnect::AsDocumented => "its documents say what to do".to_owned(),
        other => format!("the client {}", other.sentence()),
    };
    format!("{}; {advice}.", article.when)
}
