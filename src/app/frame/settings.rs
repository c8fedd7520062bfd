//! The settings in force, over the screen.

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Heading it stands under.
    pub group: &'static str,
    /// The long name of its option.
    pub name: &'static str,
    /// In force; clean, and never a secret.
    pub value: String,
    /// `flag`, `HERDTOP_WARN`, `config file`, `default`, `key`.
    pub from: String,
}

/// What is in force when nothing was given.
pub const DEFAULT: &str = "default";

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsPage {
    /// In order, those of a group together.
    pub rows: Vec<Setting>,
    /// Index of the selected one.
    pub selected: usize,
    /// Which config file was read, or why none.
    pub file: String,
}
