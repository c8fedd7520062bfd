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
    /// What it does.
    pub about: String,
    /// What it is without being given, as the help has it.
    pub usual: String,
    /// How it can be changed on the screen.
    pub change: Change,
}

/// How a setting is changed on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Change {
    /// Not at all: it is of this run, or may hold a secret.
    #[default]
    Never,
    /// By typing another value, which is remembered at once and in no config file.
    Remembered,
    /// By typing another value; `true` = it is in force at once.
    Typed(bool),
    /// By turning it on or off; is it on, and is that in force at once.
    Turned(bool, bool),
}

/// What is in force when nothing was given.
pub const DEFAULT: &str = "default";

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SettingsPage {
    /// In order, those of a group together.
    pub rows: Vec<Setting>,
    /// Index of the selected one.
    pub selected: usize,
    /// Which config file was read, or why none.
    pub file: String,
    /// The filter in force.
    pub filter: String,
}
