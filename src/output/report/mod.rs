//! The incident report: what happened between two moments, ready to paste.
//!
//! [`Gather`] is told each derivation; what [`Gather::report`] makes of it is a [`Report`], a
//! frozen value of sections that [`md`] and [`html`] write: same value, same
//! bytes. Text from outside is clean already; each writer escapes what its format
//! would take for its own.

mod charts;
mod escape;
mod figures;
mod gather;
mod handoff;
mod html;
mod impact;
mod md;
mod page;
mod rejections;
mod sections;
mod svg;
mod tables;
#[cfg(test)]
mod tests;
mod timeline;
mod wall;

pub use gather::Gather;
pub use handoff::Handed;
pub use html::html;
pub use md::md;
pub use page::Subject;

use crate::detect::Severity;

/// A report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What it is of, in one line.
    pub title: String,
    /// Its parts, in order.
    pub sections: Vec<Section>,
    /// What it was made from.
    pub origin: String,
}

/// One part.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its heading.
    pub title: &'static str,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// Points, each a line.
    List(Vec<String>),
    /// Rows of cells.
    Table(Table),
    /// Series over the same time.
    Charts(Vec<Chart>),
    /// What to do about one thing.
    Steps {
        /// What it is about.
        about: String,
        /// How bad it was.
        severity: Severity,
        /// What to do, and the command for it.
        steps: Vec<(String, Option<String>)>,
    },
}

/// Rows of cells under a head of as many.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The names of the columns.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// A series in columns of the same length of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// What it shows, with its unit.
    pub title: String,
    /// The highest second of each column; none = not measured.
    pub columns: Vec<Option<f64>>,
    /// The most there was and when, in words.
    pub peak: String,
    /// Where its axis ends, and how that is written.
    pub top: (f64, String),
    /// When the first column begins and the last one ends, UTC.
    pub span: (String, String),
    /// What happened meanwhile.
    pub events: Vec<ChartEvent>,
}

/// An event on a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartEvent {
    /// Where, as a share of the chart's width.
    pub at: f64,
    /// `A` to `Z` for an alert, `*` for a mark.
    pub letter: char,
    /// What and when.
    pub what: String,
}
