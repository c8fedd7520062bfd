//! Everything that has a name, as far as it matches what is typed.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::super::action::{ACTIONS, Action};
use super::super::filter::Filter;
use super::super::frame::{PalettePage, PaletteRow};
use super::super::state::{App, PaletteEntry, Rows};
use super::reference;
use super::scene::Scene;
use crate::detect::RULES;

/// Rows kept: nobody goes through more, and a host may have thousands of listeners.
const MOST: usize = 500;

/// What stands in the palette and what each row stands for.
pub(super) fn page(app: &App, scene: Scene<'_>, rows: &mut Rows) -> PalettePage {
    let all = everything(app, scene, rows);
    let (count, typed) = (all.len(), app.palette.typed.trim());
    let mut found = if typed.is_empty() { all } else { matching(all, typed) };
    found.truncate(MOST);
    let (shown, entries) = found.into_iter().unzip();
    rows.palette = entries;
    PalettePage {
        typed: app.palette.typed.clone(),
        selected: app.palette.selected.min(rows.palette.len().saturating_sub(1)),
        rows: shown,
        all: count,
    }
}

/// A row, and what it stands for.
type Findable = (PaletteRow, PaletteEntry);

/// The best first; of equals as listed. A name typed whole is what was meant. What begins
/// with `!` or `/` is a term as in every filter, the rest is typed in part. A
/// command that is known from the shell finds the same here: `herdtop explain 1012`.
fn matching(all: Vec<Findable>, typed: &str) -> Vec<Findable> {
    let (terms, typed) = parted(typed.strip_prefix("herdtop ").unwrap_or(typed));
    let filter = Filter::parse(&terms, &[]).unwrap_or_default();
    let words = Filter::parse(&typed, &[]).unwrap_or_default();
    let pattern = Pattern::parse(&typed, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut score = |row: &PaletteRow| {
        let name = format!("{} {}", row.kind, row.name);
        if !filter.shows(format!("{name} {}", row.what).as_str()) {
            return None;
        }
        let command = if row.kind == "code" { "explain " } else { "" };
        let name = format!("{command}{name}");
        let by_name = pattern.score(Utf32Str::new(&name, &mut buffer), &mut matcher);
        // Of a sentence every second letter matches something: whole words there.
        let by_what = words.shows(row.what.as_str()).then_some(1);
        let exact = row.name.eq_ignore_ascii_case(&typed);
        by_name.max(by_what).map(|score| (exact, score))
    };
    let mut found: Vec<_> =
        all.into_iter().filter_map(|found| Some((score(&found.0)?, found))).collect();
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.into_iter().map(|(_, found)| found).collect()
}

/// The terms of a filter in what was typed, and the rest. A pattern may hold blanks.
fn parted(typed: &str) -> (String, String) {
    let (mut terms, mut rest) = (Vec::new(), Vec::new());
    let mut within = false;
    for word in typed.split_whitespace() {
        let begins = word.starts_with(['!', '/']);
        if begins || within {
            terms.push(word);
            let inner = word.trim_start_matches('!');
            let opens = begins && inner.starts_with('/');
            let closes = inner.ends_with('/') && (within || inner.len() > 1);
            within = (opens || within) && !closes;
        } else {
            rest.push(word);
        }
    }
    (terms.join(" "), rest.join(" "))
}

fn everything(app: &App, scene: Scene<'_>, rows: &Rows) -> Vec<Findable> {
    let mut all: Vec<Findable> = actions(app, rows).collect();
    let named = |kind, name: String, what: String, entry| {
        (PaletteRow { kind, name, what, keys: String::new(), works: true }, entry)
    };
    let panel = |panel| format!("{panel:?}").to_lowercase();
    all.extend(
        app.panels.iter().map(|of| {
            named("panel", panel(*of), "to the front".to_owned(), PaletteEntry::Panel(*of))
        }),
    );
    all.extend(scene.snapshot.targets.iter().map(|target| {
        named("target", target.url.clone(), String::new(), PaletteEntry::Target(target.id))
    }));
    all.extend(app.settings.rows.iter().enumerate().map(|(at, setting)| {
        named("setting", setting.name.to_owned(), setting.value.clone(), PaletteEntry::Setting(at))
    }));
    all.extend(app.themes.iter().map(|name| {
        named("theme", name.clone(), "colours".to_owned(), PaletteEntry::Theme(name.clone()))
    }));
    all.extend(RULES.iter().map(|rule| {
        named(
            "rule",
            rule.id.name().to_owned(),
            rule.doc.fires.to_owned(),
            PaletteEntry::Rule(rule.id),
        )
    }));
    all.extend(
        reference::named(app, scene).map(|(span, name, what)| {
            named("code", name, what.to_owned(), PaletteEntry::Code(span))
        }),
    );
    all.extend(scene.snapshot.listeners.iter().map(|listener| {
        let process = listener.process.clone().unwrap_or_default();
        named(
            "listener",
            listener.address.to_string(),
            process,
            PaletteEntry::Listener(listener.address),
        )
    }));
    all
}

/// Each action by its name of the config file, in words.
fn actions<'a>(app: &'a App, rows: &'a Rows) -> impl Iterator<Item = Findable> + use<'a> {
    ACTIONS.iter().filter(|row| row.action != Action::Palette).map(|row| {
        let views = [Action::Incident, Action::Listeners, Action::Probes, Action::Timeline];
        let found = PaletteRow {
            kind: if views.contains(&row.action) { "view" } else { "action" },
            name: row.action.name().replace('-', " "),
            what: row.help.to_owned(),
            keys: app.keys.shown(row).into_owned(),
            works: app.works_with(row, app.under, rows),
        };
        (found, PaletteEntry::Action(row.action))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(typed: &str) -> Vec<String> {
        let row = |kind, name: &str, what: &str| {
            let (name, what, keys) = (name.to_owned(), what.to_owned(), String::new());
            (PaletteRow { kind, name, what, keys, works: true }, PaletteEntry::Action(Action::Quit))
        };
        let all = vec![
            row("action", "sort reverse", "reverse order"),
            row("action", "next theme", "next theme"),
            row("theme", "nord", "colours"),
            row("rule", "no_backoff", "clients try again at once"),
            row("code", "1012 service restart", "reconnect, with jitter"),
            row("code", "1013 try again later", "overload, back off"),
        ];
        matching(all, typed).into_iter().map(|(row, _)| row.name).collect()
    }

    #[test]
    fn a_few_letters_of_a_name_find_it_and_a_whole_name_comes_first() {
        assert_eq!(found("srev")[0], "sort reverse");
        assert_eq!(found("nxth")[0], "next theme");
        assert_eq!(found("1013")[0], "1013 try again later");
        for typed in ["1012", "explain 1012", "herdtop explain 1012"] {
            assert_eq!(found(typed), ["1012 service restart"]);
        }
        assert_eq!(found("NORD")[0], "nord");
        assert_eq!(found("theme nord")[0], "nord");
        assert_eq!(found("overload"), ["1013 try again later"], "by what it means");
        assert_eq!(found("zzzz"), [""; 0]);
        assert_eq!(found("next !rule"), ["next theme"]);
        assert_eq!(found("/^theme n.rd/"), ["nord"]);
        assert_eq!(found("next !/as client/"), ["next theme"]);
    }
}
