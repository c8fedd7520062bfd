//! The verdict's words.

use std::net::SocketAddr;

use super::Explanation;
use super::explain::Explained;
use crate::detect::alert::Alert;
use crate::detect::verdict::{Cause, Kind, Severity, Verdict};
use crate::fmt;

/// How much of what follows and goes on beside it is named.
const ALSO: usize = 2;
/// From so many refused connects elsewhere on it is worth a note.
const REFUSED: u64 = 20;
/// Columns of a line of the log in it.
const LOG_COLUMNS: usize = 80;

impl Explanation<'_> {
    /// The verdict; none where nothing is wrong.
    pub(in crate::detect) fn verdict(&self) -> Option<Verdict> {
        let lead = self.leading()?;
        if !self.is_sure() {
            return Some(self.guess(lead));
        }
        let mut sentence = lead.found.sentence.clone();
        let also: Vec<&str> = self
            .follows()
            .chain(self.beside())
            .take(ALSO)
            .map(|e| e.found.brief.as_str())
            .collect();
        if !also.is_empty() {
            sentence = format!("{sentence}; also {}", also.join(", "));
        }
        if let Some(settle) = lead.found.settle {
            sentence = format!("{sentence}; {settle}");
        }
        if let Some(line) = self.log(lead) {
            sentence = format!("{sentence}; log: '{}'", fmt::first_words(&line, LOG_COLUMNS));
        }
        let mut brief = lead.found.brief.clone();
        if let Some(second) = also.first() {
            brief = format!("{brief}  {second}");
        }
        let (kind, cause) = lead.meaning();
        Some(Verdict {
            severity: lead.found.severity,
            kind,
            cause,
            sentence,
            brief,
            since: lead.found.since,
            confidence: lead.found.confidence,
            candidates: self.candidates(),
            alert: self.alert_of(lead),
            also: self.also(),
            service: self.views[lead.view].service.map(|service| service.id),
        })
    }

    /// Where two fit, both are said, and what would settle it.
    fn guess(&self, lead: &Explained) -> Verdict {
        let second = self.beside().next().map(|e| format!(", or {}", e.found.brief));
        let settle = lead.found.settle.unwrap_or("measure for longer");
        // Where only the cause is not known, the harm is.
        let severity = match lead.found.rivals {
            [] => Severity::Unknown,
            _ => lead.found.severity.min(Severity::Warning),
        };
        Verdict {
            severity,
            kind: Kind::Unknown,
            cause: Cause::NotEnoughData,
            sentence: format!(
                "{}{}: not certain; {settle}",
                lead.found.sentence,
                second.unwrap_or_default()
            ),
            brief: format!("{}?", lead.found.brief),
            since: lead.found.since,
            confidence: lead.found.confidence,
            candidates: self.candidates(),
            alert: self.alert_of(lead),
            also: self.also(),
            service: self.views[lead.view].service.map(|service| service.id),
        }
    }

    /// The alert that says the same as a cause; none where it goes without one.
    pub(super) fn alert_of(&self, one: &Explained) -> Option<u64> {
        let same = |a: &&Alert| a.meaning == one.meaning();
        self.views[one.view].alerts().filter(same).max_by_key(|a| (a.now, a.id)).map(|a| a.id)
    }

    /// The alerts of what follows and goes on beside it.
    fn also(&self) -> Vec<u64> {
        let named = self.follows().chain(self.beside()).take(ALSO);
        named.filter_map(|e| self.alert_of(e)).collect()
    }

    /// What the application's log said when a process broke down.
    fn log(&self, lead: &Explained) -> Option<String> {
        let view = &self.views[lead.view];
        let crashed = lead.meaning().0 == Kind::Crashing;
        let alerts = view.alerts().filter(|a| crashed && a.meaning.0 == Kind::Crashing);
        alerts.filter_map(|a| a.errors.last()).map(|line| line.text.clone()).next()
    }

    /// A verdict of health with a note beside it: what happens on this host that is
    /// none of the watched services'.
    pub(in crate::detect) fn with_note(
        &self,
        mut calm: Verdict,
        focused: Option<SocketAddr>,
    ) -> Verdict {
        let signals = self.views.first().map(|view| view.scene.signals);
        let refused = signals.map_or(0, |s| s.arrivals.refused_elsewhere());
        if let (Some(focused), Kind::Ok, true) = (focused, calm.kind, refused >= REFUSED) {
            let refused = fmt::count(refused);
            let note =
                format!("{refused} refused connects on this host, not on :{}", focused.port());
            calm.sentence = format!("{}; {note}", calm.sentence);
        }
        calm
    }
}
