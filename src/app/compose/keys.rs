//! The keys as the footer and the help print them.

use super::super::action::{ACTIONS, Action, ActionRow, Hint, When};
use super::super::filter::List;
use super::super::frame::{HelpGroup, HelpPage, View};
use super::super::state::{App, OverlayKind, Rows};

/// What the mouse does, as the help has it: 24 columns a row. Over a chart the
/// wheel zooms, live or paused, as in every other tool with a time axis; to go
/// through time there is the drag.
const MOUSE: [(&str, &str); 6] = [
    ("click", "tab, row, key"),
    ("again", "opens the row"),
    ("letter", "to its moment"),
    ("drag", "scrubs charts"),
    ("wheel", "rows, zoom"),
    ("shift+drag", "selects text"),
];

/// The footer: what works now, what fits best first.
pub(super) fn hints(app: &App, rows: &Rows) -> Vec<Hint> {
    let paused = app.is_paused();
    let due = |row: &&ActionRow| match row.when {
        _ if row.hint.is_empty() => false,
        When::Time => paused,
        When::Panel => app.panes.focus.is_some(),
        _ => true,
    };
    let shown = ACTIONS.iter().filter(due).filter(|row| app.works_with(row, app.overlay, rows));
    let mut shown: Vec<&ActionRow> = shown.collect();
    let fits = best(app, rows);
    shown.sort_by_key(|row| rank(row.action, fits));
    shown
        .into_iter()
        .map(|row| {
            let keys = app.keys.shown(row);
            let (keys, word) = match row.action {
                Action::Pause if paused => (keys, "resume"),
                // One word for the four digits.
                Action::Incident if keys == row.shown => ("1-4".into(), row.hint),
                Action::Zoom if app.panes.zoomed => (keys, "unzoom"),
                Action::Open if app.overlay == OverlayKind::Settings => (keys, "change"),
                Action::Open if app.lists_hosts() => (keys, "the host"),
                Action::Open if is_drilled(app) => (keys, drills_to(app)),
                Action::Filter if app.overlay == OverlayKind::Help => (keys, "search"),
                _ => (keys, row.hint),
            };
            Hint { action: row.action, keys, word }
        })
        .filter(|hint| !hint.keys.is_empty())
        .collect()
}

/// Whether a listener is in front, or what is below it.
const fn is_drilled(app: &App) -> bool {
    matches!(app.overlay, OverlayKind::Details(_) | OverlayKind::Connections(_))
}

/// What lies one level down.
const fn drills_to(app: &App) -> &'static str {
    match (app.overlay, app.drilling.network) {
        (OverlayKind::Details(_), Some(_)) => "addresses",
        _ => "connections",
    }
}

/// What one is most likely to want here, after the way out.
fn best(app: &App, rows: &Rows) -> &'static [Action] {
    use Action as A;
    let alarmed = rows.alerts.iter().any(|alert| alert.is_firing());
    match (app.overlay, app.in_front()) {
        (OverlayKind::Advice | OverlayKind::Alert(_), _) => &[A::Copy],
        (OverlayKind::Details(_), _) => &[A::Open, A::Filter, A::Copy],
        (OverlayKind::Connections(_), _) => &[A::Open, A::Filter, A::Sort, A::Pause, A::WalkNow],
        (OverlayKind::Codes, _) => &[A::Open, A::Filter],
        (OverlayKind::Help, _) => &[A::Filter],
        (OverlayKind::Settings, _) => &[A::Open, A::KeepSettings],
        (OverlayKind::Nothing, _) if app.is_paused() => {
            &[A::Pause, A::Earlier, A::EarlierMinute, A::EventBefore, A::Mark]
        }
        (OverlayKind::Nothing, View::Timeline) => {
            &[A::Incident, A::Open, A::Acknowledge, A::Pause, A::Mute]
        }
        (OverlayKind::Nothing, View::Hosts) => &[A::Open, A::Filter, A::Sort, A::Pause],
        (OverlayKind::Nothing, View::Listeners) => &[A::Incident, A::Open, A::Filter, A::Sort],
        (OverlayKind::Nothing, View::Probes) => &[A::Incident, A::Open, A::ProbeNow, A::Codes],
        (OverlayKind::Nothing, View::Incident) if alarmed => {
            &[A::Incident, A::Advice, A::Open, A::Acknowledge, A::Pause]
        }
        _ => &[A::Incident, A::Pause, A::Open],
    }
}

/// The way out and to everything else comes first, what writes files last.
fn rank(action: Action, fits: &[Action]) -> usize {
    match action {
        Action::Help | Action::Quit => 0,
        Action::Palette | Action::Back => 1,
        Action::Export => 100,
        _ => fits.iter().position(|fit| *fit == action).map_or(50, |at| 2 + at),
    }
}

/// Where the help was opened, in words.
fn context(app: &App) -> &'static str {
    match (app.under, app.view) {
        (OverlayKind::Details(_), _) => "a listener",
        (OverlayKind::Connections(_), _) => "connections",
        (OverlayKind::Target(_), _) => "a target",
        (OverlayKind::Codes, _) => "close codes",
        (OverlayKind::Settings, _) => "settings",
        (OverlayKind::Advice | OverlayKind::Alert(_), _) => "what next",
        (OverlayKind::Rule(_), _) => "a rule",
        (_, View::Incident) => "incident",
        (_, View::Listeners) => "listeners",
        (_, View::Probes) => "probes & codes",
        (_, View::Timeline) => "timeline",
        (_, View::Hosts) => "hosts",
    }
}

/// The help, printed from the table: what can be done on what lies under it, each
/// with its keys; what is searched is searched among all. Two keys that are told
/// together are one row.
pub(super) fn help(app: &App, rows: &Rows) -> HelpPage {
    let mut groups: Vec<HelpGroup> = Vec::new();
    let search = app.filter_of(List::Help);
    let is_search = !search.trim().is_empty();
    let filter = List::Help.filter(search);
    for row in &ACTIONS {
        let keys = app.keys.shown(row);
        let meant = if is_search {
            filter.shows(format!("{keys} {} {}", row.help, row.action.name()).as_str())
        } else {
            app.works_with(row, app.under, rows)
        };
        if keys.is_empty() || !meant {
            continue;
        }
        let line = (keys.into_owned(), row.help);
        match groups.iter_mut().find(|g| g.title == row.group) {
            Some(group) if group.rows.last() == Some(&line) => {}
            Some(group) => group.rows.push(line),
            None => groups.push(HelpGroup { title: row.group, rows: vec![line] }),
        }
    }
    if app.mouse && !is_search {
        let rows = MOUSE.map(|(hand, what)| (hand.to_owned(), what)).to_vec();
        groups.push(HelpGroup { title: "MOUSE", rows });
    }
    HelpPage {
        context: context(app),
        groups,
        search: search.to_owned(),
        typing: app.typed_filter().is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Key;

    #[test]
    fn the_footer_lists_only_what_works_now() {
        let rows = |n: u16| Rows {
            listeners: (0..n).map(|n| ([127, 0, 0, 1], 8000 + n).into()).collect(),
            ..Rows::default()
        };
        let shows =
            |app: &App, rows: &Rows, word| hints(app, rows).iter().any(|hint| hint.word == word);
        let mut app = App::new("host".into(), "all".into(), vec![]);
        let empty = rows(0);
        assert!(!shows(&app, &empty, "details") && !shows(&app, &empty, "back"));
        assert!(shows(&app, &rows(1), "details"));
        app.key(Key::Char('?'));
        assert!(shows(&app, &empty, "back") && !shows(&app, &empty, "filter"));
    }
}
