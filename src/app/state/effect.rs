//! What a key or a gesture asks of the loop.

/// What the loop has to do after an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Draw the frame anew.
    Draw,
    /// Leave the program.
    Quit,
    /// Load the next theme, then draw.
    NextTheme,
    /// Draw with the next set of characters.
    NextMarker,
    /// Send the whole picture to the terminal again.
    Redraw,
    /// Ask the source for a walk.
    WalkNow,
    /// Ask the prober for an attempt on each target.
    ProbeNow,
    /// Hand this to the clipboard of the terminal, then draw.
    Copy(String),
    /// Hand a summary to the clipboard of the terminal, then draw.
    HandOver,
    /// Say which files the report of the last hour would be, then draw.
    AskExport,
    /// Say what of the settings would be kept where, then draw.
    AskKeep,
    /// Write what was asked about, then draw.
    Write,
    /// Change a setting, then draw.
    Set {
        /// Its name.
        name: &'static str,
        /// The value as typed.
        typed: String,
    },
    /// Load this theme, then draw.
    Theme(String),
    /// Keep the mark in the recording, if there is one, then draw.
    Mark {
        /// The second of history it is at.
        second: u64,
        /// What was noted.
        note: String,
    },
    /// Take the mouse, or leave it to the terminal; then draw.
    Mouse(bool),
    /// Keep the panels beside the charts for the next run, then draw.
    Arranged(String),
    /// Keep the columns of this table for the next run, then draw.
    Columns {
        /// Its name.
        table: &'static str,
        /// What was chosen, in words; none = as at the start.
        kept: Option<String>,
    },
    /// Show all times in the next time zone.
    NextZone,
    /// Stop until `SIGCONT`.
    Suspend,
    /// Nothing changed.
    Nothing,
}
