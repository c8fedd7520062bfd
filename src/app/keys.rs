//! The keys in force: those of the action table, but for what the user has bound.

use std::borrow::Cow;
use std::sync::Arc;

use super::action::{ACTIONS, Action, ActionRow};
use super::key::Key;

/// The user's own keys, by action; all others are those of the table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keys(Arc<Vec<(Action, Vec<Key>)>>);

/// Actions whose printed keys speak of others as well.
const SPEAKS_OF: [(Action, &[Action]); 3] = [
    (Action::Open, &[Action::Up, Action::Down]),
    (Action::Sort, &[Action::SortReverse]),
    (Action::Incident, &[Action::Listeners, Action::Probes, Action::Timeline]),
];

/// Why a key cannot be bound so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Of the user's lines, the one it is in.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl Keys {
    /// Binds each action to its keys and to no other; none at all are allowed.
    ///
    /// # Errors
    /// The first key that would mean two things.
    pub fn bind(own: Vec<(Action, Vec<Key>)>) -> Result<Self, Conflict> {
        let keys = Self(Arc::new(own));
        for (line, (action, own)) in keys.0.iter().enumerate() {
            for (at, &key) in own.iter().enumerate() {
                let name = key.name();
                let wrong = |why: String| Err(Conflict { line, what: format!("'{name}' {why}") });
                if key == Key::Ctrl('c') {
                    return wrong("always quits; give another".to_owned());
                }
                if own.iter().take(at).any(|&before| before == key) {
                    return wrong("stands there twice".to_owned());
                }
                let other = ACTIONS.iter().find(|row| {
                    let is_later = keys.0.iter().skip(line + 1).any(|(a, _)| *a == row.action);
                    row.action != *action && !is_later && keys.has(row, key)
                });
                if let Some(other) = other {
                    let other = other.action.name();
                    return wrong(format!(
                        "is the key of {other} already; give that another, or []"
                    ));
                }
            }
        }
        Ok(keys)
    }

    /// Whether any is the user's own.
    #[must_use]
    pub fn is_own(&self) -> bool {
        !self.0.is_empty()
    }

    /// Each of the user's own, as `quit = x`.
    #[must_use]
    pub fn own(&self) -> Vec<String> {
        let names = |keys: &[Key]| keys.iter().map(|key| key.name()).collect::<Vec<_>>().join(" ");
        let of =
            |(action, keys): &(Action, Vec<Key>)| format!("{} = {}", action.name(), names(keys));
        self.0.iter().map(of).collect()
    }

    /// The action of a key.
    #[must_use]
    pub(super) fn action_of(&self, key: Key) -> Option<&'static ActionRow> {
        ACTIONS.iter().find(|row| self.has(row, key))
    }

    /// All keys of an action.
    pub(super) fn of_row(&self, row: &ActionRow) -> Vec<Key> {
        match self.of_user(row.action) {
            Some(own) => own.to_vec(),
            None => row.keys.iter().filter_map(|name| Key::named(name)).collect(),
        }
    }

    fn of_user(&self, action: Action) -> Option<&[Key]> {
        self.0.iter().find(|(own, _)| *own == action).map(|(_, keys)| keys.as_slice())
    }

    fn has(&self, row: &ActionRow, key: Key) -> bool {
        match self.of_user(row.action) {
            Some(own) => {
                own.contains(&key) || (row.action == Action::Quit && key == Key::Ctrl('c'))
            }
            None => row.keys.contains(&key.name().as_str()),
        }
    }

    /// The keys of an action as footer and help print them; empty where it has none.
    #[must_use]
    pub fn shown(&self, row: &ActionRow) -> Cow<'static, str> {
        if self.is_as_printed(row) {
            return row.shown.into();
        }
        let own = self.of_user(row.action);
        let own = own.map(|keys| keys.iter().map(|key| sign(&key.name())).collect::<Vec<_>>());
        let keys = own.unwrap_or_else(|| row.keys.iter().map(|name| sign(name)).collect());
        keys.join(" ").into()
    }

    /// The first key of an action, for a sentence.
    #[must_use]
    pub fn of(&self, action: Action) -> String {
        let row = ACTIONS.iter().find(|row| row.action == action);
        let own = self.of_user(action).map(|keys| keys.first().map(|key| key.name()));
        let first = own.unwrap_or_else(|| row?.keys.first().map(|name| (*name).to_owned()));
        first.map_or_else(|| format!("({} has no key)", action.name()), |name| sign(&name))
    }

    /// Whether the keys printed in the table are those in force: of the action, and
    /// of those it is printed together with.
    fn is_as_printed(&self, row: &ActionRow) -> bool {
        let spoken = SPEAKS_OF.iter().find(|(action, _)| *action == row.action);
        let spoken = spoken.map_or(&[][..], |(_, others)| *others);
        let together = ACTIONS.iter().filter(|other| other.shown == row.shown).map(|o| o.action);
        together.chain(spoken.iter().copied()).all(|action| self.of_user(action).is_none())
    }
}

/// A key as it is printed: arrows and Enter have signs.
pub(super) fn sign(name: &str) -> String {
    match name {
        "up" => "↑",
        "down" => "↓",
        "left" => "←",
        "right" => "→",
        "shift+left" => "shift ←",
        "shift+right" => "shift →",
        "enter" => "⏎",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(action: Action) -> &'static ActionRow {
        ACTIONS.iter().find(|row| row.action == action).expect("in the table")
    }

    fn shown(keys: &Keys, action: Action) -> String {
        keys.shown(row(action)).into_owned()
    }

    #[test]
    fn own_keys_take_the_place_of_those_of_the_table() {
        let own = vec![(Action::NextTheme, vec![Key::Char('x'), Key::F(12)])];
        let keys = Keys::bind(own).expect("no conflict");
        let of = |key| keys.action_of(key).map(|row| row.action);
        assert_eq!([of(Key::Char('x')), of(Key::F(12))], [Some(Action::NextTheme); 2]);
        assert_eq!((of(Key::Char('t')), of(Key::Char('q'))), (None, Some(Action::Quit)));
        assert_eq!(shown(&keys, Action::NextTheme), "x f12");
        assert_eq!(keys.own(), ["next-theme = x f12"]);
    }

    #[test]
    fn keys_printed_together_part_when_one_is_changed() {
        let keys = Keys::bind(vec![(Action::Earlier, vec![Key::Char(',')])]).expect("free");
        assert_eq!(
            (shown(&keys, Action::Earlier), shown(&keys, Action::Later)),
            (",".into(), "→ l".into())
        );
        let keys = Keys::bind(vec![(Action::Up, vec![Key::Up])]).expect("its own");
        assert_eq!(shown(&keys, Action::Open), "⏎");
    }

    #[test]
    fn two_may_change_places_and_ctrl_c_always_quits() {
        let own =
            vec![(Action::NextTheme, vec![Key::Char('q')]), (Action::Quit, vec![Key::Char('t')])];
        let keys = Keys::bind(own).expect("they change places");
        let of = |key| keys.action_of(key).map(|row| row.action);
        assert_eq!(
            (of(Key::Char('q')), of(Key::Char('t'))),
            (Some(Action::NextTheme), Some(Action::Quit))
        );
        assert_eq!(of(Key::Ctrl('c')), Some(Action::Quit));
    }

    #[test]
    fn a_key_cannot_mean_two_things() {
        let what = |own| Keys::bind(own).map_err(|c| (c.line, c.what)).unwrap_err();
        let taken = "'t' is the key of next-theme already; give that another, or []";
        assert_eq!(what(vec![(Action::Quit, vec![Key::Char('t')])]), (0, taken.to_owned()));
        let twice =
            vec![(Action::Quit, vec![Key::Char('x')]), (Action::Help, vec![Key::Char('x')])];
        let taken = "'x' is the key of quit already; give that another, or []";
        assert_eq!(what(twice), (1, taken.to_owned()));
        let stolen = vec![(Action::Help, vec![Key::Ctrl('c')])];
        assert_eq!(what(stolen).1, "'ctrl+c' always quits; give another");
        assert!(
            Keys::bind(vec![(Action::NextTheme, vec![]), (Action::Quit, vec![Key::Char('t')]),])
                .is_ok()
        );
    }
}
