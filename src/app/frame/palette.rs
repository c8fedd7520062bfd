//! What can be found by typing a part of its name, and pages of text over the screen.

/// Everything that can be done, looked at or looked up, as far as it matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PalettePage {
    /// What is typed.
    pub typed: String,
    /// What matches, the best first.
    pub rows: Vec<PaletteRow>,
    /// How many there are without anything typed.
    pub all: usize,
    /// Index of the selected row.
    pub selected: usize,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaletteRow {
    /// `action`, `view`, `setting`, `theme`, `rule`, `code`, `listener`, `target`, `panel`.
    pub kind: &'static str,
    /// Its name; clean.
    pub name: String,
    /// What it is or does; clean.
    pub what: String,
    /// The keys that do it, empty where there are none.
    pub keys: String,
    /// Whether it does something here and now.
    pub works: bool,
}

/// The keys over the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct HelpPage {
    /// Where it was opened: `incident`, `what next`.
    pub context: &'static str,
    /// The keys that work there; while something is searched, all that match.
    pub groups: Vec<HelpGroup>,
    /// What is searched.
    pub search: String,
    /// Whether it is being typed.
    pub typing: bool,
}

/// A column of the help.
#[derive(Debug, Clone, PartialEq)]
pub struct HelpGroup {
    /// `TIME`, `TABLES` ...
    pub title: &'static str,
    /// Key and what it does.
    pub rows: Vec<(String, &'static str)>,
}

/// A page of text, each part under its word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextPage {
    /// What it is about.
    pub title: String,
    /// A word and its text; clean.
    pub parts: Vec<(&'static str, String)>,
}
