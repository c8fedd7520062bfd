//! What the screens look like: a theme and the characters to draw with.

use crate::text;
use crate::theme::{Glyphs, Theme};

/// What things look like at the moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The styles.
    pub theme: Theme,
    /// The characters.
    pub glyphs: Glyphs,
}

impl Look {
    /// Columns the text takes once translated.
    pub(super) fn width(&self, text: &str) -> u16 {
        u16::try_from(text::width(&self.glyphs.text(text))).unwrap_or(u16::MAX)
    }
}
