//! What comes from the terminal, in our words.

use crate::app::{Key, Pointer};

/// What comes from the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermEvent {
    /// A key.
    Key(Key),
    /// The mouse.
    Pointer(Pointer),
    /// The size changed.
    Resized,
    /// The terminal is gone.
    Gone,
}
