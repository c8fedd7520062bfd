//! The line being typed: a filter, or the note of a mark.

use super::super::filter::{Filter, List};
use super::super::frame::{Prompt, View};
use super::super::key::Key;
use super::app::App;
use super::effect::Effect;
use super::overlay::OverlayKind;
use super::time::LONGEST_NOTE;

/// A filter is a word, not a text.
const LONGEST_FILTER: usize = 60;

impl App {
    /// The list in front that can be filtered.
    pub(in crate::app) fn list_in_front(&self) -> Option<List> {
        self.list_under(self.overlay)
    }

    /// The same where something else lies over the screen.
    pub(super) fn list_under(&self, overlay: OverlayKind) -> Option<List> {
        match overlay {
            OverlayKind::Codes => (!self.reference.open).then_some(List::Codes),
            OverlayKind::Help => Some(List::Help),
            OverlayKind::Settings => Some(List::Settings),
            OverlayKind::Details(_) => Some(List::Networks),
            OverlayKind::Connections(drill) => Some(drill.list()),
            OverlayKind::Nothing => Some(match self.in_front() {
                View::Incident | View::Listeners => List::Listeners,
                View::Probes => List::Targets,
                View::Timeline => List::Timeline,
                View::Hosts => List::Hosts,
            }),
            // What is typed there is a name, and there is no list.
            OverlayKind::Palette
            | OverlayKind::Rule(_)
            | OverlayKind::Target(_)
            | OverlayKind::Advice
            | OverlayKind::Alert(_) => None,
        }
    }

    /// The filter being typed.
    pub(in crate::app) fn typed_filter(&self) -> Option<&str> {
        match &self.prompt {
            Some(Prompt::Filter(text)) => Some(text),
            _ => None,
        }
    }

    /// The filter of a list, as typed so far where it is being typed.
    pub(in crate::app) fn filter_of(&self, list: List) -> &str {
        let typed = self.typed_filter().filter(|_| self.list_in_front() == Some(list));
        typed.unwrap_or_else(|| self.filters.of(list))
    }

    /// What is wrong with the filter being typed.
    pub(in crate::app) fn filter_fault(&self) -> Option<String> {
        let list = self.list_in_front()?;
        Filter::parse(self.typed_filter()?, list.fields()).err()
    }

    /// Begins to type the filter of the list in front.
    pub(super) fn type_filter(&mut self) {
        let typed = self.list_in_front().map(|list| self.filters.of(list).to_owned());
        self.prompt = typed.map(Prompt::Filter);
    }

    /// A key while a line is typed: Enter takes it, Esc gives it up. A mark without
    /// a note is one as well.
    pub(super) fn type_key(&mut self, key: Key) -> Effect {
        if let Some(Prompt::Write(_)) = self.prompt {
            return self.answer(key);
        }
        if key != Key::Enter {
            return self.edit(key);
        }
        // A faulty filter stays in its line, which says what is wrong.
        if self.filter_fault().is_some() {
            return Effect::Draw;
        }
        match self.prompt.take() {
            Some(Prompt::Filter(typed)) => {
                if let Some(list) = self.list_in_front() {
                    self.filters.set(list, typed.trim());
                }
            }
            Some(Prompt::Note(typed)) => {
                let (second, note) = (self.time.looked_at(), typed.trim().to_owned());
                self.time.mark(second, note.clone());
                return Effect::Mark { second, note };
            }
            Some(Prompt::Value(name, typed)) if !typed.trim().is_empty() => {
                return self.set_typed(name, typed.trim());
            }
            Some(Prompt::Write(_) | Prompt::Value(..)) | None => {}
        }
        Effect::Draw
    }

    /// What is written is asked for once more: any key but two gives it up.
    fn answer(&mut self, key: Key) -> Effect {
        self.prompt = None;
        if matches!(key, Key::Char('y' | 'Y') | Key::Enter) {
            return Effect::Write;
        }
        self.done = Some("nothing was written".to_owned());
        Effect::Draw
    }

    fn edit(&mut self, key: Key) -> Effect {
        let (text, longest) = match &mut self.prompt {
            Some(Prompt::Filter(text)) => (text, LONGEST_FILTER),
            Some(Prompt::Note(text) | Prompt::Value(_, text)) => (text, LONGEST_NOTE),
            Some(Prompt::Write(_)) | None => return Effect::Nothing,
        };
        if key == Key::Esc {
            self.prompt = None;
        } else if !typed_into(text, key, longest) {
            return Effect::Nothing;
        }
        Effect::Draw
    }
}

/// Takes a key that edits a line of at most so many characters; whether it was one.
pub(super) fn typed_into(text: &mut String, key: Key, longest: usize) -> bool {
    match key {
        Key::Backspace => drop(text.pop()),
        Key::Ctrl('u') => text.clear(),
        Key::Char(c) if !c.is_control() && text.chars().count() < longest => text.push(c),
        _ => return false,
    }
    true
}
