//! The line being typed: a filter, or the note of a mark.

use super::super::frame::Prompt;
use super::super::key::Key;
use super::app::App;
use super::effect::Effect;
use super::filter::Filter;
use super::overlay::OverlayKind;
use super::time::LONGEST_NOTE;

/// A filter is a word, not a text.
const LONGEST_FILTER: usize = 60;

impl App {
    /// The filter of the table in front.
    pub(super) fn filter_in_front(&mut self) -> &mut String {
        match self.overlay {
            OverlayKind::Codes => &mut self.reference.filter,
            OverlayKind::Help => &mut self.help_search,
            _ => &mut self.filter,
        }
    }

    /// The filter being typed.
    pub(in crate::app) fn typed_filter(&self) -> Option<&str> {
        match &self.prompt {
            Some(Prompt::Filter(text)) => Some(text),
            _ => None,
        }
    }

    /// The filter as typed so far, if it is that of the close codes or not.
    pub(in crate::app) fn filter_of(&self, codes: bool) -> String {
        let settled = if codes { &self.reference.filter } else { &self.filter };
        let typed = self.typed_filter().filter(|_| match self.overlay {
            OverlayKind::Codes => codes,
            OverlayKind::Help => false,
            _ => !codes,
        });
        typed.unwrap_or(settled).to_owned()
    }

    /// What is wrong with the filter being typed.
    pub(in crate::app) fn filter_fault(&self) -> Option<String> {
        let words = matches!(self.overlay, OverlayKind::Codes | OverlayKind::Help);
        let typed = self.typed_filter().filter(|_| !words)?;
        Filter::parse(typed).err()
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
            Some(Prompt::Filter(typed)) => typed.trim().clone_into(self.filter_in_front()),
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

    /// What is searched in the help, as typed so far.
    pub(in crate::app) fn help_search(&self) -> &str {
        let typed = self.typed_filter().filter(|_| self.overlay == OverlayKind::Help);
        typed.unwrap_or(&self.help_search)
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
