//! The table of actions: one row each, and everything that names a key reads it.
//!
//! Key handling, footer, help and documentation come from [`ACTIONS`], so they
//! cannot disagree.

/// What a key can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Leave.
    Quit,
    /// Open or close the help.
    Help,
    /// Freeze the picture or let it move again.
    Pause,
    /// Selection one row up.
    Up,
    /// Selection one row down.
    Down,
    /// Selection to the first row.
    First,
    /// Selection to the last row.
    Last,
    /// Open the selected listener.
    Open,
    /// Close what lies on top, drop the filter, go live.
    Back,
    /// Longer time window.
    WindowLonger,
    /// Shorter time window.
    WindowShorter,
    /// Type a filter.
    Filter,
    /// Sort by the next column.
    Sort,
    /// Turn the order round.
    SortReverse,
    /// Next theme.
    NextTheme,
    /// Draw everything anew.
    Redraw,
    /// Count the connections now.
    DumpNow,
    /// To the shell until `fg`.
    Suspend,
}

/// Where an action can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Everywhere.
    Always,
    /// On the main screen.
    Screen,
    /// On the main screen while there are rows.
    Rows,
    /// While something can be closed.
    Covered,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct ActionRow {
    /// What it does.
    pub action: Action,
    /// The keys, as [`crate::app::Key`] writes them.
    pub keys: &'static [&'static str],
    /// The keys as the footer and help print them.
    pub shown: &'static str,
    /// One or two words for the footer; empty = help only.
    pub hint: &'static str,
    /// A few words for the help.
    pub help: &'static str,
    /// Heading in the help.
    pub group: &'static str,
    /// Where it works.
    pub when: When,
}

/// A key and its word in the footer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hint {
    /// The keys as printed.
    pub keys: &'static str,
    /// One or two words.
    pub word: &'static str,
}
