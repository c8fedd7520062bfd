//! The close codes there are, with the user's names and what was seen of them.

use std::collections::BTreeSet;

use super::super::filter::List;
use super::super::frame::{CodeReference, ReferenceRow};
use super::super::state::{App, Span};
use super::codes::severity;
use super::scene::{Scene, cap};
use crate::close::meaning::{Article, Target};
use crate::close::registry::{self, ENTRIES};
use crate::close::{CloseCode, Names};
use crate::detect::Severity;
use crate::model::Codes;

/// The table as it is to be drawn, and the codes of its rows.
pub(super) fn reference(app: &App, scene: Scene<'_>) -> (CodeReference, Vec<Span>) {
    let codes = &scene.snapshot.codes;
    let typed = app.filter_of(List::Codes);
    let filter = List::Codes.filter(typed);
    let cap = cap(scene);
    let rows: Vec<(Span, ReferenceRow)> = spans(&app.names, codes)
        .into_iter()
        .map(|span| (span, row(&app.names, codes, cap, span)))
        .filter(|(_, row)| filter.shows(row))
        .collect();
    let (spans, rows): (Vec<Span>, Vec<ReferenceRow>) = rows.into_iter().unzip();
    let at = |span| spans.iter().position(|row| *row == span);
    let selected = app.reference.chosen.and_then(at).unwrap_or(0);
    let span = spans.get(selected).copied();
    let reference = CodeReference {
        selected,
        page: span.filter(|_| app.reference.open).and_then(|span| page(&app.names, span)),
        rows,
        typing: app.typed_filter().is_some(),
        filter: typed.to_owned(),
    };
    (reference, spans)
}

/// Every code or range with its name and what it means.
pub(super) fn named(
    app: &App,
    scene: Scene<'_>,
) -> impl Iterator<Item = (Span, String, &'static str)> {
    let codes = &scene.snapshot.codes;
    spans(&app.names, codes).into_iter().map(|span| {
        let row = row(&app.names, codes, Severity::Ok, span);
        (span, format!("{} {}", row.codes, row.name), row.reads_as)
    })
}

/// The registry, and a row each for codes that were named or seen. A range
/// comes after the codes within it.
fn spans(names: &Names, codes: &Codes) -> Vec<Span> {
    let own = names.iter().map(|(code, _)| code.0).chain(codes.wire.iter().map(|c| c.code.0));
    let spans = ENTRIES.iter().map(|entry| (entry.first, entry.last));
    let by_last: BTreeSet<Span> =
        spans.chain(own.map(|code| (code, code))).map(|(first, last)| (last, first)).collect();
    by_last.into_iter().map(|(last, first)| (first, last)).collect()
}

fn row(names: &Names, codes: &Codes, cap: Severity, (first, last): Span) -> ReferenceRow {
    let code = CloseCode(first);
    let range = first != last;
    let entry = if range {
        ENTRIES.iter().find(|entry| (entry.first, entry.last) == (first, last))
    } else {
        registry::entry(code)
    };
    let of_code = codes.wire.iter().filter(|seen| seen.code == code);
    let seen = of_code.fold([0; 3], |[minute, five, total], seen| {
        [minute + seen.last_minute, five + seen.five_minutes, total + seen.total]
    });
    ReferenceRow {
        codes: if range { format!("{first}-{last}") } else { first.to_string() },
        name: match entry {
            Some(entry) if range => entry.name.to_owned(),
            _ => registry::name(code, names),
        },
        synthetic: matches!(first, 1005 | 1006 | 1015),
        sent_by: entry.map_or("nobody", |entry| entry.sent_by),
        reads_as: entry.map_or("illegal, a bug of the peer", |entry| entry.reads_as),
        // What is seen of a range has rows of its own.
        seen: (!codes.sources.is_empty() && !range).then_some(seen),
        severity: if range { Severity::Ok } else { severity(code, seen[0], cap) },
    }
}

/// The page of a code or range; none of what is no code at all.
fn page(names: &Names, (first, last): Span) -> Option<Box<Article>> {
    let target = if first == last { Target::Code(first) } else { Target::Range(first, last) };
    Article::of(target, names).map(Box::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_code_stands_before_its_range_and_all_have_a_page() {
        let mut names = Names::default();
        names.set(CloseCode(4408), "auth timeout".to_owned());
        let all = spans(&names, &Codes::default());
        let tail: Vec<Span> = all.iter().copied().skip_while(|span| span.0 < 3000).collect();
        assert_eq!(
            tail,
            [(3000, 3000), (3003, 3003), (3008, 3008), (3000, 3999), (4408, 4408), (4000, 4999)]
        );
        let row = row(&names, &Codes::default(), Severity::Critical, (4408, 4408));
        assert_eq!((row.name.as_str(), row.seen), ("auth timeout", None));
        for span in all {
            assert!(page(&names, span).is_some(), "{span:?} has a page");
        }
        let shows = |typed| List::Codes.filter(typed).shows(&row);
        assert!(shows("AUTH 44") && !shows("auth 45") && shows("code:4400-4499 !tcp"));
    }
}
