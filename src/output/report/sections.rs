//! The report in its order: a section each, made of what was gathered.

use super::gather::Gather;
use super::page::{Page, Subject};
use super::{Report, charts, figures, tables, timeline};
use crate::model::ListenerSnapshot;
use crate::session::Session;

impl Gather {
    /// The report up to now; none before the first derivation.
    #[must_use]
    pub fn report(&self, session: &Session, subject: Subject<'_>) -> Option<Report> {
        let page = Page::new(self, session, subject)?;
        let what =
            page.listener().map_or_else(|| subject.watching.to_owned(), ListenerSnapshot::label);
        let sections = vec![
            figures::summary(&page),
            timeline::timeline(&page),
            tables::alerts(&page),
            charts::charts(&page),
            tables::herds(&page),
            tables::listeners(&page),
            tables::limits(&page),
            tables::codes(&page),
            tables::endings(&page),
            tables::probes(&page),
            figures::steps(&page),
            figures::missing(&page),
        ];
        Some(Report {
            title: format!("Incident report: {} {what}", subject.host.name),
            sections,
            origin: format!("herdtop {} from {}", env!("CARGO_PKG_VERSION"), subject.origin),
        })
    }
}
