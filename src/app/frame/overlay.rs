//! What lies over the screen, and the line being typed.

use super::codes::CodeReference;
use super::connections::ConnectionPage;
use super::details::Details;
use super::palette::{HelpPage, PalettePage, TextPage};
use super::probes::TargetDetails;
use super::settings::SettingsPage;
use crate::detect::advice::Advice;
use crate::sample::LogLine;

/// A line being typed, as far as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prompt {
    /// A filter of the table in front.
    Filter(String),
    /// The note of a mark.
    Note(String),
    /// The files that are to be written, once that is confirmed.
    Write(String),
    /// Another value of a setting, by its name.
    Value(&'static str, String),
}

impl Prompt {
    /// What stands before it.
    #[must_use]
    pub const fn sign(&self) -> &'static str {
        match self {
            Self::Filter(_) => "/",
            Self::Note(_) => "note: ",
            Self::Write(_) => "write? y n: ",
            Self::Value(..) => "new value: ",
        }
    }

    /// What is typed.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Filter(text) | Self::Note(text) | Self::Write(text) | Self::Value(_, text) => {
                text
            }
        }
    }
}

/// A line being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The line.
    pub prompt: Prompt,
    /// What is wrong with it so far; it then has no effect.
    pub fault: Option<String>,
    /// What may be typed into it as a filter.
    pub terms: &'static str,
}

/// What lies over the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Overlay {
    /// Nothing.
    None,
    /// The keys.
    Help(Box<HelpPage>),
    /// Whatever has a name.
    Palette(Box<PalettePage>),
    /// A page of text.
    Page(Box<TextPage>),
    /// One listener in detail; fills the screen.
    Details(Box<Details>),
    /// Its single connections, or where they come from; fills the screen.
    Connections(Box<ConnectionPage>),
    /// One target of the probes in detail; fills the screen.
    Target(Box<TargetDetails>),
    /// The close codes and what they mean.
    Codes(Box<CodeReference>),
    /// What to do next.
    Advice(Box<AdvicePage>),
    /// The settings in force.
    Settings(Box<SettingsPage>),
}

/// What to do next about the verdict or an alert.
#[derive(Debug, Clone, PartialEq)]
pub struct AdvicePage {
    /// The steps.
    pub advice: Advice,
    /// The log's last error lines at that time, oldest first.
    pub errors: Vec<LogLine>,
    /// Index of the step whose command is selected; none where no step has one.
    pub selected: Option<usize>,
    /// Whether it was copied by the last key.
    pub copied: bool,
}
