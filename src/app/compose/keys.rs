//! The keys as the footer and the help print them.

use super::super::action::{ACTIONS, Action, ActionRow, Hint, When};
use super::super::frame::HelpGroup;
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

/// The footer: what works now.
pub(super) fn hints(app: &App, rows: &Rows) -> Vec<Hint> {
    let paused = app.is_paused();
    let due = |row: &&ActionRow| match row.when {
        _ if row.hint.is_empty() => false,
        When::Time => paused,
        When::Panel => app.panes.focus.is_some(),
        _ => true,
    };
    let shown = ACTIONS.iter().filter(due).filter(|row| app.works_with(row, app.overlay, rows));
    shown
        .map(|row| {
            let keys = app.keys.shown(row);
            let (keys, word) = match row.action {
                Action::Pause if paused && app.replay.is_some() => (keys, "resume"),
                Action::Pause if paused => (keys, "resume"),
                // One word for the four digits.
                Action::Incident if keys == row.shown => ("1-4".into(), row.hint),
                Action::Zoom if app.panes.zoomed => (keys, "unzoom"),
                _ => (keys, row.hint),
            };
            Hint { action: row.action, keys, word }
        })
        .filter(|hint| !hint.keys.is_empty())
        .collect()
}

/// The help, printed from the table: what can be done on the screen under it, each
/// with its keys. Two keys that are told together are one row.
pub(super) fn help(app: &App, rows: &Rows) -> Vec<HelpGroup> {
    let mut groups: Vec<HelpGroup> = Vec::new();
    let works = |row: &&ActionRow| app.works_with(row, OverlayKind::Nothing, rows);
    for row in ACTIONS.iter().filter(works) {
        let keys = app.keys.shown(row);
        if keys.is_empty() {
            continue;
        }
        let line = (keys.into_owned(), row.help);
        match groups.iter_mut().find(|g| g.title == row.group) {
            Some(group) if group.rows.last() == Some(&line) => {}
            Some(group) => group.rows.push(line),
            None => groups.push(HelpGroup { title: row.group, rows: vec![line] }),
        }
    }
    if app.mouse {
        let rows = MOUSE.map(|(hand, what)| (hand.to_owned(), what)).to_vec();
        groups.push(HelpGroup { title: "MOUSE", rows });
    }
    groups
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
