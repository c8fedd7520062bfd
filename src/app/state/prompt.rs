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
        if self.overlay == OverlayKind::Codes {
            &mut self.reference.filter
        } else {
            &mut self.filter
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
        let typed = self.typed_filter().filter(|_| codes == (self.overlay == OverlayKind::Codes));
        typed.unwrap_or(settled).to_owned()
    }

    /// What is wrong with the filter being typed.
    pub(in crate::app) fn filter_fault(&self) -> Option<String> {
        let typed = self.typed_filter().filter(|_| self.overlay != OverlayKind::Codes)?;
        Filter::parse(typed).err()
    }

    /// A key while a line is typed: Enter takes it, Esc gives it up. A mark without
    /// a note is one as well.
    pub(super) fn type_key(&mut self, key: Key) -> Effect {
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
            None => return Effect::Nothing,
        }
        Effect::Draw
    }

    fn edit(&mut self, key: Key) -> Effect {
        let (text, longest) = match &mut self.prompt {
            Some(Prompt::Filter(text)) => (text, LONGEST_FILTER),
            Some(Prompt::Note(text)) => (text, LONGEST_NOTE),
            None => return Effect::Nothing,
        };
        match key {
            Key::Esc => self.prompt = None,
            Key::Backspace => drop(text.pop()),
            Key::Ctrl('u') => text.clear(),
            Key::Char(c) if !c.is_control() && text.chars().count() < longest => text.push(c),
            _ => return Effect::Nothing,
        }
        Effect::Draw
    }
}
