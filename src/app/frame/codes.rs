//! Close codes, as the picture has them.

use crate::close::CloseCode;
use crate::close::meaning::Article;
use crate::detect::Severity;
use crate::model::EndingSnapshot;
use crate::units::{PerSecond, Ratio};

/// The codes of the last five minutes.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeTable {
    /// One row a code, over all sources, most in five minutes first.
    pub rows: Vec<CodeRow>,
    /// All of them together; none where nothing is listened to.
    pub per_second: Option<PerSecond>,
    /// Who is told: `probe`.
    pub sources: Vec<&'static str>,
    /// What a browser would have shown, by code, most first; since the start.
    pub browser: Vec<(CloseCode, u64)>,
    /// What would fill an empty table.
    pub empty: &'static str,
    /// What the code that matters most says.
    pub reading: Option<String>,
    /// How connections of the service in focus ended, most of the last minute first.
    pub endings: Vec<EndingSnapshot>,
    /// Which part of those that asked it was accepted.
    pub accepted: Option<Ratio>,
}

/// One code.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeRow {
    /// As on the wire.
    pub code: CloseCode,
    /// The user's name of it, or the registry's.
    pub name: String,
    /// How bad, while something is wrong; calm codes of a calm service are ok.
    pub severity: Severity,
    /// Over the last ten seconds.
    pub per_second: PerSecond,
    /// Against the minute before.
    pub trend: Trend,
    /// Share of the codes of the last minute.
    pub share: Option<Ratio>,
    /// In the last minute.
    pub last_minute: u64,
    /// In the last five minutes.
    pub five_minutes: u64,
    /// Since the start.
    pub total: u64,
    /// The last five minutes, oldest first; none = not watched then.
    pub spark: Vec<Option<f64>>,
}

/// Where a rate goes, as far as chance does not explain it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// More than before.
    Up,
    /// Less than before.
    Down,
    /// As before.
    Level,
}

/// All codes there are, over the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeReference {
    /// After the filter, lowest code first.
    pub rows: Vec<ReferenceRow>,
    /// Index of the selected one.
    pub selected: usize,
    /// All about that one, where it is shown alone.
    pub page: Option<Box<Article>>,
    /// The filter in force.
    pub filter: String,
    /// Whether it is being typed.
    pub typing: bool,
}

/// One code of the reference, or a range of them.
#[derive(Debug, Clone, PartialEq)]
pub struct ReferenceRow {
    /// `1006`, `4000-4999`.
    pub codes: String,
    /// The user's name of it, or the registry's.
    pub name: String,
    /// Never on the wire: the local side reports it.
    pub synthetic: bool,
    /// Who may send it.
    pub sent_by: &'static str,
    /// How it reads.
    pub reads_as: &'static str,
    /// Seen in the last minute, in five, since the start; none where nothing
    /// is listened to.
    pub seen: Option<[u64; 3]>,
    /// How bad, as in the table.
    pub severity: Severity,
}
